import type { CallId, ContactId, DeviceId, RecordingId } from './ids.ts'

/** Of one caller who leaves a message. Recordings of talks will be another kind in the same store. */
export type RecordingKind = 'voicemail'

/** A message is new until somebody has listened to it, and done when nothing is left to do. */
export const voicemailStates = ['new', 'heard', 'done'] as const
export type VoicemailState = (typeof voicemailStates)[number]

/** What is known of a recording before it begins. JSON only. */
export interface ExpectedRecording {
  readonly id: RecordingId
  readonly kind: RecordingKind
  readonly callId: CallId
  readonly contactId: ContactId
  readonly caller: DeviceId
  readonly callerName: string
  readonly customer?: { readonly id: string; readonly name: string }
  /** Whose agents are told. */
  readonly queue: string
  readonly flow: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** A recording that is in the store. JSON only. */
export interface StoredRecording extends ExpectedRecording {
  readonly durationMs: number
  readonly bytes: number
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string
  /** Below the folder of recordings. */
  readonly file: string
}
