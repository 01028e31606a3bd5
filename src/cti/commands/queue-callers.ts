import { mayPickUp, maySeeCall, maySeeQueue } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** Who waits in one queue, with places and estimates as they are now: those whom the client sees, or may take. */
export const queueCallers: Command<'queue.callers'> = ({ queue }, desk) => {
  const { board, viewer, calls } = desk
  if (!board.queues.has(queue) || !maySeeQueue(viewer, queue)) return { ok: false, code: 'QUEUE_UNKNOWN' }
  const callers = calls.waitingIn(queue).filter(({ callId }) => {
    const call = board.calls.get(callId)
    return call !== undefined && (maySeeCall(viewer, call) || mayPickUp(viewer, call))
  })
  return { ok: true, value: { callers } }
}
