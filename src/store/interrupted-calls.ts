import type { Interrupted, InterruptedCalls } from '../domain/interrupted.ts'
import type { Database } from '../domain/ports/database.ts'

/** How long another server's entry may be unknown here. */
const LOOK_AGAIN_MS = 5_000

/** Callers who were cut off, in PostgreSQL. Who they are is known here, as hardly any caller is one of them, and each would wait for a query. */
export function interruptedCallsIn(database: Database): InterruptedCalls {
  const callers = new KnownCallers(database)
  return {
    async keep(callerNumber, interrupted, notBefore) {
      await database.query(
        `insert into interrupted_calls as kept (caller, at, state) values ($1, to_timestamp($2::double precision / 1000), $3)
         on conflict (caller) do update set at = excluded.at, state = excluded.state where kept.at <= excluded.at`,
        [callerNumber, interrupted.at, JSON.stringify(interrupted)]
      )
      callers.forget()
      await database.query('delete from interrupted_calls where at < to_timestamp($1::double precision / 1000)', [notBefore])
    },
    async take(callerNumber, notBefore) {
      if (!(await callers.include(callerNumber))) return undefined
      const [row] = await database.query<{ state: Interrupted }>(
        'delete from interrupted_calls where caller = $1 returning state',
        [callerNumber]
      )
      return row !== undefined && row.state.at >= notBefore ? row.state : undefined
    }
  }
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
