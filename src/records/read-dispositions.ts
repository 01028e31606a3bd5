import type { Database } from '../domain/ports/database.ts'

/** By contact: what came of it, as whoever wrapped it up last said; of those contacts of which somebody has. */
export async function readDispositions(database: Database, contacts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (contacts.length === 0) return new Map()
  const rows = await database.query<{ contact_id: string; disposition: string }>(
    `select distinct on (contact_id) contact_id, disposition from wrap_ups
      where contact_id = any($1::text[]) and disposition is not null
      order by contact_id, at desc, instance, number desc`,
    [contacts]
  )
  return new Map(rows.map(({ contact_id, disposition }) => [contact_id, disposition]))
}
