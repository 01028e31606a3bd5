import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '../domain/errors.ts'
import type { Database } from '../domain/ports/database.ts'
import { readArchive } from './archive-reader.ts'
import type { Manifest } from './manifest.ts'
import { setCounters, tablesInOrder } from './schema.ts'

const decompress = promisify(gunzip)
const INSERT_ROWS = 500

/** Puts the rows of a checked archive in place of all that is there, in one transaction; `before` its end, something may still fail. */
export async function loadDatabase(
  database: Database,
  path: string,
  manifest: Manifest,
  before: () => Promise<void>
): Promise<void> {
  await database.transaction(async (query) => {
    const tables = await tablesInOrder(query)
    const unknown = Object.keys(manifest.tables).filter((table) => !tables.includes(table))
    if (unknown.length > 0)
      throw new AppError('BACKUP_TABLE_UNKNOWN', 'client', 'The back-up holds a table that this version does not have', {
        details: { tables: unknown }
      })
    const names = tables.map((table) => `"${table}"`).join(', ')
    await query(`truncate ${names}`)
    const counts: Record<string, number> = {}
    for await (const { path: file, content } of readArchive(path)) {
      const table = /^database\/(\w+)\/\d+\.rows\.gz$/.exec(file)?.[1]
      if (table === undefined) continue
      const rows = await rowsIn(content())
      await insert(query, table, rows)
      counts[table] = (counts[table] ?? 0) + rows.length
    }
    for (const [table, wanted] of Object.entries(manifest.tables)) {
      if ((counts[table] ?? 0) !== wanted)
        throw new AppError('BACKUP_ROWS_MISSING', 'client', 'The back-up holds another number of rows than it says', {
          details: { table, wanted, found: counts[table] ?? 0 }
        })
    }
    await setCounters(query, manifest.counters)
    // Until PostgreSQL has looked at new rows of its own accord it takes ways through them that last seconds.
    await query(`analyze ${names}`)
    await before()
  })
}

async function rowsIn(content: AsyncIterable<Buffer>): Promise<string[]> {
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  const lines = (await decompress(Buffer.concat(chunks))).toString('utf8').split('\n')
  return lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as string]))
}

async function insert(query: Database['query'], table: string, rows: readonly string[]): Promise<void> {
  for (let from = 0; from < rows.length; from += INSERT_ROWS)
    await query(`insert into "${table}" overriding system value select * from unnest($1::"${table}"[])`, [
      rows.slice(from, from + INSERT_ROWS)
    ])
}
