import { viewOfCallback } from '../../domain/callback-view.ts'
import { maySeeQueue } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** The callbacks that are not over, of the queues that the client may see. */
export const callbackList: Command<'callback.list'> = ({ queue }, desk) => ({
  ok: true,
  value: {
    callbacks: desk.callbacks
      .open()
      .filter((callback) => (queue === undefined || callback.queue === queue) && maySeeQueue(desk.viewer, callback.queue))
      .map(viewOfCallback)
  }
})
