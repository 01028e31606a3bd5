import { takeSnapshot } from '../view/take-snapshot.ts'
import type { Command } from './command.ts'

/** The queues the client may see. */
export const queueList: Command<'queue.list'> = (_params, desk) => ({
  ok: true,
  value: { queues: takeSnapshot(desk.board, desk.viewer).queues }
})
