import { rm } from 'node:fs/promises'
import type { Publish } from '../domain/event-bus.ts'
import type { RecordingId } from '../domain/ids.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { AudioReader } from './audio-reader.ts'
import { type KeepRule, outdatedRecordings, type RecordingRow } from './read-recordings.ts'
import { idsOf, type RecordingFiles } from './recording-files.ts'

export interface TalksOptions {
  readonly database: Database
  readonly clock: Clock
  readonly publish: Publish
  readonly files: RecordingFiles
}

/** How many rows one statement of the sweep looks at. */
const SWEEP_BATCH = 200

/** What becomes of recordings of talks. Whoever is given one, or throws it away, is told as a fact and so on record. */
export class Talks {
  readonly #options: TalksOptions

  constructor(options: TalksOptions) {
    this.#options = options
  }

  /** The audio; undefined when it was thrown away. Throws when it cannot be opened as it was stored. */
  async open(row: RecordingRow): Promise<AudioReader | undefined> {
    return this.#options.files.open({
      id: row.recording_id as RecordingId,
      file: row.file
    })
  }

  /** Somebody is given the audio. */
  played(row: RecordingRow, by: string): void {
    this.#options.publish({ type: 'recording.played', ...idsOf(row), by })
  }

  /** Forbids, or allows again, to throw it away. Undefined when there is no such recording. */
  async protect(id: string, isProtected: boolean, by: string): Promise<RecordingRow | undefined> {
    const { database, publish } = this.#options
    const [row] = await database.query<RecordingRow>(
      `update recordings set protected_by = $2 where recording_id = $1 and kind = 'talk' and (protected_by is null) = $3 returning *`,
      [id, isProtected ? by : null, isProtected]
    )
    if (row !== undefined) {
      publish({
        type: 'recording.protected',
        ...idsOf(row),
        protected: isProtected,
        by
      })
      return row
    }
    const [present] = await database.query<RecordingRow>("select * from recordings where recording_id = $1 and kind = 'talk'", [
      id
    ])
    return present
  }

  /**
   * Throws a recording away for good; false when it is protected, which is asked of the row at that moment. The audio goes before the row:
   * a row without audio is found again, audio without a row would not be.
   */
  async remove(row: RecordingRow, by: string): Promise<boolean> {
    const { database, files, publish } = this.#options
    const [free] = await database.query<{ recording_id: string }>(
      'select recording_id from recordings where recording_id = $1 and protected_by is null',
      [row.recording_id]
    )
    if (free === undefined) return false
    await rm(files.pathOf(row), { force: true })
    await database.query('delete from recordings where recording_id = $1', [row.recording_id])
    publish({ type: 'recording.deleted', ...idsOf(row), by })
    return true
  }

  /** Throws away what is older than the rule allows; answers how many those were. */
  async sweep(rule: KeepRule): Promise<number> {
    const { database, clock } = this.#options
    let removed = 0
    for (;;) {
      const old = await outdatedRecordings(database, 'talk', rule, clock.now(), SWEEP_BATCH)
      for (const row of old) if (await this.remove(row, 'retention')) removed++
      if (old.length < SWEEP_BATCH) return removed
    }
  }
}
