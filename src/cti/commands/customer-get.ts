import type { CustomerId } from '../../domain/ids.ts'
import type { Command } from './command.ts'
import { maySeeCustomer } from './see-customer.ts'

/** One customer, to those who may read a call of theirs. */
export const customerGet: Command<'customer.get'> = async ({ customerId }, desk) => {
  if (!(await maySeeCustomer(desk, customerId))) return { ok: false, code: 'CUSTOMER_UNKNOWN' }
  const value = await desk.customers.find({ by: 'id', id: customerId as CustomerId })
  return value === undefined ? { ok: false, code: 'CUSTOMER_UNKNOWN' } : { ok: true, value }
}
