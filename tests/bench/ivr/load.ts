import { runSipp, type SippResult } from '../../helpers/sip/sipp.ts'
import { until } from '../../helpers/until.ts'
import type { Contestant } from './contestants.ts'
import { percentile } from './figures.ts'
import type { Stage } from './stage.ts'

/** How long a caller listens before the key, and how long the rest of the call may take: the next prompt is a second long. */
const LISTENS_MS = 1000
const SERVED_WITHIN_MS = 6000

export interface Load {
  readonly calls: number
  readonly callsPerSecond: number
}

export interface Served {
  /** Calls that did not come to their end: no answer, or no hang-up after the next prompt. */
  readonly failed: number
  /** INVITE to 503 of each call that was turned away, one of those that failed. */
  readonly refusedMs: readonly number[]
  /** INVITE to 200, the 99th of 100. */
  readonly answerP99Ms: number
}

/** The measured call, many times: answer, menu, a key, the next prompt; then the server hangs up. So a call that is not served to its end fails. */
export async function serveCalls(contestant: Contestant, { calls, callsPerSecond }: Load): Promise<Served> {
  const result = await runSipp({
    sip: contestant.sip,
    number: contestant.number,
    from: '13100000000',
    calls,
    callsPerSecond,
    steps: [{ pauseMs: LISTENS_MS }, { press: '1' }, { expectByeWithinMs: SERVED_WITHIN_MS }],
    mayBeRefusedWith: [503],
    timeoutMs: (calls / callsPerSecond) * 1000 + 40_000
  })
  contestant.check()
  const { refusedMs, responseMs } = result
  return { failed: failedOf(result, calls) + refusedMs.length, refusedMs, answerP99Ms: percentile(responseMs, 99) }
}

/** Calls that stay where they are for so long, and then hang up. Resolves when they are all over, with how many failed. */
export async function holdCalls(
  { sip, number }: Pick<Contestant, 'sip' | 'number'>,
  { calls, callsPerSecond, heldMs }: Load & { readonly heldMs: number }
): Promise<number> {
  const result = await runSipp({
    sip,
    number,
    from: '13200000000',
    calls,
    callsPerSecond,
    steps: [{ pauseMs: heldMs }, 'hang up'],
    timeoutMs: (calls / callsPerSecond) * 1000 + heldMs + 40_000
  })
  return failedOf(result, calls)
}

export async function untilNoCalls({ asterisk }: Stage): Promise<void> {
  await until(async () => (await channelsOf(asterisk)) === 0, { ms: 60_000, what: 'all calls are gone' })
}

/** Ends what a contestant has left behind. */
export async function hangUpAll(stage: Stage): Promise<void> {
  await stage.asterisk.cli('channel request hangup all')
  await untilNoCalls(stage)
}

/** The console's count: cheaper than a list of a thousand channels over ARI. */
export async function channelsOf(asterisk: Stage['asterisk']): Promise<number> {
  return Number(/(\d+) active channel/.exec(await asterisk.cli('core show channels count'))?.[1] ?? Number.NaN)
}

function failedOf({ ok, successful }: SippResult, calls: number): number {
  return ok ? 0 : Math.max(1, calls - successful)
}
