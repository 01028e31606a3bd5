import { createHash } from 'node:crypto'
import type { Pause, Peaks } from '../domain/recording.ts'
import { openAudio } from './audio-reader.ts'
import { createAudio } from './audio-writer.ts'
import { PeakMeter } from './peaks.ts'
import type { RecordingKeys } from './recording-keys.ts'
import { durationOf, HEADER_BYTES, SpeechMeter, wavHeader } from './telephone-wav.ts'
import { blank, interleave, samplesOf } from './tracks.ts'

/** What Asterisk has of a recording: one track, or what the caller said and what they heard. */
export type Tracks = readonly [AsyncIterable<Uint8Array>] | readonly [AsyncIterable<Uint8Array>, AsyncIterable<Uint8Array>]

export interface TakenFile {
  /** Of the plain WAV file. */
  readonly bytes: number
  readonly durationMs: number
  /** How much of it is speech and not silence; of two tracks, of the first. */
  readonly spokenMs: number
  readonly peaks: Peaks
  /** SHA-256 of the plain WAV file, hexadecimal. */
  readonly checksum: string
}

/** Where a recording is written, and how. */
export interface Target {
  readonly path: string
  readonly recordingId: string
  readonly keys: RecordingKeys
  /** Left silent, milliseconds from the beginning. */
  readonly pauses: readonly Pause[]
}

/** Writes a recording as it comes to a file, and to the disk; reads it back for its checksum. Throws RECORDING_UNREADABLE for what is no telephone WAV. */
export async function takeFile(tracks: Tracks, { path, recordingId, keys, pauses }: Target): Promise<TakenFile> {
  const channels = tracks.length
  const [first, second] = tracks
  const frames = second === undefined ? samplesOf(first) : interleave(samplesOf(first), samplesOf(second))
  const peaks = new PeakMeter(channels)
  const speech = new SpeechMeter()
  let dataBytes = 0
  const writer = await createAudio(path, recordingId, keys.current, HEADER_BYTES)
  try {
    for await (const bytes of blank(frames, pauses, channels)) {
      peaks.hear(bytes)
      if (channels === 1) speech.hear(bytes)
      await writer.write(bytes)
      dataBytes += bytes.length
    }
    await writer.finish(wavHeader(channels, dataBytes))
  } finally {
    await writer.close()
  }
  const checksum = await checksumOf(path, recordingId, keys)
  return {
    bytes: HEADER_BYTES + dataBytes,
    durationMs: durationOf(dataBytes, channels),
    spokenMs: channels === 1 ? speech.spokenMs : durationOf(dataBytes, channels),
    peaks: peaks.result,
    checksum
  }
}

async function checksumOf(path: string, recordingId: string, keys: RecordingKeys): Promise<string> {
  const audio = await openAudio(path, recordingId, keys)
  if (audio === undefined) throw new Error('A file that was just written is gone')
  try {
    const hash = createHash('sha256')
    for await (const bytes of audio.read(0, audio.size - 1)) hash.update(bytes)
    return hash.digest('hex')
  } finally {
    await audio.close()
  }
}
