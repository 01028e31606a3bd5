import { readdirSync, realpathSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, parse, sep } from 'node:path'
import type { Language } from '../domain/language.ts'
import { contentKey } from './clip-cache.ts'

/** A name, or names joined by slashes; nothing that could leave the folder. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*(\/[\p{L}\p{N}_][\p{L}\p{N}_.-]*)*$/u

/** Recordings of flows: `LANGUAGE/NAME.wav` for one language, `NAME.wav` for all; any ending that sox reads. */
export class RecordedAudio {
  readonly #directory: string
  /** File → its content's key as of its last change. */
  readonly #keys = new Map<string, { readonly mtimeMs: number; readonly size: number; readonly key: string }>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The file of that name, the one of the language first. */
  find(name: string, language: Language): string | undefined {
    if (!NAME.test(name)) return undefined
    return this.#inFolder(join(language, name)) ?? this.#inFolder(name)
  }

  /** A key that changes with the file's content. */
  async key(file: string): Promise<string> {
    // Some microseconds, as the folders are read that way: less than to hand it to a thread and be woken by that.
    const { mtimeMs, size } = statSync(file)
    const known = this.#keys.get(file)
    if (known !== undefined && known.mtimeMs === mtimeMs && known.size === size) return known.key
    const key = contentKey('recording', await readFile(file))
    this.#keys.set(file, { mtimeMs, size, key })
    return key
  }

  /** Whether the file itself lies in the folder: a link may lead to any file of the machine. */
  #isInside(file: string): boolean {
    try {
      return realpathSync.native(file).startsWith(`${realpathSync.native(this.#directory)}${sep}`)
    } catch (error) {
      // A link that leads nowhere, or in a circle.
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP')) return false
      throw error
    }
  }

  #inFolder(path: string): string | undefined {
    const folder = join(this.#directory, dirname(path))
    const { base } = parse(path)
    const found = entries(folder).find((entry) => parse(entry).name === base && parse(entry).ext !== '')
    return found === undefined || !this.#isInside(join(folder, found)) ? undefined : join(folder, found)
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    // A folder that is not there holds nothing.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}
