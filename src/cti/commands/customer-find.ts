import type { Command } from './command.ts'
import { maySeeCustomer } from './see-customer.ts'

/** Who has a number, if the client may read a call of theirs. */
export const customerFind: Command<'customer.find'> = async ({ number }, desk) => {
  const found = await desk.customers.find({ by: 'number', number })
  const isSeen = found !== undefined && (await maySeeCustomer(desk, found.id))
  return { ok: true, value: { customers: isSeen ? [found] : [] } }
}
