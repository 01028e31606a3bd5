/** How often it looks. */
const TICK_MS = 5

interface Stall {
  readonly from: number
  readonly to: number
}

/** Knows when this process (the server's, too) did not get to do anything: what it noted at such a moment came late by as much. */
export class StallWatch {
  readonly #stalls: Stall[] = []
  readonly #timer: NodeJS.Timeout
  #last = Date.now()

  constructor() {
    this.#timer = setInterval(() => this.#look(), TICK_MS)
  }

  /** The longest stall around that moment, milliseconds. */
  around(at: number): number {
    const near = this.#stalls.filter(({ from, to }) => from - TICK_MS <= at && at <= to + TICK_MS)
    return Math.max(0, ...near.map(({ from, to }) => to - from))
  }

  /** The longest one since that moment, milliseconds. */
  since(at: number): number {
    return Math.max(0, ...this.#stalls.filter(({ to }) => to >= at).map(({ from, to }) => to - from))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = Date.now()
    if (now - this.#last > 2 * TICK_MS) this.#stalls.push({ from: this.#last, to: now })
    this.#last = now
  }
}
