import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Joins the caller and whom the agent consults, and lets the agent go. */
export const transferCall: Command<'transferCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.transferConsulted(call.view.callId as CallId, own.agentId as AgentId))
