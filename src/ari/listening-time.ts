const TICK_MS = 50

/**
 * Time in which we could have heard an answer, in milliseconds: while our own event loop is held up, answers wait for us and not we for them, so
 * of a hold-up only `2 * TICK_MS` count. The same ticks tell how long hold-ups are: each timer wakes an idle process, which costs it as much as an event.
 */
export class ListeningTime {
  readonly #onTick: () => void
  #timer: NodeJS.Timeout | undefined
  #passed = 0
  #looked = 0
  /** When the next tick is due; what it is late by has been noted up to here. */
  #due = 0
  #worstHoldUpMs = 0

  /** `onTick` is called some twenty times a second while we listen. */
  constructor(onTick: () => void) {
    this.#onTick = onTick
  }

  start(): void {
    this.stop()
    this.#looked = performance.now()
    this.#due = this.#looked + TICK_MS
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  now(): number {
    return this.#passed
  }

  /** For how long our event loop was held up at the worst since this was last asked; a hold-up counts once. Nothing is noted while we do not listen. */
  takeHoldUp(): number {
    if (this.#timer !== undefined) this.#noteHoldUp(performance.now())
    const worst = this.#worstHoldUpMs
    this.#worstHoldUpMs = 0
    return worst
  }

  #tick(): void {
    const now = performance.now()
    this.#noteHoldUp(now)
    this.#passed += Math.min(now - this.#looked, 2 * TICK_MS)
    this.#looked = now
    this.#due = now + TICK_MS
    this.#onTick()
  }

  #noteHoldUp(now: number): void {
    if (now <= this.#due) return
    this.#worstHoldUpMs = Math.max(this.#worstHoldUpMs, now - this.#due)
    this.#due = now
  }
}
