import type { Customer } from '../domain/customer.ts'
import { type CustomerMerge, mergedCustomer, unmergedCustomer } from '../domain/customer-merge.ts'
import type { CustomerId } from '../domain/ids.ts'
import type { Database } from '../domain/ports/database.ts'
import { type CustomerRow, select, toCustomer } from './customer-row.ts'

type Query = Database['query']

/** What came of a merge. */
export interface Merged {
  readonly mergeId: string
  readonly customer: Customer
}

/**
 * Makes two customers one: numbers, calls and recordings move, in one transaction. Undefined when one of them is not there. Callbacks stay as
 * they are: they are by number, and show what was known when they were booked.
 */
export async function mergeCustomers(
  database: Database,
  keptId: CustomerId,
  otherId: CustomerId,
  by: string
): Promise<Merged | undefined> {
  return await database.transaction(async (query) => {
    const { [keptId]: kept, [otherId]: other } = await lock(query, [keptId, otherId])
    if (kept === undefined || other === undefined) return undefined
    const customer = mergedCustomer(kept, other)
    await query('update customer_numbers set customer_id = $1 where customer_id = $2', [keptId, otherId])
    await query('delete from customers where id = $1', [otherId])
    await write(query, customer)
    const calls = await move(query, 'calls', 'call_id', customer, otherId)
    const recordings = await move(query, 'recordings', 'recording_id', customer, otherId)
    const [row] = await query<{ number: string }>(
      `insert into customer_merges (made_by, kept, merged, before, calls, recordings) values ($1, $2, $3, $4, $5, $6) returning number`,
      [by, keptId, otherId, JSON.stringify({ kept, merged: other }), calls, recordings]
    )
    return { mergeId: String(row?.number), customer }
  })
}

/** Who was kept in a merge that has not been taken back; undefined when there is none of that id. */
export async function keptBy(database: Database, mergeId: string): Promise<CustomerId | undefined> {
  const [row] = await database.query<{ kept: CustomerId }>(
    'select kept from customer_merges where number = $1 and undone_at is null',
    [mergeId]
  )
  return row?.kept
}

async function findMerge(query: Query, mergeId: string): Promise<CustomerMerge | undefined> {
  const [row] = await query<Omit<CustomerMerge, 'mergeId'>>(
    'select kept, merged, before from customer_merges where number = $1 and undone_at is null for update',
    [mergeId]
  )
  return row && { mergeId, ...row }
}

/** Takes a merge back. Who was merged is there again as they were; numbers that have changed hands since stay. Undefined when it cannot be. */
export async function unmergeCustomers(
  database: Database,
  mergeId: string,
  by: string
): Promise<{ readonly kept: Customer; readonly restored: Customer } | undefined> {
  return await database.transaction(async (query) => {
    const merge = await findMerge(query, mergeId)
    if (merge === undefined) return undefined
    const { [merge.kept]: now } = await lock(query, [merge.kept])
    if (now === undefined) return undefined
    const { merged } = merge.before
    await write(query, unmergedCustomer(now, merge))
    await query('insert into customers (id, name, segment) values ($1, $2, $3)', [merged.id, merged.name, merged.segment])
    await write(query, merged)
    await query('update customer_numbers set customer_id = $1 where customer_id = $2 and number = any ($3)', [
      merged.id,
      merge.kept,
      merged.numbers.filter((number) => !merge.before.kept.numbers.includes(number))
    ])
    for (const [table, key] of [
      ['calls', 'call_id'],
      ['recordings', 'recording_id']
    ])
      await query(
        `update ${table} t set customer_id = $1, customer_name = $2 from customer_merges m
         where m.number = $3 and t.${key} = any (m.${table}) and t.customer_id = m.kept`,
        [merged.id, merged.name, mergeId]
      )
    await query('update customer_merges set undone_at = now(), undone_by = $2 where number = $1', [mergeId, by])
    const { [merge.kept]: kept, [merged.id]: restored } = await lock(query, [merge.kept, merged.id])
    return kept && restored && { kept, restored }
  })
}

/** In one order, so that two who do this at once do not wait for each other for good. */
async function lock(query: Query, ids: readonly CustomerId[]): Promise<Readonly<Partial<Record<CustomerId, Customer>>>> {
  const rows = await query<CustomerRow>(`${select} where c.id = any ($1) order by c.id for update of c`, [ids])
  return Object.fromEntries(rows.map((row) => [row.id, toCustomer(row)]))
}

async function write(query: Query, { id, name, segment, flags, language, profile }: Customer): Promise<void> {
  await query('update customers set name = $2, segment = $3, flags = $4, language = $5, profile = $6 where id = $1', [
    ...[id, name, segment, flags, language ?? null, JSON.stringify(profile)]
  ])
}

async function move(
  query: Query,
  table: 'calls' | 'recordings',
  key: 'call_id' | 'recording_id',
  { id, name }: Customer,
  from: CustomerId
): Promise<string[]> {
  const rows = await query<{ key: string }>(
    `update ${table} set customer_id = $1, customer_name = $2 where customer_id = $3 returning ${key} as key`,
    [id, name, from]
  )
  return rows.map((row) => row.key)
}
