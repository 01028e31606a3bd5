import type { CallId } from '../domain/ids.ts'
import type { QueueSettings } from '../domain/queue.ts'
import { Arrivals } from './arrivals.ts'
import { CallTally } from './call-tally.ts'
import { inverseOf } from './distribution.ts'
import type { Random } from './random.ts'
import type { CallKind, Scenario } from './scenario.ts'

/** A caller from the arrival to the end of the talk. */
export interface SimulatedCall {
  readonly id: CallId
  readonly source: CallSource
  readonly arrivedAt: number
  readonly handleMs: number
  /** When the caller leaves unless answered, and how. */
  readonly leavesAt: number
  readonly leaves: 'abandoned' | 'timedOut'
  readonly isCounted: boolean
  isWaiting: boolean
}

/** Where the calls of one kind come from. */
export interface CallSource {
  readonly kind: CallKind
  readonly settings: QueueSettings
  readonly tally: CallTally
  readonly arrivals: Arrivals
  readonly handleMs: () => number
  readonly patienceMs: () => number
  readonly answerDelayMs: () => number
}

/** Takes a stream for each purpose from `random`, drawn from in the order of arrival: with other agents, the same callers come. */
export function callSource(kind: CallKind, settings: QueueSettings, scenario: Scenario, random: Random): CallSource {
  const sampler = (inverse: (uniform: number) => number) => {
    const stream = random.stream()
    return () => inverse(stream.uniform())
  }
  const { warmUpMs, lengthMs } = scenario
  return {
    kind,
    settings,
    tally: new CallTally(kind.targetMs, warmUpMs, warmUpMs + lengthMs),
    arrivals: new Arrivals(kind.arrivals, random.stream()),
    handleMs: sampler(inverseOf(kind.handle)),
    patienceMs: sampler(kind.patience === undefined ? () => Number.POSITIVE_INFINITY : inverseOf(kind.patience)),
    answerDelayMs: sampler(inverseOf(scenario.answerDelay))
  }
}
