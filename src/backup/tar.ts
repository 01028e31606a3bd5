import { AppError } from '../domain/errors.ts'

/** Everything in a tar file comes in blocks of so many bytes. */
export const BLOCK = 512

const SIZE_MAX = 8 ** 11 - 1

/** The header of one file, as POSIX.1-1988 ustar has it, so that any tar can list an archive of ours. */
export function tarHeader(path: string, size: number, at: number): Buffer {
  const [prefix, name] = splitPath(path)
  if (size > SIZE_MAX)
    throw new AppError('BACKUP_FILE_TOO_LARGE', 'server', 'A file is too large for a back-up', { details: { path, size } })
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 'utf8')
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(octal(size, 11), 124)
  header.write(octal(Math.floor(at / 1000), 11), 136)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write(prefix, 345, 'utf8')
  header.write(`${octal(checksumOf(header), 6)}\0 `, 148)
  return header
}

/** What a header says; undefined for the block of zeros that ends an archive. Throws when it is no header. */
export function readTarHeader(block: Buffer): { readonly path: string; readonly size: number } | undefined {
  if (block.every((byte) => byte === 0)) return undefined
  const checksum = Number.parseInt(text(block, 148, 8), 8)
  if (checksum !== checksumOf(block) || text(block, 257, 5) !== 'ustar') throw new Error('This is no header of a tar file')
  const prefix = text(block, 345, 155)
  const name = text(block, 0, 100)
  const digits = text(block, 124, 12).trim()
  // One below zero would lead back to this header, for ever.
  if (!/^[0-7]+$/.test(digits)) throw new Error('A header of a tar file says no size')
  return { path: prefix === '' ? name : `${prefix}/${name}`, size: Number.parseInt(digits, 8) }
}

/** How many bytes of nothing follow a file of that size. */
export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

/** The sum of all bytes, with that of the sum itself taken as spaces. */
function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function splitPath(path: string): [string, string] {
  if (Buffer.byteLength(path) <= 100) return ['', path]
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [prefix, name]
  }
  throw new AppError('BACKUP_NAME_TOO_LONG', 'server', 'A file has too long a name for a back-up', { details: { path } })
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function text(block: Buffer, from: number, length: number): string {
  const bytes = block.subarray(from, from + length)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? length : end)
}
