import type { Log } from '../domain/log.ts'

const SLOW_MS = 2_000

/** What has been opened, to be closed in reverse. One that fails to close is reported and does not keep the others open. */
export class Closing {
  readonly #log: Log
  readonly #opened: { readonly name: string; readonly close: () => Promise<void>; readonly stays: boolean }[] = []

  constructor(log: Log) {
    this.#log = log
  }

  /** `stays`: to close it ends what the next process is to go on with. */
  add<Thing extends { close(): Promise<void> }>(name: string, thing: Thing, stays?: 'stays'): Thing {
    this.#opened.push({ name, close: () => thing.close(), stays: stays !== undefined })
    return thing
  }

  /** Closes all but what stays; the process is to end then. */
  async leave(): Promise<void> {
    const leaving = this.#opened.splice(0).filter(({ stays }) => !stays)
    this.#opened.push(...leaving)
    await this.close()
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
