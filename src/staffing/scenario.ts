import type { AgentProfile, Skills } from '../domain/agent.ts'
import type { OrderSettings, PriorityName, QueueSettings } from '../domain/queue.ts'
import type { SkillNeed } from '../domain/skill-need.ts'
import type { RatePiece } from './arrivals.ts'
import type { Distribution } from './distribution.ts'

/** Calls that are alike: where they wait, how many come, how long they last. Several kinds may share a queue. */
export interface CallKind {
  readonly name: string
  readonly queue: string
  readonly priority: PriorityName
  /** What these calls ask of an agent, beside what their queue asks. */
  readonly skills: SkillNeed
  readonly arrivals: readonly RatePiece[]
  readonly handle: Distribution
  /** When the caller gives up. Unset: never. */
  readonly patience?: Distribution
  /** The wait within which the service level counts a call, in milliseconds. */
  readonly targetMs: number
}

/** Agents who are alike. */
export interface AgentGroup {
  readonly name: string
  readonly count: number
  readonly queues: readonly string[]
  readonly queueLevels?: AgentProfile['queueLevels']
  readonly skills: Skills
  readonly capacity?: AgentProfile['capacity']
}

/** A centre to be tried out. */
export interface Scenario {
  readonly queues: ReadonlyMap<string, QueueSettings>
  /** Unset: as the core does by itself. */
  readonly order?: OrderSettings
  readonly calls: readonly CallKind[]
  readonly groups: readonly AgentGroup[]
  /** Calls that can wait, ring or talk at once; one more is blocked. Messages need none. Unset: no limit. */
  readonly lines?: number
  /** From the ring to the answer. As long as the queue's ring time or longer: the offer is missed. */
  readonly answerDelay: Distribution
  /** How long an agent is away who has missed a call. */
  readonly awayAfterMissMs: number
  /** What passes before anything is counted, so that an empty centre at the start does not flatter. */
  readonly warmUpMs: number
  /** Calls that arrive in this time after the warm-up are counted, to their end. */
  readonly lengthMs: number
  readonly replications: number
  readonly seed: number
  /** Of the intervals, such as 0.95. */
  readonly confidence: number
}
