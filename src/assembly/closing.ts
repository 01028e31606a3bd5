import type { Log } from '../domain/log.ts'

const SLOW_MS = 2_000

/** What has been opened, to be closed in reverse. One that fails to close is reported and does not keep the others open. */
export class Closing {
  readonly #log: Log
  readonly #opened: { readonly name: string; readonly close: () => Promise<void> }[] = []

  constructor(log: Log) {
    this.#log = log
  }

  add<Thing extends { close(): Promise<void> }>(name: string, thing: Thing): Thing {
    this.#opened.push({ name, close: () => thing.close() })
    return thing
  }

  /** Idempotent: a second call closes what was added since. */
  async close(): Promise<void> {
    for (const { name, close } of this.#opened.splice(0).reverse()) {
      const since = performance.now()
      try {
        await close()
      } catch (err) {
        this.#log.error({ err, name }, 'Could not be closed')
      }
      const ms = Math.round(performance.now() - since)
      if (ms > SLOW_MS) this.#log.warn({ name, ms }, 'Closing took long')
    }
  }
}
