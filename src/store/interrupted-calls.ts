import { AppError } from '../domain/errors.ts'
import type { Interrupted, InterruptedCalls } from '../domain/interrupted.ts'
import type { Database } from '../domain/ports/database.ts'

/** How long another server's entry may be unknown here. */
const LOOK_AGAIN_MS = 5_000

/**
 * Callers who were cut off, in PostgreSQL. Who they are is known here, as hardly any caller is one of them, and each would wait for a query.
 * What the database does not take as it is away is in memory until it takes the next.
 */
export function interruptedCallsIn(database: Database): InterruptedCalls {
  const callers = new KnownCallers(database)
  const unwritten = new Map<string, Interrupted>()
  const write = async (notBefore: number) => {
    const refusals: unknown[] = []
    for (const [callerNumber, interrupted] of unwritten) {
      await keep(database, callerNumber, interrupted).catch((error: unknown) => {
        // What it refuses is not to keep the others out.
        if (isAway(error)) throw error
        refusals.push(error)
      })
      callers.forget()
      // They have called again while it was written.
      if (!unwritten.has(callerNumber)) await take(database, callerNumber)
      if (unwritten.get(callerNumber) === interrupted) unwritten.delete(callerNumber)
    }
    await database.query('delete from interrupted_calls where at < to_timestamp($1::double precision / 1000)', [notBefore])
    if (refusals.length > 0) throw refusals[0]
  }
  const written = async (callerNumber: string) =>
    (await callers.include(callerNumber)) ? await take(database, callerNumber) : undefined
  return {
    async keep(callerNumber, interrupted, notBefore) {
      for (const [number, { at }] of unwritten) if (at < notBefore) unwritten.delete(number)
      unwritten.set(callerNumber, later(unwritten.get(callerNumber), interrupted))
      try {
        await write(notBefore)
      } catch (error) {
        // It is found in memory, unless the server stops meanwhile.
        if (!isAway(error)) throw error
      }
    },
    async take(callerNumber, notBefore) {
      const held = unwritten.get(callerNumber)
      unwritten.delete(callerNumber)
      // It is the last one, and the caller does not wait for a database that is slow or away; what that has is of before, or is taken out as it is written.
      if (held !== undefined) void written(callerNumber).catch(() => undefined)
      const state = held ?? (await written(callerNumber))
      return state !== undefined && state.at >= notBefore ? state : undefined
    }
  }
}

async function keep(database: Database, callerNumber: string, interrupted: Interrupted): Promise<void> {
  await database.query(
    `insert into interrupted_calls as kept (caller, at, state) values ($1, to_timestamp($2::double precision / 1000), $3)
     on conflict (caller) do update set at = excluded.at, state = excluded.state where kept.at <= excluded.at`,
    [callerNumber, interrupted.at, JSON.stringify(interrupted)]
  )
}

async function take(database: Database, callerNumber: string): Promise<Interrupted | undefined> {
  const [row] = await database.query<{ state: Interrupted }>('delete from interrupted_calls where caller = $1 returning state', [
    callerNumber
  ])
  return row?.state
}

function later(one: Interrupted | undefined, other: Interrupted): Interrupted {
  return one !== undefined && one.at > other.at ? one : other
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE'
}

/** The numbers in the table, read again by the first who asks after a while. */
class KnownCallers {
  readonly #database: Database
  #known: Promise<ReadonlySet<string>> | undefined
  #readAt = 0

  constructor(database: Database) {
    this.#database = database
  }

  async include(callerNumber: string): Promise<boolean> {
    if (this.#known === undefined || performance.now() - this.#readAt > LOOK_AGAIN_MS) this.#known = this.#read()
    return (await this.#known).has(callerNumber)
  }

  /** There is another one. Who is asking now began before it was there. */
  forget(): void {
    this.#known = undefined
  }

  async #read(): Promise<ReadonlySet<string>> {
    this.#readAt = performance.now()
    try {
      const rows = await this.#database.query<{ caller: string }>('select caller from interrupted_calls')
      return new Set(rows.map(({ caller }) => caller))
    } catch (error) {
      // Whoever comes next asks anew.
      this.#known = undefined
      throw error
    }
  }
}
