import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Entry, entriesIn, lineOf } from './entry.ts'

/**
 * The facts of this moment on disk, until they are in the database or wait for it in a file of their own: a process that is killed has told
 * nothing that is forgotten. Written into the system's cache in microseconds, and not synced: it outlives the process, not the machine.
 */
export class RecordsJournal {
  /** What an earlier process left, oldest first. Safe elsewhere, it is forgotten by `clear`. */
  readonly found: readonly Entry[]
  readonly #file: number
  #size: number

  /** `onDamage` hears of lines that cannot be read, such as one that a killed process left half written. */
  constructor(path: string, onDamage: (line: string) => void) {
    mkdirSync(dirname(path), { recursive: true })
    this.#file = openSync(path, 'a+', 0o600)
    this.#size = fstatSync(this.#file).size
    const bytes = this.#size === 0 ? Buffer.alloc(0) : readFileSync(this.#file)
    this.found = bytes
      .toString('utf8')
      .split('\n')
      .flatMap((line) => entriesIn(line, onDamage))
    // What is appended must not be taken for the rest of half a line.
    this.#size = bytes.lastIndexOf(10) + 1
    if (this.#size < bytes.length) ftruncateSync(this.#file, this.#size)
  }

  append(entries: readonly Entry[]): void {
    const bytes = Buffer.from(entries.map(lineOf).join(''))
    let taken = 0
    try {
      // A disk that fills up takes a part, and then nothing.
      while (taken < bytes.length) taken += writeSync(this.#file, bytes, taken)
    } catch (error) {
      if (taken > 0) ftruncateSync(this.#file, this.#size)
      throw error
    }
    this.#size += bytes.length
  }

  /** All that was appended is safe. */
  clear(): void {
    if (this.#size === 0) return
    ftruncateSync(this.#file, 0)
    this.#size = 0
  }

  close(): void {
    closeSync(this.#file)
  }
}
