import type { AgentId, CallId } from '../../domain/ids.ts'
import { allowedActions } from '../view/allowed-actions.ts'
import { mayCommandAgent, mayDirect, mayPickUp, maySeeCall } from '../view/visibility.ts'
import { type Command, confirm } from './command.ts'

/** Takes a caller out of turn: for oneself, to one's own phone, or, by those who direct the call, for an agent whom they command. */
export const pickupCall: Command<'pickupCall'> = (params, desk) => {
  const { viewer } = desk
  const { callId, agentId = viewer.extension } = params
  const call = desk.board.calls.get(callId)
  // Who may pick a caller up sees them in the list of the queue, and not before.
  if (call === undefined || !(maySeeCall(viewer, call) || mayPickUp(viewer, call)))
    return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  if (agentId === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  const may =
    agentId === viewer.extension
      ? mayPickUp(viewer, call) || mayDirect(viewer, call)
      : mayDirect(viewer, call) && mayCommandAgent(viewer, agentId)
  if (!may) return { ok: false, code: 'NOT_ALLOWED', allowed: allowedActions(viewer, call) }
  return confirm(desk, callId, desk.calls.pickUp(callId as CallId, agentId as AgentId))
}
