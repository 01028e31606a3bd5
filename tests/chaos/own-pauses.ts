/** How often it looks. */
const TICK_MS = 5

/** Knows when this process got to do nothing: what came at such a time was heard only after it. */
export class OwnPauses {
  readonly #pauses: { readonly from: number; readonly to: number }[] = []
  readonly #timer: NodeJS.Timeout
  #last = Date.now()

  constructor() {
    this.#timer = setInterval(() => this.#look(), TICK_MS)
  }

  /** For how much of that time, milliseconds. */
  within(from: number, to: number): number {
    this.#look()
    return this.#pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(to, pause.to) - Math.max(from, pause.from)), 0)
  }

  /** The longest since that moment, milliseconds. */
  longest(since: number): number {
    this.#look()
    return Math.max(0, ...this.#pauses.filter(({ to }) => to >= since).map(({ from, to }) => to - from))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = Date.now()
    if (now - this.#last > 2 * TICK_MS) this.#pauses.push({ from: this.#last, to: now })
    this.#last = now
  }
}
