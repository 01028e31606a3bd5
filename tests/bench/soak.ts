// A day on real calls: 20 baresip agents, callers by SIPp and of our own, by chance: `npm run soak`, `npm run soak -- --json`.
// `--minutes 10` of arrivals, `--calls-per-second 2`, `--seed 1`. Exit code 1 when something was not as it must be.
import { textTable } from '../../src/assembly/text-table.ts'
import { runSoak, type SoakReport } from '../soak/run-soak.ts'

const argument = (name: string, otherwise: number) => {
  const place = process.argv.indexOf(`--${name}`)
  const value = place < 0 ? otherwise : Number(process.argv[place + 1])
  if (Number.isFinite(value) && value >= 0) return value
  throw new Error(`--${name}: expected a number`)
}
const options = {
  durationMs: argument('minutes', 10) * 60_000,
  callsPerSecond: argument('calls-per-second', 2),
  seed: argument('seed', 1)
}

const report = await runSoak(options)
print(report)
if (process.argv.includes('--json')) {
  const { evidence, ...rest } = report
  console.log(JSON.stringify({ bench: 'soak', arrivals: evidence.plan.length, ...rest }))
}
if (report.violations.length > 0) process.exitCode = 1

function print({ evidence, outcomes, offers, deskAnswers, waits, violations }: SoakReport): void {
  const names = [...new Set([...Object.keys(outcomes.facts), ...Object.keys(outcomes.records)])].sort()
  const cell = (counts: Readonly<Record<string, number>>, name: string) => String(counts[name] ?? 0)
  const sum = (counts: Readonly<Record<string, number>>) =>
    String(Object.values(counts).reduce((total, count) => total + count, 0))
  const rows = names.map((name) => [name, cell(outcomes.facts, name), cell(outcomes.records, name)])
  console.log(`${evidence.plan.length} callers in ${options.durationMs / 1000} s, seed ${options.seed}\n`)
  console.log(textTable(['outcome', 'facts', 'records'], [...rows, ['sum', sum(outcomes.facts), sum(outcomes.records)]]))
  console.log(
    textTable(['offers', ''], [...Object.entries(offers).map(([name, count]) => [name, String(count)]), ['sum', sum(offers)]])
  )
  console.log(
    textTable(
      ['commands of desks', ''],
      Object.entries(deskAnswers).map(([name, count]) => [name, String(count)])
    )
  )
  const { compared, over, medianMs, p99Ms, worstMs } = waits
  console.log(
    `waits: record against wire, ${compared} calls: median ${medianMs} ms, 99 % within ${p99Ms} ms, worst ${worstMs} ms`
  )
  for (const wait of over) console.log(`over 50 ms: ${JSON.stringify(wait)}`)
  console.log(`violations: ${violations.length}`)
  for (const violation of violations) console.log(JSON.stringify(violation))
}
