import type { RecordingId } from '../ids.ts'
import type { ExpectedRecording, StoredRecording, TalkFacts } from '../recording.ts'

/** Where recordings are kept for good. What was expected survives this process: the next one takes over what was recorded. */
export interface Recordings {
  /** Before it begins. Answers the names under which Asterisk is to hold it, one for each channel. Rejects when nothing can be stored. */
  expect(recording: ExpectedRecording, minMs: number): Promise<readonly string[]>
  /** One that an earlier process expected is looked after by a call of this one: at once, before anybody takes it for left behind. */
  goOn(id: RecordingId): void
  /** What has become known of a talk under way. Rejects when it cannot be written down. */
  note(id: RecordingId, talk: TalkFacts): Promise<void>
  /**
   * Takes over what was recorded and tells it as a fact; undefined when less than the least was said, and nothing is kept.
   * Rejects with an AppError when that cannot be done now: it is tried again later, and then told.
   */
  keep(id: RecordingId): Promise<StoredRecording | undefined>
  /** As `keep`, while nobody waits for it: the store looks after it, now or later. */
  keepSoon(id: RecordingId): void
  /** It never began. */
  forget(id: RecordingId): Promise<void>
}
