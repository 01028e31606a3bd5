/** How long to wait before coming back. */
export interface RetryOptions {
  /** Before the first attempt; doubled for each further one. 300 when left out. */
  readonly firstMs?: number
  /** 10,000 when left out. A connection that lived longer makes up for the attempts before it. */
  readonly mostMs?: number
}

/** The time between the attempts to come back. */
export class Patience {
  readonly #firstMs: number
  readonly #mostMs: number
  #attempts = 0

  constructor({ firstMs = 300, mostMs = 10_000 }: RetryOptions = {}) {
    this.#firstMs = firstMs
    this.#mostMs = mostMs
  }

  /** How many there were since all was well. */
  get attempts(): number {
    return this.#attempts
  }

  /** A connection has lived for so long. One that lives for a moment only, again and again, is no reason to hurry. */
  lived(ms: number): void {
    if (ms > this.#mostMs) this.#attempts = 0
  }

  /** Milliseconds before the next attempt: doubling, and by chance between half and all of it, so that clients lost together come back apart. */
  next(): number {
    const doubled = this.#firstMs * 2 ** Math.min(this.#attempts++, 30)
    return Math.min(this.#mostMs, doubled) * (0.5 + Math.random() / 2)
  }
}
