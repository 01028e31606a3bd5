import { access, copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLog } from '../../assembly/open-log.ts'
import { filesBelow } from '../../backup/add-files.ts'
import { type CheckedArchive, checkArchive } from '../../backup/archive-reader.ts'
import { loadDatabase } from '../../backup/load-database.ts'
import { moveAll, unpack } from '../../backup/place-files.ts'
import { findMigrations, tablesInOrder } from '../../backup/schema.ts'
import { type Environment, readEnvironment, readVariables } from '../../config/environment.ts'
import { AppError } from '../../domain/errors.ts'
import type { Log } from '../../domain/log.ts'
import type { Database } from '../../domain/ports/database.ts'
import { knownMigrations, migrate } from '../../store/migrate.ts'
import { withDatabase } from '../with-database.ts'
import { archived } from './make-backup.ts'

const STATEMENT_MS = 600_000
const GONE_WITHIN_MS = 2_000

export interface RestoreOptions {
  /** In place of a centre that has calls. */
  readonly force?: boolean
  /** Only says whether the archive is whole. */
  readonly check?: boolean
}

/**
 * Puts a back-up in place: first all of it is checked and unpacked aside, then the database changes in one transaction and the files are
 * swapped. What was there before is kept below DATA_DIR. Answers what to tell.
 */
export async function restoreBackup(
  file: string,
  { force = false, check = false }: RestoreOptions,
  environment: Environment = readEnvironment(readVariables())
): Promise<string> {
  const path = resolve(file)
  const archive = await checkArchive(path)
  const { header, manifest } = archive
  const what = `${path}: ${header.instance} of ${header.at}, written by version ${header.version}, ${manifest.files.length} files`
  await refuseNewer(header.migrations)
  if (check) return `${what}\nIt is whole.\n`

  const log = openLog('error')
  const kept = await withDatabase(
    environment,
    { log, name: 'switchboard-restore', statementTimeoutMs: STATEMENT_MS },
    async (database, url) => {
      await refuseRunning(database)
      if (!force) await refuseFull(database, environment)
      await takeSchema(database, url, header.migrations, log)
      const before = await replaceAll(path, archive, database, environment)
      // An archive of an earlier version is brought up to this one.
      await migrate(url, log)
      return before
    }
  )
  const missing = manifest.gone.length === 0 ? '' : `Recordings thrown away while it was written: ${manifest.gone.length}\n`
  const earlier = kept === undefined ? '' : `What was there before is in ${kept}\n`
  return `${what}\n${missing}${earlier}Restored. Recordings open with the RECORDINGS_KEY they were sealed with; everybody signs in once more.\n`
}

async function refuseNewer(migrations: readonly string[]): Promise<void> {
  const known = await knownMigrations()
  const unknown = migrations.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new AppError(
      'BACKUP_NEWER',
      'client',
      'The back-up was written by a newer version of Switchboard; restore it with that one',
      {
        details: { unknown }
      }
    )
}

/** A server would write into what is being replaced. One that has just been stopped is listed for a moment longer: PostgreSQL ends its connections by itself. */
async function refuseRunning(database: Database): Promise<void> {
  const deadline = Date.now() + GONE_WITHIN_MS
  for (;;) {
    const [row] = await database.query<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity where datname = current_database() and application_name = 'switchboard'`
    )
    if (row?.count === 0) return
    if (Date.now() > deadline)
      throw new AppError('SERVER_RUNNING', 'client', 'A server is working on this database; stop it first', {
        details: { connections: row?.count }
      })
    await sleep(100)
  }
}

async function refuseFull(database: Database, { DATA_DIR, RECORDINGS }: Environment): Promise<void> {
  const problems: string[] = []
  if ((await findMigrations(database.query)) !== undefined) {
    for (const table of await tablesInOrder(database.query)) {
      const [row] = await database.query<{ found: boolean }>(`select exists (select from "${table}") as found`)
      if (row?.found) problems.push(`table ${table} has rows`)
    }
  }
  const folder = RECORDINGS ?? join(DATA_DIR, 'recordings')
  const recordings = (await filesBelow(folder)).length
  if (recordings > 0) problems.push(`${folder} has ${recordings} files`)
  if (problems.length > 0)
    throw new AppError('CENTRE_NOT_EMPTY', 'client', 'There is a centre already; --force puts the back-up in its place', {
      details: { problems }
    })
}

/** A database without our tables gets those of the archive; one that has them must have the very same. */
async function takeSchema(database: Database, url: string, wanted: readonly string[], log: Log): Promise<void> {
  if ((await findMigrations(database.query)) === undefined) await migrate(url, log, wanted.length)
  const found = await findMigrations(database.query)
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  throw new AppError(
    'SCHEMA_DIFFERS',
    'client',
    'The database has tables of another version than the back-up; restore into an empty database',
    {
      details: { backup: wanted.at(-1), database: found?.at(-1) }
    }
  )
}

/** Answers where what was there before is, if there was anything. */
async function replaceAll(
  path: string,
  { header, manifest }: CheckedArchive,
  database: Database,
  environment: Environment
): Promise<string | undefined> {
  const { DATA_DIR, FLOWS, CONFIG, RECORDINGS } = environment
  const stamp = header.at.replace(/[^0-9]/g, '')
  const aside = join(DATA_DIR, `restoring-${stamp}`)
  const before = join(DATA_DIR, `before-restore-${stamp}-${Date.now()}`)
  const folders = [
    [archived.flows, FLOWS],
    [archived.recordings, RECORDINGS ?? join(DATA_DIR, 'recordings')]
  ] as const
  let moved = 0
  await rm(aside, { recursive: true, force: true })
  try {
    await unpack(path, Object.values(archived), aside)
    await loadDatabase(database, path, manifest, async () => {
      for (const [name, folder] of folders) {
        moved += await moveAll(folder, join(before, name))
        await mkdir(folder, { recursive: true })
        await moveAll(join(aside, name), folder)
      }
      if (await exists(CONFIG)) {
        moved++
        await mkdir(before, { recursive: true, mode: 0o700 })
        await copyFile(CONFIG, join(before, 'switchboard.yaml'))
      }
      await mkdir(dirname(CONFIG), { recursive: true })
      await copyFile(join(aside, archived.configurationFile), CONFIG)
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return moved === 0 ? undefined : before
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}
