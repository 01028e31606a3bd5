import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Database } from '../../../src/domain/ports/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/local/embedded-postgres.ts'
import { isAlive } from '../../../src/local/process-identity.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { openDatabase } from '../../../src/store/postgres.ts'
import { quietLog } from '../quiet-log.ts'

const run = promisify(execFile)
/** A test's data need not survive a power cut. */
const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '16MB' }
const template = join(tmpdir(), 'switchboard-test-postgres-1')

/** A PostgreSQL of this test alone, with our schema. */
export interface TestPostgres {
  readonly url: string
  readonly database: Database
  readonly pid: number
  /** The server goes away, as in an outage; `start` brings it back with its data. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends everything and removes the files: for `t.teardown`. */
  close(): Promise<void>
}

export async function startTestPostgres({ migrated = true }: { migrated?: boolean } = {}): Promise<TestPostgres> {
  const dataDir = await makeFolder('switchboard-test-pg-')
  await makeTemplate()
  await run('cp', ['-a', join(template, 'postgres'), dataDir])

  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, settings })
  // A test file that breaks off must not leave its server behind.
  const killNow = () => void (isAlive(server.pid) && process.kill(server.pid, 'SIGQUIT'))
  process.once('exit', killNow)
  if (migrated) await migrate(server.url, quietLog())
  const database = openDatabase({ url: server.url, log: quietLog(), name: 'switchboard-test' })

  return {
    url: server.url,
    database,
    get pid() {
      return server.pid
    },
    stop: () => server.stop(),
    async start() {
      server = await startEmbeddedPostgres({ dataDir, settings })
    },
    async close() {
      await database.close()
      await server.stop()
      process.off('exit', killNow)
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

/** `initdb` takes most of a second, a copy of its work a tenth. Made beside and renamed, as test files run at the same time. */
async function makeTemplate(): Promise<void> {
  if (await exists(template)) return
  const dataDir = await makeFolder(`switchboard-test-template-${randomUUID()}`)
  const server = await startEmbeddedPostgres({ dataDir, settings })
  await server.stop()
  try {
    await rename(dataDir, template)
  } catch (error) {
    // Another test file was first: its template serves as well.
    if (!(await exists(template))) throw error
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The server runs as nobody when we are root, so the folder must be open to pass through. */
async function makeFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  await chmod(folder, 0o755)
  return folder
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  )
}
