import { rm } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'
import type { HeldRecordings } from '../domain/ports/telephony.ts'
import type { Note } from './expected-notes.ts'
import { heldNames } from './held-names.ts'
import type { RecordingKeys } from './recording-keys.ts'
import { type TakenFile, takeFile } from './take-file.ts'
import { wavHeader } from './telephone-wav.ts'

export interface Download {
  readonly held: HeldRecordings
  readonly keys: RecordingKeys
  /** Where it is written; nothing is left there when it fails. */
  readonly path: string
}

/**
 * Reads a recording from Asterisk into a file of ours. Throws RECORDING_MISSING when Asterisk has none of it, RECORDING_NOT_TAKEN when it does
 * not hand it out, RECORDING_NOT_STORED when it cannot be written.
 */
export async function download(note: Note, { held, keys, path }: Download): Promise<TakenFile> {
  const { id: recordingId, talk } = note.recording
  const [first, second] = await readTracks(note, held)
  // Both tracks at once, so that neither is held in memory while the other comes.
  const tracks = second === undefined ? ([first] as const) : ([first, second] as const)
  return takeFile(tracks, {
    path,
    recordingId,
    keys,
    pauses: talk?.pauses ?? []
  }).catch(async (cause: unknown) => {
    await rm(path, { force: true })
    throw cause instanceof AppError ? cause : notStored(cause)
  })
}

/** A track that never began is silent, as long as there is another one. */
async function readTracks(note: Note, held: HeldRecordings): Promise<readonly [Track, Track?]> {
  const read = await Promise.all(heldNames(note).map((name) => held.read(name)))
  const missing = read.filter((one) => !one.ok)
  const worst = missing.find(({ problem }) => problem !== 'gone') ?? (missing.length === read.length ? missing[0] : undefined)
  if (worst === undefined) {
    const [first = emptyTrack(), second] = read.map((one) => (one.ok ? one.value : emptyTrack()))
    return second === undefined ? [first] : [first, second]
  }
  // What did come is let go of, or its connection would stay open.
  for (const one of read) if (one.ok) await one.value[Symbol.asyncIterator]().return?.()
  throw notTaken(worst.problem, worst.detail)
}

type Track = AsyncIterable<Uint8Array>

async function* emptyTrack(): Track {
  yield wavHeader(1, 0)
}

function notTaken(problem: string, detail: string): AppError {
  const details = { problem, detail }
  return problem === 'gone'
    ? new AppError('RECORDING_MISSING', 'upstream', 'Asterisk has no such recording', { details })
    : new AppError('RECORDING_NOT_TAKEN', 'upstream', 'Asterisk did not hand out a recording', { details })
}

/** The disk is full or gone, or Asterisk went away while it sent. */
export function notStored(cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException
  return new AppError('RECORDING_NOT_STORED', 'server', 'A recording could not be stored', { details: { problem: code }, cause })
}
