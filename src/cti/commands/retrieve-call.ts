import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Takes the caller back from hold. */
export const retrieveCall: Command<'retrieveCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.retrieve(call.view.callId as CallId, own.agentId as AgentId))
