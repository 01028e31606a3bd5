import { AppError } from '../domain/errors.ts'
import type { Database } from '../domain/ports/database.ts'
import type { RecordingKind, VoicemailState } from '../domain/recording.ts'

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
}

export interface VoicemailFilter {
  readonly queue?: string | undefined
  readonly state?: VoicemailState | undefined
  readonly caller?: string | undefined
  readonly call?: string | undefined
  /** Only those of these queues: what somebody may hear. Undefined: all. */
  readonly within?: readonly string[] | undefined
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

export interface VoicemailPage {
  readonly rows: readonly RecordingRow[]
  /** Unset on the last page. */
  readonly next?: string
}

/** Value of the filter → condition, where `?` stands for the value. */
const conditionOf = {
  queue: 'queue = ?',
  state: 'state = ?',
  caller: 'caller = ?',
  call: 'call_id = ?',
  within: 'queue = any(?::text[])'
} as const satisfies Partial<Record<keyof VoicemailFilter, string>>

/** Messages that fit, newest first. Those left while somebody pages neither shift nor repeat a row. */
export async function listVoicemails(database: Database, filter: VoicemailFilter): Promise<VoicemailPage> {
  const conditions = ["kind = 'voicemail'"]
  const values: unknown[] = []
  for (const [name, condition] of Object.entries(conditionOf)) {
    const value = filter[name as keyof typeof conditionOf]
    if (value !== undefined) conditions.push(condition.replace('?', () => `$${values.push(value)}`))
  }
  if (filter.cursor !== undefined) {
    const { createdAt, id } = fromCursor(filter.cursor)
    const [time, last] = [values.push(createdAt), values.push(id)]
    conditions.push(`(created_at, recording_id) < (to_timestamp($${time}::double precision / 1000.0), $${last}::text)`)
  }
  const rows = await database.query<RecordingRow>(
    `select * from recordings where ${conditions.join(' and ')}
     order by created_at desc, recording_id desc limit $${values.length + 1}`,
    [...values, filter.limit + 1]
  )
  const page = rows.slice(0, filter.limit)
  const last = page.at(-1)
  return { rows: page, ...(rows.length > filter.limit && last !== undefined && { next: toCursor(last) }) }
}

export async function readVoicemail(database: Database, id: string): Promise<RecordingRow | undefined> {
  const [row] = await database.query<RecordingRow>("select * from recordings where recording_id = $1 and kind = 'voicemail'", [
    id
  ])
  return row
}

/** The messages that nobody has listened to, with their queues. */
export async function newVoicemails(database: Database): Promise<readonly { readonly id: string; readonly queue: string }[]> {
  return database.query("select recording_id as id, queue from recordings where kind = 'voicemail' and state = 'new'")
}

/** Some of those made before that moment, oldest first. */
export async function recordingsBefore(
  database: Database,
  kind: RecordingKind,
  moment: number,
  limit: number
): Promise<readonly RecordingRow[]> {
  return database.query<RecordingRow>(
    `select * from recordings where kind = $1 and created_at < to_timestamp($2::double precision / 1000.0)
     order by created_at, recording_id limit $3`,
    [kind, moment, limit]
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
