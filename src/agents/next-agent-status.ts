import type { Absence, AgentStatus, PendingState } from '../domain/agent.ts'
import type { CallId, ContactId, OfferId } from '../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../domain/ports/desk.ts'
import type { NotedPromise } from '../domain/promise.ts'
import type { OfferResult } from '../domain/queue.ts'
import { type AgentActionName, agentCan } from './agent-actions.ts'

/** What happens to one agent, by their own choice or by ours. */
export type AgentAction =
  /** They are as an earlier process left them. */
  | { readonly type: 'restore'; readonly status: AgentStatus }
  | { readonly type: 'logOn' }
  | Choosing
  | ({ readonly type: 'reserve' } & Reservation)
  /** `missedMax`: so many in a row make them not ready; unset is one. */
  | { readonly type: 'release'; readonly result: Exclude<OfferResult, 'answered'>; readonly missedMax?: number }
  | { readonly type: 'answered' }
  /** Who was consulted takes part in the caller's call from now on, and serves the contact of that queue. */
  | { readonly type: 'joined'; readonly from: CallId; readonly callId: CallId; readonly queue?: string }
  | { readonly type: 'talkOver'; readonly callId: CallId; readonly wrapUpMs: number }
  /** Their phone or desk is gone, while they wait for a call. */
  | { readonly type: 'away'; readonly reason: Absence }
  /** It is there again: ready, if that was why they are not. */
  | { readonly type: 'back'; readonly reason: Absence | 'phone-unreachable' }
  /** The deadline of the wrap-up has come. */
  | { readonly type: 'wrapUpOver' }
  /** The agent has finished it, noted this, and may have chosen what comes next. */
  | {
      readonly type: 'wrapUpDone'
      readonly disposition?: string
      readonly notes?: string
      readonly promises?: readonly NotedPromise[]
      readonly next?: PendingState
      readonly by?: string
    }
  /** A later deadline for the wrap-up: by so much, and at most so long after its beginning. */
  | { readonly type: 'extendWrapUp'; readonly byMs: number; readonly maxMs: number }

interface Choosing extends Omit<PendingState, 'state'> {
  readonly type: 'logOff' | 'setReady' | 'setNotReady'
}

interface Reservation {
  readonly offerId: OfferId
  readonly callId: CallId
  readonly contactId: ContactId
  readonly queue?: string
  /** The agent asked for it, so it may be given to one who is not ready. */
  readonly asked?: true
}

/** Why an agent is not ready after an offer that came to nothing by their doing. */
const reasonOf = { missed: 'missed', rejected: 'rejected', unreachable: 'phone-unreachable' } as const

/** The agent after that action, or why it is not possible. Pure. The very same object means that nothing changed. */
export function nextAgentStatus(status: AgentStatus, action: AgentAction, now: number): DeskResult<AgentStatus> {
  if (!agentCan(action.type, status.state)) return { ok: false, code: problemOf(action.type, status) }
  if (action.type === 'reserve' && status.state === 'notReady' && action.asked !== true)
    return { ok: false, code: 'TARGET_NOT_AVAILABLE' }
  if (action.type === 'extendWrapUp' && extended(status, action) === status.until) return { ok: false, code: 'WRAP_UP_LIMIT' }
  const isOn = action.type === 'talkOver' ? action.callId : action.type === 'joined' ? action.from : status.callId
  if (isOn !== status.callId) return { ok: false, code: 'NOT_ON_THIS_CALL' }
  return { ok: true, value: next(status, action, now) }
}

function next(status: AgentStatus, action: AgentAction, now: number): AgentStatus {
  switch (action.type) {
    case 'restore':
      return restored(action.status, now)
    case 'logOn':
      return status.state === 'loggedOff' ? settled(status, { state: 'notReady', reason: 'logged-on' }, now) : status
    case 'logOff':
    case 'setReady':
    case 'setNotReady':
      return chosen(status, choiceOf(action), now)
    case 'reserve':
      return reserved(status, action, now)
    case 'release':
      return released(status, action, now)
    case 'answered':
      return { ...contactOf(status), ...pendingOf(status), agentId: status.agentId, state: 'busy', since: now }
    case 'joined':
      return { ...status, callId: action.callId, ...(action.queue !== undefined && { queue: action.queue }) }
    case 'talkOver':
      return talkOver(status, action.wrapUpMs, now)
    case 'wrapUpOver':
      return status.until !== undefined && status.until > now
        ? status
        : settled(status, status.pending ?? { state: 'ready' }, now)
    case 'away':
      return settled(status, { state: 'notReady', reason: action.reason }, now)
    case 'back':
      return status.reason === action.reason ? settled(status, { state: 'ready' }, now) : status
    case 'wrapUpDone':
      return settled(status, wrappedUp(status, action), now)
    case 'extendWrapUp':
      return { ...status, until: extended(status, action) }
    default:
      return action satisfies never
  }
}

