import { contactView } from '../view/shown-data.ts'
import type { Command } from './command.ts'
import { reachOf } from './see-customer.ts'

/** The newest contacts of a customer, or all of one contact, of those that the client may read. */
export const contactHistory: Command<'contact.history'> = async ({ customerId, contactId, limit }, desk) => {
  const past = await desk.customers.history({ customer: customerId, contact: contactId }, reachOf(desk.viewer), limit ?? 20)
  return { ok: true, value: { contacts: past.map(contactView) } }
}
