import type { AgentId, CallbackId, CallId, ContactId } from './ids.ts'
import type { Language } from './language.ts'
import type { PriorityName, QueuePlace } from './queue.ts'
import type { AttachedData } from './screen-pop.ts'
import type { SkillNeed } from './skill-need.ts'

/**
 * How far a callback has come.
 *
 *   waiting ──its time has come──▶ due ──an agent is reserved──▶ reserved ──the number is dialled──▶ calling ──answered──▶ connected ──▶ done
 *      ▲                          │ ▲                              │                              │ │
 *      │◀──outside of its hours───┘ └──the agent did not take it───┘                              │ │
 *      │                            └──the agent left while the customer's phone rang─────────────┘ │
 *      └──nobody answered, and it may be tried again────────────────────────────────────────────────┘
 *
 * - waiting: not to be called yet: its time has not come, or it is not allowed to call now.
 * - due: in its queue, at its place, which ages like that of a caller.
 * - reserved: an agent's phone rings for it, or the agent has picked up.
 * - calling: the customer's phone is being called; at most one attempt at any time.
 * - connected: the customer has answered; the two are being joined, or talk.
 * - done, failed, cancelled: over.
 */
export type CallbackState = 'waiting' | 'due' | 'reserved' | 'calling' | 'connected' | 'done' | 'failed' | 'cancelled'

/** Which states may follow which. `due` and `waiting` also follow a restart: an attempt does not outlive the server. */
const following = {
  waiting: ['due', 'done', 'failed', 'cancelled'],
  due: ['waiting', 'reserved', 'done', 'failed', 'cancelled'],
  reserved: ['due', 'waiting', 'calling', 'done', 'failed', 'cancelled'],
  calling: ['due', 'waiting', 'connected', 'done', 'failed', 'cancelled'],
  connected: ['due', 'waiting', 'done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: []
} as const satisfies Record<CallbackState, readonly CallbackState[]>

/** Whether a callback may go from one state to the other. */
export function mayFollow(from: CallbackState, to: CallbackState): boolean {
  const allowed: readonly CallbackState[] = following[from]
  return allowed.includes(to)
}

/** Whether nothing more will happen to it. */
export function isOver(state: CallbackState): boolean {
  return following[state].length === 0
}

/** How one attempt to call the customer ended. `agent-left`: the agent hung up first; `interrupted`: by a restart of the server. */
export type AttemptResult =
  | 'answered'
  | 'busy'
  | 'no-answer'
  | 'rejected'
  | 'unreachable'
  | 'agent-left'
  | 'cancelled'
  | 'interrupted'

export interface CallbackAttempt {
  /** When the customer's phone was dialled. */
  readonly at: number
  /** The call of the attempt. */
  readonly callId: CallId
  readonly agentId: AgentId
  /** Unset while the phone rings. */
  readonly result?: AttemptResult
}

/**
 * Why a callback is over.
 *
 * - talked: agent and customer talked.
 * - called-in: the customer called us and was served before we called them.
 * - unreached: all attempts came to nothing.
 * - expired: the time in which it was to happen is over.
 * - not-allowed: the rules of the centre no longer let us call that number.
 * - cancelled: somebody cancelled it.
 * - fault: something of ours broke.
 */
export type CallbackOutcome = 'talked' | 'called-in' | 'unreached' | 'expired' | 'not-allowed' | 'cancelled' | 'fault'

/** A customer who is to be called back, with the place in the queue that they keep. */
export interface Callback {
  readonly id: CallbackId
  /** The enquiry it goes on with. */
  readonly contactId: ContactId
  /** What is dialled: digits, with or without a plus, or a SIP address. */
  readonly number: string
  readonly queue: string
  readonly priority: PriorityName
  readonly skills: SkillNeed
  /** What else decides who is next, and who is rung. */
  readonly routing?: Pick<QueuePlace, 'ageBonusMs' | 'preferred' | 'relax'>
  /** First time in the queue, kept from the call; for one booked without a call, when it was to be called first. */
  readonly enqueuedAt: number
  /** Not to be called before. */
  readonly dueAt: number
  /** Given up after. */
  readonly expiresAt: number
  readonly language: Language
  /** What the agent's screen shows. */
  readonly data: AttachedData
  /** The number that the customer had dialled; empty when it was not booked in a call. */
  readonly dialed: string
  readonly bookedAt: number
  /** `flow`, or the user who booked it. */
  readonly bookedBy: string
  /** The call in which it was booked: the customer is not called before it is over. */
  readonly bookedIn?: CallId
  readonly state: CallbackState
  readonly attempts: readonly CallbackAttempt[]
  /** Set when it is over. */
  readonly outcome?: CallbackOutcome
  readonly endedAt?: number
  /** Counts its changes, so that two servers cannot both change it. */
  readonly revision: number
}

/** A wish to be called back. */
export interface CallbackRequest {
  /** Unset: the number the caller calls from. */
  readonly number?: string
  /** Unset: the queue the caller was in last, with its priority, skills and place. */
  readonly queue?: string
  /** Milliseconds since 1970. Unset: as soon as it is their turn. */
  readonly at?: number
  /** Given up so long after it was due. Unset: the centre's limit. */
  readonly withinMs?: number
}

/** Why a callback is not booked. `off`: the centre calls nobody back. */
export type CallbackRefusal = 'off' | 'number-not-allowed' | 'no-number' | 'time-not-allowed' | 'no-queue'

/** What a flow hears of a wish to be called back: booked now or before, or refused. */
export type CallbackAnswer = { readonly exit: 'booked' } | { readonly exit: 'refused'; readonly why: CallbackRefusal }

/** What came of a wish to be called back. `existing`: it was booked before, for that number and queue. */
export type CallbackExit =
  | { readonly exit: 'booked'; readonly callback: Callback; readonly existing: boolean }
  | { readonly exit: 'refused'; readonly why: CallbackRefusal }
