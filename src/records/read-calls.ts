import { AppError } from '../domain/errors.ts'
import type { Database } from '../domain/ports/database.ts'
import { type CallRow, type CallSummary, toSummary } from './call-summary.ts'

export interface CallScope {
  readonly agents: readonly string[]
  readonly queues: readonly string[]
}

export interface CallFilter {
  /** Milliseconds; start of the call, inclusive. */
  readonly from?: number | undefined
  /** Milliseconds; start of the call, exclusive. */
  readonly to?: number | undefined
  readonly caller?: string | undefined
  readonly dialed?: string | undefined
  /** Anyone who talked to the caller. */
  readonly agent?: string | undefined
  /** Any queue the caller was in. */
  readonly queue?: string | undefined
  /** Any flow the caller went through. */
  readonly flow?: string | undefined
  readonly result?: string | undefined
  readonly reason?: string | undefined
  readonly customer?: string | undefined
  readonly contact?: string | undefined
  readonly tag?: string | undefined
  /** Only calls that one of these agents talked in, or that were in one of these queues: what somebody may look at. */
  readonly within?: CallScope | undefined
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

export interface CallPage {
  readonly calls: readonly CallSummary[]
  /** Unset on the last page. */
  readonly next?: string
}

/** Calls that fit, newest first. Calls that begin while somebody pages neither shift nor repeat a row. */
export async function listCalls(database: Database, filter: CallFilter): Promise<CallPage> {
  const { conditions, values } = toConditions(filter)
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const rows = await database.query<CallRow>(
    `select * from calls ${where} order by started_at desc, call_id desc limit $${values.length + 1}`,
    [...values, filter.limit + 1]
  )
  const page = rows.slice(0, filter.limit)
  const last = page.at(-1)
  return {
    calls: page.map(toSummary),
    ...(rows.length > filter.limit && last !== undefined ? { next: toCursor(last) } : {})
  }
}

/** Value of the filter → condition, where `?` stands for the value. */
const conditionOf = {
  from: 'started_at >= to_timestamp(?::double precision / 1000.0)',
  to: 'started_at < to_timestamp(?::double precision / 1000.0)',
  caller: 'caller = ?',
  dialed: 'dialed = ?',
  agent: 'agents @> array[?]::text[]',
  queue: 'queues @> array[?]::text[]',
  flow: 'flows @> array[?]::text[]',
  result: 'result = ?',
  reason: 'reason = ?',
  customer: 'customer_id in (select customers_merged_into(?))',
  contact: 'contact_id = ?',
  tag: 'tags @> array[?]::text[]'
} as const satisfies Partial<Record<keyof CallFilter, string>>

function toConditions(filter: CallFilter): { conditions: string[]; values: unknown[] } {
  const conditions: string[] = []
  const values: unknown[] = []
  for (const [name, condition] of Object.entries(conditionOf)) {
    const value = filter[name as keyof typeof conditionOf]
    if (value !== undefined) conditions.push(condition.replace('?', () => `$${values.push(value)}`))
  }
  if (filter.within !== undefined) {
    const [agents, queues] = [values.push(filter.within.agents), values.push(filter.within.queues)]
    conditions.push(`(agents && $${agents}::text[] or queues && $${queues}::text[])`)
  }
  if (filter.cursor !== undefined) {
    const { startedAt, callId } = fromCursor(filter.cursor)
    const [time, id] = [values.push(startedAt), values.push(callId)]
    conditions.push(`(started_at, call_id) < (to_timestamp($${time}::double precision / 1000.0), $${id}::text)`)
  }
  return { conditions, values }
}

function toCursor(row: CallRow): string {
  return Buffer.from(`${row.started_at.getTime()} ${row.call_id}`).toString('base64url')
}

function fromCursor(cursor: string): { startedAt: number; callId: string } {
  const found = /^(\d{1,15}) ([^\0]+)$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (found?.[2] === undefined)
    throw new AppError('CURSOR_INVALID', 'client', 'The cursor is not one of ours', { details: { cursor } })
  return { startedAt: Number(found[1]), callId: found[2] }
}
