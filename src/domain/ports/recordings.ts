import type { RecordingId } from '../ids.ts'
import type { ExpectedRecording, StoredRecording } from '../recording.ts'

/** Where recordings are kept for good. What was expected survives this process: the next one takes over what was recorded. */
export interface Recordings {
  /** Before it begins. Answers the name under which Asterisk is to hold it. Rejects when nothing can be stored. */
  expect(recording: ExpectedRecording, minMs: number): Promise<string>
  /**
   * Takes over what was recorded and tells it as a fact; undefined when less than the least was said, and nothing is kept.
   * Rejects with an AppError when that cannot be done now: it is tried again later, and then told.
   */
  keep(id: RecordingId): Promise<StoredRecording | undefined>
  /** It never began. */
  forget(id: RecordingId): Promise<void>
}
