import { openPromiseView } from '../view/shown-data.ts'
import type { Command } from './command.ts'
import { reachOf } from './see-customer.ts'

/** What is still to be kept, the most urgent first, of the contacts that the client may read. */
export const promiseList: Command<'promise.list'> = async ({ limit = 50 }, desk) => {
  const open = await desk.customers.openPromises(reachOf(desk.viewer), limit + 1)
  return { ok: true, value: { promises: open.slice(0, limit).map(openPromiseView), more: open.length > limit } }
}
