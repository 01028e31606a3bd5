import type { Interrupted, InterruptedCalls } from '../domain/interrupted.ts'
import type { Database } from '../domain/ports/database.ts'

/** Callers who were cut off, in PostgreSQL. */
export function interruptedCallsIn(database: Database): InterruptedCalls {
  return {
    async keep(callerNumber, interrupted, notBefore) {
      await database.query(
        `insert into interrupted_calls as kept (caller, at, state) values ($1, to_timestamp($2::double precision / 1000), $3)
         on conflict (caller) do update set at = excluded.at, state = excluded.state where kept.at <= excluded.at`,
        [callerNumber, interrupted.at, JSON.stringify(interrupted)]
      )
      await database.query('delete from interrupted_calls where at < to_timestamp($1::double precision / 1000)', [notBefore])
    },
    async take(callerNumber, notBefore) {
      const [row] = await database.query<{ state: Interrupted }>(
        'delete from interrupted_calls where caller = $1 returning state',
        [callerNumber]
      )
      return row !== undefined && row.state.at >= notBefore ? row.state : undefined
    }
  }
}
