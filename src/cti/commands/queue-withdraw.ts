import type { CallId } from '../../domain/ids.ts'
import { allowedActions } from '../view/allowed-actions.ts'
import { mayDirect } from '../view/visibility.ts'
import { type Command, confirm, findCall } from './command.ts'

/** Takes a caller out of the queue they wait in. */
export const queueWithdraw: Command<'queue.withdraw'> = ({ callId }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  if (!mayDirect(desk.viewer, call)) return { ok: false, code: 'NOT_ALLOWED', allowed: allowedActions(desk.viewer, call) }
  return confirm(desk, callId, desk.calls.withdraw(callId as CallId, desk.viewer.username))
}
