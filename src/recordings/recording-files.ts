import type { CallId, ContactId, RecordingId } from '../domain/ids.ts'
import type { StoredRecording } from '../domain/recording.ts'
import type { AudioReader } from './audio-reader.ts'
import type { RecordingRow } from './read-recordings.ts'

/** The stored files. */
export interface RecordingFiles {
  pathOf(recording: Pick<StoredRecording, 'file'>): string
  /** Undefined when it was thrown away. Throws when it cannot be opened as it was stored. */
  open(recording: Pick<StoredRecording, 'id' | 'file'>): Promise<AudioReader | undefined>
}

/** What every fact about a recording says of it. */
export function idsOf(row: Pick<RecordingRow, 'recording_id' | 'call_id' | 'contact_id'>) {
  return {
    recordingId: row.recording_id as RecordingId,
    callId: row.call_id as CallId,
    contactId: row.contact_id as ContactId
  }
}
