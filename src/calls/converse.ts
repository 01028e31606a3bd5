import type { ConversationEnd } from './conversation-end.ts'
import type { LeftOver } from './left-over.ts'
import type { LiveCall } from './live-call.ts'
import type { NextStop } from './next-stop.ts'
import type { CallsOffice } from './office.ts'
import { untilPickedUp } from './reserve-agent.ts'
import type { Answered } from './ringing.ts'
import { goOnTalking, talk } from './talk.ts'
import { transferOut } from './transfer-out.ts'

/** How long a phone outside rings when an agent sends a caller there. */
const TRANSFER_RING_MS = 30_000

/** The caller talks, and is followed from agent to agent, until the last one leaves or the way goes on elsewhere. */
export async function converse(
  call: LiveCall,
  office: CallsOffice,
  answered: Answered | LeftOver,
  signal: AbortSignal
): Promise<ConversationEnd> {
  const end =
    answered.type === 'answered' ? await talk(call, office, answered, signal) : await goOnTalking(call, office, answered, signal)
  if (end.kind === 'never-joined' || end.kind === 'not-served') return { kind: 'not-served' }
  return end.kind === 'sent-on' ? await goOn(call, office, end.to, signal) : { kind: 'over' }
}

/** The caller goes where an agent has sent them. */
export async function goOn(call: LiveCall, office: CallsOffice, next: NextStop, signal: AbortSignal): Promise<ConversationEnd> {
  if (next.kind === 'number' || next.kind === 'queue') return next
  if (next.kind === 'sip') {
    const out = await transferOut(call, office, next.uri, TRANSFER_RING_MS, signal)
    return { kind: out === 'completed' ? 'over' : 'not-served' }
  }
  const picked = await untilPickedUp(call, office, next.ring, signal)
  return picked.type === 'ended' ? { kind: 'not-served' } : await converse(call, office, picked, signal)
}
