import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FlowSource } from './compile-context.ts'

interface Seen extends FlowSource {
  /** Changes when the file does, unless that is within the same tick of the file system's clock. */
  readonly mark: string
  /** The mark was old enough when the file was read that a later change has another. */
  readonly settled: boolean
}

/** File systems count time in ticks of up to two seconds (FAT). */
const TICK_MS = 2000

/** So many files at a time: a thousand at once would hold up all else. */
const AT_ONCE = 16

/** The flow files of a folder and the folders in it, in order of their names. Tests beside them (`*.test.yaml`) are none. */
export async function loadFlows(folder: string): Promise<readonly FlowSource[]> {
  return await new FlowFiles(folder).load()
}

/** The flow files of a folder, of which those that are as they were are not read again. */
export class FlowFiles {
  readonly #folder: string
  #seen: ReadonlyMap<string, Seen> = new Map()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** As `loadFlows` does. Rejects when the folder or one of the files cannot be read. */
  async load(): Promise<readonly FlowSource[]> {
    const names = await readdir(this.#folder, { recursive: true })
    const files = names.filter((name) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name)).sort()
    const seen = new Map<string, Seen>()
    for (let from = 0; from < files.length; from += AT_ONCE) {
      const some = files.slice(from, from + AT_ONCE).map((name) => this.#look(join(this.#folder, name)))
      for (const one of await Promise.all(some)) seen.set(one.file, one)
    }
    this.#seen = seen
    return [...seen.values()]
  }

  async #look(file: string): Promise<Seen> {
    const now = Date.now()
    const { ino, size, mtimeMs, ctimeMs } = await stat(file)
    const mark = `${ino} ${size} ${mtimeMs} ${ctimeMs}`
    const before = this.#seen.get(file)
    if (before?.settled === true && before.mark === mark) return before
    const text = await readFile(file, 'utf8')
    // One object per text: whoever compares it with what they hold sees at once that it is the same.
    if (before !== undefined && before.text === text) return { file, text: before.text, mark, settled: now - ctimeMs > TICK_MS }
    return { file, text, mark, settled: now - ctimeMs > TICK_MS }
  }
}

/** Whether they are the same files with the same texts. */
export function sameSources(one: readonly FlowSource[], other: readonly FlowSource[] | undefined): boolean {
  return (
    one.length === other?.length &&
    one.every(({ file, text }, index) => file === other[index]?.file && text === other[index]?.text)
  )
}
