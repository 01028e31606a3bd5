import type { TransferTarget } from '../../domain/caller.ts'
import { isReachable } from '../../domain/dial-rules.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { ConversationEnd } from './conversation-end.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { type AgentRing, reserveAgent } from './reserve-agent.ts'

/** Where a caller goes after the talk, checked and, for an agent, already reserved. */
export type NextStop =
  | Extract<ConversationEnd, { kind: 'queue' }>
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'sip'; readonly uri: string }
  | { readonly kind: 'agent'; readonly ring: AgentRing }

/** How long a colleague's phone rings before the caller goes back to the queue. */
export const COLLEAGUE_RING_MS = 20_000

/** Checks a transfer before anything is given up: the agent who asks keeps the caller when the target cannot take them. */
export function nextStop(call: LiveCall, office: CallsOffice, to: TransferTarget): DeskResult<NextStop> {
  switch (to.kind) {
    case 'queue':
      return office.centre.queues.has(to.queue) ? { ok: true, value: to } : { ok: false, code: 'TARGET_UNKNOWN' }
    case 'number':
      return office.world.flows.byNumber(to.number) === undefined
        ? { ok: false, code: 'TARGET_UNKNOWN' }
        : { ok: true, value: to }
    case 'sip':
      return isReachable(to.uri, office.centre) ? { ok: true, value: to } : { ok: false, code: 'TARGET_UNKNOWN' }
    case 'agent': {
      if (!office.centre.agents.has(to.agentId)) return { ok: false, code: 'TARGET_UNKNOWN' }
      const ring = reserveAgent(call, office, to.agentId as AgentId, COLLEAGUE_RING_MS)
      return ring === undefined ? { ok: false, code: 'TARGET_NOT_AVAILABLE' } : { ok: true, value: { kind: 'agent', ring } }
    }
  }
}

/** The device that somebody is sent to, as facts name it. */
export function nameOf(to: TransferTarget): DeviceId {
  if (to.kind === 'agent') return to.agentId as DeviceId
  if (to.kind === 'queue') return to.queue as DeviceId
  return (to.kind === 'number' ? to.number : to.uri) as DeviceId
}
