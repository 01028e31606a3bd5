/** The keys a caller presses, from the first moment of the call: what comes while nobody reads is kept for the next reader. */
export class CallerKeys {
  readonly #early: string[] = []
  #reader: ((key: string) => void) | undefined

  press(key: string): void {
    if (this.#reader === undefined) this.#early.push(key)
    else this.#reader(key)
  }

  /** Hands on every key until disposed, beginning with those that nobody has read. One reader at a time. */
  read(reader: (key: string) => void): Disposable {
    this.#reader = reader
    for (const key of this.#early.splice(0)) reader(key)
    return new Reading(this, reader)
  }

  /** Nobody reads any more, unless another one has begun to. */
  stop(reader: (key: string) => void): void {
    if (this.#reader === reader) this.#reader = undefined
  }
}

// A class, as those of domain/event-feed.ts.
class Reading implements Disposable {
  readonly #keys: CallerKeys
  readonly #reader: (key: string) => void

  constructor(keys: CallerKeys, reader: (key: string) => void) {
    this.#keys = keys
    this.#reader = reader
  }

  [Symbol.dispose](): void {
    this.#keys.stop(this.#reader)
  }
}
