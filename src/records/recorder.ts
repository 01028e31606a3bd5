import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Abort, type Signal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import { type Entry, entryOf, isRecorded, lineOf } from './entry.ts'
import { RecordsJournal } from './records-journal.ts'
import { SpillFile } from './spill-file.ts'
import { writeBatch } from './write-batch.ts'

export interface RecorderOptions {
  readonly database: Database
  readonly log: Log
  readonly clock: Clock
  /** Names this start of this process; never used twice. */
  readonly instance: string
  /** Where facts wait while the database is away. */
  readonly spillDir: string
  readonly everyMs?: number
  readonly batchMax?: number
}

export interface RecorderStats {
  /** Facts in memory. */
  readonly pending: number
  /** Facts on disk, in bytes. */
  readonly spilledBytes: number
  readonly written: number
  /** Facts that the database will never take; they are kept in `records-rejected.jsonl`. */
  readonly rejected: number
  /** Facts lost because neither database nor disk took them. */
  readonly lost: number
  readonly failing: boolean
}

/** Where facts are kept in memory when even the disk fails. */
const MEMORY_MAX = 100_000
const RETRY_MS = { first: 250, max: 10_000 }

const woken = new Error('There is something to write at once')

/** With more facts than that in hand at once the next batch waits longer, so that it is worth its round trips. */
const FEW = 20
const LONGER = 4

/**
 * Listens to facts and writes them in batches, at least once and in order. Never makes a call wait.
 *
 *   memory ──every 250 ms, where many come every second──▶ PostgreSQL
 *      └──it fails──▶ file ──when it is back, oldest first──▶ PostgreSQL
 *
 * While anything waits in the file, new facts go behind it. The file outlives the process, and what is in memory is in a journal beside it.
 */
export class Recorder {
  readonly #options: Required<RecorderOptions>
  readonly #spill: SpillFile
  readonly #journal: RecordsJournal
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #wake = new Abort()
  /** Who waits until so many facts are in the database, of all that were ever told or found. */
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []
  #told: number
  #pending: Entry[] = []
  /** The last of them, in this turn of the event loop: not in the journal yet. */
  #unjournalled: Entry[] = []
  #journalFails = false
  #diskFails = false
  #busy = false
  #failures = 0
  #retryAt = 0
  #counts = { written: 0, rejected: 0, lost: 0 }

  constructor(options: RecorderOptions, spill: SpillFile, journal: RecordsJournal) {
    this.#options = { everyMs: 250, batchMax: 500, ...options }
    this.#spill = spill
    this.#journal = journal
    // They stay in the journal until they are in the database or in the file: a start needs no room on the disk.
    this.#pending.push(...journal.found)
    this.#told = journal.found.length
    this.#running = this.#run()
  }

