import type { CallbackId } from '../../domain/ids.ts'
import { maySeeQueue } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** Cancels a callback of a queue of one's own. */
export const callbackCancel: Command<'callback.cancel'> = async ({ callbackId }, desk) => {
  const id = callbackId as CallbackId
  const found = await desk.callbacks.get(id)
  if (found === undefined || !maySeeQueue(desk.viewer, found.queue)) return { ok: false, code: 'CALLBACK_UNKNOWN' }
  const result = await desk.callbacks.cancel(id)
  return result === 'cancelled' ? { ok: true, value: {} } : { ok: false, code: 'CALLBACK_OVER' }
}
