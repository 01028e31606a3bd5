import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { Entry } from './entry.ts'

export interface JournalOptions {
  readonly folder: string
  readonly log: Log
  /** On disk, at most. Default: 1 GiB. */
  readonly bytesMax?: number
}

/** One file grows no further, so that each can be read whole. */
const FILE_BYTES_MAX = 4 * 1024 * 1024
/** Kept in memory while the disk fails. */
const MEMORY_MAX = 10_000

/**
 * Events on their way into the outbox, in files: one that is written, and those that are sealed, oldest first.
 * An event is in a file when `append` returns, so that it outlives the process however that ends; a write into the cache of the
 * system takes microseconds, and no power cut is promised to be survived.
 */
export class Journal {
  readonly #options: Required<JournalOptions>
  #sealed: { readonly path: string; readonly bytes: number }[] = []
  #open: { readonly path: string; readonly file: number; bytes: number } | undefined
  #number: number
  #memory: Entry[] = []
  #lost = 0

  private constructor(options: JournalOptions, left: { path: string; bytes: number }[], number: number) {
    this.#options = { bytesMax: 1024 ** 3, ...options }
    this.#sealed = left
    this.#number = number
  }

  /** What an earlier process left is the oldest. */
  static async open(options: JournalOptions): Promise<Journal> {
    mkdirSync(options.folder, { recursive: true })
    const names = (await readdir(options.folder)).filter((name) => /^\d{12}\.jsonl$/.test(name)).sort()
    const left = await Promise.all(
      names.map(async (name) => {
        const path = join(options.folder, name)
        return { path, bytes: (await stat(path)).size }
      })
    )
    return new Journal(options, left, Number.parseInt(names.at(-1) ?? '0', 10))
  }

  /** Events that neither disk nor memory had room for. */
  get lost(): number {
    return this.#lost
  }

  /** Bytes on disk that are not in the outbox yet. */
  get bytes(): number {
    return this.#sealed.reduce((sum, { bytes }) => sum + bytes, this.#open?.bytes ?? 0)
  }

  get isEmpty(): boolean {
    return this.bytes === 0 && this.#memory.length === 0
  }

  /** Never waits and never throws. */
  append(entry: Entry): void {
    // Behind what waits in memory, or the order would be lost.
    if (this.#memory.length > 0) this.#keepInMemory(entry)
    else if (this.bytes >= this.#options.bytesMax) this.#lose(entry)
    else this.#keepOnDisk(entry)
  }

  /** Begins a new file when there is something in the last one; all that is sealed, oldest first. */
  seal(): readonly string[] {
    if (this.#open !== undefined && this.#open.bytes > 0) this.#sealOpen()
    return this.#sealed.map(({ path }) => path)
  }

  /** What a sealed file says. A line that a dying process left half written is skipped: its event was told to nobody yet. */
  async read(path: string): Promise<readonly Entry[]> {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
    return lines.flatMap((line): Entry[] => {
      try {
        return [JSON.parse(line) as Entry]
      } catch {
        // Not JSON: cut off in the middle.
        this.#options.log.warn({ path, characters: line.length }, 'An event of a webhook was cut off on disk and is skipped')
        return []
      }
    })
  }

  /** Its events are in the outbox. */
  async drop(path: string): Promise<void> {
    await unlink(path)
    this.#sealed = this.#sealed.filter((file) => file.path !== path)
  }

  /** What the disk did not take; it is yours to put away, or to give back. */
  takeMemory(): readonly Entry[] {
    return this.#memory.splice(0)
  }

  giveBack(entries: readonly Entry[]): void {
    this.#memory.unshift(...entries)
  }

  close(): void {
    if (this.#open !== undefined) this.#sealOpen()
  }

  #keepOnDisk(entry: Entry): void {
    try {
      this.#write(Buffer.from(`${JSON.stringify(entry)}\n`))
    } catch (err) {
      this.#options.log.error({ err }, 'The journal of webhooks cannot be written; its events are kept in memory')
      this.#keepInMemory(entry)
    }
  }

  #write(line: Buffer): void {
    if (this.#open !== undefined && this.#open.bytes >= FILE_BYTES_MAX) this.#sealOpen()
    this.#open ??= this.#begin()
    const written = writeSync(this.#open.file, line)
    this.#open.bytes += written
    if (written === line.length) return
    // A full disk takes half a line: the next one begins in another file, and this one is written again.
    this.#sealOpen()
    throw new Error('The disk took only a part of the line')
  }

  #begin(): { path: string; file: number; bytes: number } {
    const path = join(this.#options.folder, `${String(++this.#number).padStart(12, '0')}.jsonl`)
    return { path, file: openSync(path, 'ax', 0o600), bytes: 0 }
  }

  #sealOpen(): void {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    this.#sealed.push({ path: open.path, bytes: open.bytes })
    closeSync(open.file)
  }

  #keepInMemory(entry: Entry): void {
    if (this.#memory.length < MEMORY_MAX) this.#memory.push(entry)
    else this.#lose(entry)
  }

  #lose({ webhook, type }: Entry): void {
    if (this.#lost++ === 0) this.#options.log.error({ webhook, type }, 'Events of webhooks are lost: no room for them is left')
  }
}
