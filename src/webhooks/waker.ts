import type { Clock } from '../domain/ports/clock.ts'

/** Sleeps that can be cut short. A wake that comes while nobody sleeps cuts the next sleep. */
export class Waker {
  readonly #clock: Clock
  #alarm = new AbortController()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wake(): void {
    this.#alarm.abort()
  }

  async sleep(ms: number): Promise<void> {
    const alarm = this.#alarm
    // Waking early rejects the sleep; both mean that it is time to look.
    await this.#clock.sleep(ms, alarm.signal).catch(() => undefined)
    if (this.#alarm.signal.aborted) this.#alarm = new AbortController()
  }
}
