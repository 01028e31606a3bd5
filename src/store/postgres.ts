import pg from 'pg'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Database } from '../domain/ports/database.ts'

export interface PostgresOptions {
  /** `postgres://…`; a socket folder goes into `?host=/folder`. */
  readonly url: string
  readonly log: Log
  readonly connectionsMax?: number
  readonly statementTimeoutMs?: number
  /** Who we are in `pg_stat_activity`; default: the server. */
  readonly name?: string
}

/** Opens a pool of connections. Does not connect yet: the first query does, and each later one again after an outage. */
export function openDatabase(options: PostgresOptions): Database & { close(): Promise<void> } {
  const { url, log, connectionsMax = 10, statementTimeoutMs = 10_000, name = 'switchboard' } = options
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // The server's limit does not help when the network is silent, so the client has one of its own.
    query_timeout: statementTimeoutMs + 2000,
    application_name: name
  })
  // An idle connection that the server closed is news, not a fault: the pool has dropped it already. pg hangs the whole connection on
  // its error, with the key that cancels queries; ours tells what happened and no more.
  pool.on('error', (error) => log.warn({ err: toDatabaseError(error) }, 'An idle database connection was lost'))

  // The pool listens to a connection while it is idle. Lost in use, it rejects the query; lost while it is being closed, it has nobody
  // left to tell, and without a listener the server's last word would end our process.
  pool.on('connect', (client) => client.on('error', () => undefined))

  return {
    query: (text, values) => run(pool, text, values),
    transaction: (work) => inTransaction(pool, work),
    async ping() {
      await run(pool, 'select 1')
    },
    close: () => pool.end()
  }
}

async function run<Row extends object>(
  on: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = []
): Promise<Row[]> {
  try {
    const result = await on.query<Row>(text, [...values])
    return result.rows
  } catch (error) {
    throw toDatabaseError(error)
  }
}

async function inTransaction<Value>(pool: pg.Pool, work: (query: Database['query']) => Promise<Value>): Promise<Value> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error)
  })
  let broken = false
  try {
    await run(client, 'begin')
    const value = await work((text, values) => run(client, text, values))
    await run(client, 'commit')
    return value
  } catch (error) {
    // A connection that cannot even roll back is thrown away; the server then rolls back by itself.
    await run(client, 'rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** SQLSTATE classes that say nothing about our statement: connection, resources, operator intervention, system. */
const outages = new Set(['08', '53', '57', '58'])

/** DATABASE_UNAVAILABLE: try again later. DATABASE_REFUSED: the statement or its values are wrong, see `details.sqlState`. */
export function toDatabaseError(error: unknown): AppError {
  const sqlState = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
  if (sqlState === '' || outages.has(sqlState.slice(0, 2))) {
    return new AppError('DATABASE_UNAVAILABLE', 'upstream', 'The database does not answer', {
      details: { sqlState },
      cause: error
    })
  }
  return new AppError('DATABASE_REFUSED', 'server', 'The database refused a statement', { details: { sqlState }, cause: error })
}
