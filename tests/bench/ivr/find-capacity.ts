import type { Contestant } from './contestants.ts'
import { hangUpAll, type Served, serveCalls, untilNoCalls } from './load.ts'
import type { BenchOptions } from './options.ts'
import type { Stage } from './stage.ts'

/** What counts as held: at most one call of a thousand fails, and 99 of 100 are answered within this time. */
const FAILED_SHARE = 0.001
const ANSWERED_MS = 100

/** Rates are tried that differ by this factor; so fine is the answer. */
const STEP = 1.12

/**
 * The highest rate of calls per second that is held: doubled until one is not, then halved in between. A rate is given up after two attempts, as other
 * work on the machine may spoil one.
 */
export async function findCapacity(stage: Stage, contestant: Contestant, options: BenchOptions): Promise<number> {
  let held = 0
  let missed = Number.POSITIVE_INFINITY
  let rate = options.leastRate
  while (rate <= options.mostRate && missed / Math.max(held, 1) > STEP) {
    if (await holds(stage, contestant, rate, options.heldSeconds)) held = rate
    else missed = rate
    if (missed === Number.POSITIVE_INFINITY) rate = held === options.mostRate ? held + 1 : Math.min(held * 2, options.mostRate)
    else if (held === 0) rate = missed / 2
    else rate = Math.round(Math.sqrt(held * missed))
    if (rate === held || rate === missed || rate < 1) break
  }
  return held
}

async function holds(stage: Stage, contestant: Contestant, rate: number, seconds: number): Promise<boolean> {
  const load = { calls: Math.round(rate * seconds), callsPerSecond: rate }
  for (const _attempt of [1, 2]) {
    const served = await serveCalls(contestant, load)
    try {
      await untilNoCalls(stage)
    } catch {
      // Calls that nobody serves any more, as the rate was too much: it is not held, and what is left must not spoil the next.
      console.error(`  ${contestant.name} at ${rate}/s: calls were left behind`)
      await hangUpAll(stage)
      return false
    }
    console.error(
      `  ${contestant.name} at ${rate}/s: ${served.failed} of ${load.calls} failed, answered within ${Math.round(served.answerP99Ms)} ms (p99)`
    )
    if (isHeld(served, load.calls)) return true
  }
  return false
}

function isHeld({ failed, answerP99Ms }: Served, calls: number): boolean {
  return failed <= calls * FAILED_SHARE && answerP99Ms <= ANSWERED_MS
}
