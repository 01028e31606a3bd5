/** One wait for one event. Keeps the first match from the moment of subscription, so that act-then-wait loses nothing. */
export interface Subscription<Event> extends Disposable {
  /** The first matching event; rejects with the signal's reason when it aborts first. */
  first(signal: AbortSignal): Promise<Event>
  /** Whether it has come already. */
  readonly has: boolean
}

/**
 * The events of one thing (a channel, a bridge), delivered synchronously. It dies with the thing: no listener outlives `close`.
 * Subscribe before acting; dispose with `using`.
 */
export class EventFeed<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  /** Calls back on each event until disposed. */
  on(listener: (event: Event) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  subscribe<Wanted extends Event>(wanted: (event: Event) => event is Wanted): Subscription<Wanted>
  subscribe(wanted: (event: Event) => boolean): Subscription<Event>
  subscribe(wanted: (event: Event) => boolean): Subscription<Event> {
    let found: { event: Event } | undefined
    let wake: (() => void) | undefined
    const registration = this.on((event) => {
      if (found !== undefined || !wanted(event)) return
      found = { event }
      wake?.()
    })

    return {
      [Symbol.dispose]: () => registration[Symbol.dispose](),
      get has() {
        return found !== undefined
      },
      async first(signal) {
        signal.throwIfAborted()
        if (found !== undefined) return found.event
        await new Promise<void>((resolve, reject) => {
          const aborted = () => reject(signal.reason)
          signal.addEventListener('abort', aborted, { once: true })
          wake = () => {
            signal.removeEventListener('abort', aborted)
            resolve()
          }
        })
        if (found === undefined) throw new Error('The feed woke a waiter without an event')
        return (found as { event: Event }).event
      }
    }
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
