import { QUEUE_LEVEL_MAX } from '../domain/agent.ts'
import type { AgentId, OfferId } from '../domain/ids.ts'
import type { PreferredAgent, QueueSettings, WaitingCall } from '../domain/queue.ts'
import type { Stage } from '../domain/relaxation.ts'
import type { Requirement } from '../domain/requirement.ts'
import type { Urgency } from './urgency.ts'

/** Where an agent who becomes free finds a caller. */
export interface Shelf {
  delete(place: Place): unknown
}

const nobody: ReadonlyMap<AgentId, number> = new Map()

/** What a queue asks of an agent for a caller, and how that gives way. */
export interface Terms extends Pick<QueueSettings, 'levelAfterMs'> {
  readonly stages: readonly Stage[]
}

/** A caller's place in one queue. It keeps its urgency through offers that fail. */
export class Place implements Urgency {
  readonly call: WaitingCall
  readonly sequence: number
  readonly emergency: boolean
  /** Changes only while the place is in no list. */
  agedSince: number
  offerId: OfferId | undefined
  /** Agents who failed this caller, and until when the caller is spared them. */
  spared: ReadonlyMap<AgentId, number> = nobody
  /** Unset when there is none, or waiting for them has become vain. */
  preferred: PreferredAgent | undefined
  /** Where it lies for agents to find; undefined while it is offered. */
  shelf: Shelf | undefined
  /** When the place is to be looked at again; infinite for never. Written by Alarms only. */
  alarmAt = Number.POSITIVE_INFINITY
  #terms: Terms
  #stage = 0
  /** Open levels that `levelAfterMs` says when. */
  #opened = 0

  constructor(call: WaitingCall, sequence: number, agedSince: number, terms: Terms) {
    this.call = call
    this.sequence = sequence
    this.emergency = call.priority === 'emergency'
    this.agedSince = agedSince
    this.preferred = call.preferred
    this.#terms = terms
  }

  /** What is asked of an agent now; it changes only by `advance` and `follow`, and only while the place lies on no shelf. */
  get requirement(): Requirement {
    return (this.#terms.stages[this.#stage] as Stage).requirement
  }

  /** The last level of agents who may be rung now; it changes as `requirement` does. */
  get levelMax(): number {
    return this.#nextLevelMs === undefined ? QUEUE_LEVEL_MAX : 1 + this.#opened
  }

  follow(terms: Terms, now: number): void {
    this.#terms = terms
    this.#stage = 0
    this.#opened = 0
    this.advance(now)
  }

  /** Whatever time has brought: another stage of relaxation, agents who need not be spared any more, patience that is over. */
  advance(now: number): void {
    // The same sums as in `nextChange`: with a difference instead, rounding could make an alarm go off before its time for ever.
    const { enqueuedAt } = this.call
    while (enqueuedAt + (this.#terms.stages[this.#stage + 1]?.afterMs ?? Number.POSITIVE_INFINITY) <= now) this.#stage++
    while (enqueuedAt + (this.#nextLevelMs ?? Number.POSITIVE_INFINITY) <= now) this.#opened++
    if (this.spared.size > 0) this.spared = new Map([...this.spared].filter(([, until]) => until > now))
    if (this.preferred !== undefined && enqueuedAt + this.preferred.patienceMs <= now) this.preferred = undefined
  }

  spare(agentId: AgentId, until: number): void {
    this.spared = new Map([...this.spared, [agentId, until]])
  }

  isSpared(agentId: AgentId, now: number): boolean {
    return (this.spared.get(agentId) ?? Number.NEGATIVE_INFINITY) > now
  }

  /** When `advance` will change something; infinite for never. */
  nextChange(): number {
    const { enqueuedAt } = this.call
    const nextStageMs = this.#terms.stages[this.#stage + 1]?.afterMs ?? Number.POSITIVE_INFINITY
    let next = enqueuedAt + Math.min(nextStageMs, this.#nextLevelMs ?? Number.POSITIVE_INFINITY)
    for (const until of this.spared.values()) next = Math.min(next, until)
    return Math.min(next, enqueuedAt + (this.preferred?.patienceMs ?? Number.POSITIVE_INFINITY))
  }

  get #nextLevelMs(): number | undefined {
    return this.#terms.levelAfterMs?.[this.#opened]
  }

  /** From now on no agent finds the caller: they are being offered to somebody, looked at anew, or gone. */
  unshelve(): void {
    this.shelf?.delete(this)
    this.shelf = undefined
  }
}
