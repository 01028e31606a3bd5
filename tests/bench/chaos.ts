// Real calls while everything around them breaks at random: `npm run chaos`, `npm run chaos -- --json`.
// `--minutes 5`, `--without-database 0` (minutes before those, in which it is away and all else breaks), `--seed 1`, `--only asterisk-killed,ari-cut`, `--calls-per-second 1.5`. Exit code 1 when something was not as it must be.
import { textTable } from '../../src/commands/text-table.ts'
import { type Done, type InjuryName, injuryNames } from '../chaos/injuries.ts'
import { type ChaosReport, runChaos } from '../chaos/run-chaos.ts'
import { storyOf } from '../chaos/story-of.ts'
import { counted } from '../soak/grouped.ts'
import { commandArguments } from './read-arguments.ts'

const asked = commandArguments({ minutes: 5, 'without-database': 0, seed: 1, only: '', 'calls-per-second': 1.5, json: false })
const only = asked.only
  .split(',')
  .filter((name) => name !== '')
  .map((name) => {
    if (injuryNames.includes(name as InjuryName)) return name as InjuryName
    throw new Error(`--only: there is no injury ${name}; there are ${injuryNames.join(', ')}`)
  })
const { seed, json: isJson } = asked

const report = await runChaos({
  seed,
  durationMs: asked.minutes * 60_000,
  withoutDatabaseMs: asked['without-database'] * 60_000,
  callsPerSecond: asked['calls-per-second'],
  ...(only.length > 0 && { only }),
  onInjury: (done) => console.log(`${done.name.padEnd(16)} ${spans(done)}`)
})
print(report)
if (isJson) console.log(JSON.stringify({ bench: 'chaos', seed, ...summary(report) }))
if (report.violations.length > 0) process.exitCode = 1

function spans({ beganAt, healedAt, wellAt }: Done): string {
  const after = (at: number | undefined, since: number) => (at === undefined ? 'never' : `${((at - since) / 1000).toFixed(1)} s`)
  return `lasted ${after(healedAt, beganAt)}, all well ${after(wellAt, healedAt ?? beganAt)} later`
}

function summary({ evidence, violations }: ChaosReport) {
  const { seen, rows, injuries } = evidence
  const recorded = new Set(rows.map(({ caller_name: name }) => name))
  return {
    callers: seen.length,
    wire: Object.fromEntries(counted(seen.map(({ endedBy }) => `ended by ${endedBy}`))),
    notOurs: seen.filter(({ name }) => !recorded.has(name)).length,
    records: Object.fromEntries(counted(rows.map(({ result, reason }) => `${result} ${reason}`))),
    commands: Object.fromEntries([...evidence.deskAnswers].sort()),
    fullDisk: evidence.fullDisk,
    injuries: Object.fromEntries(counted(injuries.map(({ name }) => name))),
    violations: violations.map(({ what, callId }) => ({ what, callId }))
  }
}

function print(report: ChaosReport): void {
  const { callers, wire, notOurs, records, commands } = summary(report)
  const rows = (counts: Readonly<Record<string, number>>) => Object.entries(counts).map(([name, count]) => [name, String(count)])
  console.log(`\n${callers} callers, seed ${seed}\n`)
  console.log(textTable(['on the wire', 'callers'], rows(wire)))
  console.log(textTable(['records', 'calls'], [...rows(records), ['none: dialplan or nobody', String(notOurs)]]))
  console.log(textTable(['commands of agents', 'answers'], rows(commands)))
  if (report.evidence.injuries.some(({ name }) => name === 'disk-full'))
    console.log(`A full disk was ${report.evidence.fullDisk}`)
  console.log(`Violations: ${report.violations.length}`)
  const told = new Set<string>()
  for (const { what, about, callId } of report.violations) {
    console.log(`\n${what}: ${JSON.stringify(about)}`)
    if (callId !== undefined && !told.has(callId)) console.log(storyOf(callId, report.evidence))
    if (callId !== undefined) told.add(callId)
  }
  if (report.violations.length > 0)
    console.log(`\nThe same again: npm run chaos -- --seed ${seed}${only === undefined ? '' : ` --only ${only}`}`)
}
