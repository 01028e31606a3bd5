import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** A file of lines. A full disk takes none, which is told once; those that come when there is room again are in it. One that was moved away is begun anew. */
export class LineLog {
  readonly #path: string
  readonly #say: (text: string) => void
  #fails = false

  constructor(path: string, say: (text: string) => void) {
    this.#path = path
    this.#say = say
    mkdirSync(dirname(path), { recursive: true })
  }

  write(line: string): void {
    try {
      // A disk that fills up takes a part of a line.
      appendFileSync(this.#path, `${this.#fails ? '\n' : ''}${line}\n`, { mode: 0o600 })
      this.#fails = false
    } catch (error) {
      if (!this.#fails) this.#say(`${this.#path} takes no more: ${String(error)}`)
      this.#fails = true
    }
  }
}
