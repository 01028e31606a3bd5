import type { CallId } from '../../domain/ids.ts'
import { allowedActions } from '../view/allowed-actions.ts'
import { type Command, confirm, findCall } from './command.ts'

/** Ends the call for everybody in it. */
export const clearCall: Command<'clearCall'> = async ({ callId }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  const allowed = allowedActions(desk.viewer, call)
  if (!allowed.includes('clearCall')) return { ok: false, code: 'NOT_ALLOWED', allowed }
  return confirm(desk, callId, await desk.calls.clearCall(callId as CallId))
}
