import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RealSignal, Signal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Clip } from '../domain/ports/prompts.ts'
import { SingleFlight } from './single-flight.ts'
import { BYTES_PER_MS } from './telephone-audio.ts'

const ENDING = '.ulaw'
/** A clip this fresh may still be played: Asterisk opens the file only when its turn comes. */
const RESTING_MS = 10 * 60_000

interface Stored {
  readonly bytes: number
  usedAt: number
  /** Part of a live flow: stays. */
  kept: boolean
}

export interface CacheStats {
  readonly clips: number
  readonly bytes: number
  readonly kept: number
  readonly hits: number
  readonly misses: number
  readonly evicted: number
  readonly underWay: number
}

export interface CacheOptions {
  readonly directory: string
  readonly bytesMax: number
  readonly now: () => number
  readonly log: Log
}

/** The key of some content: the same parts, the same key. */
export function contentKey(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  // The length goes first, so that ("ab", "c") and ("a", "bc") differ.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex')
}

/** Audio files named by the content they were made of. */
export class ClipCache {
  readonly #options: CacheOptions
  /** In the order of their last use: the first is the next to go. */
  readonly #stored = new Map<string, Stored>()
  readonly #making = new SingleFlight<void>()
  #bytes = 0
  #hits = 0
  #misses = 0
  #evicted = 0

  private constructor(options: CacheOptions) {
    this.#options = options
  }

  /** Opens the directory with what an earlier process left in it. */
  static async open(options: CacheOptions): Promise<ClipCache> {
    await mkdir(options.directory, { recursive: true })
    const cache = new ClipCache(options)
    const found: { key: string; bytes: number; usedAt: number }[] = []
    for (const name of await readdir(options.directory)) {
      const file = join(options.directory, name)
      if (!name.endsWith(ENDING)) {
        // What a killed process was still writing.
        if (name.endsWith('.part')) await rm(file, { force: true })
        continue
      }
      const { size, mtimeMs } = await stat(file)
      found.push({ key: name.slice(0, -ENDING.length), bytes: size, usedAt: mtimeMs })
    }
    for (const { key, bytes, usedAt } of found.sort((one, other) => one.usedAt - other.usedAt))
      cache.#add(key, bytes, usedAt, false)
    return cache
  }

  /** The clip of that key; `make` is asked for the audio when there is none. `keep`: never to be evicted. */
  async clip(key: string, make: (signal: RealSignal) => Promise<Buffer>, keep: boolean, signal: Signal): Promise<Clip> {
    if (this.#stored.has(key)) this.#hits++
    else {
      this.#misses++
      await this.#making.run(key, async (signal) => this.#write(key, await make(signal)), signal)
    }
    const stored = this.#stored.get(key)
    if (stored === undefined) return this.clip(key, make, keep, signal)
    stored.kept ||= keep
    const clip = this.#used(key, stored)
    await this.#evict()
    return clip
  }

  /** The clip of that key, if it is there. */
  ready(key: string): Clip | undefined {
    const stored = this.#stored.get(key)
    if (stored === undefined) return undefined
    this.#hits++
    return this.#used(key, stored)
  }

  stats(): CacheStats {
    const kept = [...this.#stored.values()].filter(({ kept }) => kept).length
    return {
      clips: this.#stored.size,
      bytes: this.#bytes,
      kept,
      hits: this.#hits,
      misses: this.#misses,
      evicted: this.#evicted,
      underWay: this.#making.size
    }
  }

  /** Stops what is being made. */
  async close(): Promise<void> {
    await this.#making.close(new Error('The prompt cache is closed'))
  }

  async #write(key: string, audio: Buffer): Promise<void> {
    const file = join(this.#options.directory, `${key}${ENDING}`)
    const part = join(this.#options.directory, `${key}.${randomUUID()}.part`)
    // Asterisk, or another process with the same directory, must never see half a file.
    try {
      await writeFile(part, audio)
      await rename(part, file)
    } catch (cause) {
      // Half a file would take of the little room that is left.
      await rm(part, { force: true })
      throw new AppError('PROMPT_NOT_STORED', 'server', 'What was spoken could not be written to disk', { cause })
    }
    this.#add(key, audio.length, this.#options.now(), false)
  }

  #add(key: string, bytes: number, usedAt: number, kept: boolean): void {
    this.#stored.set(key, { bytes, usedAt, kept })
    this.#bytes += bytes
  }

  #used(key: string, stored: Stored): Clip {
    stored.usedAt = this.#options.now()
    this.#stored.delete(key)
    this.#stored.set(key, stored)
    return { file: join(this.#options.directory, key), durationMs: Math.ceil(stored.bytes / BYTES_PER_MS) }
  }

  async #evict(): Promise<void> {
    if (this.#bytes <= this.#options.bytesMax) return
    const restingSince = this.#options.now() - RESTING_MS
    for (const [key, { bytes, usedAt, kept }] of this.#stored) {
      if (this.#bytes <= this.#options.bytesMax || usedAt > restingSince) return
      if (kept) continue
      this.#stored.delete(key)
      this.#bytes -= bytes
      this.#evicted++
      await rm(join(this.#options.directory, `${key}${ENDING}`), { force: true })
      this.#options.log.debug({ key, bytes }, 'Prompt removed to make room')
    }
  }
}
