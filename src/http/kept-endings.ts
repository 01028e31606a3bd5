import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Log } from '../domain/log.ts'
import type { Endings } from './sign-in-endings.ts'

const pairs = z.array(z.tuple([z.string(), z.number()]))
const schema = z.object({ epochs: pairs, ended: pairs })

/**
 * The ended sign-ins beside the database, for a start that finds it away: nobody who was signed out may come back by that. Written whole, beside
 * and renamed.
 */
export class KeptEndings {
  readonly #path: string
  readonly #log: Pick<Log, 'warn'>

  constructor(path: string, log: Pick<Log, 'warn'>) {
    this.#path = path
    this.#log = log
  }

  /** Undefined: nothing is known, and so no sign-in of before counts until the database tells. */
  read(): Omit<Endings, 'lastRead'> | undefined {
    try {
      return schema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch (err) {
      const isNew = (err as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isNew) this.#log.warn({ err }, 'Which sign-ins were ended cannot be read from disk; the database tells')
      return undefined
    }
  }

  write({ epochs, ended }: Omit<Endings, 'lastRead'>): void {
    try {
      const beside = `${this.#path}.new`
      writeFileSync(beside, JSON.stringify({ epochs, ended }), { mode: 0o600 })
      renameSync(beside, this.#path)
    } catch (err) {
      // The database has it, or will.
      this.#log.warn({ err }, 'Which sign-ins were ended cannot be written to disk')
    }
  }
}
