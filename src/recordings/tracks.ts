import { AppError } from '../domain/errors.ts'
import type { Pause } from '../domain/recording.ts'
import { bytesAt, HEADER_BYTES, isTelephoneWav, SAMPLE_BYTES } from './telephone-wav.ts'

/** The samples of a WAV file of Asterisk, in pieces of whole samples. Throws RECORDING_UNREADABLE for what is no telephone WAV. */
export async function* samplesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  let inHeader = true
  for await (const bytes of file) {
    rest = Buffer.concat([rest, bytes])
    if (inHeader) {
      if (rest.length < HEADER_BYTES) continue
      if (!isTelephoneWav(rest)) break
      inHeader = false
      rest = rest.subarray(HEADER_BYTES)
    }
    const whole = rest.length - (rest.length % SAMPLE_BYTES)
    yield rest.subarray(0, whole)
    rest = rest.subarray(whole)
  }
  if (inHeader) throw new AppError('RECORDING_UNREADABLE', 'upstream', 'Asterisk gave something that is no recording')
}

/** Two tracks as one with two channels: left and right by turns. The shorter one is silent at its end. */
export async function* interleave(left: AsyncGenerator<Buffer>, right: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let [one, other]: (Buffer | undefined)[] = [Buffer.alloc(0), Buffer.alloc(0)]
  try {
    for (;;) {
      if (one?.length === 0) one = await nextOf(left)
      if (other?.length === 0) other = await nextOf(right)
      if (one === undefined && other === undefined) return
      const bytes = Math.min(one?.length ?? Number.POSITIVE_INFINITY, other?.length ?? Number.POSITIVE_INFINITY)
      const frames = Buffer.alloc(2 * bytes)
      for (let at = 0; at < bytes; at += SAMPLE_BYTES) {
        if (one !== undefined) frames.writeInt16LE(one.readInt16LE(at), 2 * at)
        if (other !== undefined) frames.writeInt16LE(other.readInt16LE(at), 2 * at + SAMPLE_BYTES)
      }
      one = one?.subarray(bytes)
      other = other?.subarray(bytes)
      yield frames
    }
  } finally {
    // Whoever stops listening in the middle: both downloads are given up.
    await Promise.all([left.return(undefined), right.return(undefined)])
  }
}

/** Silence where a recording was paused, whatever is there: a pause that came to Asterisk late shows nothing all the same. */
export async function* blank(frames: AsyncGenerator<Buffer>, pauses: readonly Pause[], channels: number): AsyncGenerator<Buffer> {
  let at = 0
  for await (const bytes of frames) {
    for (const { from, to } of pauses) {
      const begin = Math.max(0, bytesAt(from, channels) - at)
      const end = to === undefined ? bytes.length : Math.min(bytes.length, bytesAt(to, channels) - at)
      if (begin < end) bytes.fill(0, begin, end)
    }
    at += bytes.length
    yield bytes
  }
}

async function nextOf(track: AsyncGenerator<Buffer>): Promise<Buffer | undefined> {
  for (;;) {
    const { value, done } = await track.next()
    if (done === true) return undefined
    if (value.length > 0) return value
  }
}
