/** Below the server's limits (50 messages a second, 200 at once), past which it ends the connection. */
const PER_SECOND = 40
const BURST = 150

/** How fast one connection may send: a bucket that fills by time. */
export class Pace {
  #tokens = BURST
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** 0: send one message now. Otherwise the milliseconds until one may be sent. */
  waitFor(now: number): number {
    this.#tokens = Math.min(BURST, this.#tokens + (Math.max(0, now - this.#at) / 1000) * PER_SECOND)
    this.#at = now
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / PER_SECOND) * 1000)
    this.#tokens--
    return 0
  }
}
