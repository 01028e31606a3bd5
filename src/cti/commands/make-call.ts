import type { AgentId } from '../../domain/ids.ts'
import type { Command } from './command.ts'

/** Calls somebody for an agent who has a phone: nobody calls by another's. */
export const makeCall: Command<'makeCall'> = (wanted, desk) => {
  const { agentId } = desk.viewer
  if (agentId === undefined) return { ok: false, code: 'NOT_ALLOWED', allowed: [] }
  const made = desk.calls.makeCall(agentId as AgentId, wanted)
  return made.ok ? { ok: true, value: { callId: made.value } } : made
}
