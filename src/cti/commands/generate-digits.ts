import type { AgentId, CallId } from '../../domain/ids.ts'
import { type Command, onOwnCall } from './command.ts'

/** Sends keys to whom the agent talks to. */
export const generateDigits: Command<'generateDigits'> = ({ callId, digits, toneMs }, desk) =>
  onOwnCall(desk, callId, (call, own) =>
    desk.calls.sendDigits(call.view.callId as CallId, own.agentId as AgentId, digits, toneMs)
  )
