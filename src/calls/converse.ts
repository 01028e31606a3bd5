import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { untilPickedUp } from './reserve-agent.ts'
import type { Answered } from './ringing.ts'
import { talk } from './talk.ts'
import { transferOut } from './transfer-out.ts'

/** How long a phone outside rings when an agent sends a caller there. */
const TRANSFER_RING_MS = 30_000

export type ConversationEnd =
  | { readonly kind: 'over' }
  /** The agent, or whom the agent sent the caller to, could not be joined: the caller still waits to be served. */
  | { readonly kind: 'not-served' }
  | { readonly kind: 'queue'; readonly queue: string }
  | { readonly kind: 'number'; readonly number: string }

/** The caller talks, and is followed from agent to agent, until the last one leaves or the way goes on elsewhere. */
export async function converse(
  call: LiveCall,
  office: CallsOffice,
  first: Answered,
  signal: AbortSignal
): Promise<ConversationEnd> {
  let answered = first

  for (;;) {
    const end = await talk(call, office, answered, signal)
    if (end.kind === 'never-joined' || end.kind === 'not-served') return { kind: 'not-served' }
    if (end.kind !== 'sent-on') return { kind: 'over' }

    const next = end.to
    if (next.kind === 'number' || next.kind === 'queue') return next
    if (next.kind === 'sip') {
      const out = await transferOut(call, office, next.uri, TRANSFER_RING_MS, signal)
      return { kind: out === 'completed' ? 'over' : 'not-served' }
    }

    const picked = await untilPickedUp(call, office, next.ring, signal)
    if (picked.type === 'ended') return { kind: 'not-served' }
    answered = picked
  }
}
