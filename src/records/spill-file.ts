import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Entry, entriesIn, lineOf } from './entry.ts'

const CHUNK_BYTES = 1 << 20

/** Facts that wait on disk for the database, oldest first. What an earlier process left is read as well. */
export class SpillFile {
  readonly #file: FileHandle
  readonly #onDamage: (line: string) => void
  #size: number
  #offset = 0

  private constructor(file: FileHandle, size: number, onDamage: (line: string) => void) {
    this.#file = file
    this.#size = size
    this.#onDamage = onDamage
  }

  /** `onDamage` hears of lines that cannot be read, such as one that a killed process left half written. */
  static async open(path: string, onDamage: (line: string) => void): Promise<SpillFile> {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'a+', 0o600)
    const { size } = await file.stat()
    const spill = new SpillFile(file, size, onDamage)
    // A half-written last line must not swallow the first new one; a disk that is full takes no line end, but lets go of half a line.
    if (size > 0) await spill.#write('\n').catch(() => spill.#dropHalfLine())
    return spill
  }

  /** Bytes that have not been taken yet. */
  get waiting(): number {
    return this.#size - this.#offset
  }

  async append(entries: readonly Entry[]): Promise<void> {
    if (entries.length > 0) await this.#write(entries.map(lineOf).join(''))
  }

  /** The next entries, at most `max`, and the place to pass to `take` once they are safe. */
  async peek(max: number): Promise<{ readonly entries: readonly Entry[]; readonly end: number }> {
    const lines: string[] = []
    let end = this.#offset
    let rest = Buffer.alloc(0)
    while (lines.length < max && end + rest.length < this.#size) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, this.#size - end - rest.length))
      const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, end + rest.length)
      if (bytesRead === 0) break
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      for (let newline = rest.indexOf(10); newline >= 0 && lines.length < max; newline = rest.indexOf(10)) {
        lines.push(rest.toString('utf8', 0, newline))
        rest = rest.subarray(newline + 1)
        end += newline + 1
      }
    }
    return { entries: lines.flatMap((line) => entriesIn(line, this.#onDamage)), end }
  }

  /** Forgets all up to `end`; the file is emptied once nothing is left. Taken entries may come again after a crash. */
  async take(end: number): Promise<void> {
    this.#offset = end
    if (this.#offset < this.#size) return
    await this.#file.truncate(0)
    this.#offset = 0
    this.#size = 0
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #dropHalfLine(): Promise<void> {
    // A line is shorter than that.
    const from = Math.max(0, this.#size - CHUNK_BYTES)
    const { buffer } = await this.#file.read(Buffer.alloc(this.#size - from), 0, this.#size - from, from)
    const half = buffer.subarray(buffer.lastIndexOf(10) + 1)
    if (half.length === 0) return
    this.#onDamage(half.toString('utf8'))
    this.#size -= half.length
    await this.#file.truncate(this.#size)
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    try {
      await this.#file.appendFile(bytes)
    } catch (error) {
      // A disk that fills up takes a part of it; what is written later would be taken for its rest.
      await this.#file.truncate(this.#size)
      throw error
    }
    this.#size += bytes.length
  }
}
