import { maySeeQueue } from '../visibility.ts'
import { type Command, findCall } from './command.ts'

/** Who waits in one queue, with places and estimates as they are now. */
export const queueCallers: Command<'queue.callers'> = ({ queue }, desk) => {
  if (!desk.board.queues.has(queue) || !maySeeQueue(desk.viewer, queue)) return { ok: false, code: 'QUEUE_UNKNOWN' }
  return {
    ok: true,
    value: { callers: desk.calls.waitingIn(queue).filter(({ callId }) => findCall(desk, callId) !== undefined) }
  }
}
