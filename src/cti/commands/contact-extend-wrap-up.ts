import type { AgentId } from '../../domain/ids.ts'
import { mayCommandAgent } from '../view/visibility.ts'
import { type Command, confirmAgent } from './command.ts'

/** Gives a wrap-up a later deadline. */
export const contactExtendWrapUp: Command<'contact.extendWrapUp'> = (params, desk) => {
  const { agentId = desk.viewer.agentId } = params
  if (agentId === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  if (!mayCommandAgent(desk.viewer, agentId)) return { ok: false, code: 'NOT_ALLOWED', allowed: [] }
  return confirmAgent(desk, agentId, desk.agents.extendWrapUp(agentId as AgentId))
}
