import { randomBytes } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { RecordingKey } from './recording-keys.ts'
import { CHUNK_BYTES, chunkAt, SALT_BYTES, type Seal, sealChunk, sealHeader, sealOf } from './sealed-format.ts'

/** Writes a file whose first bytes, the header, are known last. */
export interface AudioWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when the file would survive a loss of power. */
  finish(header: Buffer): Promise<void>
  close(): Promise<void>
}

/** Makes the file, sealed when there is a key. What is written comes after `headerBytes` that are left free. */
export async function createAudio(
  path: string,
  recordingId: string,
  key: RecordingKey | undefined,
  headerBytes: number
): Promise<AudioWriter> {
  const handle = await open(path, 'w', 0o600)
  if (key === undefined) return new PlainWriter(handle, headerBytes)
  return new SealedWriter(handle, sealOf(key, recordingId, randomBytes(SALT_BYTES)), headerBytes)
}

class PlainWriter implements AudioWriter {
  readonly #handle: FileHandle
  #at: number

  constructor(handle: FileHandle, headerBytes: number) {
    this.#handle = handle
    this.#at = headerBytes
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#handle.write(bytes, 0, bytes.length, this.#at)
    this.#at += bytes.length
  }

  async finish(header: Buffer): Promise<void> {
    await this.#handle.write(header, 0, header.length, 0)
    await this.#handle.sync()
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

/** The first chunk waits for its header, so that no chunk is ever sealed twice. */
class SealedWriter implements AudioWriter {
  readonly #handle: FileHandle
  readonly #seal: Seal
  #first: Buffer | undefined
  #rest: Buffer
  #number = 0
  #bytes: number

  constructor(handle: FileHandle, seal: Seal, headerBytes: number) {
    this.#handle = handle
    this.#seal = seal
    this.#rest = Buffer.alloc(headerBytes)
    this.#bytes = headerBytes
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length
    const all = Buffer.concat([this.#rest, bytes])
    let at = 0
    for (; at + CHUNK_BYTES <= all.length; at += CHUNK_BYTES) await this.#put(all.subarray(at, at + CHUNK_BYTES))
    this.#rest = Buffer.from(all.subarray(at))
  }

  async finish(header: Buffer): Promise<void> {
    if (this.#rest.length > 0) await this.#put(this.#rest)
    const first = this.#first ?? Buffer.alloc(header.length)
    header.copy(first)
    await this.#writeAt(chunkAt(0), sealChunk(this.#seal, 0, first))
    await this.#writeAt(0, sealHeader(this.#seal, this.#bytes))
    await this.#handle.sync()
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  async #put(chunk: Buffer): Promise<void> {
    const number = this.#number++
    if (number === 0) this.#first = Buffer.from(chunk)
    else await this.#writeAt(chunkAt(number), sealChunk(this.#seal, number, chunk))
  }

  async #writeAt(at: number, bytes: Buffer): Promise<void> {
    await this.#handle.write(bytes, 0, bytes.length, at)
  }
}
