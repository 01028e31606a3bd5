import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { Shelf } from '../domain/ports/live-store.ts'

/** Lines of the journal beyond the things there are, before it is written anew. */
const SPARE_LINES = 10_000

type Read = () => unknown

/** Things in memory, with a journal from which the next process reads them, also after a kill. */
export class JournalShelf<Id extends string, Kept> implements Shelf<Id, Kept> {
  readonly #path: string
  readonly #log: Log
  readonly #things: Map<Id, Read>
  /** Changed and not written yet. */
  #waiting = new Set<Id>()
  #file: FileHandle
  #lines: number
  #writing: Promise<void> | undefined

  private constructor(path: string, things: Map<Id, Read>, file: FileHandle, log: Log) {
    this.#path = path
    this.#things = things
    this.#lines = things.size
    this.#file = file
    this.#log = log
  }

  /** `idOf`: what a thing was kept under by versions that did not write it down. */
  static async open<Id extends string, Kept>(path: string, idOf: (kept: Kept) => Id, log: Log): Promise<JournalShelf<Id, Kept>> {
    mkdirSync(dirname(path), { recursive: true })
    const things = readJournal(path, idOf)
    rewrite(path, [...things].map(lineOf))
    return new JournalShelf<Id, Kept>(path, things, await open(path, 'a'), log)
  }

  put(id: Id, read: () => Kept): void {
    this.#things.set(id, read)
    this.#changed(id)
  }

  delete(id: Id): void {
    if (this.#things.delete(id)) this.#changed(id)
  }

  async list(): Promise<readonly Kept[]> {
    return [...this.#things.values()].map((read) => read() as Kept)
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#file.close()
  }

  #changed(id: Id): void {
    this.#waiting.add(id)
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    // A turn of the event loop later, what one step of a call changes goes out in one line, and what many calls change in one write.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.size > 0) {
      const changed = this.#waiting
      this.#waiting = new Set()
      try {
        this.#lines += changed.size
        if (this.#lines > this.#things.size * 2 + SPARE_LINES) await this.#compact()
        else await this.#file.appendFile([...changed].map((id) => this.#line([id, this.#things.get(id)])).join(''))
      } catch (error) {
        // The calls go on from memory; only a restart would miss them.
        this.#log.error({ err: error }, 'The journal of what is in progress cannot be written')
      }
    }
    this.#writing = undefined
  }

  async #compact(): Promise<void> {
    await this.#file.close()
    rewrite(
      this.#path,
      [...this.#things].map((thing) => this.#line(thing))
    )
    this.#file = await open(this.#path, 'a')
    this.#lines = this.#things.size
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

/** Written beside and renamed: a kill in between leaves the old journal. */
function rewrite(path: string, lines: readonly string[]): void {
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function readJournal<Id extends string, Kept>(path: string, idOf: (kept: Kept) => Id): Map<Id, Read> {
  const things = new Map<Id, Read>()
  for (const text of readIfThere(path).split('\n')) {
    const line = parse<Id, Kept>(text)
    if (line === undefined) continue
    const { put } = line
    if (put !== undefined) things.set(line.id ?? idOf(put), () => put)
    else if (line.delete !== undefined) things.delete(line.delete)
  }
  return things
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function parse<Id, Kept>(text: string): { readonly id?: Id; readonly put?: Kept; readonly delete?: Id } | undefined {
  if (text === '') return undefined
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    // Only the last line of a killed process is cut off: its change had not been promised to anybody.
    return undefined
  }
}
