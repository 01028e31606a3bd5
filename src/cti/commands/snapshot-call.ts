import { viewFor } from '../view/shown-data.ts'
import { type Command, findCall } from './command.ts'

/** One call, as the client may see it. */
export const snapshotCall: Command<'snapshotCall'> = ({ callId }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN' }
  return { ok: true, value: viewFor(desk.viewer, call) }
}
