import { viewOfCallback } from '../../domain/callback-view.ts'
import { maySeeQueue } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** Books a callback for a queue of one's own. */
export const callbackBook: Command<'callback.book'> = async ({ at, ...wish }, desk) => {
  if (!maySeeQueue(desk.viewer, wish.queue)) return { ok: false, code: 'QUEUE_UNKNOWN' }
  const time = at === undefined ? undefined : Date.parse(at)
  const answer = await desk.callbacks.book({ ...wish, at: time }, desk.viewer.username)
  if (answer.exit === 'refused') return { ok: false, code: 'CALLBACK_REFUSED', allowed: [] }
  return { ok: true, value: { callback: viewOfCallback(answer.callback), existing: answer.existing } }
}
