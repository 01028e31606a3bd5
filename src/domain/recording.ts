import type { AgentId, CallId, ContactId, DeviceId, RecordingId } from './ids.ts'

/**
 * - voicemail: one caller who leaves a message.
 * - talk: a caller (left) and whatever they hear (right): agents, and music while they are held.
 */
export type RecordingKind = 'voicemail' | 'talk'

/** A message is new until somebody has listened to it, and done when nothing is left to do. */
export const voicemailStates = ['new', 'heard', 'done'] as const
export type VoicemailState = (typeof voicemailStates)[number]

/** Silence in a recording where nothing was to be kept, such as while a secret was typed. Milliseconds from its beginning. */
export interface Pause {
  readonly from: number
  /** Unset: to the end. */
  readonly to?: number
}

/** The loudest sample (0 to 1) of each window of a recording, by channel: a picture of it. */
export interface Peaks {
  readonly windowMs: number
  readonly channels: readonly (readonly number[])[]
}

/** Who has talks recorded: a queue's `rule`, a `flow`, or the user at a desk. */
export type RecordedBy = string

/** What is known of a recording of a talk beside what all recordings have. */
export interface TalkFacts {
  /** Who has talked to the caller meanwhile, the first one first. */
  readonly agents: readonly AgentId[]
  readonly startedBy: RecordedBy
  readonly pauses: readonly Pause[]
  /** Why it ended; unset for one that a dying server left behind. */
  readonly cause?: RecordingCause
}

/**
 * - stopped: somebody wanted it to end. talk-over: the caller left the talk, or the call.
 * - refused: the caller does not want to be recorded.
 * - failed: Asterisk ended it or could not begin it, or it cannot be stored.
 */
export const recordingCauses = ['stopped', 'talk-over', 'refused', 'failed'] as const
export type RecordingCause = (typeof recordingCauses)[number]

/** What is known of a recording before it begins. JSON only. */
export interface ExpectedRecording {
  readonly id: RecordingId
  readonly kind: RecordingKind
  readonly callId: CallId
  readonly contactId: ContactId
  readonly caller: DeviceId
  readonly callerName: string
  readonly customer?: { readonly id: string; readonly name: string }
  /** Whose agents are told of a message; of a talk, where it came from: empty when it came from no queue. */
  readonly queue: string
  readonly flow: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Of a talk only. */
  readonly talk?: TalkFacts
}

/** A recording that is in the store. JSON only. */
export interface StoredRecording extends ExpectedRecording {
  readonly durationMs: number
  /** Of the plain file. */
  readonly bytes: number
  /** SHA-256 of the plain file, hexadecimal. */
  readonly checksum: string
  /** Unset in notes of earlier versions. */
  readonly peaks?: Peaks
  /** Below the folder of recordings. */
  readonly file: string
}
