import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { RecordingId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Recordings } from '../domain/ports/recordings.ts'
import type { HeldRecordings } from '../domain/ports/telephony.ts'
import type { ExpectedRecording, StoredRecording, TalkFacts } from '../domain/recording.ts'
import { type AudioReader, openAudio, SEALED_ENDING } from './audio-reader.ts'
import { download, notStored } from './download.ts'
import { ExpectedNotes, type Note, syncFolder } from './expected-notes.ts'
import { heldNames } from './held-names.ts'
import type { RecordingKeys } from './recording-keys.ts'

export interface RecordingStoreOptions {
  /** Everything is kept below it. */
  readonly folder: string
  /** First part of the names under which Asterisk holds our recordings: our ARI application. */
  readonly heldBelow: string
  readonly held: HeldRecordings
  /** What recordings are sealed with at rest. */
  readonly keys: RecordingKeys
  /** Writes the row of a recording; rejects while the database is away. Again for the same one changes nothing. */
  addRow(recording: StoredRecording): Promise<void>
  readonly publish: Publish
  readonly log: Log
}

const ROW_LIMIT_MS = 1000
/**
 * Asterisk answers a stop when it has told the channel's thread (recording_stop in res/res_stasis_recording.c), not when that has ended
 * the file: we look again so often.
 */
const STOP_PAUSES_MS = [20, 40, 80, 160, 320, 640]

/**
 * Takes recordings from Asterisk into a folder of our own.
 *
 *   expect: note on disk ──recorded──▶ keep: file here, checked and synced ──▶ row in the database ──▶ note away, fact
 *
 * The note is the way back after every kind of death in between: `tidy` goes on where it stands.
 */
export class RecordingStore implements Recordings {
  readonly #options: RecordingStoreOptions
  readonly #notes: ExpectedNotes
  /** Those that a call of this process looks after. */
  readonly #active = new Set<RecordingId>()
  /** Told by this process, and waiting for the database. */
  readonly #told = new Set<RecordingId>()
  /** Taken over while nobody waits for them. */
  readonly #keeping = new Set<Promise<void>>()
  #tidying = false
  #leaving = false

  constructor(options: RecordingStoreOptions) {
    this.#options = options
    this.#notes = new ExpectedNotes(join(options.folder, 'expected'), options.log)
  }

  async expect(recording: ExpectedRecording, minMs: number): Promise<readonly string[]> {
    const held = `${this.#options.heldBelow}/${recording.kind}/${recording.id}`
    await this.#put({ held, minMs, recording })
    this.#active.add(recording.id)
    return heldNames({ held, recording })
  }

  goOn(id: RecordingId): void {
    this.#active.add(id)
  }

  async note(id: RecordingId, talk: TalkFacts): Promise<void> {
    const note = await this.#notes.get(id)
    if (note === undefined) throw unknown()
    await this.#put({ ...note, recording: { ...note.recording, talk } })
  }

  async keep(id: RecordingId): Promise<StoredRecording | undefined> {
    try {
      const note = await this.#notes.get(id)
      if (note === undefined) throw unknown()
      return await this.#take(note)
    } finally {
      this.#active.delete(id)
    }
  }

