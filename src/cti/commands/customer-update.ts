import type { CustomerChanges } from '../../domain/customer.ts'
import { objectionTo } from '../../domain/customer-rules.ts'
import { toAppError } from '../../domain/errors.ts'
import type { CustomerId } from '../../domain/ids.ts'
import type { Command } from './command.ts'
import { maySeeCustomer } from './see-customer.ts'

/** Changes a customer. How they are treated, by segment and flags, is for crm clients and administrators to say. */
export const customerUpdate: Command<'customer.update'> = async ({ customerId, ...given }, desk) => {
  // JSON has no undefined.
  const changes = given as CustomerChanges
  if (!(await maySeeCustomer(desk, customerId))) return { ok: false, code: 'CUSTOMER_UNKNOWN' }
  const { segment, addFlags, removeFlags } = changes
  const treats = segment !== undefined || addFlags !== undefined || removeFlags !== undefined
  if (treats && desk.viewer.role !== 'crm' && desk.viewer.role !== 'admin') return { ok: false, code: 'NOT_ALLOWED' }
  if (objectionTo(changes) !== undefined) return { ok: false, code: 'CUSTOMER_INVALID' }
  try {
    const value = await desk.customers.update(customerId as CustomerId, changes, desk.viewer.username)
    return value === undefined ? { ok: false, code: 'CUSTOMER_UNKNOWN' } : { ok: true, value }
  } catch (error) {
    if (toAppError(error).code !== 'CUSTOMER_TOO_LARGE') throw error
    return { ok: false, code: 'CUSTOMER_TOO_LARGE' }
  }
}