/** Nobody rings them any more; they are not to blame, and keep their turn. */
function restored(status: AgentStatus, now: number): AgentStatus {
  if (status.state === 'ready') return { ...status, idleSince: status.idleSince ?? now }
  if (status.state !== 'reserved') return status
  const { pending, idleSince, missed } = status
  if (pending !== undefined && pending.state !== 'ready') return settled(status, pending, now)
  return { ...settled(status, { state: 'ready' }, now), idleSince: idleSince ?? now, ...(missed !== undefined && { missed }) }
}

function choiceOf({ type, reason, by }: Choosing): PendingState {
  const state = type === 'logOff' ? 'loggedOff' : type === 'setReady' ? 'ready' : 'notReady'
  return { state, ...(reason !== undefined && state !== 'ready' && { reason }), ...(by !== undefined && { by }) }
}

function wrappedUp({ pending }: AgentStatus, { next, by }: Extract<AgentAction, { type: 'wrapUpDone' }>): PendingState {
  const wanted = next ?? pending ?? { state: 'ready' }
  return by === undefined ? wanted : { ...wanted, by }
}

/** Not shorter than it is. */
function extended({ since, until = since }: AgentStatus, { byMs, maxMs }: { byMs: number; maxMs: number }): number {
  return Math.max(until, Math.min(until + byMs, since + maxMs))
}

function reserved(status: AgentStatus, offer: Reservation, now: number): AgentStatus {
  const { offerId, callId, contactId, queue } = offer
  return {
    agentId: status.agentId,
    state: 'reserved',
    since: now,
    idleSince: status.idleSince ?? now,
    offerId,
    callId,
    contactId,
    ...(queue !== undefined && { queue }),
    // Who was not ready is so again afterwards, unless they choose otherwise meanwhile.
    ...(status.state === 'notReady' && { pending: notReadyAs(status) }),
    ...(status.missed !== undefined && { missed: status.missed })
  }
}

function notReadyAs({ reason, by }: AgentStatus): PendingState {
  return { state: 'notReady', ...(reason !== undefined && { reason }), ...(by !== undefined && { by }) }
}

/** An explicit choice takes effect at once, or waits in the one slot while the agent is with a caller. */
function chosen(status: AgentStatus, wanted: PendingState, now: number): AgentStatus {
  const withCaller = status.state === 'busy' || status.state === 'reserved'
  // Who logs off while the phone rings is gone: the caller must not wait for the ringing to end.
  const leavesRinging = status.state === 'reserved' && wanted.state === 'loggedOff'
  if (withCaller && !leavesRinging) return sameChoice(status.pending, wanted) ? status : { ...status, pending: wanted }
  return sameChoice(status, wanted) ? status : settled(status, wanted, now)
}

function released(
  status: AgentStatus,
  { result, missedMax = 1 }: Extract<AgentAction, { type: 'release' }>,
  now: number
): AgentStatus {
  const { pending, idleSince } = status
  const missed = (status.missed ?? 0) + Number(result === 'missed')
  if (pending !== undefined && pending.state !== 'ready') return settled(status, pending, now)
  const ready = { ...settled(status, { state: 'ready' }, now), ...(missed > 0 && { missed }) }
  // They are not to blame, so they keep their turn.
  if (result === 'callerGone' || result === 'deflected' || result === 'answeredElsewhere')
    return { ...ready, idleSince: idleSince ?? now }
  if (result === 'missed' && missed < missedMax) return ready
  return settled(status, { state: 'notReady', reason: reasonOf[result] }, now)
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
    ...(wanted.state !== 'ready' && wanted.reason !== undefined && { reason: wanted.reason }),
    ...(wanted.by !== undefined && { by: wanted.by })
  }
}

function contactOf({ callId, contactId, queue }: AgentStatus): Pick<AgentStatus, 'callId' | 'contactId' | 'queue'> {
  return {
    ...(callId !== undefined && { callId }),
    ...(contactId !== undefined && { contactId }),
    ...(queue !== undefined && { queue })
  }
}

function pendingOf({ pending }: AgentStatus): Pick<AgentStatus, 'pending'> {
  return pending === undefined ? {} : { pending }
}

function sameChoice(one: { readonly state: string; readonly reason?: string } | undefined, other: PendingState): boolean {
  return one !== undefined && one.state === other.state && (other.state !== 'notReady' || one.reason === other.reason)
}

function problemOf(action: AgentActionName, { state }: AgentStatus): DeskProblem {
  if (action === 'wrapUpDone' || action === 'wrapUpOver' || action === 'extendWrapUp') return 'AGENT_NOT_IN_WRAP_UP'
  if (action === 'release' || action === 'answered') return 'NOT_ALERTING'
  if (action === 'talkOver' || action === 'joined') return 'NOT_TALKING'
  if (state === 'loggedOff') return 'AGENT_LOGGED_OFF'
  return state === 'notReady' ? 'TARGET_NOT_AVAILABLE' : 'AGENT_ON_CALL'
}
