import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Sends the caller on without talking to the target first. */
export const singleStepTransferCall: Command<'singleStepTransferCall'> = ({ callId, to }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.singleStepTransfer(call.view.callId as CallId, own.agentId as AgentId, to))
