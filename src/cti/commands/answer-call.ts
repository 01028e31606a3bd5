import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Answers the agent's ringing offer, where the phone can be told to. */
export const answerCall: Command<'answerCall'> = ({ callId }, desk) =>
  onOwnCall(desk, callId, (call, own) => desk.calls.answer(call.view.callId as CallId, own.agentId as AgentId))
