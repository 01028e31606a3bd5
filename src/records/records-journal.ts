import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, entriesIn, lineOf } from './entry.ts'

/**
 * The facts of this moment on disk, until they are in the database or wait for it in a file of their own: a process that is killed has told
 * nothing that is forgotten. Written into the system's cache in microseconds, and not synced: it outlives the process, not the machine.
 *
 * There are two files, as new facts come while older ones are on their way: one takes what is told, and the other is forgotten once it is safe.
 */
export class RecordsJournal {
  /** What an earlier process left, oldest first. */
  readonly found: readonly Entry[]
  #newer: JournalFile
  #older: JournalFile

  /** `onDamage` hears of lines that cannot be read, such as one that a killed process left half written. */
  constructor(folder: string, onDamage: (line: string) => void) {
    mkdirSync(folder, { recursive: true })
    const files = ['records-journal.jsonl', 'records-journal-2.jsonl'].map((name) => new JournalFile(join(folder, name)))
    const left = files.map((file) => file.read(onDamage)).sort(byAge)
    this.found = left.flat()
    ;[this.#newer, this.#older] = files as [JournalFile, JournalFile]
  }

  append(entries: readonly Entry[]): void {
    this.#newer.append(entries.map(lineOf).join(''))
  }

  /** All that was appended is on its way. What is not safe from the last time stays where it is. */
  begin(): void {
    if (this.#older.isEmpty) [this.#newer, this.#older] = [this.#older, this.#newer]
  }

  /** What was on its way is safe. */
  clearOlder(): void {
    this.#older.clear()
  }

  /** All that was appended is safe. */
  clear(): void {
    this.#older.clear()
    this.#newer.clear()
  }

  close(): void {
    this.#older.close()
    this.#newer.close()
  }
}

function byAge([one]: readonly Entry[], [other]: readonly Entry[]): number {
  if (one === undefined || other === undefined) return 0
  return one.event.at - other.event.at || one.event.number - other.event.number
}

class JournalFile {
  readonly #file: number
  #size: number

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600)
    this.#size = fstatSync(this.#file).size
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  read(onDamage: (line: string) => void): Entry[] {
    const bytes = this.#size === 0 ? Buffer.alloc(0) : readFileSync(this.#file)
    // What is appended must not be taken for the rest of half a line.
    this.#size = bytes.lastIndexOf(10) + 1
    if (this.#size < bytes.length) ftruncateSync(this.#file, this.#size)
    const lines = bytes.toString('utf8').split('\n')
    return lines.flatMap((line) => entriesIn(line, onDamage))
  }

  append(text: string): void {
    const bytes = Buffer.from(text)
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

  clear(): void {
    if (this.#size === 0) return
    ftruncateSync(this.#file, 0)
    this.#size = 0
  }

  close(): void {
    closeSync(this.#file)
  }
}
