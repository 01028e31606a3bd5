import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { LiveCall, LiveStore } from '../domain/ports/live-store.ts'

/** Lines of the journal beyond the calls there are, before it is written anew. */
const SPARE_LINES = 10_000

type Line = { readonly put: LiveCall } | { readonly delete: CallId }

/** Calls in memory, with a journal in `folder` from which the next process reads them, also after a kill. */
export async function openMemoryLiveStore(folder: string, log: Log): Promise<LiveStore> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'live-calls.jsonl')
  const calls = readJournal(path)
  rewrite(path, calls)
  return new MemoryLiveStore(path, calls, await open(path, 'a'), log)
}

class MemoryLiveStore implements LiveStore {
  readonly #path: string
  readonly #calls: Map<CallId, LiveCall>
  readonly #log: Log
  #file: FileHandle
  #lines: number
  #waiting = ''
  #writing: Promise<void> | undefined

  constructor(path: string, calls: Map<CallId, LiveCall>, file: FileHandle, log: Log) {
    this.#path = path
    this.#calls = calls
    this.#lines = calls.size
    this.#file = file
    this.#log = log
  }

  put(call: LiveCall): void {
    this.#calls.set(call.callId, call)
    this.#append({ put: call })
  }

  delete(callId: CallId): void {
    if (this.#calls.delete(callId)) this.#append({ delete: callId })
  }

  async list(): Promise<readonly LiveCall[]> {
    return [...this.#calls.values()]
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#file.close()
  }

  /** What is put while a write is under way goes out together in the next one. */
  #append(line: Line): void {
    this.#waiting += `${JSON.stringify(line)}\n`
    this.#lines++
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    // A turn of the event loop later, what one step of a call puts goes out in one write.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting !== '') {
      const text = this.#waiting
      this.#waiting = ''
      try {
        if (this.#lines > this.#calls.size * 2 + SPARE_LINES) await this.#compact()
        else await this.#file.appendFile(text)
      } catch (error) {
        // The calls go on from memory; only a restart would miss them.
        this.#log.error({ err: error }, 'The journal of live calls cannot be written')
      }
    }
    this.#writing = undefined
  }

  async #compact(): Promise<void> {
    await this.#file.close()
    rewrite(this.#path, this.#calls)
    this.#file = await open(this.#path, 'a')
    this.#lines = this.#calls.size
  }
}

/** Written beside and renamed: a kill in between leaves the old journal. */
function rewrite(path: string, calls: ReadonlyMap<CallId, LiveCall>): void {
  const lines = [...calls.values()].map((call) => `${JSON.stringify({ put: call })}\n`)
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function readJournal(path: string): Map<CallId, LiveCall> {
  const calls = new Map<CallId, LiveCall>()
  for (const text of readIfThere(path).split('\n')) {
    const line = parse(text)
    if (line === undefined) continue
    if ('put' in line) calls.set(line.put.callId, line.put)
    else calls.delete(line.delete)
  }
  return calls
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function parse(text: string): Line | undefined {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as Line
  } catch {
    // Only the last line of a killed process is cut off: its change had not been promised to anybody.
    return undefined
  }
}
