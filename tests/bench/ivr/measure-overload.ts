import { setTimeout as sleep } from 'node:timers/promises'
import { type HeardTalks, TALKS, type TalkingAgents } from './agent-talks.ts'
import type { Contestant } from './contestants.ts'
import { emergencyNumber } from './dialplan.ts'
import { percentile } from './figures.ts'
import { hangUpAll, holdCalls, type Served, serveCalls, untilNoCalls } from './load.ts'
import type { Stage } from './stage.ts'

const OVERLOADED_SECONDS = 10
/** By then those who are held in the menu are there; so long the talks are listened to before the rush. */
const QUIET_MS = 3000
/** SIPp's first call comes within this time. */
const STARTS_WITHIN_MS = 500
const IN_CALLS = 20
/** Calls that are in progress all the while. */
export const CALLS_BESIDE = IN_CALLS + TALKS
const EMERGENCIES_PER_SECOND = 2
/** Recovery is looked for in slices of so many seconds. */
const SLICE_SECONDS = 1
const LOOKED_FOR_SECONDS = 10

/** What becomes of callers at a multiple of what we can serve, and after it. */
export interface Overload {
  readonly callsPerSecond: number
  readonly calls: number
  /** Turned away, or not served to the end. */
  readonly notServed: number
  /** Turned away by a 503, and how soon 99 of 100 of them were. */
  readonly refused: number
  readonly refusedP99Ms: number
  readonly answerP99Ms: number
  readonly emergencies: number
  readonly emergenciesNotServed: number
  /** Calls that were in the menu all the time, and those of them that were cut off. */
  readonly inCalls: number
  readonly inCallsLost: number
  /** Talks with agents: before the rush, and from its begin until we looked no longer. */
  readonly quiet: HeardTalks
  readonly talks: HeardTalks
  /** From the end of the load until all are served again. */
  readonly recoveredAfterMs: number | undefined
}

/** One round of it, with such an `overload.calls_max`; undefined: none. */
export interface OverloadRound extends Overload {
  readonly round: number
  readonly callsMax: number | undefined
  /** What was not as it should be. */
  readonly wrong: readonly string[]
}

/** Who is called, and the agents who talk meanwhile. */
export interface Rushed {
  readonly contestant: Contestant
  readonly talking: TalkingAgents
}

/** Three times too many callers, beside talks, calls in progress and emergencies; then half of what can be served. */
export async function measureOverload(stage: Stage, { contestant, talking }: Rushed, capacity: number): Promise<Overload> {
  const callsPerSecond = Math.round(capacity * 3)
  const calls = callsPerSecond * OVERLOADED_SECONDS
  const heldMs = (OVERLOADED_SECONDS + 12) * 1000
  const talks = await talking.begin()
  const quietSince = Date.now()
  const holding = holdCalls(contestant, { calls: IN_CALLS, callsPerSecond: IN_CALLS, heldMs })
  await sleep(QUIET_MS)
  const quiet = talks.heard(quietSince)
  const rushSince = Date.now()
  const emergencies = EMERGENCIES_PER_SECOND * OVERLOADED_SECONDS
  const emergency = { ...contestant, number: emergencyNumber }
  const served = Promise.all([
    serveCalls(contestant, { calls, callsPerSecond }),
    serveCalls(emergency, { calls: emergencies, callsPerSecond: EMERGENCIES_PER_SECOND })
  ])
  // The last callers have come, and are still being served.
  await sleep(OVERLOADED_SECONDS * 1000 + STARTS_WITHIN_MS)
  const recoveredAfterMs = await recovery(contestant, Math.max(1, Math.round(capacity / 2)))
  const [crowd, urgent] = await served
  const inCallsLost = await holding
  const heard = talks.heard(rushSince)
  await talks.end()
  // Who was not served in time is given up by SIPp with a BYE past the route, which drachtio takes for a stranger's.
  if (contestant.edgePid !== undefined) await hangUpAll(stage)
  await untilNoCalls(stage)
  return {
    ...{ callsPerSecond, calls, emergencies, recoveredAfterMs, inCallsLost, quiet, talks: heard },
    notServed: crowd.failed,
    refused: crowd.refusedMs.length,
    refusedP99Ms: percentile(crowd.refusedMs, 99),
    answerP99Ms: crowd.answerP99Ms,
    emergenciesNotServed: urgent.failed,
    inCalls: IN_CALLS
  }
}

/** In slices of a second, each begun when its time has come: the first from which on nobody is turned away. */
async function recovery(contestant: Contestant, callsPerSecond: number): Promise<number | undefined> {
  const slices: Promise<Served>[] = []
  for (let slice = 0; slice < LOOKED_FOR_SECONDS; slice += SLICE_SECONDS) {
    slices.push(serveCalls(contestant, { calls: callsPerSecond * SLICE_SECONDS, callsPerSecond }))
    await sleep(SLICE_SECONDS * 1000)
  }
  const failed = (await Promise.all(slices)).map((one) => one.failed)
  const last = failed.findLastIndex((count) => count > 0)
  return last === failed.length - 1 ? undefined : (last + 1) * SLICE_SECONDS * 1000
}
