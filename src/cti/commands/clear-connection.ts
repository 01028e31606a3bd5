import type { CallId, DeviceId } from '../../domain/ids.ts'
import { allowedActions, ownConnection } from '../view/allowed-actions.ts'
import { mayDirect, maySupervise } from '../view/visibility.ts'
import { type Command, confirm, findCall } from './command.ts'

/** Ends one party's part in a call: one's own, or anybody's for those who direct the call. */
export const clearConnection: Command<'clearConnection'> = async ({ callId, deviceId }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }

  const allowed = allowedActions(desk.viewer, call)
  const own = ownConnection(desk.viewer, call)
  const { username } = desk.viewer
  // Who listens is no connection of the call, and hangs up nonetheless.
  if (own === undefined && (deviceId ?? username) === username && maySupervise(desk.viewer))
    return confirm(desk, callId, desk.calls.stopSupervising(callId as CallId, username))
  const device = deviceId ?? own?.deviceId
  if (device !== own?.deviceId && !mayDirect(desk.viewer, call)) return { ok: false, code: 'NOT_ALLOWED', allowed }
  const party = call.view.connections.find((connection) => connection.deviceId === device && connection.kind !== 'queue')
  if (party === undefined) return { ok: false, code: 'NOT_ON_THIS_CALL', allowed }
  return confirm(desk, callId, await desk.calls.clearConnection(callId as CallId, party.deviceId as DeviceId))
}
