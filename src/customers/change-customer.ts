import { randomUUID } from 'node:crypto'
import type { Customer, CustomerChanges, Customers } from '../domain/customer.ts'
import { withChanges } from '../domain/customer-rules.ts'
import type { CustomerId } from '../domain/ids.ts'
import type { Database } from '../domain/ports/database.ts'
import { type CustomerRow, ownerOf, select, toCustomer } from './customer-row.ts'
import { STEP_LIMIT_MS, withinLimit } from './within-limit.ts'

type Query = Database['query']

/** Creating and changing customers in the database. Work that takes too long goes on without the call: it is whole or not at all. */
export function changingCustomersIn(database: Database): Pick<Customers, 'create' | 'update'> {
  return {
    create: (number, changes, signal) =>
      withinLimit(
        database.transaction((query) => create(number, changes, query)),
        STEP_LIMIT_MS,
        signal
      ),
    update: (id, changes, signal) =>
      withinLimit(
        database.transaction((query) => update(id, changes, query)),
        STEP_LIMIT_MS,
        signal
      )
  }
}

async function create(number: string, changes: CustomerChanges, query: Query): Promise<{ customer: Customer; created: boolean }> {
  const known = await ownerOf(number, query)
  if (known !== undefined) return { customer: known, created: false }

  const id = `c-${randomUUID()}` as CustomerId
  const blank: Customer = { id, name: '', numbers: [number], segment: 'standard', flags: [], profile: {} }
  const customer = withChanges(blank, changes)
  await query('insert into customers (id, name, segment, flags, language, profile) values ($1, $2, $3, $4, $5, $6)', [
    id,
    ...columnsOf(customer)
  ])
  // Waits for another call that is just giving the number to a customer of its own; what comes first, counts.
  const taken = await query(
    'insert into customer_numbers (number, customer_id) values ($1, $2) on conflict do nothing returning number',
    [number, id]
  )
  if (taken.length > 0) return { customer, created: true }

  await query('delete from customers where id = $1', [id])
  const owner = await ownerOf(number, query)
  // The owner was removed in between: the number is free again.
  return owner === undefined ? await create(number, changes, query) : { customer: owner, created: false }
}

async function update(id: CustomerId, changes: CustomerChanges, query: Query): Promise<Customer | undefined> {
  const [row] = await query<CustomerRow>(`${select} where c.id = $1 for update of c`, [id])
  if (row === undefined) return undefined
  const customer = withChanges(toCustomer(row), changes)
  await query('update customers set name = $2, segment = $3, flags = $4, language = $5, profile = $6 where id = $1', [
    id,
    ...columnsOf(customer)
  ])
  return customer
}

function columnsOf({ name, segment, flags, language, profile }: Customer): unknown[] {
  return [name, segment, flags, language ?? null, JSON.stringify(profile)]
}
