import type { Customer } from '../domain/customer.ts'
import type { CustomerId } from '../domain/ids.ts'

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
