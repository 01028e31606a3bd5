import type { AgentId, OfferId } from '../domain/ids.ts'
import type { PreferredAgent, WaitingCall } from '../domain/queue.ts'
import type { Stage } from '../domain/relaxation.ts'
import type { Requirement } from '../domain/requirement.ts'
import type { Urgency } from './urgency.ts'

/** Where an agent who becomes free finds a caller. */
export interface Shelf {
  delete(place: Place): unknown
}

const nobody: ReadonlyMap<AgentId, number> = new Map()

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
  #stages: readonly Stage[]
  #stage = 0

  constructor(call: WaitingCall, sequence: number, agedSince: number, stages: readonly Stage[]) {
    this.call = call
    this.sequence = sequence
    this.emergency = call.priority === 'emergency'
    this.agedSince = agedSince
    this.preferred = call.preferred
    this.#stages = stages
  }

  /** What is asked of an agent now; it changes only by `advance` and `follow`, and only while the place lies on no shelf. */
  get requirement(): Requirement {
    return (this.#stages[this.#stage] as Stage).requirement
  }

  follow(stages: readonly Stage[], now: number): void {
    this.#stages = stages
    this.#stage = 0
    this.advance(now)
  }

  /** Whatever time has brought: another stage of relaxation, agents who need not be spared any more, patience that is over. */
  advance(now: number): void {
    const waited = now - this.call.enqueuedAt
    while ((this.#stages[this.#stage + 1]?.afterMs ?? Number.POSITIVE_INFINITY) <= waited) this.#stage++
    if (this.spared.size > 0) this.spared = new Map([...this.spared].filter(([, until]) => until > now))
    if (this.preferred !== undefined && waited >= this.preferred.patienceMs) this.preferred = undefined
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
    let next = enqueuedAt + (this.#stages[this.#stage + 1]?.afterMs ?? Number.POSITIVE_INFINITY)
    for (const until of this.spared.values()) next = Math.min(next, until)
    return Math.min(next, enqueuedAt + (this.preferred?.patienceMs ?? Number.POSITIVE_INFINITY))
  }

  /** From now on no agent finds the caller: they are being offered to somebody, looked at anew, or gone. */
  unshelve(): void {
    this.shelf?.delete(this)
    this.shelf = undefined
  }
}
