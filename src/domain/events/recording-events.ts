import type { RecordingId } from '../ids.ts'
import type { RecordedBy, RecordingCause, StoredRecording, VoicemailState } from '../recording.ts'
import type { OfCall } from './of-call.ts'

/** What is recorded and kept: talks, and messages of callers. */
export type RecordingEvent =
  /** A caller has left a message: it is stored and can be heard. Told again after a restart when its row was not written before. */
  | ({ readonly type: 'voicemail.left'; readonly recording: StoredRecording } & OfCall)
  /** Somebody has heard it, dealt with it or thrown it away, so that nobody else need. `by` is a user, or `retention`. */
  | ({
      readonly type: 'voicemail.changed'
      readonly recordingId: RecordingId
      readonly queue: string
      readonly state: VoicemailState | 'deleted'
      readonly by: string
    } & OfCall)
  /** What the caller says and hears is recorded from now on. */
  | ({
      readonly type: 'recording.started'
      readonly recordingId: RecordingId
      readonly by: RecordedBy
    } & OfCall)
  /** Silence is recorded from now on. `secret`: a flow asks for what nobody is to hear. */
  | ({
      readonly type: 'recording.paused'
      readonly recordingId: RecordingId
      readonly by: RecordedBy
    } & OfCall)
  | ({
      readonly type: 'recording.resumed'
      readonly recordingId: RecordingId
      readonly by: RecordedBy
    } & OfCall)
  /** Also of one that could not begin. */
  | ({
      readonly type: 'recording.stopped'
      readonly recordingId: RecordingId
      readonly cause: RecordingCause
      readonly by?: RecordedBy
    } & OfCall)
  /** Neither a rule nor a desk may record this call from now on; once a flow starts it again, they may. */
  | ({
      readonly type: 'recording.refused'
      readonly by: 'rule' | 'flow'
    } & OfCall)
  /** The recording of a talk is stored and can be heard. Told again after a restart when its row was not written before. */
  | ({
      readonly type: 'recording.kept'
      readonly recording: StoredRecording
    } & OfCall)
  /** Thrown away for good. `by` is a user, or `retention`. */
  | ({
      readonly type: 'recording.deleted'
      readonly recordingId: RecordingId
      readonly by: string
    } & OfCall)
  /** It may not be thrown away, or may again: a legal hold. */
  | ({
      readonly type: 'recording.protected'
      readonly recordingId: RecordingId
      readonly protected: boolean
      readonly by: string
    } & OfCall)
  /** Somebody was given the audio of a recording. */
  | ({ readonly type: 'recording.played'; readonly recordingId: RecordingId; readonly by: string } & OfCall)
