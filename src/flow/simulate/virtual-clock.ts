import type { Signal } from '../../domain/abort.ts'
import type { Clock } from '../../domain/ports/clock.ts'

interface Sleeper {
  readonly at: number
  readonly number: number
  readonly wake: () => void
}

/** Time that passes only when somebody says so. Sleepers wake in the order of their times, each before the next. */
export class VirtualClock implements Clock {
  #now: number
  #count = 0
  readonly #sleepers = new Set<Sleeper>()

  constructor(now = 1_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** How many sleep now: the leak guard's question. */
  get sleeping(): number {
    return this.#sleepers.size
  }

  async sleep(ms: number, signal: Signal): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const aborted = () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      }
      const wake = () => {
        signal.removeEventListener('abort', aborted)
        this.#sleepers.delete(sleeper)
        resolve()
      }
      const sleeper = { at: this.#now + ms, number: ++this.#count, wake }
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', aborted, { once: true })
    })
  }

  /** Lets time pass, and everything happen that was to happen in it. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (let next = this.#nextUntil(until); next !== undefined; next = this.#nextUntil(until)) {
      this.#now = Math.max(this.#now, next.at)
      next.wake()
      await settle()
    }
    this.#now = until
    await settle()
  }

  /** Goes to the moment when the next sleeper wakes, and lets happen what happens then. False: nobody sleeps. */
  async skip(): Promise<boolean> {
    const next = this.#nextUntil(Number.POSITIVE_INFINITY)
    if (next === undefined) return false
    await this.advance(Math.max(0, next.at - this.#now))
    return true
  }

  /** Wakes all who were to wake within it at once, as after a pause of the process, before any of them has had its turn. */
  jump(ms: number): void {
    this.#now += ms
    for (let next = this.#nextUntil(this.#now); next !== undefined; next = this.#nextUntil(this.#now)) next.wake()
  }

  #nextUntil(until: number): Sleeper | undefined {
    return [...this.#sleepers]
      .filter(({ at }) => at <= until)
      .sort((one, other) => one.at - other.at || one.number - other.number)[0]
  }
}

/** Lets promises that are ready run to their ends. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
