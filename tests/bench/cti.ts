// From a fact on the event bus to the sockets of 2,000 clients: `npm run bench:cti`, with `--json` also as one line of JSON.
// `--clients 500`, `--rate 100` (facts per second), `--seconds 20`, `--flaps 1000`.
import { availableParallelism, loadavg } from 'node:os'
import { type Latencies, runCtiLoad } from '../helpers/cti/cti-load.ts'
import { commandArguments } from './read-arguments.ts'

const { rate, json, ...sizes } = commandArguments({ clients: 2000, rate: 200, seconds: 20, flaps: 1000, json: false })
const options = { ...sizes, eventsPerSecond: rate }
const before = loadavg()[0] ?? 0
const report = await runCtiLoad(options)
const { smooth, stalled, byRole, flapping, facts, serverCpu, clients } = report

console.log(
  `${clients} clients, ${options.eventsPerSecond} facts per second; server in one process, clients in another, on ${availableParallelism()} cores`
)
console.log(
  `(load of the machine before: ${before.toFixed(1)}). From when a fact is due on the event bus to when a client has its frame.\n`
)
console.log('                      frames    per s  p50 ms  p90 ms  p99 ms  max ms')
const row = (name: string, { frames, perSecond, ...ms }: Latencies) =>
  console.log(
    `${name.padEnd(20)} ${String(frames).padStart(7)} ${String(perSecond).padStart(8)}${Object.values(ms)
      .map((value) => value.toFixed(2).padStart(8))
      .join('')}`
  )
row('everybody reads', smooth)
row('one does not read', stalled)
for (const [role, latencies] of Object.entries(byRole)) row(`  ${role}`, latencies)
console.log(`\np99 with a client that does not read: ${(stalled.p99 / smooth.p99).toFixed(2)} times the one without`)
console.log(
  `flapping client: ${flapping.reconnects} reconnects, ${flapping.events} events, ${flapping.lost} lost, ${flapping.twice} twice, ${flapping.snapshots} snapshots`
)
console.log(`server: ${(serverCpu * 100).toFixed(0)} % of one core`)
if (json)
  console.log(
    JSON.stringify({ bench: 'cti', ...options, facts, serverCpu, loadBefore: before, smooth, stalled, byRole, flapping })
  )
