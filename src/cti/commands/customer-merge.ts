import { toAppError } from '../../domain/errors.ts'
import type { CustomerId } from '../../domain/ids.ts'
import type { Command } from './command.ts'
import { mayMerge, maySeeCustomer } from './see-customer.ts'

/** Makes two customers one: for crm clients and administrators who may know of both. */
export const customerMerge: Command<'customer.merge'> = async ({ customerId, otherId }, desk) => {
  const { viewer, customers } = desk
  if (!(await maySeeCustomer(desk, customerId)) || !(await maySeeCustomer(desk, otherId)))
    return { ok: false, code: 'CUSTOMER_UNKNOWN' }
  if (!mayMerge(viewer)) return { ok: false, code: 'NOT_ALLOWED' }
  if (customerId === otherId) return { ok: false, code: 'CUSTOMER_INVALID' }
  try {
    const value = await customers.merge(customerId as CustomerId, otherId as CustomerId, viewer.username)
    return value === undefined ? { ok: false, code: 'CUSTOMER_UNKNOWN' } : { ok: true, value }
  } catch (error) {
    if (toAppError(error).code !== 'CUSTOMER_TOO_LARGE') throw error
    return { ok: false, code: 'CUSTOMER_TOO_LARGE' }
  }
}

/** Takes a merge back. */
export const customerUnmerge: Command<'customer.unmerge'> = async ({ mergeId }, desk) => {
  const { viewer, customers } = desk
  const kept = await customers.keptBy(mergeId)
  if (kept === undefined || !(await maySeeCustomer(desk, kept))) return { ok: false, code: 'MERGE_UNKNOWN' }
  if (!mayMerge(viewer)) return { ok: false, code: 'NOT_ALLOWED' }
  const value = await customers.unmerge(mergeId, viewer.username)
  return value === undefined ? { ok: false, code: 'MERGE_UNKNOWN' } : { ok: true, value }
}
