import type { CallId } from '../../domain/ids.ts'
import type { RecordOrder } from '../../domain/ports/desk.ts'
import { allowedActions, ownConnection } from '../view/allowed-actions.ts'
import { mayDirect } from '../view/visibility.ts'
import { type CommandDesk, type CommandResult, confirm, type Done, findCall } from './command.ts'

/** An order about the recording of a call, by an agent in it or by those who direct it. */
export async function record(callId: string, order: RecordOrder, desk: CommandDesk): Promise<CommandResult<Done>> {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  const isIn = ownConnection(desk.viewer, call)?.kind === 'agent'
  if (!isIn && !mayDirect(desk.viewer, call))
    return { ok: false, code: 'NOT_ON_THIS_CALL', allowed: allowedActions(desk.viewer, call) }
  return confirm(desk, callId, await desk.calls.record(call.view.callId as CallId, order, desk.viewer.username))
}
