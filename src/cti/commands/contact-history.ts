import type { Command } from './command.ts'
import { reachOf } from './see-customer.ts'

/** The newest calls of a customer or a contact, of those that the client may read. */
export const contactHistory: Command<'contact.history'> = async ({ customerId, contactId, limit }, desk) => {
  const calls = await desk.customers.history({ customer: customerId, contact: contactId }, reachOf(desk.viewer), limit ?? 20)
  return { ok: true, value: { calls } }
}