  readonly listener = (event: DomainEvent): void => {
    if (!isRecorded(event)) return
    const entry = entryOf(this.#options.instance, event)
    this.#pending.push(entry)
    this.#told++
    // What one step of a call tells goes into the journal in one write.
    if (this.#unjournalled.push(entry) === 1) setImmediate(() => this.#keep())
    if (this.#pending.length === this.#options.batchMax) this.#wake.abort(woken)
  }

  /** Resolves when all facts so far are in the database; tries at once. */
  async flush(signal: Signal): Promise<void> {
    signal.throwIfAborted()
    if (!this.#busy && this.#pending.length === 0 && this.#spill.waiting === 0) return
    this.#retryAt = 0
    await new Promise<void>((resolve, reject) => {
      const aborted = () => reject(signal.reason)
      signal.addEventListener('abort', aborted, { once: true })
      const done = () => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
      this.#waiting.push({ count: this.#told, resolve: done })
      this.#wake.abort(woken)
    })
  }

  stats(): RecorderStats {
    return { pending: this.#pending.length, spilledBytes: this.#spill.waiting, ...this.#counts, failing: this.#failures > 0 }
  }

  /** Writes what is left, to the database or else to the file. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#wake.abort(woken)
    await this.#running
    if (this.#failures === 0) await this.#work()
    try {
      await this.#toFile([])
    } finally {
      this.#journal.close()
      await this.#spill.close()
    }
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#untilDue()
      this.#wake = new Abort()
      if (!this.#closing.signal.aborted) await this.#work()
    }
  }

  async #untilDue(): Promise<void> {
    const { clock, everyMs } = this.#options
    const { signal } = this.#wake
    try {
      await clock.sleep(everyMs, signal)
      if (this.#pending.length > FEW) await clock.sleep(everyMs * (LONGER - 1), signal)
    } catch {
      // Woken early: it is time to work, too.
    }
  }

  /** Never rejects: this loop must outlive whatever happens to the database or the disk. */
  async #work(): Promise<void> {
    this.#busy = true
    try {
      const waiting = this.#options.clock.now() < this.#retryAt
      if (waiting || this.#spill.waiting > 0) await this.#toFile([])
      if (!waiting) await this.#toDatabase()
      this.#diskFails = false
    } catch (error) {
      if (!this.#diskFails) this.#options.log.error({ err: error }, 'The records cannot be written to disk')
      this.#diskFails = true
    }
    this.#busy = false
    this.#tellWhoWaits()
  }

  async #toDatabase(): Promise<void> {
    while (this.#spill.waiting > 0) {
      const { entries, end } = await this.#spill.peek(this.#options.batchMax)
      if (!(await this.#send(entries))) return
      await this.#spill.take(end)
    }
    // What is told meanwhile waits for the next time: on a busy server that is always something, and small batches cost the most.
    const { batchMax } = this.#options
    let left = this.#pending.length
    this.#journal.begin()
    while (left > 0) {
      // What is told between the waking and the taking goes along, rather than alone.
      const batch = this.#pending.splice(0, left < 2 * batchMax ? left : batchMax)
      left -= batch.length
      if (!(await this.#send(batch))) return await this.#toFile(batch)
    }
    this.#journal.clearOlder()
    this.#allSafe()
  }

  async #toFile(first: readonly Entry[]): Promise<void> {
    const entries = [...first, ...this.#pending.splice(0)]
    this.#journal.begin()
    try {
      await this.#spill.append(entries)
    } catch (error) {
      this.#pending.unshift(...entries)
      this.#counts.lost += this.#pending.splice(0, Math.max(0, this.#pending.length - MEMORY_MAX)).length
      throw error
    }
    this.#journal.clearOlder()
    this.#allSafe()
  }

  #keep(): void {
    const entries = this.#unjournalled.splice(0)
    // In the database already.
    if (entries.length === 0 || this.#closing.signal.aborted) return
    try {
      this.#journal.append(entries)
      this.#journalFails = false
    } catch (error) {
      // They go on to the database from memory; only a kill within this second would lose them.
      if (!this.#journalFails) this.#options.log.error({ err: error }, 'The journal of records cannot be written')
      this.#journalFails = true
    }
  }

  /** Whatever was told until now is in the database or in the file. */
  #allSafe(): void {
    if (this.#pending.length > 0) return
    this.#unjournalled = []
    this.#journal.clear()
  }

  /** False when the database is away. */
  async #send(entries: readonly Entry[]): Promise<boolean> {
    const { log, clock } = this.#options
    try {
      await this.#write(entries)
    } catch (error) {
      if (this.#failures === 0) log.warn({ err: error }, 'The database is away; records are kept on disk')
      this.#retryAt = clock.now() + Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** this.#failures)
      this.#failures++
      return false
    }
    if (this.#failures > 0) log.info({ failures: this.#failures }, 'The database takes records again')
    this.#failures = 0
    return true
  }

  /** Halves a batch that the database refuses for its content until the bad fact stands alone. */
  async #write(entries: readonly Entry[]): Promise<void> {
    try {
      if (entries.length > 0) await writeBatch(this.#options.database, entries)
      this.#counts.written += entries.length
    } catch (error) {
      if (!isBadContent(error)) throw error
      const [only, ...others] = entries
      if (only !== undefined && others.length === 0) return await this.#reject(only, error)
      const half = Math.ceil(entries.length / 2)
      await this.#write(entries.slice(0, half))
      await this.#write(entries.slice(half))
    }
  }

  async #reject(entry: Entry, error: unknown): Promise<void> {
    this.#counts.rejected++
    this.#options.log.error(
      { err: error, type: entry.event.type },
      'The database refused a record; it is kept in records-rejected.jsonl'
    )
    await appendFile(join(this.#options.spillDir, 'records-rejected.jsonl'), lineOf(entry), { mode: 0o600 })
  }

  #tellWhoWaits(): void {
    if (this.#spill.waiting > 0) return
    const written = this.#told - this.#pending.length
    const waiting = this.#waiting
    this.#waiting = waiting.filter(({ count }) => count > written)
    for (const { count, resolve } of waiting) if (count <= written) resolve()
  }
}

/** Starts to record. What an earlier process left on disk is written first. */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const onDamage = (line: string) => options.log.warn({ characters: line.length }, 'A record on disk was cut off and is skipped')
  const spill = await SpillFile.open(join(options.spillDir, 'records-waiting.jsonl'), onDamage)
  const journal = new RecordsJournal(options.spillDir, onDamage)
  // What was written to the database before the kill is skipped there.
  return new Recorder(options, spill, journal)
}

/**
 * SQLSTATE classes 22 (data exception), 23 (integrity) and 54 (a limit of PostgreSQL, such as that of an index entry): no later attempt can
 * do better.
 */
function isBadContent(error: unknown): boolean {
  return error instanceof AppError && /^(22|23|54)/.test(String(error.details.sqlState))
}
