import type { AgentId } from '../../domain/ids.ts'
import { type Command, confirmAgent } from './command.ts'

/** Ends the agent's own wrap-up with what they noted. */
export const contactWrapUp: Command<'contact.wrapUp'> = ({ disposition, notes }, desk) => {
  const { agentId } = desk.viewer
  if (agentId === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  const result = { ...(disposition !== undefined && { disposition }), ...(notes !== undefined && { notes }) }
  return confirmAgent(desk, agentId, desk.agents.wrapUp(agentId as AgentId, result))
}
