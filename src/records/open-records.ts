import type { CallId, ContactId } from '../domain/ids.ts'
import type { Database } from '../domain/ports/database.ts'

/** A call whose end no process has told; times in milliseconds. */
export interface OpenRecord {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly startedAt: number
  readonly answeredAt?: number
}

/** What names one start of one server, so that a later start knows which were its own. */
export function nameOfStart(server: string, id: string): string {
  return `${server}/${id}`
}

/** An index begins with the result. A server's name has no `/`. */
const openRecords = `
  select call_id, contact_id, extract(epoch from started_at) * 1000 as started_at, extract(epoch from answered_at) * 1000 as answered_at
  from calls
  where result is null
    and exists (select from call_events e where e.call_id = calls.call_id and starts_with(e.instance, $1 || '/'))
    and not exists (select from call_events e where e.call_id = calls.call_id and e.instance = $2)
  order by calls.started_at, call_id`

/** Calls that earlier starts of this server told of, that have no end and of which this start has told nothing. */
export async function readOpenRecords(database: Database, server: string, thisStart: string): Promise<readonly OpenRecord[]> {
  const rows = await database.query<{
    call_id: CallId
    contact_id: ContactId
    started_at: string
    answered_at: string | null
  }>(openRecords, [server, thisStart])
  return rows.map(({ call_id: callId, contact_id: contactId, started_at: startedAt, answered_at: answeredAt }) => ({
    ...{ callId, contactId },
    startedAt: Number(startedAt),
    ...(answeredAt !== null && { answeredAt: Number(answeredAt) })
  }))
}
