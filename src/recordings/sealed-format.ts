import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { AppError } from '../domain/errors.ts'
import type { RecordingKey, RecordingKeys } from './recording-keys.ts'

/**
 * A recording at rest, AES-256-GCM in chunks, so that a part of it is read without the rest:
 *
 *   header: magic 4 | key id 32 | salt 32 | plain bytes 8 | tag 16
 *   chunk 0 … n: the next CHUNK_BYTES of the plain file (the last one less) | tag 16
 *
 * The key is HKDF-SHA-256 (RFC 5869) of the master key with the file's salt and the recording's id, so a file is no other recording's, and
 * no nonce is ever used twice: a chunk's nonce is its number. The header's tag covers the length, so a file that was cut off is known
 * before any of it is read; a chunk in another's place fails by its nonce.
 */
export const CHUNK_BYTES = 65_536
export const TAG_BYTES = 16
export const SALT_BYTES = 32
const KEY_ID_BYTES = 32
const MAGIC = 'SBR1'
const UNSIGNED_BYTES = MAGIC.length + KEY_ID_BYTES + SALT_BYTES + 8
export const SEALED_HEADER_BYTES = UNSIGNED_BYTES + TAG_BYTES
/** The nonce that signs the header: no file has so many chunks. */
const HEADER_NUMBER = 0xffff_ffff_ffffn

/** Seals and opens the pieces of one file. */
export interface Seal {
  readonly key: Buffer
  readonly keyId: string
  readonly salt: Buffer
}

export function sealOf(key: RecordingKey, recordingId: string, salt: Buffer): Seal {
  const derived = hkdfSync('sha256', key.secret, salt, `switchboard recording ${recordingId}`, 32)
  return { key: Buffer.from(derived), keyId: key.id, salt }
}

/** How many bytes a plain file has when it is sealed. */
export function sealedSize(plainBytes: number): number {
  return SEALED_HEADER_BYTES + plainBytes + Math.ceil(plainBytes / CHUNK_BYTES) * TAG_BYTES
}

/** Where a chunk begins in the sealed file. */
export function chunkAt(number: number): number {
  return SEALED_HEADER_BYTES + number * (CHUNK_BYTES + TAG_BYTES)
}

export function sealChunk(seal: Seal, number: number, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', seal.key, nonceOf(BigInt(number)))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws RECORDING_DAMAGED when it is not what was sealed in that place. */
export function openChunk(seal: Seal, number: number, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', seal.key, nonceOf(BigInt(number)), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw damaged({ chunk: number }, cause)
  }
}

export function sealHeader(seal: Seal, plainBytes: number): Buffer {
  const header = Buffer.alloc(UNSIGNED_BYTES)
  header.write(MAGIC, 0, 'latin1')
  header.write(seal.keyId, MAGIC.length, 'latin1')
  seal.salt.copy(header, MAGIC.length + KEY_ID_BYTES)
  header.writeBigUInt64BE(BigInt(plainBytes), UNSIGNED_BYTES - 8)
  const cipher = createCipheriv('aes-256-gcm', seal.key, nonceOf(HEADER_NUMBER))
  cipher.setAAD(header)
  cipher.final()
  return Buffer.concat([header, cipher.getAuthTag()])
}

/** Throws RECORDING_KEY_UNKNOWN when its key is not among ours, RECORDING_DAMAGED when it was sealed with another one or changed. */
export function openHeader(
  header: Buffer,
  recordingId: string,
  keys: RecordingKeys
): { readonly seal: Seal; readonly plainBytes: number } {
  if (header.length < SEALED_HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw damaged({ problem: 'header' })
  const salted = MAGIC.length + KEY_ID_BYTES
  const keyId = header.toString('latin1', MAGIC.length, salted).replace(/\0+$/, '')
  const key = keys.byId(keyId)
  if (key === undefined)
    throw new AppError('RECORDING_KEY_UNKNOWN', 'server', 'The key that a recording was sealed with is not there', {
      details: { keyId }
    })
  const seal = sealOf(key, recordingId, Buffer.from(header.subarray(salted, salted + SALT_BYTES)))
  const decipher = createDecipheriv('aes-256-gcm', seal.key, nonceOf(HEADER_NUMBER), { authTagLength: TAG_BYTES })
  decipher.setAAD(header.subarray(0, UNSIGNED_BYTES))
  decipher.setAuthTag(header.subarray(UNSIGNED_BYTES, SEALED_HEADER_BYTES))
  try {
    decipher.final()
  } catch (cause) {
    throw damaged({ problem: 'header', keyId }, cause)
  }
  return {
    seal,
    plainBytes: Number(header.readBigUInt64BE(UNSIGNED_BYTES - 8))
  }
}

/** A file that is not what was sealed, or was sealed with another key: no audio is better than wrong audio. */
export function damaged(details: Readonly<Record<string, unknown>>, cause?: unknown): AppError {
  return new AppError('RECORDING_DAMAGED', 'server', 'A recording is not as it was stored, or its key is another one', {
    details,
    ...(cause !== undefined && { cause })
  })
}

function nonceOf(number: bigint): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(number, 4)
  return nonce
}
