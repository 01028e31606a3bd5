import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Database } from '../domain/ports/database.ts'
import type { ArchiveWriter } from './archive-writer.ts'
import type { Manifest } from './manifest.ts'
import { readCounters, readMigrations, tablesInOrder } from './schema.ts'

const compress = promisify(gzip)
const FETCH_ROWS = 500
/** So much text makes a file of the archive. */
const FILE_CHARACTERS = 4_000_000

export interface Dumped extends Pick<Manifest, 'tables' | 'counters'> {
  /** Files of the recordings that the database knows, below their folder. */
  readonly recordings: readonly string[]
}

/**
 * Puts all rows into the archive as they are at one moment, while the server goes on writing. A row is the text of its PostgreSQL record:
 * nothing is lost on the way through other types. `begin` is told the schema before the first row.
 */
export async function dumpDatabase(
  database: Database,
  archive: ArchiveWriter,
  begin: (migrations: readonly string[]) => Promise<void>
): Promise<Dumped> {
  return await database.transaction(async (query) => {
    await query('set transaction isolation level repeatable read, read only')
    await begin(await readMigrations(query))
    const tables: Record<string, number> = {}
    for (const table of await tablesInOrder(query)) tables[table] = await dumpTable(query, table, archive)
    const recordings: string[] = []
    for await (const rows of rowsOf<{ file: string }>(query, 'select file from recordings'))
      recordings.push(...rows.map(({ file }) => file))
    return { tables, counters: await readCounters(query), recordings }
  })
}

async function dumpTable(query: Database['query'], table: string, archive: ArchiveWriter): Promise<number> {
  let [count, part, length] = [0, 0, 0]
  let lines: string[] = []
  const flush = async () => {
    if (lines.length === 0) return
    const path = `database/${table}/${String(++part).padStart(6, '0')}.rows.gz`
    await archive.add(path, await compress(Buffer.from(lines.join(''))))
    lines = []
    length = 0
  }
  for await (const rows of rowsOf<{ row: string }>(query, `select t::text as row from "${table}" t`)) {
    for (const { row } of rows) {
      const line = `${JSON.stringify(row)}\n`
      lines.push(line)
      length += line.length
    }
    count += rows.length
    if (length >= FILE_CHARACTERS) await flush()
  }
  await flush()
  return count
}

/** Through a cursor, so that a table of any size needs the room of some hundred rows. */
async function* rowsOf<Row extends object>(query: Database['query'], text: string): AsyncGenerator<readonly Row[]> {
  await query(`declare rows no scroll cursor for ${text}`)
  for (;;) {
    const rows = await query<Row>(`fetch ${FETCH_ROWS} from rows`)
    if (rows.length === 0) break
    yield rows
  }
  await query('close rows')
}
