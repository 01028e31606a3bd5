import type { AgentId, CallId } from '../../domain/ids.ts'
import { allowedActions } from '../view/allowed-actions.ts'
import { mayDirect, mayListenTo, maySupervise } from '../view/visibility.ts'
import { type Command, confirm, findCall } from './command.ts'

/** Lets a supervisor listen to an agent of their teams, whisper to them, or join. */
export const singleStepConferenceCall: Command<'singleStepConferenceCall'> = async ({ callId, mode, agentId }, desk) => {
  const { viewer } = desk
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  const allowed = allowedActions(viewer, call)
  if (!maySupervise(viewer) || !mayDirect(viewer, call)) return { ok: false, code: 'NOT_ALLOWED', allowed }
  if (agentId !== undefined && !mayListenTo(viewer, agentId)) return { ok: false, code: 'NOT_ALLOWED', allowed }
  const theirs = call.view.connections.flatMap((party) =>
    party.agentId !== undefined && party.kind === 'agent' && mayListenTo(viewer, party.agentId) ? party.agentId : []
  )
  const agents = theirs.filter((id) => agentId === undefined || id === agentId) as AgentId[]
  if (agents.length === 0) return { ok: false, code: 'NOT_ON_THIS_CALL', allowed }
  const by = { username: viewer.username, phone: viewer.username }
  return confirm(desk, callId, await desk.calls.supervise(callId as CallId, by, agents, mode))
}
