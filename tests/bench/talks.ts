// A caller and three phones on a real Asterisk, again and again: consult, conference, transfer, barge. `npm run talks`, `npm run talks -- --json`.
// `--times 50`. Exit code 1 when a round went wrong, or something was left of it.
import { textTable } from '../../src/commands/text-table.ts'
import { Centre } from '../helpers/centre/centre.ts'
import { expectNoLeaks } from '../helpers/centre/leak-guard.ts'
import {
  endRound,
  type TalkTimes,
  talkAgent,
  talkRound,
  talkSupervisor,
  withSupervisors
} from '../helpers/centre/talk-scenario.ts'
import { commandArguments } from './read-arguments.ts'

/** Of tests/centre/flows/desks.yaml: a team without wrap-up. */
const NUMBER = '7605'

const { times, json } = commandArguments({ times: 50, json: false }, ['times'])

const centre = await Centre.start({ edit: withSupervisors })
const rounds: TalkTimes[] = []
const failures: string[] = []
try {
  const agents = await Promise.all([
    talkAgent(centre, '1011', 440),
    talkAgent(centre, '1012', 540),
    talkAgent(centre, '1013', 640)
  ] as const)
  const supervisor = await talkSupervisor(centre, '2001', 740)
  for (let round = 1; round <= times && failures.length === 0; round++) {
    try {
      const { caller, times: took } = await talkRound(
        centre,
        NUMBER,
        `1391${String(round).padStart(7, '0')}`,
        [...agents],
        supervisor
      )
      rounds.push(took)
      await endRound(centre, caller, agents, supervisor)
      await expectNoLeaks(centre.asterisk)
    } catch (error) {
      // The first that goes wrong leaves a centre behind in which nothing more can be told from a second.
      failures.push(`round ${round}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  for (const { phone } of [...agents, supervisor]) await phone.close()
  if (failures.length === 0) await centre.expectNothingLeft()
} finally {
  await centre.stop()
}

const steps = (['consult', 'conference', 'transfer', 'barge'] as const).map((step) => {
  const sorted = rounds.map((round) => round[step]).sort((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { step, medianMs: at(0.5), p95Ms: at(0.95), worstMs: sorted.at(-1) ?? 0 }
})
console.log(`${rounds.length} of ${times} rounds went well: from the request until all hear whom they are to hear\n`)
console.log(
  textTable(
    ['step', 'median ms', 'p95 ms', 'worst ms'],
    steps.map(({ step, medianMs, p95Ms, worstMs }) => [step, String(medianMs), String(p95Ms), String(worstMs)])
  )
)
for (const failure of failures) console.log(failure)
if (json) console.log(JSON.stringify({ bench: 'talks', times, green: rounds.length, steps, failures }))
if (failures.length > 0 || rounds.length < times) process.exitCode = 1
