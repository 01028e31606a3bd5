import type { CallDoor } from '../domain/call-phase.ts'
import type { AgentId, CallId, ContactId, DeviceId } from '../domain/ids.ts'
import type { Database } from '../domain/ports/database.ts'

/** A call whose end no process has told; times in milliseconds. */
export interface OpenRecord {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly startedAt: number
  readonly answeredAt?: number
  readonly caller: DeviceId
  readonly callerName: string
  readonly dialed: string
  readonly door: CallDoor
  readonly language: string
  readonly flow?: string
  /** All they came to, in order. */
  readonly queues: readonly string[]
  /** All who talked to the caller. */
  readonly agents: readonly AgentId[]
}

/** What names one start of one server, so that a later start knows which were its own. */
export function nameOfStart(server: string, id: string): string {
  return `${server}/${id}`
}

/** An index begins with the result. A server's name has no `/`. */
const openRecords = `
  select call_id, contact_id, extract(epoch from started_at) * 1000 as started_at, extract(epoch from answered_at) * 1000 as answered_at,
    coalesce(caller, '') as caller, coalesce(caller_name, '') as caller_name, coalesce(dialed, '') as dialed,
    coalesce(door, 'trunk') as door, coalesce(language, 'en') as language, flow, queues, agents
  from calls
  where result is null
    and exists (select from call_events e where e.call_id = calls.call_id and starts_with(e.instance, $1 || '/'))
    and not exists (select from call_events e where e.call_id = calls.call_id and e.instance = $2)
  order by calls.started_at, call_id`

/** Calls that earlier starts of this server told of, that have no end and of which this start has told nothing. */
export async function readOpenRecords(database: Database, server: string, thisStart: string): Promise<readonly OpenRecord[]> {
  const rows = await database.query<OpenRow>(openRecords, [server, thisStart])
  return rows.map((row) => ({
    ...{ callId: row.call_id, contactId: row.contact_id, startedAt: Number(row.started_at) },
    ...(row.answered_at !== null && { answeredAt: Number(row.answered_at) }),
    ...{ caller: row.caller, callerName: row.caller_name, dialed: row.dialed, door: row.door, language: row.language },
    ...(row.flow !== null && { flow: row.flow }),
    ...{ queues: row.queues, agents: row.agents }
  }))
}

interface OpenRow extends Pick<OpenRecord, 'caller' | 'dialed' | 'door' | 'language' | 'queues' | 'agents'> {
  readonly call_id: CallId
  readonly contact_id: ContactId
  readonly started_at: string
  readonly answered_at: string | null
  readonly caller_name: string
  readonly flow: string | null
}
