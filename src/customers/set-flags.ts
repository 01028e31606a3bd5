import type { Customer } from '../domain/customer.ts'
import type { Database } from '../domain/ports/database.ts'
import { readCustomer } from './find-customer.ts'

/** Replaces the flags of a customer; the next call sees them. Undefined when there is no such customer. */
export async function setFlags(database: Database, id: string, flags: readonly string[]): Promise<Customer | undefined> {
  await database.query('update customers set flags = $2 where id = $1', [id, [...new Set(flags)]])
  return await readCustomer(database, id)
}
