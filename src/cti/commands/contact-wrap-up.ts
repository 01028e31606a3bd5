import type { AgentId } from '../../domain/ids.ts'
import { type Command, confirmAgent } from './command.ts'

/** Ends the agent's own wrap-up with what they noted, and takes them to what they chose next. */
export const contactWrapUp: Command<'contact.wrapUp'> = ({ disposition, notes, next }, desk) => {
  const { agentId } = desk.viewer
  if (agentId === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  const result = {
    ...(disposition !== undefined && { disposition }),
    ...(notes !== undefined && { notes }),
    ...(next !== undefined && { next: { state: next.state, ...(next.reason !== undefined && { reason: next.reason }) } })
  }
  return confirmAgent(desk, agentId, desk.agents.wrapUp(agentId as AgentId, result))
}
