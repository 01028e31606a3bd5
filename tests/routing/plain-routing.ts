import type { AgentProfile } from '../../src/domain/agent.ts'
import type { AgentId, CallId, OfferId } from '../../src/domain/ids.ts'
import { type Offer, priorityRank, type QueueSettings, type WaitingCall } from '../../src/domain/queue.ts'
import type { RoutingEffect } from '../../src/routing/routing-effect.ts'

interface PlainCall {
  readonly call: WaitingCall
  readonly arrival: number
  readonly spared: Map<AgentId, number>
}

interface PlainAgent {
  readonly profile: AgentProfile
  freeSince: number | undefined
  lastOfferAt: number
}

const SPARED = 10_000

/** The rules of routing said as plainly as possible: after each command everybody is compared with everybody. The core must agree with it. */
export class PlainRouting {
  readonly calls: PlainCall[] = []
  readonly agents: PlainAgent[] = []
  readonly offers: Offer[] = []
  queues: ReadonlyMap<string, QueueSettings>
  #offerCount = 0
  #arrivals = 0

  constructor(queues: ReadonlyMap<string, QueueSettings>) {
    this.queues = queues
  }

  enqueue(call: WaitingCall, now: number): RoutingEffect[] {
    this.calls.push({ call, arrival: ++this.#arrivals, spared: new Map() })
    return this.match(now)
  }

  withdraw(callId: CallId): RoutingEffect[] {
    const offer = this.offers.find((each) => each.callId === callId)
    remove(this.calls, (each) => each.call.callId === callId)
    return offer === undefined ? [] : [this.#end(offer, 'callerGone')]
  }

  agentOn(profile: AgentProfile): void {
    this.agents.push({ profile, freeSince: undefined, lastOfferAt: 0 })
  }

  agentOff(agentId: AgentId, now: number): RoutingEffect[] {
    remove(this.agents, (each) => each.profile.id === agentId)
    const offer = this.offers.find((each) => each.agentId === agentId)
    return [...(offer === undefined ? [] : [this.#fail(offer, 'rejected', now)]), ...this.match(now)]
  }

  agentFree(agentId: AgentId, idleSince: number, now: number): RoutingEffect[] {
    const agent = this.agents.find((each) => each.profile.id === agentId)
    if (agent === undefined || agent.freeSince !== undefined || this.offers.some((each) => each.agentId === agentId)) return []
    agent.freeSince = idleSince
    return this.match(now)
  }

  agentBusy(agentId: AgentId, now: number): RoutingEffect[] {
    for (const agent of this.agents) if (agent.profile.id === agentId) agent.freeSince = undefined
    const offer = this.offers.find((each) => each.agentId === agentId)
    return offer === undefined ? [] : [this.#fail(offer, 'rejected', now), ...this.match(now)]
  }

  offerAnswered(offerId: OfferId): boolean {
    const offer = this.offers.find((each) => each.id === offerId)
    if (offer === undefined) return false
    remove(this.offers, (each) => each === offer)
    remove(this.calls, (each) => each.call.callId === offer.callId)
    return true
  }

  offerFailed(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const offer = this.offers.find((each) => each.id === offerId)
    return offer === undefined ? [] : [this.#fail(offer, result, now), ...this.match(now)]
  }

  reserveAgent(agentId: AgentId, callId: CallId, ringMs: number, now: number): Offer | undefined {
    const agent = this.agents.find((each) => each.profile.id === agentId)
    const known = this.calls.some((each) => each.call.callId === callId) || this.offers.some((each) => each.callId === callId)
    if (agent?.freeSince === undefined || known) return undefined
    return this.#offer({ callId, queue: '' }, agent, ringMs, now)
  }

  updateQueues(queues: ReadonlyMap<string, QueueSettings>, now: number): RoutingEffect[] {
    this.queues = queues
    return this.match(now)
  }

  /** Serves the most urgent caller for whom somebody is free, again and again. */
  match(now: number): RoutingEffect[] {
    const effects: RoutingEffect[] = []
    for (const place of this.inOrder()) {
      if (this.offers.some((each) => each.callId === place.call.callId)) continue
      const [agent] = this.agents
        .filter((each) => each.freeSince !== undefined && this.#fits(each, place) && this.#mayTake(each, place, now))
        .sort(longestIdle)
      const ringMs = this.queues.get(place.call.queue)?.ringMs ?? Number.NaN
      if (agent !== undefined) effects.push({ type: 'offer-made', offer: this.#offer(place.call, agent, ringMs, now) })
    }
    return effects
  }

  inOrder(): PlainCall[] {
    return this.calls.toSorted(
      (one, other) =>
        priorityRank[other.call.priority] - priorityRank[one.call.priority] ||
        one.call.enqueuedAt - other.call.enqueuedAt ||
        one.arrival - other.arrival
    )
  }

  #offer({ callId, queue }: { callId: CallId; queue: string }, agent: PlainAgent, ringMs: number, now: number): Offer {
    const id = `o${++this.#offerCount}` as OfferId
    const offer = { id, callId, agentId: agent.profile.id, queue, madeAt: now, deadline: now + ringMs }
    agent.freeSince = undefined
    agent.lastOfferAt = now
    this.offers.push(offer)
    return offer
  }

  #fail(offer: Offer, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect {
    for (const each of this.calls) if (each.call.callId === offer.callId) each.spared.set(offer.agentId, now + SPARED)
    return this.#end(offer, result)
  }

  #end(offer: Offer, result: 'missed' | 'rejected' | 'unreachable' | 'callerGone'): RoutingEffect {
    remove(this.offers, (each) => each === offer)
    return { type: 'offer-ended', offer, result }
  }

  #fits({ profile }: PlainAgent, { call }: PlainCall): boolean {
    const needed = [...Object.entries(this.queues.get(call.queue)?.skills ?? {}), ...Object.entries(call.skills)]
    return profile.queues.includes(call.queue) && needed.every(([skill, level]) => (profile.skills[skill] ?? 0) >= level)
  }

  #mayTake(agent: PlainAgent, place: PlainCall, now: number): boolean {
    const spared = (each: PlainAgent) => (place.spared.get(each.profile.id) ?? 0) > now
    return !spared(agent) || !this.agents.some((each) => each !== agent && this.#fits(each, place) && !spared(each))
  }
}

function longestIdle(one: PlainAgent, other: PlainAgent): number {
  return (
    (one.freeSince ?? 0) - (other.freeSince ?? 0) ||
    one.lastOfferAt - other.lastOfferAt ||
    (one.profile.id < other.profile.id ? -1 : 1)
  )
}

function remove<Item>(items: Item[], which: (item: Item) => boolean): void {
  for (let i = items.length - 1; i >= 0; i--) if (which(items[i] as Item)) items.splice(i, 1)
}
