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
    return {
      [Symbol.dispose]: () => {
        if (this.#reader === reader) this.#reader = undefined
      }
    }
  }
}
