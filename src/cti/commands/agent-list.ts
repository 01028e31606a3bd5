import { takeSnapshot } from '../view/take-snapshot.ts'
import type { Command } from './command.ts'

/** The agents the client may see. */
export const agentList: Command<'agent.list'> = (_params, desk) => ({
  ok: true,
  value: { agents: takeSnapshot(desk.board, desk.viewer).agents }
})
