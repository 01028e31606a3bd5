import type { AgentId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Database } from '../domain/ports/database.ts'
import type { ServedBefore } from '../domain/ports/served-before.ts'

/** Each half has an index in its order. */
const lastCall = `
  select agent from (
    (select agent, started_at from calls
      where customer_id = $1 and agent is not null and started_at >= to_timestamp($3::double precision / 1000.0)
      order by started_at desc limit 1)
    union all
    (select agent, started_at from calls
      where caller = $2 and agent is not null and started_at >= to_timestamp($3::double precision / 1000.0)
      order by started_at desc limit 1)
  ) as before order by started_at desc limit 1`

/** Asks the records. Calls of the last second or two may not be among them yet. */
export function servedBeforeIn(database: Database, clock: { now(): number }, log: Log): ServedBefore {
  return {
    async lastAgent({ customerId, number }, withinMs, signal) {
      signal.throwIfAborted()
      const known = [customerId ?? null, number === '' ? null : number, clock.now() - withinMs]
      try {
        const [row] = await database.query<{ agent: string }>(lastCall, known)
        return row?.agent as AgentId | undefined
      } catch (err) {
        signal.throwIfAborted()
        log.warn({ err }, 'Who served a customer last cannot be looked up; anybody may')
        return undefined
      }
    }
  }
}
