import type { RealSignal, Signal } from '../domain/abort.ts'

interface Flight<Value> {
  readonly result: Promise<Value>
  readonly abandon: AbortController
  waiting: number
}

/** Work under a key that is done once, however many ask for it at the same time. */
export class SingleFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>()

  /** Joins the work in progress or starts it. The work is aborted when the last of those who wait has left. */
  async run(key: string, work: (signal: RealSignal) => Promise<Value>, signal: Signal): Promise<Value> {
    signal.throwIfAborted()
    const flight = this.#flights.get(key) ?? this.#start(key, work)
    flight.waiting++
    try {
      return await orAborted(flight.result, signal)
    } finally {
      if (--flight.waiting === 0) this.#abandon(key, flight)
    }
  }

  /** Aborts everything and waits until it has stopped. */
  async close(reason: unknown): Promise<void> {
    const flights = [...this.#flights.values()]
    for (const { abandon } of flights) abandon.abort(reason)
    await Promise.allSettled(flights.map(({ result }) => result))
  }

  get size(): number {
    return this.#flights.size
  }

  #start(key: string, work: (signal: RealSignal) => Promise<Value>): Flight<Value> {
    const abandon = new AbortController()
    const result = work(abandon.signal)
    const flight: Flight<Value> = { result, abandon, waiting: 0 }
    this.#flights.set(key, flight)
    const forget = () => this.#forget(key, flight)
    // Whoever waits gets the rejection; this branch only tidies up.
    result.then(forget, forget)
    return flight
  }

  #abandon(key: string, flight: Flight<Value>): void {
    if (this.#flights.get(key) !== flight) return
    // Forgotten first: whoever asks from now on must not join work that is being stopped.
    this.#flights.delete(key)
    flight.abandon.abort(new Error('Nobody waits for this any more'))
  }

  #forget(key: string, flight: Flight<Value>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

function orAborted<Value>(result: Promise<Value>, signal: Signal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}
