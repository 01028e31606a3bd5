import type { Signal } from '../../domain/abort.ts'
import type { ConversationEnd } from '../call/conversation-end.ts'
import type { LeftOver } from '../call/left-over.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { NextStop } from '../call/next-stop.ts'
import type { CallsOffice } from '../call/office.ts'
import { untilPickedUp } from '../call/reserve-agent.ts'
import type { Answered } from '../call/ringing.ts'
import { goOnTalking, talk } from '../talk/talk.ts'
import { transferOut } from './transfer-out.ts'

/** How long a phone outside rings when an agent sends a caller there. */
const TRANSFER_RING_MS = 30_000

/** The caller talks, and is followed from agent to agent, until the last one leaves or the way goes on elsewhere. */
export async function converse(
  call: LiveCall,
  office: CallsOffice,
  answered: Answered | LeftOver,
  signal: Signal
): Promise<ConversationEnd> {
  const end =
    answered.type === 'answered' ? await talk(call, office, answered, signal) : await goOnTalking(call, office, answered, signal)
  if (end.kind === 'never-joined' || end.kind === 'not-served') return { kind: 'not-served' }
  return end.kind === 'sent-on' ? await goOn(call, office, end.to, signal) : { kind: 'over' }
}

/** The caller goes where an agent has sent them. */
export async function goOn(call: LiveCall, office: CallsOffice, next: NextStop, signal: Signal): Promise<ConversationEnd> {
  if (next.kind === 'number' || next.kind === 'queue') return next
  if (next.kind === 'sip') {
    const out = await transferOut(call, office, next.uri, TRANSFER_RING_MS, signal)
    return { kind: out === 'completed' ? 'over' : 'not-served' }
  }
  const picked = await untilPickedUp(call, office, next.ring, signal)
  if (picked.type === 'deflected') return await picked.go(signal)
  return picked.type === 'ended' ? { kind: 'not-served' } : await converse(call, office, picked, signal)
}
