/** The average of a number that jumps, over a window of time. */
export class LevelOverTime {
  readonly #from: number
  readonly #until: number
  #level = 0
  #since = 0
  #area = 0

  constructor(from: number, until: number) {
    this.#from = from
    this.#until = until
  }

  add(change: number, now: number): void {
    this.#area += this.#level * Math.max(0, Math.min(now, this.#until) - Math.max(this.#since, this.#from))
    this.#level += change
    this.#since = now
  }

  /** Over the whole window, which must have passed. */
  average(now: number): number {
    this.add(0, now)
    return this.#area / (this.#until - this.#from)
  }
}
