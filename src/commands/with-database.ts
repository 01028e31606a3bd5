import type { Environment } from '../config/environment.ts'
import type { Log } from '../domain/log.ts'
import type { Database } from '../domain/ports/database.ts'
import { startEmbeddedPostgres } from '../local/embedded-postgres.ts'
import { openDatabase } from '../store/postgres.ts'

/** Works on the database of the configuration; the embedded one is started for it unless it runs. */
export async function withDatabase<Value>(
  environment: Environment,
  { log, name, statementTimeoutMs }: { readonly log: Log; readonly name: string; readonly statementTimeoutMs?: number },
  work: (database: Database, url: string) => Promise<Value>
): Promise<Value> {
  const embedded =
    environment.DATABASE_URL === undefined ? await startEmbeddedPostgres({ dataDir: environment.DATA_DIR }) : undefined
  const url = environment.DATABASE_URL ?? embedded?.url ?? ''
  try {
    const database = openDatabase({ url, log, name, ...(statementTimeoutMs !== undefined && { statementTimeoutMs }) })
    try {
      return await work(database, url)
    } finally {
      await database.close()
    }
  } finally {
    if (embedded?.adopted === false) await embedded.stop()
  }
}
