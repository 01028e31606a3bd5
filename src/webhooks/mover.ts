import { appendFile } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { type BackOff, backOffMs } from './back-off.ts'
import type { Entry } from './entry.ts'
import type { Journal } from './journal.ts'
import type { Outbox } from './outbox.ts'
import { Waker } from './waker.ts'

export interface MoverOptions {
  readonly journal: Journal
  readonly outbox: Pick<Outbox, 'add'>
  readonly clock: Clock
  readonly log: Log
  /** Events that the database will never take. */
  readonly rejectedFile: string
  /** Events have come into the outbox. */
  onMoved(): void
}

const BATCH_MAX = 500
const LOOK_AGAIN_MS = 5_000
const databaseBackOff: BackOff = { firstMs: 250, maxMs: 10_000 }

/** Brings events out of the journal into the outbox, as soon as they are there and as long as the database takes them. */
export class Mover {
  readonly #options: MoverOptions
  readonly #waker: Waker
  readonly #running: Promise<void>
  #closed = false
  #failures = 0

  constructor(options: MoverOptions) {
    this.#options = options
    this.#waker = new Waker(options.clock)
    this.#running = this.#run()
  }

  /** There is something in the journal. Soon is soon enough: while the database is away, it is not asked more often. */
  wake(): void {
    if (this.#failures === 0) this.#waker.wake()
  }

  /** Moves what can be moved; the rest stays on disk for the next start. */
  async close(): Promise<void> {
    this.#closed = true
    this.#waker.wake()
    await this.#running
    if (this.#failures === 0) await this.#move()
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      await this.#move()
      await this.#waker.sleep(this.#failures === 0 ? LOOK_AGAIN_MS : backOffMs(this.#failures, databaseBackOff, Math.random))
    }
  }

  /** Never rejects: this loop must outlive whatever happens to the database or the disk. */
  async #move(): Promise<void> {
    const { journal, log, onMoved } = this.#options
    if (journal.isEmpty) return
    try {
      for (const path of journal.seal()) {
        await this.#add(await journal.read(path))
        await journal.drop(path)
      }
      await this.#moveMemory()
      if (this.#failures > 0) log.info({ failures: this.#failures }, 'The events of webhooks are in the database again')
      this.#failures = 0
      onMoved()
    } catch (err) {
      if (this.#failures++ === 0)
        log.warn({ err }, 'The events of webhooks cannot be put into the database; they are kept on disk')
    }
  }

  async #moveMemory(): Promise<void> {
    const entries = this.#options.journal.takeMemory()
    try {
      await this.#add(entries)
    } catch (error) {
      this.#options.journal.giveBack(entries)
      throw error
    }
  }

  async #add(entries: readonly Entry[]): Promise<void> {
    for (let at = 0; at < entries.length; at += BATCH_MAX) await this.#addBatch(entries.slice(at, at + BATCH_MAX))
  }

  /** What the database refuses for its content is told apart, one by one, so that it holds up nothing else. */
  async #addBatch(entries: readonly Entry[]): Promise<void> {
    const { outbox, log, rejectedFile } = this.#options
    try {
      await outbox.add(entries)
    } catch (error) {
      const [entry] = entries
      if (!isBadContent(error) || entry === undefined) throw error
      if (entries.length > 1) {
        for (const one of entries) await this.#addBatch([one])
        return
      }
      const { webhook, type } = entry
      log.error({ err: error, webhook, type }, 'The database refused an event of a webhook; it is kept in rejected.jsonl')
      await appendFile(rejectedFile, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    }
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity): no later attempt can do better. */
function isBadContent(error: unknown): boolean {
  return error instanceof AppError && /^2[23]/.test(String(error.details.sqlState))
}
