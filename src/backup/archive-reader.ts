import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'
import { type ArchivedFile, type BackupHeader, FORMAT, HEADER, MANIFEST, type Manifest } from './manifest.ts'
import { BLOCK, paddingOf, readTarHeader } from './tar.ts'

const CHUNK = 256 * 1024
/** What is read into memory: a manifest has some 150 bytes for each file. */
const TEXT_MAX = 256 * 1024 * 1024

/** A file of an archive; `content` must be read to its end, or not at all, before the next one. */
export interface ArchiveEntry {
  readonly path: string
  readonly size: number
  content(): AsyncIterable<Buffer>
}

export interface CheckedArchive {
  readonly header: BackupHeader
  readonly manifest: Manifest
}

/** The files of an archive, in order. Throws BACKUP_BROKEN where it is cut off or is none. */
export async function* readArchive(path: string): AsyncGenerator<ArchiveEntry> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new AppError('BACKUP_UNREADABLE', 'client', 'The back-up cannot be read', { details: { path }, cause })
  })
  try {
    for (let at = 0; ; ) {
      const header = headerOf(await exactly(handle, at, BLOCK, path), path)
      if (header === undefined) return
      const { size } = header
      const from = at + BLOCK
      yield { ...header, content: () => chunksOf(handle, from, size, path) }
      at = from + size + paddingOf(size)
    }
  } finally {
    await handle.close()
  }
}

/** Reads an archive to its end and compares it with its own checksums. Throws an AppError that says what is wrong with it. */
export async function checkArchive(path: string): Promise<CheckedArchive> {
  const found: ArchivedFile[] = []
  let header: BackupHeader | undefined
  let manifest: Manifest | undefined
  for await (const entry of readArchive(path)) {
    const isText = isTextThatFits(entry, path)
    if (header === undefined && entry.path !== HEADER) throw broken(path, 'it does not begin as a back-up of Switchboard does')
    if (!isSafe(entry.path)) throw broken(path, 'a file in it has a name that leads elsewhere', { file: entry.path })
    const hash = createHash('sha256')
    const kept: Buffer[] = []
    for await (const chunk of entry.content()) {
      hash.update(chunk)
      if (isText) kept.push(chunk)
    }
    if (entry.path === HEADER) header = knownFormat(parse(kept, path), path)
    if (entry.path === MANIFEST) manifest = parse(kept, path) as Manifest
    else found.push({ path: entry.path, bytes: entry.size, sha256: hash.digest('hex') })
  }
  if (header === undefined) throw broken(path, 'it is empty')
  if (manifest === undefined) throw broken(path, 'it is cut off: its end is missing')
  compare(found, manifest, path)
  return { header, manifest }
}

function isTextThatFits({ path: file, size }: ArchiveEntry, path: string): boolean {
  const isText = file === HEADER || file === MANIFEST
  if (isText && size > TEXT_MAX) throw broken(path, 'a file in it is larger than it can be', { file })
  return isText
}

function compare(found: readonly ArchivedFile[], { files }: Manifest, path: string): void {
  const wanted = new Map(files.map((file) => [file.path, file]))
  for (const { path: file, bytes, sha256 } of found) {
    const said = wanted.get(file)
    if (said === undefined) throw broken(path, 'it holds a file that it should not', { file })
    if (said.bytes !== bytes || said.sha256 !== sha256) throw broken(path, 'a file in it is damaged', { file })
    wanted.delete(file)
  }
  const [missing] = wanted.keys()
  if (missing !== undefined) throw broken(path, 'a file in it is missing', { file: missing })
}

function knownFormat(header: unknown, path: string): BackupHeader {
  const { format, version } = header as BackupHeader
  if (format === FORMAT) return header as BackupHeader
  throw new AppError(
    'BACKUP_FORMAT_UNKNOWN',
    'client',
    'The back-up was written by a version of Switchboard that this one cannot read',
    {
      details: { path, format, version, readable: FORMAT }
    }
  )
}

function parse(kept: readonly Buffer[], path: string): unknown {
  try {
    return JSON.parse(Buffer.concat(kept).toString('utf8'))
  } catch {
    // What the parser says of damaged text helps nobody.
    throw broken(path, 'a file in it is damaged', {})
  }
}

/** Below the folder that it is restored to, whatever somebody has written into the archive. */
function isSafe(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && path.split('/').every((part) => !['', '.', '..'].includes(part))
}

function headerOf(block: Buffer, path: string) {
  try {
    return readTarHeader(block)
  } catch {
    throw broken(path, 'it is damaged, or no back-up at all')
  }
}

async function* chunksOf(handle: FileHandle, from: number, size: number, path: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += CHUNK) yield await exactly(handle, from + at, Math.min(CHUNK, size - at), path)
}

async function exactly(handle: FileHandle, at: number, length: number, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(buffer, done, length - done, at + done)
    if (bytesRead === 0) throw broken(path, 'it is cut off: its end is missing')
    done += bytesRead
  }
  return buffer
}

function broken(path: string, problem: string, details: object = {}): AppError {
  return new AppError('BACKUP_BROKEN', 'client', 'The back-up is not whole, so nothing of it is restored', {
    details: { path, problem, ...details }
  })
}
