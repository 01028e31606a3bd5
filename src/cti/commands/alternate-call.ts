import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Goes from the consulted party to the caller, or back. */
export const alternateCall: Command<'alternateCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.alternate(call.view.callId as CallId, own.agentId as AgentId))
