import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Database } from '../domain/ports/database.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './postgres.ts'

const RETRY_MS = 1_000

/** A database that may be away when the server starts. Until it is of this version, every statement is refused as in an outage. */
export interface ServerDatabase extends Database {
  /**
   * What a start does with the database. Done when this resolves; while the database is away it is left, in order, for the moment in which it is
   * back. It may be begun more than once.
   */
  first(name: string, work: () => Promise<void>): Promise<void>
  /** What was left is not begun any more: the server stops. */
  leaveOff(): Promise<void>
  close(): Promise<void>
}

export interface ServerDatabaseOptions {
  readonly url: string
  readonly log: Log
  readonly retryMs?: number
}

/** Rejects when the database is there and cannot be brought up to date, or is of a newer version; one that is away is waited for beside everything else. */
export async function openServerDatabase(options: ServerDatabaseOptions): Promise<ServerDatabase> {
  const opening = new Opening(options)
  await opening.begin()
  const { pool } = opening
  const whenOpen = () => {
    if (opening.closedBy !== undefined) throw opening.closedBy
    return pool
  }
  return {
    query: async (text, values) => await whenOpen().query(text, values),
    transaction: async (work) => await whenOpen().transaction(work),
    ping: async () => await whenOpen().ping(),
    first: (name, work) => opening.first(name, work),
    leaveOff: () => opening.leaveOff(),
    async close() {
      await opening.leaveOff()
      await pool.close()
    }
  }
}

/** The way from the start of a server to a database that is of its version and knows what it is to know. */
class Opening {
  readonly pool: ReturnType<typeof openDatabase>
  /** Why no statement may be made yet. */
  closedBy: AppError | undefined
  readonly #options: ServerDatabaseOptions
  readonly #due: { readonly name: string; readonly work: () => Promise<void> }[] = []
  readonly #closing = new AbortController()
  #catchingUp: Promise<void> | undefined

  constructor(options: ServerDatabaseOptions) {
    this.#options = options
    this.pool = openDatabase(options)
  }

  async begin(): Promise<void> {
    const { url, log } = this.#options
    try {
      await migrate(url, log)
    } catch (error) {
      if (!isAway(error)) {
        await this.pool.close()
        throw error
      }
      log.error(
        { err: error },
        'The database is away; callers are served without it, records wait on disk, and nobody can sign in'
      )
      this.closedBy = toAppError(error)
      this.#catchUp()
    }
  }

  async first(name: string, work: () => Promise<void>): Promise<void> {
    if (this.closedBy === undefined && this.#due.length === 0) {
      try {
        return await work()
      } catch (error) {
        if (!isAway(error)) throw error
      }
    }
    this.#options.log.warn({ name }, 'Left until the database is back')
    this.#due.push({ name, work })
    this.#catchUp()
  }

  async leaveOff(): Promise<void> {
    this.#closing.abort()
    await this.#catchingUp
  }

  #catchUp(): void {
    const { retryMs = RETRY_MS, log } = this.#options
    const { signal } = this.#closing
    const run = async () => {
      do {
        // Ends early, by rejecting, when we are closed; the loop sees that.
        await sleep(retryMs, undefined, { signal }).catch(() => undefined)
      } while (!signal.aborted && !((await this.#isOpen()) && (await this.#isDone())))
      this.#catchingUp = undefined
      if (!signal.aborted) log.warn({}, 'The database is back, and knows what this start had to tell it')
    }
    this.#catchingUp ??= run()
  }

  async #isOpen(): Promise<boolean> {
    const before = this.closedBy
    if (before === undefined) return true
    const { url, log } = this.#options
    try {
      await migrate(url, log)
      this.closedBy = undefined
      return true
    } catch (error) {
      const why = toAppError(error)
      // Calls go on, records wait: who puts the right database there ends it.
      if (!isAway(why) && before.message !== why.message)
        log.error({ err: why }, 'The database cannot be used as it is; records wait on disk until it can')
      this.closedBy = isAway(why)
        ? why
        : new AppError('DATABASE_UNAVAILABLE', 'upstream', why.message, { details: why.details, cause: why })
      return false
    }
  }

  async #isDone(): Promise<boolean> {
    for (let next = this.#due[0]; next !== undefined && !this.#closing.signal.aborted; next = this.#due[0]) {
      try {
        await next.work()
      } catch (err) {
        if (isAway(err)) return false
        this.#options.log.error({ err, name: next.name }, 'The database refused what a start does with it')
      }
      this.#due.shift()
    }
    return true
  }
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE'
}