  keepSoon(id: RecordingId): void {
    const { log } = this.#options
    const keeping = this.#keepFinished(id)
      .catch((err: unknown) => log.warn({ err, recordingId: id }, 'A recording could not be taken over; it is tried again'))
      .finally(() => this.#keeping.delete(keeping))
    this.#keeping.add(keeping)
  }

  /** Asterisk may not have heard that it is to end: half a recording is not taken for a whole one. */
  async #keepFinished(id: RecordingId): Promise<void> {
    const note = await this.#notes.get(id)
    if (note === undefined || (await this.#isFinished(note))) await this.keep(id)
    else this.#active.delete(id)
  }

  /** Resolves when nothing is being taken over. */
  async settled(): Promise<void> {
    await Promise.all(this.#keeping)
  }

  async forget(id: RecordingId): Promise<void> {
    await this.#notes.remove(id)
    this.#active.delete(id)
  }

  /** Where a recording is. */
  pathOf({ file }: Pick<StoredRecording, 'file'>): string {
    return join(this.#options.folder, file)
  }

  /** The audio of a recording; undefined when it was thrown away. Throws when it cannot be opened as it was stored. */
  async open(recording: Pick<StoredRecording, 'id' | 'file'>): Promise<AudioReader | undefined> {
    return openAudio(this.pathOf(recording), recording.id, this.#options.keys)
  }

  /** Takes over what an earlier process left in Asterisk, what could not be stored before, and forgets what the records have. */
  async tidy(): Promise<void> {
    if (this.#tidying) return
    this.#tidying = true
    try {
      for (const note of await this.#notes.list()) if (!this.#leaving) await this.#tidyOne(note)
    } finally {
      this.#tidying = false
    }
  }

  /** What was left is the next process's from now on, but for the one that is being taken over: there may be hundreds, and a stop does not wait for them. */
  leaveOff(): void {
    this.#leaving = true
  }

  async #tidyOne(note: Note): Promise<void> {
    const { id, callId } = note.recording
    if (this.#active.has(id)) return
    try {
      if (isStored(note.recording) && (await exists(this.pathOf(note.recording)))) await this.#settle(note.recording)
      else if (await this.#isFinished(note)) await this.#adopt(note)
    } catch (err) {
      this.#options.log.warn({ err, recordingId: id, callId }, 'A recording could not be taken over; it is tried again')
    }
  }

  /** It is in the store, and its row was never seen to be written. */
  async #settle(recording: StoredRecording): Promise<void> {
    await this.#options.addRow(recording)
    if (!this.#told.delete(recording.id)) this.#tell(recording)
    await this.#notes.remove(recording.id)
  }

  async #isFinished(note: Note): Promise<boolean> {
    const { held } = this.#options
    const names = heldNames(note)
    await Promise.all(names.map((name) => held.stop(name)))
    for (const pause of [...STOP_PAUSES_MS, undefined]) {
      const underWay = await Promise.all(names.map((name) => held.isUnderWay(name)))
      if (!underWay.every((one) => one.ok)) return false
      if (!underWay.some((one) => one.value)) return true
      if (pause !== undefined) await sleep(pause)
    }
    return false
  }

  async #adopt(note: Note): Promise<void> {
    const { log } = this.#options
    const { id, kind, callId } = note.recording
    try {
      const stored = await this.#take(note)
      log.info({ recordingId: id, callId, kind, kept: stored !== undefined }, 'A recording left in Asterisk was taken over')
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'RECORDING_MISSING')) throw error
      log.warn({ recordingId: id, callId, kind }, 'Nothing was recorded where a recording was expected')
      await this.#notes.remove(id)
    }
  }

  async #take(note: Note): Promise<StoredRecording | undefined> {
    const { folder, held, keys } = this.#options
    const { recording } = note
    const ending = keys.current === undefined ? '.wav' : `.wav${SEALED_ENDING}`
    const part = join(folder, 'expected', `${recording.id}.part${ending}`)
    const { spokenMs, ...facts } = await download(note, {
      held,
      keys,
      path: part
    })
    if (spokenMs < note.minMs) {
      await Promise.all([rm(part), this.#clear(note), this.#notes.remove(recording.id)])
      return undefined
    }
    const stored: StoredRecording = {
      ...recording,
      ...facts,
      file: `${fileOf(recording)}${ending}`
    }
    try {
      await this.#notes.put({ ...note, recording: stored })
      const path = this.pathOf(stored)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await rename(part, path)
      await syncFolder(dirname(path))
    } catch (cause) {
      throw notStored(cause)
    }
    // The row first, so that whoever hears of the message finds it; but a caller does not wait for a database.
    if (await this.#addRowSoon(stored)) await this.#notes.remove(recording.id)
    else this.#told.add(recording.id)
    this.#tell(stored)
    await this.#clear(note)
    return stored
  }

  async #put(note: Note): Promise<void> {
    try {
      await this.#notes.put(note)
    } catch (cause) {
      const error = notStored(cause)
      this.#options.log.error({ err: error, folder: this.#options.folder }, 'Recordings cannot be stored')
      throw error
    }
  }

  async #addRowSoon(recording: StoredRecording): Promise<boolean> {
    const { addRow, log } = this.#options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ROW_LIMIT_MS)
    })
    const added = addRow(recording).then(
      () => true,
      (err: unknown) => {
        log.warn(
          { err, recordingId: recording.id, callId: recording.callId },
          'The database is away; a recording is listed later'
        )
        return false
      }
    )
    const inTime = await Promise.race([added, late])
    clearTimeout(timer)
    return inTime
  }

  #tell(recording: StoredRecording): void {
    const { callId, contactId, kind } = recording
    const type = kind === 'voicemail' ? 'voicemail.left' : 'recording.kept'
    this.#options.publish({
      type,
      callId,
      contactId,
      recording: withoutPicture(recording)
    })
  }

  /** Asterisk need not hold it any longer. */
  async #clear(note: Note): Promise<void> {
    const { held, log } = this.#options
    for (const outcome of await Promise.all(heldNames(note).map((name) => held.remove(name))))
      if (!outcome.ok && outcome.problem !== 'gone')
        log.warn(
          { recordingId: note.recording.id, callId: note.recording.callId, outcome },
          'A recording that we have could not be deleted in Asterisk'
        )
  }
}

/** By month, so that no folder grows without end. */
function fileOf({ kind, id, createdAt }: ExpectedRecording): string {
  return join(kind, new Date(createdAt).toISOString().slice(0, 7), id)
}

/** A fact is read by many; nobody of them draws. */
function withoutPicture({ peaks: _, ...recording }: StoredRecording): StoredRecording {
  return recording
}

function unknown(): AppError {
  return new AppError('RECORDING_MISSING', 'server', 'Nothing is known of that recording')
}

function isStored(recording: Note['recording']): recording is StoredRecording {
  return 'file' in recording
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false // Not there, or not to be read: both mean that it has to come from Asterisk.
  )
}
