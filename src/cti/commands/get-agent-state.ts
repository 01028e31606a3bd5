import { maySeeAgent } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** What an agent does. */
export const getAgentState: Command<'getAgentState'> = ({ agentId }, desk) => {
  const wanted = agentId ?? desk.viewer.agentId
  const agent = wanted === undefined || !maySeeAgent(desk.viewer, wanted) ? undefined : desk.board.agents.get(wanted)
  return agent === undefined ? { ok: false, code: 'AGENT_UNKNOWN' } : { ok: true, value: agent }
}
