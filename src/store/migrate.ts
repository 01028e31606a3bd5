import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import { toDatabaseError } from './postgres.ts'

/** The SQL files stay in `src`: the compiler does not copy them, and `build/store` is as deep as `src/store`. */
const folder = fileURLToPath(new URL('../../src/store/migrations', import.meta.url))

/** What the database is brought up to date by, in order. */
export async function knownMigrations(): Promise<readonly string[]> {
  return (await readdir(folder)).map((file) => file.replace(/\.sql$/, '')).sort()
}

const CONNECT_MS = 5_000

/**
 * Brings the database to the schema of this version, each file once and in order. Servers that start together take turns. `count`: only so
 * many files, which is how an earlier version left it. DATABASE_UNAVAILABLE: try again later; DATABASE_TOO_NEW: a newer version has been here.
 */
export async function migrate(url: string, log: Log, count = Number.POSITIVE_INFINITY): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  // A connection lost in the middle rejects its query; lost while it is being closed, it has nobody left to tell.
  client.on('error', () => undefined)
  try {
    await client.connect()
    // Nearly every start finds nothing to do: the library that does it is not even loaded then.
    if (await isUpToDate(client)) return
    const { runner } = await import('node-pg-migrate')
    const done = await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      count,
      migrationsTable: 'migrations',
      // Without it the second of two servers that start together would fail at once.
      advisoryLockMode: 'wait',
      logger: {
        debug: () => {},
        info: () => {},
        warn: (message) => log.warn({ message }, 'A database migration warns'),
        error: (message) => log.error({ message }, 'A database migration failed')
      }
    })
    if (done.length > 0) log.info({ migrations: done.map(({ name }) => name) }, 'The database was brought up to date')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const fault = toDatabaseError(cause)
    if (fault.code === 'DATABASE_UNAVAILABLE' && isOutage(cause)) throw fault
    throw new AppError('MIGRATION_FAILED', 'server', 'The database could not be brought up to date', { cause })
  } finally {
    await client.end()
  }
}

async function isUpToDate(client: pg.Client): Promise<boolean> {
  const { rows: found } = await client.query("select to_regclass('migrations') is not null as there")
  if (found[0]?.there !== true) return false
  const { rows } = await client.query<{ name: string }>('select name from migrations')
  const done = new Set(rows.map(({ name }) => name))
  const known = await knownMigrations()
  const newer = [...done].filter((name) => !known.includes(name))
  // What we do not know we would write wrongly, or not at all.
  if (newer.length > 0)
    throw new AppError(
      'DATABASE_TOO_NEW',
      'server',
      'The database has been brought up to date by a newer version of Switchboard',
      {
        details: { migrations: newer }
      }
    )
  return known.every((name) => done.has(name))
}

/** Of what PostgreSQL does not tell itself, the faults of wires; anything else is a fault of ours, which no later attempt mends. */
function isOutage(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return true
  if (!(error instanceof Error)) return false
  const { code } = error as NodeJS.ErrnoException
  return /^E[A-Z]/.test(code ?? '') || /^(timeout expired|Connection terminated)/.test(error.message)
}
