import type { AgentId, CallId, ContactId, OfferId } from './ids.ts'
import type { Medium } from './medium.ts'
import type { RelaxStep } from './relaxation.ts'
import type { SkillNeed } from './skill-need.ts'
import type { StaffRule } from './staff-rule.ts'
import type { OverflowRule, WaitingSettings } from './waiting.ts'

/** In place of a class of music: nothing is sent to the caller. */
export const noMusic = 'none'

export type PriorityName = 'emergency' | 'high' | 'normal' | 'low'

/**
 * Who of several callers is next. A caller counts as having come at
 *
 *   enqueuedAt − headStartMs[priority] − ageBonusMs     (between queues also − the queue's headStartMs and what `choice` adds)
 *
 * and the earliest goes first; an emergency goes before all that are none. Everybody ages alike, so two callers never change
 * their order while they wait, and nobody starves: see routing/urgency.ts for the bound.
 */
export interface OrderSettings {
  /** How much earlier than a normal caller; negative is later. */
  readonly headStartMs: Readonly<Record<Exclude<PriorityName, 'emergency'>, number>>
  /**
   * Between the queues of one agent:
   * - most-urgent: as above.
   * - service-level: by when each caller would miss the target of their queue, and sooner for a queue that is below its target.
   */
  readonly choice: 'most-urgent' | 'service-level'
}

export const defaultOrder: OrderSettings = {
  headStartMs: { high: 300_000, normal: 0, low: -300_000 },
  choice: 'most-urgent'
}

/** Which of the free agents who fit a caller is rung. */
export const strategyNames = [
  'longest-idle',
  'most-idle-by-occupancy',
  'most-skilled',
  'least-skilled-that-fits',
  'round-robin',
  'fewest-calls',
  'sequential'
] as const
export type StrategyName = (typeof strategyNames)[number]

export const recordRules = ['always', 'on-demand', 'never'] as const
export type RecordRule = (typeof recordRules)[number]

/** Of 100 callers, `share` are to be answered within that time. */
export interface ServiceLevelTarget {
  readonly share: number
  readonly withinMs: number
}

export const defaultServiceLevel: ServiceLevelTarget = { share: 80, withinMs: 20_000 }

export interface QueueSettings {
  readonly name: string
  readonly title: string
  /** What its contacts come by. Unset: voice. */
  readonly medium?: Medium
  /** What every call of this queue asks of an agent, beside what its flow asks for. */
  readonly skills: SkillNeed
  readonly ringMs: number
  readonly wrapUpMs: number
  /** How a wrap-up may be made longer: by so much at a time, to at most so long in all. Unset: not. */
  readonly wrapUpExtension?: { readonly byMs: number; readonly maxMs: number }
  /** So many offers missed in a row make an agent not ready. Unset: one. */
  readonly missedMax?: number
  readonly maxWaitMs: number
  readonly maxLength: number
  /** A class of Asterisk's, or `noMusic`. */
  readonly music: string
  /** Unset: longest-idle. */
  readonly strategy?: StrategyName
  /**
   * From how much waiting on agents of level 2, 3, … of this queue may be rung; the last one opens all levels that are left.
   * Whatever the time, a free agent of a higher level (1 is the highest) is rung first. Unset: all from the beginning.
   */
  readonly levelAfterMs?: readonly number[]
  /** How the skills give way as a caller waits. Unset: never. */
  readonly relax?: readonly RelaxStep[]
  /** How much earlier its callers count as having come, next to those of other queues. Unset: 0. */
  readonly headStartMs?: number
  /** Unset: `defaultServiceLevel`. */
  readonly serviceLevel?: ServiceLevelTarget
  /** Left out: music and nothing else. */
  readonly waiting?: WaitingSettings
  /** The first rule that holds is taken. Left out: callers stay. */
  readonly overflow?: readonly OverflowRule[]
  /** Its agents see who waits, and may take them out of turn. Unset: not. */
  readonly pickup?: boolean
  /** Whether its talks are recorded: by themselves, when somebody at a desk or a flow says so, or not at all. Unset: on-demand. */
  readonly record?: RecordRule
  /** How long recordings of its talks are kept. Unset: as the centre says. */
  readonly keepTalksMs?: number
  /** The calendar in which its customers may be called back. Unset: at any time. */
  readonly callingHours?: string
  /** The calendar outside of which nobody is taken. Unset: at any time. */
  readonly openingHours?: string
  /** Who waits at closing time. Unset: stays. */
  readonly closing?: 'stay' | 'leave'
  /** Callers are taken only while there are these agents. Unset: always. */
  readonly join?: StaffRule
  /** Callers leave when there have not been these agents for so long. Unset: never. */
  readonly leave?: StaffRule & { readonly afterMs: number }
  /** So long a caller who was cut off has their place back; `anybody`: also who hung up. Unset: nobody has. */
  readonly resume?: { readonly withinMs: number; readonly anybody: boolean }
}

/** An agent whom the caller should get, by name or because they served this customer last. */
export interface PreferredAgent {
  readonly agentId: AgentId
  /** For so long since they first came the caller is offered to nobody else, unless that agent is away or cannot take the call. */
  readonly patienceMs: number
}

/** A place in a queue. `enqueuedAt` is the first time and is kept when an offer fails or the call is transferred back. */
export interface WaitingCall {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly queue: string
  readonly priority: PriorityName
  readonly skills: SkillNeed
  readonly enqueuedAt: number
  /** Counts for the order as if the caller had waited so much longer; no reported wait changes by it. Unset: 0. */
  readonly ageBonusMs?: number
  readonly preferred?: PreferredAgent
  /** In place of the queue's own; its `skills` steps stand for the skills of this call. */
  readonly relax?: readonly RelaxStep[]
}

/** Where a caller stood in a queue, for whoever takes up their wait later. */
export type QueuePlace = Omit<WaitingCall, 'callId' | 'contactId'>

/** One ring to one agent for one caller, with a deadline. */
export interface Offer {
  readonly id: OfferId
  readonly callId: CallId
  readonly agentId: AgentId
  /** Empty for a transfer straight to the agent. */
  readonly queue: string
  readonly madeAt: number
  readonly deadline: number
  /** The agent asked for it, by a pickup or a call of their own: their phone answers by itself, and declining it is no fault. */
  readonly asked?: true
}

/**
 * - answered: the two talk.
 * - missed: the phone rang until the deadline.
 * - rejected: the agent declined, or the phone was busy.
 * - callerGone: the caller left first.
 * - unreachable: the phone is not registered or cannot be called.
 * - deflected: the agent sent the caller elsewhere instead of answering.
 * - answeredElsewhere: a colleague picked the caller up.
 */
export type OfferResult = 'answered' | 'missed' | 'rejected' | 'callerGone' | 'unreachable' | 'deflected' | 'answeredElsewhere'

/** Live figures of one queue, for flows, wallboards and CTI. */
export interface QueueStatus {
  readonly queue: string
  /** Callers on the line. */
  readonly waiting: number
  /** Customers who have hung up and keep their place until they are called back. */
  readonly callbacks: number
  /** `enqueuedAt` of the caller who has waited longest. */
  readonly oldestSince?: number
  readonly loggedOn: number
  readonly ready: number
  readonly talking: number
  /** What who comes now has to expect, milliseconds; left out while too little is known. */
  readonly estimateMs?: number
  /** By how much the latest estimates were wrong, smoothed, milliseconds. */
  readonly estimateErrorMs?: number
}
