import { type FileHandle, open } from 'node:fs/promises'
import type { RecordingKeys } from './recording-keys.ts'
import {
  CHUNK_BYTES,
  chunkAt,
  damaged,
  openChunk,
  openHeader,
  SEALED_HEADER_BYTES,
  type Seal,
  sealedSize,
  TAG_BYTES
} from './sealed-format.ts'

/** Names of sealed files end so: one that is not sealed cannot take their place. */
export const SEALED_ENDING = '.sealed'

/** The plain audio of a stored recording. */
export interface AudioReader {
  /** Bytes of the plain file. */
  readonly size: number
  /** The bytes from `from` to `to`, both in it; throws RECORDING_DAMAGED instead of handing out a byte that was not stored. */
  read(from: number, to: number): AsyncGenerator<Buffer>
  close(): Promise<void>
}

/** Opens a recording; undefined when there is no such file. Throws RECORDING_KEY_UNKNOWN and RECORDING_DAMAGED. */
export async function openAudio(path: string, recordingId: string, keys: RecordingKeys): Promise<AudioReader | undefined> {
  let handle: FileHandle
  try {
    handle = await open(path)
  } catch (error) {
    // Thrown away a moment ago.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { size } = await handle.stat()
    if (!path.endsWith(SEALED_ENDING)) return plainReader(handle, size)
    const { seal, plainBytes } = openHeader(await readAt(handle, 0, SEALED_HEADER_BYTES), recordingId, keys)
    if (size !== sealedSize(plainBytes)) throw damaged({ bytes: size, expected: sealedSize(plainBytes) })
    return sealedReader(handle, seal, plainBytes)
  } catch (error) {
    await handle.close()
    throw error
  }
}

function plainReader(handle: FileHandle, size: number): AudioReader {
  return {
    size,
    close: () => handle.close(),
    async *read(from, to) {
      for (let at = from; at <= to; at += CHUNK_BYTES) {
        const wanted = Math.min(CHUNK_BYTES, to - at + 1)
        const bytes = await readAt(handle, at, wanted)
        if (bytes.length !== wanted) throw damaged({ problem: 'cut off' })
        yield bytes
      }
    }
  }
}

function sealedReader(handle: FileHandle, seal: Seal, size: number): AudioReader {
  return {
    size,
    close: () => handle.close(),
    async *read(from, to) {
      for (let number = Math.floor(from / CHUNK_BYTES); number * CHUNK_BYTES <= to; number++) {
        const begin = number * CHUNK_BYTES
        const sealed = await readAt(handle, chunkAt(number), Math.min(CHUNK_BYTES, size - begin) + TAG_BYTES)
        if (sealed.length < TAG_BYTES) throw damaged({ chunk: number })
        const plain = openChunk(seal, number, sealed)
        yield plain.subarray(Math.max(0, from - begin), Math.min(plain.length, to - begin + 1))
      }
    }
  }
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
