import { Abort } from '../../domain/abort.ts'
import type { Clock } from '../../domain/ports/clock.ts'

const cancelled = new Error('The timer was cancelled')

interface Timer {
  readonly at: number
  readonly stop: Abort
}

/** Deadlines by name: each at most once, cancelled without a trace. */
export class Timers {
  readonly #clock: Clock
  readonly #onFault: (error: unknown) => void
  readonly #timers = new Map<string, Timer>()
  #disposed = false

  constructor(clock: Clock, onFault: (error: unknown) => void) {
    this.#clock = clock
    this.#onFault = onFault
  }

  get size(): number {
    return this.#timers.size
  }

  /** Runs at that time, in place of what was set under the name before. */
  set(name: string, at: number, run: () => void): void {
    if (this.#disposed || this.#timers.get(name)?.at === at) return
    this.cancel(name)
    const timer = { at, stop: new Abort() }
    this.#timers.set(name, timer)
    void this.#wait(name, timer, run)
  }

  cancel(name: string): void {
    const timer = this.#timers.get(name)
    this.#timers.delete(name)
    timer?.stop.abort(cancelled)
  }

  /** Cancels all; nothing can be set any more. */
  dispose(): void {
    this.#disposed = true
    for (const name of [...this.#timers.keys()]) this.cancel(name)
  }

  async #wait(name: string, timer: Timer, run: () => void): Promise<void> {
    try {
      // setTimeout counts on a clock of its own and may ring a millisecond early; who asks for the time then must find it has come.
      do await this.#clock.sleep(Math.max(0, timer.at - this.#clock.now()), timer.stop.signal)
      while (this.#clock.now() < timer.at)
      // Cancelled between the ring of the clock and this line.
      if (this.#timers.get(name) !== timer) return
      this.#timers.delete(name)
      run()
    } catch (error) {
      // A cancelled sleep rejects by contract; anything else has no caller to tell.
      if (!timer.stop.signal.aborted) this.#onFault(error)
    }
  }
}
