import type { AgentId, CallId, ContactId, OfferId } from './ids.ts'
import type { Capacity } from './medium.ts'

/** Skill name → level 1 (knows a little) to 5 (expert). */
export type Skills = Readonly<Record<string, number>>

export type Role = 'agent' | 'supervisor' | 'crm' | 'admin'

/** Who somebody is and what they may take, from the configuration. */
export interface AgentProfile {
  readonly id: AgentId
  readonly name: string
  readonly team: string
  readonly queues: readonly string[]
  /** Queue → level, 1 (asked first) to 5. Left out: 1. */
  readonly queueLevels?: Readonly<Record<string, number>>
  readonly skills: Skills
  /** Left out: one of each medium. */
  readonly capacity?: Capacity
  /** How long their phone rings for one offer. Unset: as the queue says. */
  readonly ringMs?: number
  /** Whether their phone answers by itself. Unset: no. */
  readonly autoAnswer?: boolean
  /** Which of the passwords made for them their phones have. Unset: 1. */
  readonly phonePasswordVersion?: number
  /** Place in the configuration, for queues that ring in a fixed sequence. Unset: after all that have one, by id. */
  readonly order?: number
}

/** Levels that agents may have in a queue: 1 is asked first. */
export const QUEUE_LEVEL_MAX = 5

/** Whether the agent is among those of the queue who are asked first, second, … */
export function levelIn({ queueLevels }: Pick<AgentProfile, 'queueLevels'>, queue: string): number {
  return queueLevels?.[queue] ?? 1
}

/**
 * What an agent is doing.
 *
 *   loggedOff ──logOn──▶ notReady ◀──▶ ready ──offer──▶ reserved ──answered──▶ busy ──talk over──▶ workingAfterCall
 *                            ▲           ▲                 │ missed: notReady            (wrap-up of 0: straight on)
 *                            └───────────┴─────────────────┘ rejected: notReady; caller gone, deflected, answered elsewhere: ready
 *
 * Who is not ready is reserved only for what they ask for: a caller they pick up, or a call they make. They are not ready again afterwards.
 * The choice an agent makes while reserved, busy or in wrap-up is kept as `pending` and applied at its end.
 */
export type AgentState = 'loggedOff' | 'notReady' | 'ready' | 'reserved' | 'busy' | 'workingAfterCall'

/** Reasons that we give. No configured one has such a name. */
export const systemReasons = [
  'logged-on',
  'missed',
  'rejected',
  'phone-unreachable',
  /** No phone of theirs is registered any more; ready again when one is back soon. */
  'phone-lost',
  /** Their desk is not connected any more. */
  'session-lost'
] as const

/** What takes an agent away by itself, and lets them come back by itself. */
export type Absence = Extract<(typeof systemReasons)[number], 'phone-lost' | 'session-lost'>

export interface PendingState {
  readonly state: 'ready' | 'notReady' | 'loggedOff'
  readonly reason?: string
  /** The supervisor who chose for the agent. */
  readonly by?: string
}

export interface AgentStatus {
  readonly agentId: AgentId
  readonly state: AgentState
  /** Why not ready: chosen by the agent (`break`, `lunch`, …) or given by us (`systemReasons`). Logged off: why, when it was not their choice. */
  readonly reason?: string
  readonly since: number
  /** Since when they have been waiting for a call (ready or reserved). A caller who gives up while the phone rings does not reset it. */
  readonly idleSince?: number
  readonly callId?: CallId
  readonly contactId?: ContactId
  readonly offerId?: OfferId
  /** The queue that the contact comes from; unset for a transfer straight to the agent. */
  readonly queue?: string
  /** When the wrap-up ends by itself. */
  readonly until?: number
  readonly pending?: PendingState
  /** The supervisor who brought this about, when it was not the agent. */
  readonly by?: string
  /** Offers missed in a row, while that has not made them not ready. */
  readonly missed?: number
}
