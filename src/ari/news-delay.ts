/** The quickest of late counts for less by so much a second: clocks drift, and are set a little. */
const FORGETS_MS_PER_S = 50
/** So much later than the quickest is no delay: a clock was set. */
const CLOCK_SET_MS = 10_000

/**
 * How long news from Asterisk were on the way to us: how much longer than the quickest of late, as its clock need not be ours. With both on one
 * machine that is where they wait: in the websocket, while our event loop is held up.
 */
export class NewsDelay {
  #quickestMs = Number.POSITIVE_INFINITY
  #at = 0

  /** `writtenAt` is by Asterisk's clock, `now` by ours. 0 where it does not say when it was written. */
  of(writtenAt: string | undefined, now = Date.now()): number {
    const tookMs = now - Date.parse(writtenAt ?? '')
    if (Number.isNaN(tookMs)) return 0
    const quickest = this.#quickestMs + (Math.max(now - this.#at, 0) / 1000) * FORGETS_MS_PER_S
    this.#quickestMs = tookMs - quickest > CLOCK_SET_MS ? tookMs : Math.min(tookMs, quickest)
    this.#at = now
    return tookMs - this.#quickestMs
  }
}
