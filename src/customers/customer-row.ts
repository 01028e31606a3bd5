import type { Customer } from '../domain/customer.ts'
import type { CustomerId } from '../domain/ids.ts'
import type { Database } from '../domain/ports/database.ts'

/** A row of `customers`, with its numbers. */
export interface CustomerRow {
  readonly id: CustomerId
  readonly name: string
  readonly numbers: string[]
  readonly segment: string
  readonly flags: string[]
  readonly language: string | null
  readonly profile: Readonly<Record<string, unknown>>
}

export const select = `
  select c.*, array(select number from customer_numbers n where n.customer_id = c.id order by number) as numbers
  from customers c`

export function toCustomer({ language, ...row }: CustomerRow): Customer {
  return { ...row, ...(language === null ? {} : { language }) }
}

/** The customer of that number, if there is one. Asked at every call, in the one form whose plan PostgreSQL keeps. */
export async function ownerOf(number: string, query: Database['query']): Promise<Customer | undefined> {
  const [row] = await query<{ customer: CustomerRow | null }>('select customer_of($1) as customer', [number])
  return row === undefined || row.customer === null ? undefined : toCustomer(row.customer)
}
