import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '../domain/errors.ts'
import { findPostgresBinaries } from './find-postgres-binaries.ts'
import { isAlive } from './process-identity.ts'
import { dropTo, reachableFolder } from './unprivileged.ts'
import { withoutCores } from './without-cores.ts'

const run = promisify(execFile)
const START_LIMIT_MS = 30_000

/** A PostgreSQL server of our own, reachable by a socket in a folder that only its user may enter. */
export interface EmbeddedPostgres {
  readonly url: string
  readonly pid: number
  /** Where its files are: DATA_DIR/postgres, or elsewhere when the server's user cannot reach that. */
  readonly folder: string
  /** Whether it ran already. */
  readonly adopted: boolean
  /** Resolves when the server has ended, wanted or not. */
  readonly ended: Promise<void>
  /** Breaks off open transactions and shuts down cleanly. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string
  /** Further server settings, e.g. `fsync: 'off'` in tests. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Starts the server of this data folder, made at first use. One that a killed supervisor left running is adopted. */
export async function startEmbeddedPostgres({ dataDir, settings = {} }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true })
  const folder = join(reachableFolder(dataDir), 'postgres')
  const binaries = findPostgresBinaries(readVersion(folder), reachableFolder(dataDir))
  if (readVersion(folder) === undefined) await initialise(binaries, folder)

  const sockets = socketFolder(folder)
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(sockets)}`
  const running = findRunning(folder)
  const started = running ?? launch(binaries, folder, sockets, settings)
  await waitUntilReady(folder, started.pid)

  return {
    url,
    folder,
    ...started,
    adopted: running !== undefined,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one with recovery at the next start.
      if (isAlive(started.pid)) process.kill(started.pid, 'SIGINT')
      const late = setTimeout(() => isAlive(started.pid) && process.kill(started.pid, 'SIGQUIT'), 10_000)
      await started.ended
      clearTimeout(late)
    }
  }
}

async function initialise(binaries: string, folder: string): Promise<void> {
  // A first start that was broken off leaves half a cluster, which has no PG_VERSION.
  rmSync(folder, { recursive: true, force: true })
  mkOwned(folder)
  const options = [
    '--pgdata',
    folder,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions'
  ]
  try {
    await run(join(binaries, 'initdb'), options, { ...dropTo(), cwd: '/' })
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    throw new AppError('POSTGRES_NOT_MADE', 'server', 'The embedded database could not be made', {
      details: { folder, said: (cause as { stderr?: string }).stderr },
      cause
    })
  }
}

function launch(
  binaries: string,
  folder: string,
  sockets: string,
  settings: Readonly<Record<string, string>>
): { pid: number; ended: Promise<void> } {
  const log = openSync(join(folder, '..', 'postgres.log'), 'a', 0o640)
  const wanted = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    max_connections: '50',
    shared_buffers: '64MB',
    ...settings
  }
  const args = ['-D', folder, ...Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const child = spawn(...withoutCores(join(binaries, 'postgres'), args), {
    ...dropTo(),
    cwd: '/',
    // In a group of its own, so that Ctrl-C reaches only us and the order of stopping stays ours.
    detached: true,
    stdio: ['ignore', log, log]
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  return { pid: child.pid ?? -1, ended }
}

/** A server that runs on this folder already. Its working directory tells it from a stranger who was given the same id later. */
function findRunning(folder: string): { pid: number; ended: Promise<void> } | undefined {
  const pid = readPostmaster(folder)?.pid
  if (pid === undefined || !isAlive(pid) || workingDirectory(pid) !== realpathSync(folder)) return undefined
  return { pid, ended: waitUntilShutDown(folder, pid) }
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    // Gone in the meantime, or not ours to look at: then it is not our server.
    return undefined
  }
}

/** For a server that is not our child. It removes its pid file as its last act. */
async function waitUntilShutDown(folder: string, pid: number): Promise<void> {
  while (isAlive(pid) && existsSync(join(folder, 'postmaster.pid')))
    await new Promise((resolve) => setTimeout(resolve, 50).unref())
}

/** The last line of postmaster.pid reads `ready` once connections are taken (PostgreSQL's pidfile.h, LOCK_FILE_LINE_PM_STATUS). */
async function waitUntilReady(folder: string, pid: number): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS
  while (readPostmaster(folder)?.ready !== true || readPostmaster(folder)?.pid !== pid) {
    if (!isAlive(pid) || Date.now() > deadline) {
      throw new AppError('POSTGRES_NOT_STARTED', 'server', 'The embedded database did not start; its log says why', {
        details: { log: join(folder, '..', 'postgres.log') }
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function readPostmaster(folder: string): { pid: number; ready: boolean } | undefined {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
}

function readVersion(folder: string): number | undefined {
  const file = join(folder, 'PG_VERSION')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
}

/** The path of a unix socket has room for 107 bytes, and `/.s.PGSQL.5432` is part of it. */
function socketFolder(folder: string): string {
  if (Buffer.byteLength(folder) < 90) return folder
  const short = `/tmp/switchboard-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  mkOwned(short)
  const { uid = process.getuid?.() } = dropTo()
  if (statSync(short).uid !== uid) {
    throw new AppError('POSTGRES_SOCKET_TAKEN', 'client', 'The folder for the database socket belongs to somebody else', {
      details: { short }
    })
  }
  return short
}

function mkOwned(folder: string): void {
  const { uid, gid } = dropTo()
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return
  chmodSync(folder, 0o700)
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
}
