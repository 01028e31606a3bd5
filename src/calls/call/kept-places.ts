import { AppError } from '../../domain/errors.ts'
import type { KeptPlace, KeptPlaceStore } from '../../domain/kept-place.ts'
import type { Log } from '../../domain/log.ts'
import type { Clock } from '../../domain/ports/clock.ts'

/** No queue keeps places for longer. */
export const KEEP_LIMIT_MS = 3_600_000

/**
 * Places of callers who were cut off, until they call again. Kept in memory, where a call finds them without waiting, and written behind it: a
 * database that is away costs a place only when the server stops meanwhile.
 */
export class KeptPlaces {
  readonly #store: KeptPlaceStore
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: Log
  readonly #places = new Map<string, KeptPlace>()
  #writing: Promise<unknown> = Promise.resolve()

  constructor(store: KeptPlaceStore, clock: Pick<Clock, 'now'>, log: Log) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  get size(): number {
    return this.#places.size
  }

  /** Takes up what an earlier process kept; of who has called since, what is known by now stays. DATABASE_UNAVAILABLE: to be tried again. */
  async restore(): Promise<void> {
    try {
      for (const [number, place] of await this.#store.list(this.#notBefore())) {
        if (!this.#places.has(number)) this.#places.set(number, place)
      }
    } catch (err) {
      if (err instanceof AppError && err.code === 'DATABASE_UNAVAILABLE') throw err
      // It costs these callers their places, and nobody the start.
      this.#log.warn({ err }, 'Places of callers who were cut off cannot be read')
    }
  }

  /** One for each number: the latest. */
  keep(callerNumber: string, place: KeptPlace): void {
    const notBefore = this.#notBefore()
    // The oldest come first, as each is put at the end.
    for (const [number, { at }] of this.#places) {
      if (at >= notBefore) break
      this.#places.delete(number)
    }
    this.#places.delete(callerNumber)
    this.#places.set(callerNumber, place)
    this.#write(() => this.#store.keep(callerNumber, place, notBefore))
  }

  /** Gives the place back, once, when it was in that queue and not left before that long. */
  take(callerNumber: string, queue: string, withinMs: number): KeptPlace | undefined {
    const place = this.#places.get(callerNumber)
    if (place === undefined || !place.queues.includes(queue) || place.at < this.#clock.now() - withinMs) return undefined
    this.#places.delete(callerNumber)
    this.#write(() => this.#store.forget(callerNumber))
    return place
  }

  /** Resolves when all is written that can be. */
  async close(): Promise<void> {
    await this.#writing
  }

  #notBefore(): number {
    return this.#clock.now() - KEEP_LIMIT_MS
  }

  /** In order, so that a place that was given back is not written after that. */
  #write(write: () => Promise<void>): void {
    this.#writing = this.#writing
      .then(write)
      .catch((err) => this.#log.warn({ err }, 'The place of a caller who was cut off could not be written down'))
  }
}
