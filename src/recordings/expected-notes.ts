import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { ExpectedRecording, StoredRecording } from '../domain/recording.ts'

/** What is written down of a recording until it is known to be in the records. */
export interface Note {
  /** The name under which Asterisk holds it. */
  readonly held: string
  readonly minMs: number
  readonly recording: ExpectedRecording | StoredRecording
}

/** Notes on disk, a file each, whole or not there: a process that dies leaves them to the next one. */
export class ExpectedNotes {
  readonly folder: string
  readonly #log: Log

  constructor(folder: string, log: Log) {
    this.folder = folder
    this.#log = log
  }

  /** Resolves when the note would survive a loss of power. */
  async put(note: Note): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const file = this.#file(note.recording.id)
    const handle = await open(`${file}.part`, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(note))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${file}.part`, file)
    await syncFolder(this.folder)
  }

  async get(id: string): Promise<Note | undefined> {
    return this.#read(this.#file(id))
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true })
  }

  async list(): Promise<readonly Note[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json'))
    const notes = await Promise.all(names.map((name) => this.#read(join(this.folder, name))))
    return notes.filter((note) => note !== undefined)
  }

  async #read(file: string): Promise<Note | undefined> {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      return JSON.parse(text) as Note
    } catch (err) {
      // Written by somebody else: ours are whole. It is left for a person to look at.
      this.#log.error({ err, file }, 'A note of a recording cannot be read')
      return undefined
    }
  }

  #file(id: string): string {
    return join(this.folder, `${id}.json`)
  }
}

/** A new name in a folder survives a loss of power only when the folder itself is written. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
