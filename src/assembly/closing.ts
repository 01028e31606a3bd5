import type { Log } from '../domain/log.ts'

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
      try {
        await close()
      } catch (err) {
        this.#log.error({ err, name }, 'Could not be closed')
      }
    }
  }
}
