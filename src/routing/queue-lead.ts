import { defaultServiceLevel, type OrderSettings, type QueueSettings } from '../domain/queue.ts'

/** The share of callers answered in time is taken over about so many of the latest callers. */
const CALLERS_REMEMBERED = 50

/** The most that a queue gains by being below its target. */
export const BOOST_MS_MAX = 300_000

/**
 * How much earlier the callers of one queue count as having come, next to those of the other queues of an agent:
 *
 *   most-urgent:    headStart
 *   service-level:  headStart − within + BOOST_MS_MAX · max(0, share − achieved) / share
 *
 * The second is the order of due times, by when each caller would miss the target, and sooner for a queue that is below it.
 * `achieved` is a running mean: achieved += (in time − achieved) / CALLERS_REMEMBERED, from the target on. Who left before
 * the time was over counts for neither. The lead is bounded, so that nobody starves by it (see urgency.ts).
 */
export class QueueLead {
  #achieved: number | undefined

  /** A caller of the queue was answered after so long, or left unanswered. */
  ended(settings: QueueSettings, waitedMs: number, answered: boolean): void {
    const { share, withinMs } = settings.serviceLevel ?? defaultServiceLevel
    const inTime = waitedMs <= withinMs
    if (!answered && inTime) return
    const before = this.#achieved ?? share / 100
    this.#achieved = before + (Number(inTime) - before) / CALLERS_REMEMBERED
  }

  ms(settings: QueueSettings, { choice }: OrderSettings): number {
    const { headStartMs = 0, serviceLevel = defaultServiceLevel } = settings
    if (choice === 'most-urgent') return headStartMs
    const target = serviceLevel.share / 100
    const shortfall = Math.max(0, target - (this.#achieved ?? target))
    return headStartMs - serviceLevel.withinMs + (BOOST_MS_MAX * shortfall) / target
  }
}
