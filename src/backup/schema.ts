import type { Database } from '../domain/ports/database.ts'

type Query = Database['query']

/** What the database was brought up to date by, in order; undefined: it never was, it has none of our tables. */
export async function findMigrations(query: Query): Promise<readonly string[] | undefined> {
  const [found] = await query<{ found: boolean }>(`select to_regclass('migrations') is not null as found`)
  return found?.found === true ? await readMigrations(query) : undefined
}

export async function readMigrations(query: Query): Promise<readonly string[]> {
  return (await query<{ name: string }>('select name from migrations order by id')).map(({ name }) => name)
}

/** All our tables, those that others refer to before these. */
export async function tablesInOrder(query: Query): Promise<readonly string[]> {
  const tables = await query<{ name: string; needs: string[] }>(
    `select t.relname as name, array(select distinct r.relname::text from pg_constraint c join pg_class r on r.oid = c.confrelid
       where c.conrelid = t.oid and c.contype = 'f' and c.confrelid <> t.oid) as needs
     from pg_class t where t.relnamespace = current_schema()::regnamespace and t.relkind in ('r', 'p') and t.relname <> 'migrations'
     order by t.relname`
  )
  const ordered: string[] = []
  for (let left = tables; left.length > 0; ) {
    const ready = left.filter(({ needs }) => needs.every((name) => ordered.includes(name)))
    // Tables that refer to each other in a circle would need their constraints deferred; ours do not.
    if (ready.length === 0) throw new Error('Tables refer to each other in a circle')
    ordered.push(...ready.map(({ name }) => name))
    left = left.filter((table) => !ready.includes(table))
  }
  return ordered
}

/** Last values of the columns that count by themselves, by TABLE.COLUMN. */
export async function readCounters(query: Query): Promise<Readonly<Record<string, string>>> {
  const counters: Record<string, string> = {}
  for (const { name, sequence } of await countersOf(query)) {
    const [row] = await query<{ last: string }>(`select last_value::text as last from ${sequence} where is_called`)
    if (row !== undefined) counters[name] = row.last
  }
  return counters
}

/** Lets them go on where they were. */
export async function setCounters(query: Query, counters: Readonly<Record<string, string>>): Promise<void> {
  for (const { name, sequence } of await countersOf(query)) {
    const last = counters[name]
    if (last !== undefined) await query('select setval($1::regclass, $2::bigint)', [sequence, last])
  }
}

async function countersOf(query: Query): Promise<{ name: string; sequence: string }[]> {
  return await query(
    `select table_name || '.' || column_name as name, pg_get_serial_sequence(quote_ident(table_name), column_name) as sequence
     from information_schema.columns where table_schema = current_schema() and is_identity = 'YES' order by 1`
  )
}
