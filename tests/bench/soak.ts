// A day on real calls: 20 baresip agents, callers by SIPp and of our own, by chance: `npm run soak`, `npm run soak -- --json`.
// `--minutes 10` of arrivals, `--calls-per-second`: unset 2, with `--flat` as many as keep its eight agents with callers for about 60 % of their time, `--seed 1`. Exit code 1 when something was not as it must be.
// `--flat`: instead of the books of a day, whether anything grows: memory, files, handles, lateness, of a server in a process of its own. A run too short to say fails.
import { textTable } from '../../src/commands/text-table.ts'
import { storyOf } from '../chaos/story-of.ts'
import type { SoakReport } from '../soak/report-on.ts'
import { leastMs, runFlat, SIXTY_PERCENT } from '../soak/run-flat.ts'
import { runSoak } from '../soak/run-soak.ts'
import { commandArguments } from './read-arguments.ts'

const asked = commandArguments({ minutes: 10, 'calls-per-second': 0, seed: 1, flat: false, json: false })
const callsPerSecond = asked['calls-per-second'] || (asked.flat ? SIXTY_PERCENT : 2)
const options = { durationMs: asked.minutes * 60_000, callsPerSecond, seed: asked.seed }

const isJson = asked.json
if (asked.flat) await flat()
else await books()

async function books(): Promise<void> {
  const report = await runSoak(options)
  print(report)
  const { evidence, ...rest } = report
  if (isJson) console.log(JSON.stringify({ bench: 'soak', arrivals: evidence.plan.length, ...rest }))
  if (report.violations.length > 0) process.exitCode = 1
}

async function flat(): Promise<void> {
  if (options.durationMs < leastMs({})) {
    console.error(`--minutes: ${Math.ceil(leastMs({}) / 60_000)} at least, a shorter run cannot say whether anything grows`)
    process.exit(2)
  }
  const { evidence, ...report } = await runFlat(options)
  const load = `agents were with callers for ${Math.round(100 * report.load)} % of their time`
  console.log(
    `${evidence.seen.length} callers in ${options.durationMs / 1000} s, ${load}, ${report.looks} looks, seed ${options.seed}\n`
  )
  const figure = (value: number) => (value > 1e5 ? `${(value / 1e6).toFixed(1)} MB` : value.toFixed(1))
  const rows = Object.entries(report.trends).map(([name, trend]) =>
    trend === 'too short'
      ? [name, 'too short to say', '', '', '']
      : [name, figure(trend.level), figure(trend.rise), figure(trend.tolerance), trend.grows ? 'GROWS' : 'flat']
  )
  console.log(textTable(['', 'in the end', 'rise by the line', 'tolerance', ''], rows))
  console.log(`The event loop was late by ${report.worstDelayMs.toFixed(0)} ms at worst`)
  console.log(`Violations: ${report.violations.length}`)
  for (const { what, about, callId } of report.violations) {
    console.log(`${what}: ${JSON.stringify(about)}`)
    if (callId !== undefined) console.log(storyOf(callId, evidence))
  }
  if (isJson) console.log(JSON.stringify({ bench: 'soak-flat', callers: evidence.seen.length, ...report }))
  if (report.violations.length > 0) process.exitCode = 1
}

function print({
  evidence,
  wire,
  outcomes,
  offers,
  callbacks,
  customers,
  moves,
  habits,
  deskAnswers,
  waits,
  violations
}: SoakReport): void {
  console.log(`${evidence.plan.length} callers in ${options.durationMs / 1000} s, seed ${options.seed}\n`)
  console.log(tableOf('when callers mean to hang up', { callers: habits }))
  console.log(tableOf('on the wire', { callers: wire }))
  console.log(tableOf('outcome', outcomes))
  console.log(tableOf('offers', offers))
  console.log(tableOf('talks', { facts: moves }))
  console.log(tableOf('callbacks', { facts: callbacks }))
  console.log(tableOf('phones of customers called back', { rings: customers }))
  console.log(tableOf('commands of agents', { answers: deskAnswers }))
  const { compared, over, medianMs, p99Ms, worstMs } = waits
  console.log(
    `Waits, record against wire, ${compared} calls: median ${medianMs} ms, 99 % within ${p99Ms} ms, worst ${worstMs} ms`
  )
  for (const wait of over) console.log(`More than 50 ms: ${JSON.stringify(wait)}`)
  console.log(`Violations: ${violations.length}`)
  for (const violation of violations) console.log(JSON.stringify(violation))
}

/** Counts by name, one column for each who counts, and their sums. */
function tableOf(heading: string, columns: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const names = [...new Set(Object.values(columns).flatMap((counts) => Object.keys(counts)))].sort()
  const row = (name: string, cell: (counts: Readonly<Record<string, number>>) => number) => [
    name,
    ...Object.values(columns).map((counts) => String(cell(counts)))
  ]
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, count) => total + count, 0)
  const rows = names.map((name) => row(name, (counts) => counts[name] ?? 0))
  return textTable([heading, ...Object.keys(columns)], [...rows, row('sum', sum)])
}
