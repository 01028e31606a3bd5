// A hundred calls in all stages, a kill -9 of the built server, and what became of each: `npm run kill`, `npm run kill -- --json`.
// `--calls 100`, `--times 1`; `--redis` has the next server know the calls from Redis alone, `--redis-away` takes Redis away around the kill. Exit code 1 when something was not as it must be.
import { loadavg } from 'node:os'
import { textTable } from '../../src/commands/text-table.ts'
import { type KillReport, killFullHouse, stageRows } from '../chaos/kill-full-house.ts'
import { type Heard, hardLimits } from '../chaos/kill-limits.ts'
import { commandArguments } from './read-arguments.ts'

const { calls, times, json, ...given } = commandArguments(
  { calls: 100, times: 1, redis: false, 'redis-away': false, json: false },
  ['calls', 'times']
)
const store = given['redis-away'] ? 'redis-away' : given.redis ? 'redis-alone' : undefined
const reports: KillReport[] = []
for (let n = 0; n < times; n++) {
  const report = await killFullHouse({ calls, store, limits: hardLimits })
  reports.push(report)
  print(report)
}
const wrong = reports.flatMap((report) => report.wrong)
if (json) console.log(JSON.stringify({ bench: 'kill', calls, store, load: loadavg()[0], reports }))
if (wrong.length > 0) process.exitCode = 1

function print(report: KillReport): void {
  const {
    readyMs,
    awayMs,
    startCpuMs,
    shownMs,
    waitedMs,
    heard,
    heardBefore,
    deafMs,
    placesKept,
    waiting,
    agentsKept,
    agents,
    jointGoneOn,
    joint,
    records
  } = report
  const ms = (value: number) => `${value} ms`
  console.log(textTable([`${report.calls} calls`, 'before', 'after'], stageRows(report)))
  console.log(
    textTable(
      ['what', 'figure'],
      [
        ['start of the process to ready', ms(readyMs)],
        ['of that, waited for a processor', ms(waitedMs)],
        ['CPU time of that', ms(startCpuMs)],
        ['kill to ready', ms(awayMs)],
        ['start of the process until a desk shows all calls', ms(shownMs)],
        ...gapRows('before', heardBefore),
        ...gapRows('over the kill', heard),
        ['for so long at most this process, which listens, was held up', ms(deafMs)],
        ['places in line kept', `${placesKept} of ${waiting}`],
        ['talks of three gone on with, and finished', `${jointGoneOn} of ${joint}`],
        ['agents in the same state', `${agentsKept} of ${agents}`],
        ['load of the machine', String(loadavg()[0]?.toFixed(1))]
      ]
    )
  )
  console.log(
    textTable(
      ['records', 'calls'],
      Object.entries(records).map(([name, count]) => [name, String(count)])
    )
  )
  console.log(`Wrong: ${report.wrong.length}`)
  for (const one of report.wrong) console.log(one)
}

function gapRows(when: string, heard: readonly Heard[]): readonly (readonly string[])[] {
  const most = (of: (one: Heard) => number) => String(heard.reduce((max, one) => Math.max(max, of(one)), 0))
  return [
    [`listeners ${when}`, String(heard.length)],
    [`longest pause of what they heard ${when}`, `${most((one) => one.pauseMs)} ms`],
    [`the same, less what this process was held up in it, ${when}`, `${most((one) => one.unexplainedMs)} ms`],
    [`longest piece that a stream lacks ${when}`, `${most((one) => one.missingMs)} ms`],
    [`packets lost ${when}`, String(heard.reduce((sum, { lost }) => sum + lost, 0))]
  ]
}
