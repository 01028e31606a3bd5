import type { Database } from '../domain/ports/database.ts'
import type { StoredRecording } from '../domain/recording.ts'

/** Writes the row of a recording; one that is there already stays as it is. */
export async function addRecording(database: Database, recording: StoredRecording): Promise<void> {
  const { id, kind, callId, contactId, caller, callerName, customer, queue, flow, createdAt } = recording
  const { durationMs, bytes, checksum, file, peaks, talk } = recording
  await database.query(
    `insert into recordings (recording_id, kind, call_id, contact_id, caller, caller_name, customer_id, customer_name, queue, flow,
       created_at, duration_ms, bytes, checksum, file, peaks, channels, agents, started_by, cause, pauses)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
     on conflict do nothing`,
    [
      ...[id, kind, callId, contactId, caller, callerName, customer?.id ?? null, customer?.name ?? null, queue, flow],
      ...[new Date(createdAt), durationMs, bytes, checksum, file, peaks === undefined ? null : JSON.stringify(peaks)],
      ...[kind === 'talk' ? 2 : 1, talk?.agents ?? [], talk?.startedBy ?? null, talk?.cause ?? null],
      JSON.stringify(talk?.pauses ?? [])
    ]
  )
}
