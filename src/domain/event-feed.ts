import type { Signal } from './abort.ts'

/** One wait for one event. Keeps the first match from the moment of subscription, so that act-then-wait loses nothing. */
export interface Subscription<Event> extends Disposable {
  /** The first matching event; rejects with the signal's reason when it aborts first. */
  first(signal: Signal): Promise<Event>
  /** Whether it has come already. */
  readonly has: boolean
}

type Listeners<Event> = Set<(event: Event) => void>

/**
 * The events of one thing (a channel, a bridge), delivered synchronously. It dies with the thing: no listener outlives `close`.
 * Subscribe before acting; dispose with `using`.
 */
export class EventFeed<Event> {
  readonly #listeners: Listeners<Event> = new Set()

  /** Calls back on each event until disposed. */
  on(listener: (event: Event) => void): Disposable {
    this.#listeners.add(listener)
    return new Registration(this.#listeners, listener)
  }

  subscribe<Wanted extends Event>(wanted: (event: Event) => event is Wanted): Subscription<Wanted>
  subscribe(wanted: (event: Event) => boolean): Subscription<Event>
  subscribe(wanted: (event: Event) => boolean): Subscription<Event> {
    return new FirstMatch(this.#listeners, wanted)
  }

  publish(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  /** How many listeners are left: the leak guard's question. */
  get size(): number {
    return this.#listeners.size
  }

  close(): void {
    this.#listeners.clear()
  }
}

// Classes, as each command of a call has one of them: an object with a getter and a computed name costs V8 several microseconds.

class Registration<Event> implements Disposable {
  readonly #listeners: Listeners<Event>
  readonly #listener: (event: Event) => void

  constructor(listeners: Listeners<Event>, listener: (event: Event) => void) {
    this.#listeners = listeners
    this.#listener = listener
  }

  [Symbol.dispose](): void {
    this.#listeners.delete(this.#listener)
  }
}

class FirstMatch<Event> implements Subscription<Event> {
  readonly #listeners: Listeners<Event>
  readonly #listener: (event: Event) => void
  #found: { readonly event: Event } | undefined
  #wake: (() => void) | undefined

  constructor(listeners: Listeners<Event>, wanted: (event: Event) => boolean) {
    this.#listeners = listeners
    this.#listener = (event) => {
      if (this.#found !== undefined || !wanted(event)) return
      this.#found = { event }
      this.#wake?.()
    }
    listeners.add(this.#listener)
  }

  get has(): boolean {
    return this.#found !== undefined
  }

  async first(signal: Signal): Promise<Event> {
    signal.throwIfAborted()
    if (this.#found !== undefined) return this.#found.event
    await new Promise<void>((resolve, reject) => {
      const aborted = () => reject(signal.reason)
      signal.addEventListener('abort', aborted, { once: true })
      this.#wake = () => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
    })
    if (this.#found === undefined) throw new Error('The feed woke a waiter without an event')
    return (this.#found as { readonly event: Event }).event
  }

  [Symbol.dispose](): void {
    this.#listeners.delete(this.#listener)
  }
}
