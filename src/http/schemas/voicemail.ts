import { z } from 'zod'
import { voicemailStates } from '../../domain/recording.ts'
import type { RecordingRow } from '../../recordings/read-recordings.ts'

export const voicemailState = z.enum(voicemailStates)

export const voicemailSchema = z.object({
  id: z.string(),
  callId: z.string().describe('The call it was left in'),
  contactId: z.string(),
  queue: z.string(),
  caller: z.string(),
  callerName: z.string(),
  customer: z.object({ id: z.string(), name: z.string() }).nullable(),
  flow: z.string(),
  createdAt: z.string().describe('ISO 8601'),
  seconds: z.number(),
  bytes: z.number().int(),
  checksum: z.string().describe('SHA-256 of the audio, hexadecimal'),
  state: voicemailState.describe('new: nobody has listened; done: nothing is left to do'),
  stateAt: z.string().nullable(),
  stateBy: z.string().nullable().describe('Who changed the state last')
})

export type VoicemailBody = z.infer<typeof voicemailSchema>

export function toVoicemail(row: RecordingRow): VoicemailBody {
  return {
    id: row.recording_id,
    callId: row.call_id,
    contactId: row.contact_id,
    queue: row.queue,
    caller: row.caller,
    callerName: row.caller_name,
    customer: row.customer_id === null ? null : { id: row.customer_id, name: row.customer_name ?? '' },
    flow: row.flow,
    createdAt: row.created_at.toISOString(),
    seconds: row.duration_ms / 1000,
    bytes: Number(row.bytes),
    checksum: row.checksum,
    state: row.state,
    stateAt: row.state_at?.toISOString() ?? null,
    stateBy: row.state_by
  }
}
