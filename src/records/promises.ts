import type { AgentId, ContactId, PromiseId } from '../domain/ids.ts'
import type { CallReach } from '../domain/ports/customer-desk.ts'
import type { Database } from '../domain/ports/database.ts'
import type { GivenPromise, OpenPromise, PromiseState } from '../domain/promise.ts'

/** A row of `promises`, as far as customers' contacts show it. */
export interface PromiseRow {
  readonly promise_id: PromiseId
  readonly contact_id: ContactId
  readonly made_at: Date
  readonly what: string
  readonly until: string | null
  readonly state: PromiseState
  readonly state_at: Date | null
}

export const promiseColumns = 'promise_id, contact_id, made_at, what, until, state, state_at'

/** One promise; undefined when there is none of that id. */
export async function readPromise(database: Database, id: string): Promise<GivenPromise | undefined> {
  const [row] = await database.query<PromiseRow>(`select ${promiseColumns} from promises where promise_id = $1`, [id])
  return row && toPromise(row)
}

interface OpenRow extends PromiseRow {
  readonly agent: AgentId
  readonly caller: string | null
  readonly customer_name: string | null
}

/** The open promises of contacts of which a call is within reach, undefined: of everybody; by the day they are due, those without one last. */
export async function readOpenPromises(
  database: Database,
  reach: CallReach | undefined,
  limit: number
): Promise<readonly OpenPromise[]> {
  const within = reach === undefined ? '' : 'and (c.agents && $2::text[] or c.queues && $3::text[])'
  const rows = await database.query<OpenRow>(
    `select promise_id, p.contact_id, made_at, what, until, state, state_at, p.agent, last.caller, last.customer_name
      from promises p cross join lateral (
        select c.caller, c.customer_name from calls c where c.contact_id = p.contact_id ${within}
        order by c.started_at desc, c.call_id desc limit 1) last
      where state = 'open' order by until collate "C", made_at, promise_id limit $1`,
    reach === undefined ? [limit] : [limit, reach.agents, reach.queues]
  )
  return rows.map((row) => ({
    ...toPromise(row),
    agentId: row.agent,
    ...(row.caller !== null && { caller: row.caller }),
    ...(row.customer_name !== null && { customerName: row.customer_name })
  }))
}

/** Says what became of a promise. Said again it changes nothing, so who said it first stays in the records; undefined when there is none of that id. */
export async function markPromise(
  database: Database,
  id: string,
  state: PromiseState,
  by: string
): Promise<{ readonly promise: GivenPromise; readonly isNews: boolean } | undefined> {
  const [changed] = await database.query<PromiseRow>(
    `update promises set state = $2, state_at = now(), state_by = $3 where promise_id = $1 and state <> $2 returning ${promiseColumns}`,
    [id, state, by]
  )
  if (changed !== undefined) return { promise: toPromise(changed), isNews: true }
  const promise = await readPromise(database, id)
  return promise && { promise, isNews: false }
}

export function toPromise(row: PromiseRow): GivenPromise {
  return {
    ...{
      id: row.promise_id,
      contactId: row.contact_id,
      madeAt: row.made_at.getTime(),
      what: row.what,
      state: row.state
    },
    ...(row.until !== null && { until: row.until }),
    ...(row.state_at !== null && { stateAt: row.state_at.getTime() })
  }
}
