import type { AgentId } from '../../domain/ids.ts'
import { mayCommandAgent } from '../view/visibility.ts'
import { type Command, confirmAgent } from './command.ts'

/** Logs an agent on or off, or makes them ready or not ready. */
export const setAgentState: Command<'setAgentState'> = ({ state, reason, agentId }, desk) => {
  const wanted = agentId ?? desk.viewer.agentId
  if (wanted === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  if (!mayCommandAgent(desk.viewer, wanted)) return { ok: false, code: 'NOT_ALLOWED', allowed: [] }

  const id = wanted as AgentId
  const by = wanted === desk.viewer.agentId ? {} : { by: desk.viewer.username }
  const why = { ...(reason !== undefined && { reason }), ...by }
  switch (state) {
    case 'loggedOn':
      return confirmAgent(desk, id, desk.agents.logOn(id))
    case 'loggedOff':
    case 'ready':
    case 'notReady':
      return confirmAgent(desk, id, desk.agents.setState(id, { state, ...why }))
    default:
      return state satisfies never
  }
}
