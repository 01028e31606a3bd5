import type { Database } from '../domain/ports/database.ts'
import type { PromiseState } from '../domain/promise.ts'
import { type CallRow, type CallSummary, toSummary } from './call-summary.ts'

/** One party's part in a call. */
export interface LegRecord {
  readonly kind: 'caller' | 'agent' | 'party'
  readonly device: string
  readonly agent: string | null
  readonly queue: string | null
  readonly beganAt: string
  readonly ringingAt: string | null
  readonly connectedAt: string | null
  readonly endedAt: string | null
  readonly result: string | null
  readonly cause: number | null
}

/** One step of the caller's way, secrets removed. */
export interface StepRecord {
  readonly flow: string
  readonly step: string
  readonly kind: string
  readonly at: string
  readonly tookMs: number
  readonly exit: string | null
  readonly detail: string | null
}

/** One fact, as it was published. */
export interface EventRecord {
  readonly at: string
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface WrapUpRecord {
  readonly agent: string
  readonly at: string
  readonly disposition: string | null
  readonly notes: string | null
}

/** What an agent has promised the customer, and what became of it. */
export interface PromiseRecord {
  readonly id: string
  readonly agent: string
  readonly madeAt: string
  readonly what: string
  readonly until: string | null
  readonly state: PromiseState
  readonly stateAt: string | null
  readonly stateBy: string | null
}

/** A message that the caller left. */
export interface MessageRecord {
  readonly id: string
  readonly queue: string
  readonly createdAt: string
  readonly seconds: number
  readonly state: string
}

/** What was recorded of a talk. */
export interface TalkRecord {
  readonly id: string
  readonly createdAt: string
  readonly seconds: number
  readonly agents: readonly string[]
}

export interface CallStory {
  readonly call: CallSummary
  readonly legs: readonly LegRecord[]
  readonly path: readonly StepRecord[]
  readonly events: readonly EventRecord[]
  readonly messages: readonly MessageRecord[]
  readonly recordings: readonly TalkRecord[]
  /** What agents noted about the contact. */
  readonly wrapUps: readonly WrapUpRecord[]
  /** And promised in it. */
  readonly promises: readonly PromiseRecord[]
}

/** A time column as ISO 8601 in UTC, or null. */
const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** The whole story of one call, as far as it is written; undefined when nothing is. */
export async function readCall(database: Database, callId: string): Promise<CallStory | undefined> {
  const [row] = await database.query<CallRow>('select * from calls where call_id = $1', [callId])
  if (row === undefined) return undefined

  const [legs, path, events, messages, recordings, wrapUps, promises] = await Promise.all([
    database.query<LegRecord>(
      `select kind, device, agent, queue, ${iso('began_at')} as "beganAt", ${iso('ringing_at')} as "ringingAt",
         ${iso('connected_at')} as "connectedAt", ${iso('ended_at')} as "endedAt", result, cause
       from legs where call_id = $1 order by began_at, instance, number`,
      [callId]
    ),
    database.query<StepRecord>(
      `select flow, step, kind, ${iso('at')} as at, took_ms as "tookMs", exit, detail
       from call_steps where call_id = $1 order by call_steps.at, instance, number`,
      [callId]
    ),
    database.query<EventRecord>(
      `select ${iso('at')} as at, type, body from call_events where call_id = $1 order by call_events.at, instance, number`,
      [callId]
    ),
    database.query<MessageRecord>(
      `select recording_id as id, queue, ${iso('created_at')} as "createdAt", duration_ms / 1000.0::double precision as seconds, state
       from recordings where call_id = $1 and kind = 'voicemail' order by recordings.created_at`,
      [callId]
    ),
    database.query<TalkRecord>(
      `select recording_id as id, ${iso('created_at')} as "createdAt", duration_ms / 1000.0::double precision as seconds, agents
       from recordings where call_id = $1 and kind = 'talk' order by recordings.created_at`,
      [callId]
    ),
    database.query<WrapUpRecord>(
      `select agent, ${iso('at')} as at, disposition, notes from wrap_ups where contact_id = $1 order by wrap_ups.at, instance, number`,
      [row.contact_id]
    ),
    database.query<PromiseRecord>(
      `select promise_id as id, agent, ${iso('made_at')} as "madeAt", what, until, state, ${iso('state_at')} as "stateAt", state_by as "stateBy"
       from promises where contact_id = $1 order by made_at, promise_id`,
      [row.contact_id]
    )
  ])
  return {
    call: toSummary(row),
    legs,
    path,
    events,
    messages,
    recordings,
    wrapUps,
    promises
  }
}
