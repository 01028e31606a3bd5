/**
 * Tells others what happened, after the command that made it happen is complete. A listener may give commands: they take effect
 * at once, and what they bring about is told after what was already in the box. So everybody hears the facts in one order.
 */
export class Outbox {
  readonly #onFault: (error: unknown) => void
  readonly #box: (() => void)[] = []
  readonly #onIdle: () => void
  #depth = 0

  /** `onIdle` is called when all is told, and may put more into the box. */
  constructor(onIdle: () => void, onFault: (error: unknown) => void) {
    this.#onIdle = onIdle
    this.#onFault = onFault
  }

  put(tell: () => void): void {
    this.#box.push(tell)
  }

  /** Carries out a command; the outermost one empties the box. */
  during<Value>(command: () => Value): Value {
    this.#depth++
    try {
      return command()
    } finally {
      if (this.#depth === 1) this.#empty()
      this.#depth--
    }
  }

  #empty(): void {
    do {
      for (let tell = this.#box.shift(); tell !== undefined; tell = this.#box.shift()) {
        try {
          tell()
        } catch (error) {
          // One listener's fault is reported and must not keep the news from the others.
          this.#onFault(error)
        }
      }
      this.#onIdle()
    } while (this.#box.length > 0)
  }
}
