import { queueDevice } from '../board/record-parties.ts'
import { viewCalls } from '../view/take-snapshot.ts'
import { maySeeQueue } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** One queue and who waits in it. */
export const snapshotQueue: Command<'snapshotQueue'> = ({ queue: name }, desk) => {
  const queue = desk.board.queues.get(name)
  if (queue === undefined || !maySeeQueue(desk.viewer, name)) return { ok: false, code: 'QUEUE_UNKNOWN' }
  const device = queueDevice(name)
  const calls = viewCalls(desk.board, desk.viewer, ({ view }) => view.connections.some((party) => party.deviceId === device))
  return { ok: true, value: { queue, calls } }
}
