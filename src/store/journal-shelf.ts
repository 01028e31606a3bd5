import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../domain/log.ts'
import type { Shelf } from '../domain/ports/live-store.ts'
import { asItIsNow } from './as-it-is-now.ts'
import type { Stamp } from './stamp.ts'

/** Lines of the journal beyond the things there are, before it is written anew. */
const SPARE_LINES = 10_000

/** Between two attempts while the disk takes nothing. */
const RETRY_MS = 1_000

type Read = () => unknown

/**
 * Things in memory, with a journal from which the next process reads them, also after a kill. A change is in the system's cache before the
 * turn of the event loop after it is over: some microseconds, and less work than handing it to a thread. What the disk does not take is
 * written as it is when there is room again.
 */
export class JournalShelf<Id extends string, Kept> implements Shelf<Id, Kept> {
  readonly #path: string
  readonly #log: Log
  readonly #things: Map<Id, Read>
  readonly #closing = new AbortController()
  /** Lines that could not be read. */
  readonly damaged: number
  /** How new the things are that an earlier process left; undefined: it was told nothing of that. */
  readonly found: Stamp | undefined
  /** How new they are now. */
  #stamp: (() => Stamp) | undefined
  /** Changed and not written yet. */
  readonly #waiting = new Set<Id>()
  #file: number
  #size: number
  #lines: number
  /** Something has changed, and is about to be written or waits for room. */
  #isDue = false
  /** While the disk takes nothing. */
  #retrying: Promise<void> | undefined
  #fails = false
  #isSealed = false

