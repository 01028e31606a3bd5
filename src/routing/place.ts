import type { AgentId, OfferId } from '../domain/ids.ts'
import type { WaitingCall } from '../domain/queue.ts'
import type { Requirement } from './requirement.ts'

/** What decides who is next. */
export interface Urgency {
  readonly rank: number
  readonly enqueuedAt: number
  /** Order of arrival, where the times are equal. */
  readonly sequence: number
}

/** A caller's place in one queue. It keeps its urgency through offers that fail. */
export interface Place extends Urgency {
  readonly call: WaitingCall
  requirement: Requirement
  offerId: OfferId | undefined
  /** Agents who failed this caller, and until when the caller is spared them. */
  readonly spared: Map<AgentId, number>
}

/** Higher rank first, then who came first. */
export function byUrgency(one: Urgency, other: Urgency): number {
  return other.rank - one.rank || one.enqueuedAt - other.enqueuedAt || one.sequence - other.sequence
}
