import type { Skills } from './agent.ts'
import type { AgentId, CallId, ContactId, OfferId } from './ids.ts'

export type PriorityName = 'emergency' | 'high' | 'normal' | 'low'

/** Higher goes first, whatever the others have waited. */
export const priorityRank = { emergency: 100, high: 50, normal: 0, low: -50 } as const satisfies Record<PriorityName, number>

export interface QueueSettings {
  readonly name: string
  readonly title: string
  /** Skills every call of this queue needs, beside what the flow asks for. */
  readonly skills: Skills
  readonly ringMs: number
  readonly wrapUpMs: number
  readonly maxWaitMs: number
  readonly maxLength: number
  readonly music: string
}

/** A place in a queue. `enqueuedAt` is the first time and is kept when an offer fails or the call is transferred back. */
export interface WaitingCall {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly queue: string
  readonly priority: PriorityName
  readonly skills: Skills
  readonly enqueuedAt: number
}

/** Where a caller stood in a queue, for whoever takes up their wait later. */
export type QueuePlace = Pick<WaitingCall, 'queue' | 'priority' | 'skills' | 'enqueuedAt'>

/** One ring to one agent for one caller, with a deadline. */
export interface Offer {
  readonly id: OfferId
  readonly callId: CallId
  readonly agentId: AgentId
  /** Empty for a transfer straight to the agent. */
  readonly queue: string
  readonly madeAt: number
  readonly deadline: number
}

/**
 * - answered: the two talk.
 * - missed: the phone rang until the deadline.
 * - rejected: the agent declined, or the phone was busy.
 * - callerGone: the caller left first.
 * - unreachable: the phone is not registered or cannot be called.
 */
export type OfferResult = 'answered' | 'missed' | 'rejected' | 'callerGone' | 'unreachable'

/** Live figures of one queue, for flows, wallboards and CTI. */
export interface QueueStatus {
  readonly queue: string
  readonly waiting: number
  /** `enqueuedAt` of the one who has waited longest. */
  readonly oldestSince?: number
  readonly loggedOn: number
  readonly ready: number
  readonly talking: number
}
