import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, ordered } from './command.ts'

/** Calls somebody about the caller. */
export const consultationCall: Command<'consultationCall'> = async ({ callId, to }, desk) => {
  const result = await ordered(desk, callId, (call, own) =>
    desk.calls.consult(call.view.callId as CallId, own.agentId as AgentId, to)
  )
  return result.ok ? { ok: true, value: { callId: result.value } } : result
}
