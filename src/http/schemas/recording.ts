import { z } from 'zod'
import type { RecordingRow } from '../../recordings/read-recordings.ts'

const pause = z.object({ from: z.number(), to: z.number().optional() })

export const recordingSchema = z.object({
  id: z.string(),
  callId: z.string(),
  contactId: z.string(),
  queue: z.string().nullable().describe('Where the talk came from'),
  agents: z.array(z.string()).describe('Who talked to the caller in it, the first one first'),
  caller: z.string(),
  callerName: z.string(),
  customer: z.object({ id: z.string(), name: z.string() }).nullable(),
  createdAt: z.string().describe('ISO 8601'),
  seconds: z.number(),
  startedBy: z.string().nullable().describe('`rule`, `flow` or an agent'),
  cause: z
    .string()
    .nullable()
    .describe('Why it ended: stopped, talk-over, refused or failed; null for what a dying server left behind'),
  pauses: z
    .array(pause)
    .describe('Silences where nothing was to be kept, milliseconds from the beginning; without `to`: to the end'),
  channels: z.number().int().describe('2: the caller left, what they heard right'),
  bytes: z.number().int(),
  checksum: z.string().describe('SHA-256 of the audio, hexadecimal'),
  protectedBy: z.string().nullable().describe('Who forbade to throw it away')
})

export const peaksSchema = z.object({
  windowMs: z.number().describe('How long one window is'),
  channels: z.array(z.array(z.number())).describe('The loudest sample of each window, 0 to 1; caller first')
})

export const accessSchema = z.object({
  at: z.string(),
  recordingId: z.string(),
  callId: z.string(),
  by: z.string().describe('A user, or `retention`'),
  what: z.enum(['played', 'deleted', 'protected', 'released'])
})

export function toRecording(row: RecordingRow): z.infer<typeof recordingSchema> {
  return {
    id: row.recording_id,
    callId: row.call_id,
    contactId: row.contact_id,
    queue: row.queue === '' ? null : row.queue,
    agents: [...row.agents],
    caller: row.caller,
    callerName: row.caller_name,
    customer: row.customer_id === null ? null : { id: row.customer_id, name: row.customer_name ?? '' },
    createdAt: row.created_at.toISOString(),
    seconds: row.duration_ms / 1000,
    startedBy: row.started_by,
    cause: row.cause,
    pauses: [...row.pauses],
    channels: row.channels,
    bytes: Number(row.bytes),
    checksum: row.checksum,
    protectedBy: row.protected_by
  }
}
