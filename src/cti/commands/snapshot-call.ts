import { allowedActions } from '../allowed-actions.ts'
import { type Command, findCall } from './command.ts'

/** One call, as the client may see it. */
export const snapshotCall: Command<'snapshotCall'> = ({ callId }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN' }
  return { ok: true, value: { ...call.view, allowed: allowedActions(desk.viewer, call) } }
}
