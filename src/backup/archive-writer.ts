import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { type ArchivedFile, MANIFEST, type Manifest } from './manifest.ts'
import { BLOCK, paddingOf, tarHeader } from './tar.ts'

/** Writes a tar file, with a checksum for each file in it. It has its name only when it is whole and on disk. */
export class ArchiveWriter {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #at: number
  readonly #files: ArchivedFile[] = []

  private constructor(path: string, handle: FileHandle, at: number) {
    this.#path = path
    this.#handle = handle
    this.#at = at
  }

  /** `at`: the time of all files in it, milliseconds. Refuses to write over a file. */
  static async create(path: string, at: number): Promise<ArchiveWriter> {
    const existing = await open(path, 'r').catch(() => undefined)
    await existing?.close()
    if (existing !== undefined)
      throw new AppError('BACKUP_EXISTS', 'client', 'There is a file of that name already', { details: { path } })
    try {
      // Its readers see callers' numbers and names.
      return new ArchiveWriter(path, await open(`${path}.partial`, 'w', 0o600), at)
    } catch (cause) {
      throw new AppError('BACKUP_NOT_WRITABLE', 'client', 'The back-up cannot be written there', { details: { path }, cause })
    }
  }

  get bytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  async add(path: string, content: Buffer): Promise<void> {
    await this.addStream(path, content.length, [content])
  }

  /** Throws when there is more or less of it than it was said. */
  async addStream(path: string, size: number, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const hash = createHash('sha256')
    let bytes = 0
    await this.#write(tarHeader(path, size, this.#at))
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > size) break
      hash.update(chunk)
      await this.#write(chunk)
    }
    if (bytes !== size)
      throw new AppError('BACKUP_FILE_CHANGED', 'server', 'A file changed while it was backed up', { details: { path } })
    await this.#write(Buffer.alloc(paddingOf(size)))
    this.#files.push({ path, bytes, sha256: hash.digest('hex') })
  }

  /** Writes what it holds, and gives it its name. */
  async finish(manifest: Omit<Manifest, 'files'>): Promise<void> {
    const whole: Manifest = { ...manifest, files: [...this.#files] }
    await this.add(MANIFEST, Buffer.from(`${JSON.stringify(whole, undefined, 1)}\n`))
    await this.#write(Buffer.alloc(2 * BLOCK))
    await this.#handle.sync()
    await this.#handle.close()
    await rename(`${this.#path}.partial`, this.#path)
    const folder = await open(dirname(this.#path))
    await folder.sync().finally(() => folder.close())
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#handle.close()
    await rm(`${this.#path}.partial`, { force: true })
  }

  async #write(bytes: Buffer): Promise<void> {
    if (bytes.length > 0) await this.#handle.writeFile(bytes)
  }
}
