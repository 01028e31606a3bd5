import type { AgentStatus, PendingState } from '../domain/agent.ts'
import type { CallId, ContactId, OfferId } from '../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../domain/ports/desk.ts'
import type { OfferResult } from '../domain/queue.ts'
import { type AgentActionName, agentCan } from './agent-actions.ts'

/** What happens to one agent, by their own choice or by ours. */
export type AgentAction =
  | { readonly type: 'logOn' }
  | { readonly type: 'logOff' }
  | { readonly type: 'setReady' }
  | { readonly type: 'setNotReady'; readonly reason?: string }
  | { readonly type: 'reserve'; readonly offerId: OfferId; readonly callId: CallId; readonly contactId: ContactId }
  | { readonly type: 'release'; readonly result: Exclude<OfferResult, 'answered'> }
  | { readonly type: 'answered' }
  | { readonly type: 'talkOver'; readonly callId: CallId; readonly wrapUpMs: number }
  /** The deadline of the wrap-up has come. */
  | { readonly type: 'wrapUpOver' }
  /** The agent has finished it, noted this, and may have chosen what comes next. */
  | { readonly type: 'wrapUpDone'; readonly disposition?: string; readonly notes?: string; readonly next?: PendingState }

/** Why an agent is not ready after an offer that came to nothing. */
const reasonOf = { missed: 'missed', rejected: 'rejected', unreachable: 'phone-unreachable' } as const

/** The agent after that action, or why it is not possible. Pure. The very same object means that nothing changed. */
export function nextAgentStatus(status: AgentStatus, action: AgentAction, now: number): DeskResult<AgentStatus> {
  if (!agentCan(action.type, status.state)) return { ok: false, code: problemOf(action.type, status) }
  if (action.type === 'talkOver' && action.callId !== status.callId) return { ok: false, code: 'NOT_ON_THIS_CALL' }
  return { ok: true, value: next(status, action, now) }
}

function next(status: AgentStatus, action: AgentAction, now: number): AgentStatus {
  switch (action.type) {
    case 'logOn':
      return status.state === 'loggedOff' ? settled(status, { state: 'notReady', reason: 'logged-on' }, now) : status
    case 'logOff':
      return chosen(status, { state: 'loggedOff' }, now)
    case 'setReady':
      return chosen(status, { state: 'ready' }, now)
    case 'setNotReady':
      return chosen(status, { state: 'notReady', ...(action.reason !== undefined && { reason: action.reason }) }, now)
    case 'reserve':
      return reserved(status, action, now)
    case 'release':
      return released(status, action.result, now)
    case 'answered':
      return { ...contactOf(status), ...pendingOf(status), agentId: status.agentId, state: 'busy', since: now }
    case 'talkOver':
      return talkOver(status, action.wrapUpMs, now)
    case 'wrapUpOver':
      return status.until !== undefined && status.until > now
        ? status
        : settled(status, status.pending ?? { state: 'ready' }, now)
    case 'wrapUpDone':
      return settled(status, action.next ?? status.pending ?? { state: 'ready' }, now)
    default:
      return action satisfies never
  }
}

function reserved(
  status: AgentStatus,
  offer: { offerId: OfferId; callId: CallId; contactId: ContactId },
  now: number
): AgentStatus {
  const { offerId, callId, contactId } = offer
  return {
    agentId: status.agentId,
    state: 'reserved',
    since: now,
    idleSince: status.idleSince ?? now,
    offerId,
    callId,
    contactId
  }
}

/** An explicit choice takes effect at once, or waits in the one slot while the agent is with a caller. */
function chosen(status: AgentStatus, wanted: PendingState, now: number): AgentStatus {
  const withCaller = status.state === 'busy' || status.state === 'reserved'
  // Who logs off while the phone rings is gone: the caller must not wait for the ringing to end.
  const leavesRinging = status.state === 'reserved' && wanted.state === 'loggedOff'
  if (withCaller && !leavesRinging) return sameChoice(status.pending, wanted) ? status : { ...status, pending: wanted }
  return sameChoice(status, wanted) ? status : settled(status, wanted, now)
}

function released(status: AgentStatus, result: Exclude<OfferResult, 'answered'>, now: number): AgentStatus {
  const { pending, idleSince } = status
  if (pending !== undefined && pending.state !== 'ready') return settled(status, pending, now)
  if (result !== 'callerGone') return settled(status, { state: 'notReady', reason: reasonOf[result] }, now)
  // It was not the agent's doing, so they keep their turn.
  return { ...settled(status, { state: 'ready' }, now), idleSince: idleSince ?? now }
}

function talkOver(status: AgentStatus, wrapUpMs: number, now: number): AgentStatus {
  // Told twice (both sides hung up, a transfer ended): the deadline is set once for each contact.
  if (status.state === 'workingAfterCall') return status
  if (wrapUpMs <= 0) return settled(status, status.pending ?? { state: 'ready' }, now)
  return {
    ...contactOf(status),
    ...pendingOf(status),
    agentId: status.agentId,
    state: 'workingAfterCall',
    since: now,
    until: now + wrapUpMs
  }
}

/** In that state and with nobody: everything about a call is forgotten. */
function settled({ agentId }: AgentStatus, wanted: PendingState, now: number): AgentStatus {
  return {
    agentId,
    state: wanted.state,
    since: now,
    ...(wanted.state === 'ready' && { idleSince: now }),
    ...(wanted.state === 'notReady' && wanted.reason !== undefined && { reason: wanted.reason })
  }
}

function contactOf({ callId, contactId }: AgentStatus): Pick<AgentStatus, 'callId' | 'contactId'> {
  return { ...(callId !== undefined && { callId }), ...(contactId !== undefined && { contactId }) }
}

function pendingOf({ pending }: AgentStatus): Pick<AgentStatus, 'pending'> {
  return pending === undefined ? {} : { pending }
}

function sameChoice(one: { readonly state: string; readonly reason?: string } | undefined, other: PendingState): boolean {
  return one !== undefined && one.state === other.state && (other.state !== 'notReady' || one.reason === other.reason)
}

function problemOf(action: AgentActionName, { state }: AgentStatus): DeskProblem {
  if (action === 'wrapUpDone' || action === 'wrapUpOver') return 'AGENT_NOT_IN_WRAP_UP'
  if (action === 'release' || action === 'answered') return 'NOT_ALERTING'
  if (action === 'talkOver') return 'NOT_TALKING'
  if (state === 'loggedOff') return 'AGENT_LOGGED_OFF'
  return state === 'notReady' ? 'TARGET_NOT_AVAILABLE' : 'AGENT_ON_CALL'
}
