import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'
import { durationOf, HEADER_BYTES, isTelephoneWav, SpeechMeter, withSizes } from './telephone-wav.ts'

export interface TakenFile {
  readonly bytes: number
  readonly durationMs: number
  /** How much of it is speech and not silence. */
  readonly spokenMs: number
  /** SHA-256, hexadecimal. */
  readonly checksum: string
}

/** Writes a recording as it comes to a file, and to the disk. Throws RECORDING_UNREADABLE for what is no telephone WAV. */
export async function takeFile(chunks: AsyncIterable<Uint8Array>, path: string): Promise<TakenFile> {
  const handle = await open(path, 'w', 0o600)
  let bytes = 0
  let spokenMs = 0
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    const meter = new SpeechMeter()
    for await (const chunk of chunks) {
      const inHeader = Math.max(0, Math.min(HEADER_BYTES - bytes, chunk.length))
      header.set(chunk.subarray(0, inHeader), Math.min(bytes, HEADER_BYTES))
      meter.hear(chunk.subarray(inHeader))
      await handle.writeFile(chunk)
      bytes += chunk.length
    }
    if (bytes < HEADER_BYTES || !isTelephoneWav(header))
      throw new AppError('RECORDING_UNREADABLE', 'upstream', 'Asterisk gave something that is no recording', {
        details: { bytes }
      })
    await mendHeader(handle, header, bytes)
    await handle.sync()
    spokenMs = meter.spokenMs
  } finally {
    await handle.close()
  }
  return { bytes, durationMs: durationOf(bytes), spokenMs, checksum: await checksumOf(path) }
}

async function mendHeader(handle: FileHandle, header: Buffer, bytes: number): Promise<void> {
  const right = withSizes(header, bytes)
  if (!right.equals(header)) await handle.write(right, 0, HEADER_BYTES, 0)
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
