import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Joins the caller, the agent and whom they consult. */
export const conferenceCall: Command<'conferenceCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.conference(call.view.callId as CallId, own.agentId as AgentId))
