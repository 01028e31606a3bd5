const TICK_MS = 50

/**
 * Time in which we could have heard an answer, in milliseconds: while our own event loop is held up, answers wait for us and not we for them, so
 * of a hold-up only `2 * TICK_MS` count.
 */
export class ListeningTime {
  #timer: NodeJS.Timeout | undefined
  #passed = 0
  #looked = 0

  start(): void {
    this.stop()
    this.#looked = performance.now()
    this.#timer = setInterval(() => this.#look(), TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  now(): number {
    return this.#passed
  }

  #look(): void {
    const now = performance.now()
    this.#passed += Math.min(now - this.#looked, 2 * TICK_MS)
    this.#looked = now
  }
}
