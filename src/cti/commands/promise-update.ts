import { promiseView, shownPast } from '../view/shown-data.ts'
import { maySeeCall } from '../view/visibility.ts'
import type { Command, CommandDesk } from './command.ts'
import { reachOf } from './see-customer.ts'

/** Says what became of a promise. */
export const promiseUpdate: Command<'promise.update'> = async ({ promiseId, state }, desk) => {
  if (!(await maySeePromise(desk, promiseId))) return { ok: false, code: 'PROMISE_UNKNOWN' }
  const promise = await desk.customers.markPromise(promiseId, state, desk.viewer.username)
  return promise === undefined ? { ok: false, code: 'PROMISE_UNKNOWN' } : { ok: true, value: promiseView(promise) }
}

/** To whom a call shows it, or who may read a call of its contact. */
async function maySeePromise({ viewer, board, customers }: CommandDesk, id: string): Promise<boolean> {
  const reach = reachOf(viewer)
  if (reach === undefined) return true
  for (const call of board.calls.values()) {
    const isShown = shownPast(viewer, call).some((past) => past.kind === 'call' && past.promises?.some((one) => one.id === id))
    if (isShown && maySeeCall(viewer, call)) return true
  }
  const promise = await customers.promise(id)
  return promise !== undefined && (await customers.mayRead({ contact: promise.contactId }, reach))
}
