import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Takes the caller back from a consultation. */
export const reconnectCall: Command<'reconnectCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.reconnect(call.view.callId as CallId, own.agentId as AgentId))
