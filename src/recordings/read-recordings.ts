import { AppError } from '../domain/errors.ts'
import type { Database } from '../domain/ports/database.ts'
import type { Pause, Peaks, RecordingKind, VoicemailState } from '../domain/recording.ts'

/** One recording as its row says. */
export interface RecordingRow {
  readonly recording_id: string
  readonly kind: RecordingKind
  readonly call_id: string
  readonly contact_id: string
  readonly caller: string
  readonly caller_name: string
  readonly customer_id: string | null
  readonly customer_name: string | null
  readonly queue: string
  readonly flow: string
  readonly created_at: Date
  readonly duration_ms: number
  /** `bigint`, which comes as text. */
  readonly bytes: string
  readonly checksum: string
  readonly file: string
  readonly state: VoicemailState
  readonly state_at: Date | null
  readonly state_by: string | null
  readonly channels: number
  readonly peaks: Peaks | null
  readonly agents: readonly string[]
  readonly started_by: string | null
  readonly cause: string | null
  readonly pauses: readonly Pause[]
  readonly protected_by: string | null
}

export interface RecordingFilter {
  readonly queue?: string | undefined
  readonly caller?: string | undefined
  readonly call?: string | undefined
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

export interface VoicemailFilter extends RecordingFilter {
  readonly state?: VoicemailState | undefined
  /** Only those of these queues: what somebody may hear. Undefined: all. */
  readonly within?: readonly string[] | undefined
}

export interface TalkFilter extends RecordingFilter {
  readonly contact?: string | undefined
  readonly agent?: string | undefined
  readonly customer?: string | undefined
  /** Begun at that moment or later; before that moment. Milliseconds since 1970. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Only talks of these agents or queues: what somebody may hear. Undefined: all. */
  readonly scope?: { readonly agents: readonly string[]; readonly queues: readonly string[] } | undefined
}

export interface RecordingPage {
  readonly rows: readonly RecordingRow[]
  /** Unset on the last page. */
  readonly next?: string
}

/** Messages that fit, newest first. Those left while somebody pages neither shift nor repeat a row. */
export async function listVoicemails(database: Database, filter: VoicemailFilter): Promise<RecordingPage> {
  const { queue, caller, call, state, within } = filter
  return list(database, filter, [
    ["kind = 'voicemail'"],
    ['queue = ?', queue],
    ['state = ?', state],
    ['caller = ?', caller],
    ['call_id = ?', call],
    ['queue = any(?::text[])', within]
  ])
}

/** Recordings of talks that fit, newest first, as above. */
export async function listTalks(database: Database, filter: TalkFilter): Promise<RecordingPage> {
  const { queue, caller, call, contact, agent, customer, from, to, scope } = filter
  return list(database, filter, [
    ["kind = 'talk'"],
    ['queue = ?', queue],
    ['caller = ?', caller],
    ['call_id = ?', call],
    ['contact_id = ?', contact],
    ['agents @> array[?::text]', agent],
    ['customer_id = ?', customer],
    ['created_at >= to_timestamp(?::double precision / 1000.0)', from],
    ['created_at < to_timestamp(?::double precision / 1000.0)', to],
    ['(agents && ?::text[] or queue = any(?::text[]))', ...(scope === undefined ? [undefined] : [scope.agents, scope.queues])]
  ])
}

/** A condition and the value of each `?` in it; it is left out when its value is. */
type Condition = readonly [sql: string, ...values: readonly unknown[]]

async function list(database: Database, filter: RecordingFilter, conditions: readonly Condition[]): Promise<RecordingPage> {
  const values: unknown[] = []
  const wanted = conditions
    .filter(([, ...given]) => given.every((value) => value !== undefined))
    .map(([sql, ...given]) => {
      let next = 0
      return sql.replaceAll('?', () => `$${values.push(given[next++])}`)
    })
  if (filter.cursor !== undefined) {
    const { createdAt, id } = fromCursor(filter.cursor)
    const [time, last] = [values.push(createdAt), values.push(id)]
    wanted.push(`(created_at, recording_id) < (to_timestamp($${time}::double precision / 1000.0), $${last}::text)`)
  }
  const rows = await database.query<RecordingRow>(
    `select * from recordings where ${wanted.join(' and ')}
     order by created_at desc, recording_id desc limit $${values.length + 1}`,
    [...values, filter.limit + 1]
  )
  const page = rows.slice(0, filter.limit)
  const last = page.at(-1)
  return { rows: page, ...(rows.length > filter.limit && last !== undefined && { next: toCursor(last) }) }
}

export async function readVoicemail(database: Database, id: string): Promise<RecordingRow | undefined> {
  return readOf(database, 'voicemail', id)
}

export async function readTalk(database: Database, id: string): Promise<RecordingRow | undefined> {
  return readOf(database, 'talk', id)
}

async function readOf(database: Database, kind: RecordingKind, id: string): Promise<RecordingRow | undefined> {
  const [row] = await database.query<RecordingRow>('select * from recordings where recording_id = $1 and kind = $2', [id, kind])
  return row
}

/** The messages that nobody has listened to, with their queues. */
export async function newVoicemails(database: Database): Promise<readonly { readonly id: string; readonly queue: string }[]> {
  return database.query("select recording_id as id, queue from recordings where kind = 'voicemail' and state = 'new'")
}

/** How long recordings of a kind are kept, milliseconds. */
export interface KeepRule {
  readonly keepMs: number
  /** Of queues that keep theirs for another time. */
  readonly byQueue: ReadonlyMap<string, number>
}

/** Some of those that are to be kept no longer, oldest first; what is protected never is. */
export async function outdatedRecordings(
  database: Database,
  kind: RecordingKind,
  { keepMs, byQueue }: KeepRule,
  now: number,
  limit: number
): Promise<readonly RecordingRow[]> {
  return database.query<RecordingRow>(
    `select r.* from recordings r
     left join unnest($1::text[], $2::double precision[]) as rule (queue, keep_ms) on rule.queue = r.queue
     where r.kind = $3 and r.protected_by is null
       and r.created_at < to_timestamp(($4::double precision - coalesce(rule.keep_ms, $5::double precision)) / 1000.0)
     order by r.created_at, r.recording_id limit $6`,
    [[...byQueue.keys()], [...byQueue.values()], kind, now, keepMs, limit]
  )
}

function toCursor(row: RecordingRow): string {
  return Buffer.from(`${row.created_at.getTime()} ${row.recording_id}`).toString('base64url')
}

function fromCursor(cursor: string): { createdAt: number; id: string } {
  const found = /^(\d{1,15}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (found?.[2] === undefined)
    throw new AppError('CURSOR_INVALID', 'client', 'The cursor is not one of ours', { details: { cursor } })
  return { createdAt: Number(found[1]), id: found[2] }
}
