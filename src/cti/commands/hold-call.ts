import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Puts the caller on hold. */
export const holdCall: Command<'holdCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.hold(call.view.callId as CallId, own.agentId as AgentId))
