import { rm } from 'node:fs/promises'
import type { Publish } from '../domain/event-bus.ts'
import type { RecordingId } from '../domain/ids.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { VoicemailState } from '../domain/recording.ts'
import type { AudioReader } from './audio-reader.ts'
import { type KeepRule, outdatedRecordings, type RecordingRow } from './read-recordings.ts'
import { idsOf, type RecordingFiles } from './recording-files.ts'

export interface VoicemailsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly publish: Publish
  readonly files: RecordingFiles
}

export type StateChange =
  | { readonly ok: true; readonly row: RecordingRow }
  /** Somebody else was quicker; here is how it stands. */
  | { readonly ok: false; readonly row: RecordingRow | undefined }

/** How many rows one statement of the sweep looks at. */
const SWEEP_BATCH = 200

/** What becomes of messages after they were left. Every change is told as a fact, so that no two agents answer the same one. */
export class Voicemails {
  readonly #options: VoicemailsOptions

  constructor(options: VoicemailsOptions) {
    this.#options = options
  }

  /** What was said; undefined when it was thrown away. Throws when it cannot be opened as it was stored. */
  async open(row: RecordingRow): Promise<AudioReader | undefined> {
    return this.#options.files.open({
      id: row.recording_id as RecordingId,
      file: row.file
    })
  }

  /** Changes the state; with `was`, only when it still is that. */
  async setState(id: string, state: VoicemailState, was: VoicemailState | undefined, by: string): Promise<StateChange> {
    const { database, clock } = this.#options
    const [row] = await database.query<RecordingRow>(
      `update recordings set state = $2, state_at = to_timestamp($3::double precision / 1000.0), state_by = $4
       where recording_id = $1 and kind = 'voicemail' and state <> $2 and ($5::text is null or state = $5) returning *`,
      [id, state, clock.now(), by, was ?? null]
    )
    if (row !== undefined) {
      this.#tell(row, state, by)
      return { ok: true, row }
    }
    const [present] = await database.query<RecordingRow>('select * from recordings where recording_id = $1', [id])
    const isSo = present?.state === state && (was === undefined || was === state)
    return isSo ? { ok: true, row: present } : { ok: false, row: present }
  }

  /** Somebody is given the audio: who listens to whom is on record. */
  played(row: RecordingRow, by: string): void {
    this.#options.publish({ type: 'recording.played', ...idsOf(row), by })
  }

  /** Throws a message away for good. The audio goes first: a row without audio is found again, audio without a row would not be. */
  async remove(row: RecordingRow, by: string): Promise<void> {
    await rm(this.#options.files.pathOf(row), { force: true })
    await this.#options.database.query('delete from recordings where recording_id = $1', [row.recording_id])
    this.#tell(row, 'deleted', by)
  }

  /** Throws away what is older than the rule allows; answers how many those were. */
  async sweep(rule: KeepRule): Promise<number> {
    const { database, clock } = this.#options
    let removed = 0
    for (;;) {
      const old = await outdatedRecordings(database, 'voicemail', rule, clock.now(), SWEEP_BATCH)
      for (const row of old) await this.remove(row, 'retention')
      removed += old.length
      if (old.length < SWEEP_BATCH) return removed
    }
  }

  #tell(row: RecordingRow, state: VoicemailState | 'deleted', by: string): void {
    this.#options.publish({ type: 'voicemail.changed', ...idsOf(row), queue: row.queue, state, by })
  }
}