  private constructor(path: string, { things, size, damaged, stamp }: Found<Id>, log: Log) {
    this.damaged = damaged
    this.found = stamp
    this.#stamp = stamp && (() => stamp)
    this.#path = path
    this.#things = things
    this.#lines = things.size
    this.#log = log
    this.#file = openSync(path, 'a', 0o600)
    this.#size = size
    ftruncateSync(this.#file, size)
  }

  /** `idOf`: what a thing was kept under by versions that did not write it down. */
  static open<Id extends string, Kept>(path: string, idOf: (kept: Kept) => Id, log: Log): JournalShelf<Id, Kept> {
    mkdirSync(dirname(path), { recursive: true })
    const shelf = new JournalShelf<Id, Kept>(path, readJournal(path, idOf, log), log)
    try {
      shelf.#compact()
    } catch (err) {
      // As it is, it says the same.
      log.warn({ err }, 'The journal of what is in progress cannot be written anew; it is gone on with')
    }
    return shelf
  }

  /** Things that have changed since they were written. */
  get unwritten(): number {
    return this.#waiting.size
  }

  /** Writes down how new the things are, now and with each change. */
  mark(stamp: () => Stamp): void {
    this.#stamp = stamp
    this.#due()
  }

  put(id: Id, read: () => Kept): void {
    if (this.#isSealed) return
    this.#things.set(id, read)
    this.#changed(id)
  }

  delete(id: Id): void {
    if (!this.#isSealed && this.#things.delete(id)) this.#changed(id)
  }

  seal(): void {
    this.#isSealed = true
    for (const [id, read] of this.#things) this.#things.set(id, asItIsNow(read))
  }

  async list(): Promise<readonly Kept[]> {
    return [...this.entries().values()]
  }

  entries(): ReadonlyMap<Id, Kept> {
    return new Map([...this.#things].map(([id, read]) => [id, read() as Kept]))
  }

  async flush(): Promise<void> {
    while (this.#isDue) await (this.#retrying ?? nextTurn())
  }

  /** Does not wait for room on a disk that is full. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.flush()
    closeSync(this.#file)
  }

  #changed(id: Id): void {
    this.#waiting.add(id)
    this.#due()
  }

  #due(): void {
    if (this.#isDue) return
    this.#isDue = true
    // A turn of the event loop later, what one step of a call changes goes out in one line, and what many calls change in one write.
    setImmediate(this.#write)
  }

  readonly #write = (): void => {
    if (this.#take()) this.#isDue = false
    else this.#retrying = this.#retry()
  }

  /** Until the disk takes it. Closing does not wait, but for one last attempt. */
  async #retry(): Promise<void> {
    const { signal } = this.#closing
    do await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    while (!this.#take() && !signal.aborted)
    this.#isDue = false
    this.#retrying = undefined
  }

  /** Whether the disk took what has changed. */
  #take(): boolean {
    try {
      if (this.#lines + this.#waiting.size > this.#things.size * 2 + SPARE_LINES) this.#compact()
      else this.#append()
    } catch (err) {
      // The calls go on from memory; only a kill before there is room again would miss what has changed.
      if (!this.#fails)
        this.#log.error({ err }, 'What is in progress cannot be written to disk; it is tried again until there is room')
      this.#fails = true
      return false
    }
    if (this.#fails) this.#log.info({ things: this.#waiting.size }, 'The disk takes what is in progress again')
    this.#fails = false
    this.#waiting.clear()
    return true
  }

  #append(): void {
    let text = ''
    for (const id of this.#waiting) text += this.#line([id, this.#things.get(id)])
    text += this.#stampLine()
    const bytes = Buffer.from(text)
    let taken = 0
    try {
      while (taken < bytes.length) taken += writeSync(this.#file, bytes, taken)
    } catch (error) {
      // What comes later would be taken for the rest of a line.
      if (taken > 0) ftruncateSync(this.#file, this.#size)
      throw error
    }
    this.#size += bytes.length
    this.#lines += this.#waiting.size + 1
  }

  /** Written beside and renamed: a kill, or a disk that is full, leaves the old journal. */
  #compact(): void {
    const beside = `${this.#path}.new`
    const text = [...this.#things].map((thing) => this.#line(thing)).join('') + this.#stampLine()
    try {
      writeFileSync(beside, text, { mode: 0o600 })
    } catch (error) {
      // Half of it would only take room.
      rmSync(beside, { force: true })
      throw error
    }
    const file = openSync(beside, 'a')
    renameSync(beside, this.#path)
    closeSync(this.#file)
    this.#file = file
    this.#size = Buffer.byteLength(text)
    this.#lines = this.#things.size
  }

  /** Behind what it says is there. */
  #stampLine(): string {
    return this.#stamp === undefined ? '' : `${JSON.stringify({ stamp: this.#stamp() })}\n`
  }

  /** One that cannot be written costs the others nothing. */
  #line(thing: readonly [Id, Read | undefined]): string {
    try {
      return lineOf(thing)
    } catch (err) {
      this.#log.error({ err, id: thing[0] }, 'Something in progress cannot be written down')
      return ''
    }
  }
}

function lineOf([id, read]: readonly [string, Read | undefined]): string {
  return `${JSON.stringify(read === undefined ? { delete: id } : { id, put: read() })}\n`
}

/** What an earlier process left, and the length of its whole lines: the last one of a killed process may be cut off. */
interface Found<Id> {
  readonly things: Map<Id, Read>
  readonly size: number
  readonly damaged: number
  readonly stamp: Stamp | undefined
}

function readJournal<Id extends string, Kept>(path: string, idOf: (kept: Kept) => Id, log: Log): Found<Id> {
  const things = new Map<Id, Read>()
  const bytes = readIfThere(path)
  const size = bytes.lastIndexOf('\n') + 1
  let damaged = 0
  let stamp: Stamp | undefined
  for (const text of bytes.toString('utf8', 0, size).split('\n')) {
    if (text === '') continue
    const line = parse<Id, Kept>(text)
    if (line?.put !== undefined) things.set(line.id ?? idOf(line.put), () => line.put)
    else if (line?.delete !== undefined) things.delete(line.delete)
    else if (line?.stamp !== undefined) stamp = line.stamp
    else {
      damaged++
      log.error(
        { path, ...damageOf(text) },
        'A line of what is in progress cannot be read; its change is lost, the rest is gone on with'
      )
    }
  }
  return { things, size, damaged, stamp }
}

/** What can be told of it without what was kept: how long it is, and whose it seems to be. */
function damageOf(text: string): { readonly characters: number; readonly id?: string } {
  const id = /"(?:id|delete)":"([^"]+)"/.exec(text)?.[1]
  return { characters: text.length, ...(id !== undefined && { id }) }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

interface Line<Id, Kept> {
  readonly id?: Id
  readonly put?: Kept
  readonly delete?: Id
  readonly stamp?: Stamp
}

function parse<Id, Kept>(text: string): Line<Id, Kept> | undefined {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    // Damaged from outside, which is told; what we write is whole or not there.
    return undefined
  }
}
