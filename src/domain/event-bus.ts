import type { DomainEvent, DomainEventBody } from './events.ts'
import type { Clock } from './ports/clock.ts'

/** Where rooms publish facts. */
export type Publish = (event: DomainEventBody) => void

/**
 * Hands each fact to every listener, in order, synchronously: a listener sees `offer.made` before the next command leaves.
 * A listener that throws is reported and does not stop the others.
 */
export class EventBus {
  readonly #listeners = new Set<(event: DomainEvent) => void>()
  readonly #clock: Clock
  readonly #onListenerError: (error: unknown, event: DomainEvent) => void
  #number = 0
  #isOver = false

  constructor(clock: Clock, onListenerError: (error: unknown, event: DomainEvent) => void) {
    this.#clock = clock
    this.#onListenerError = onListenerError
  }

  readonly publish: Publish = (body) => {
    if (this.#isOver) return
    // The body last: V8 copies it quickly into a new object, and slowly where more members follow, as facts have many forms.
    const event: DomainEvent = { at: this.#clock.now(), number: ++this.#number, ...body }
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#onListenerError(error, event)
      }
    }
  }

  /** What becomes true from now on is for the next process to tell. */
  fallSilent(): void {
    this.#isOver = true
  }

  listen(listener: (event: DomainEvent) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }
}
