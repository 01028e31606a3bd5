import type { AgentId, CallId } from '../../domain/ids.ts'
import { allowedActions } from '../view/allowed-actions.ts'
import { type Command, confirm, findCall } from './command.ts'

/** Merges values into the data attached to a call. */
export const associateData: Command<'associateData'> = ({ callId, data }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  const allowed = allowedActions(desk.viewer, call)
  if (!allowed.includes('associateData')) return { ok: false, code: 'NOT_ON_THIS_CALL', allowed }
  return confirm(desk, callId, desk.calls.associateData(callId as CallId, desk.viewer.username as AgentId, data))
}
