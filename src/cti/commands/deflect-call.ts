import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Sends a caller on whom the agent is being offered. */
export const deflectCall: Command<'deflectCall'> = ({ callId, to }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.deflect(call.view.callId as CallId, own.agentId as AgentId, to))
