/** How much the newest value counts in a smoothed mean (exponential smoothing, Brown 1959): about the last ten values make it up. */
const WEIGHT = 0.2
/** Fewer talks than this say too little. */
const TALKS_MIN = 5
/** What is corrected for must not run away on a few odd waits. */
const CORRECTION_MAX = 4

/**
 * How long callers of one queue may have to wait. For the caller at position p, with s agents at work and a mean handling time of H,
 *
 *   W = p × H / s
 *
 * as each of the p departures before their turn takes H / s on average while all agents are busy: the queue-length predictor QL of
 * Whitt, "Predicting Queueing Delays", Management Science 45(6), 1999, with (n + 1) / (s μ) for n callers ahead. It knows nothing of agents
 * who serve other queues too, nor of callers who give up; so it is multiplied by what waits have been to what it had said of them,
 * both smoothed. The position is the actual one, so priorities count.
 */
export class WaitEstimate {
  #handleMs: number | undefined
  #talks = 0
  #saidMs: number | undefined
  #waitedMs: number | undefined
  #errorMs: number | undefined

  /** An agent was busy with a caller of the queue for so long, wrap-up included. */
  handled(ms: number): void {
    this.#handleMs = smoothed(this.#handleMs, ms)
    this.#talks++
  }

  /** What a caller at that position has to expect; undefined while too little is known, or nobody is at work. */
  expect(position: number, agents: number): Expected | undefined {
    if (this.#handleMs === undefined || this.#talks < TALKS_MIN || agents === 0) return undefined
    const plainMs = (position * this.#handleMs) / agents
    return { plainMs, ms: plainMs * this.#correction }
  }

  /** A wait has ended with an agent. `expected` is what was expected when it began. */
  answered(expected: Expected, waitedMs: number): void {
    this.#saidMs = smoothed(this.#saidMs, expected.plainMs)
    this.#waitedMs = smoothed(this.#waitedMs, waitedMs)
    this.#errorMs = smoothed(this.#errorMs, Math.abs(waitedMs - expected.ms))
  }

  /** By how much the latest waits missed what was expected as they began, smoothed; undefined before the first. */
  get errorMs(): number | undefined {
    return this.#errorMs
  }

  get #correction(): number {
    if (this.#saidMs === undefined || this.#waitedMs === undefined || this.#saidMs === 0) return 1
    return Math.min(CORRECTION_MAX, Math.max(1 / CORRECTION_MAX, this.#waitedMs / this.#saidMs))
  }
}

/** What was expected of a wait: by the formula alone, and corrected. */
export interface Expected {
  readonly plainMs: number
  readonly ms: number
}

function smoothed(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + WEIGHT * (value - mean)
}
