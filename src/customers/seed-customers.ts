import type { Customer } from '../domain/customer.ts'
import type { Database } from '../domain/ports/database.ts'

/** Puts in the customers that are not there yet. What other systems changed since stays; a number that another customer has now stays theirs. */
export async function seedCustomers(database: Database, customers: readonly Customer[]): Promise<void> {
  await database.transaction(async (query) => {
    for (const { id, name, numbers, segment, flags, language, profile } of customers) {
      const added = await query(
        `insert into customers (id, name, segment, flags, language, profile) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing returning id`,
        [id, name, segment, flags, language ?? null, JSON.stringify(profile)]
      )
      if (added.length === 0) continue
      await query('insert into customer_numbers (number, customer_id) select unnest($1::text[]), $2 on conflict do nothing', [
        numbers,
        id
      ])
    }
  })
}
