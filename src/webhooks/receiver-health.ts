import { type BackOff, backOffMs } from './back-off.ts'

/** Requests of one webhook under way at once. */
export const PARALLEL = 8
/** After so many failures in a row, of whatever events, it is the receiver that is ill: then one request at a time, ever more seldom. */
const ILL_AFTER = 5
const ILL_MAX_MS = 60_000

/** What is known of a receiver, whatever it is sent. Times in milliseconds since 1970. */
export class ReceiverHealth {
  readonly #backOff: BackOff
  #failuresInRow = 0
  #notBefore = 0

  /** `backOff` is that between attempts of one event; that between any two is a quarter of it, and a minute at most. */
  constructor({ firstMs, maxMs }: BackOff) {
    this.#backOff = { firstMs: firstMs / 4, maxMs: Math.min(maxMs, ILL_MAX_MS) }
  }

  /** Requests that may be under way at once. */
  get parallel(): number {
    return this.#isIll ? 1 : PARALLEL
  }

  /** Nothing is sent before. */
  get notBefore(): number {
    return this.#notBefore
  }

  /** It took something. Returns whether it was ill and now is well. */
  took(): boolean {
    const wasIll = this.#isIll
    if (wasIll) this.#notBefore = 0
    this.#failuresInRow = 0
    return wasIll
  }

  failed(now: number): void {
    this.#failuresInRow++
    if (this.#isIll) this.leaveAlone(now + backOffMs(this.#failuresInRow - ILL_AFTER + 1, this.#backOff, Math.random))
  }

  /** It asked for it. */
  leaveAlone(until: number): void {
    this.#notBefore = Math.max(this.#notBefore, until)
  }

  /** Nothing is known of it. */
  reset(): void {
    this.#failuresInRow = 0
    this.#notBefore = 0
  }

  get #isIll(): boolean {
    return this.#failuresInRow >= ILL_AFTER
  }
}
