import type { AgentProfile, Skills } from '../../src/domain/agent.ts'
import type { AgentId, CallId, OfferId } from '../../src/domain/ids.ts'
import {
  defaultOrder,
  type Offer,
  type OfferResult,
  type OrderSettings,
  type QueueSettings,
  type WaitingCall
} from '../../src/domain/queue.ts'
import { requirementOf } from '../../src/domain/requirement.ts'
import { isList, type SkillNeed } from '../../src/domain/skill-need.ts'
import type { RoutingEffect } from '../../src/routing/routing-effect.ts'

interface PlainCall {
  readonly call: WaitingCall
  readonly arrival: number
  readonly spared: Map<AgentId, number>
  preferred: AgentId | undefined
}

interface PlainAgent {
  profile: AgentProfile
  freeSince: number | undefined
  lastOfferAt: number
  messages: number
  calls: number
  readonly turns: Map<string, number>
  /** What they did from when on, oldest first. */
  readonly history: { readonly did: 'idle' | 'working' | 'away'; readonly from: number }[]
}

const SPARED = 10_000

/** Whether these skills satisfy the need when every bound gives way by `slack`: the meaning of needs, said once more without normal forms. */
export function satisfies(skills: Skills, need: SkillNeed, slack = 0, negated = false): boolean {
  const parts = Object.entries(need).map(([key, value]): boolean => {
    if (typeof value === 'number') return negated ? (skills[key] ?? 0) < value + slack : (skills[key] ?? 0) >= value - slack
    if (!isList(value)) return satisfies(skills, value, slack, !negated)
    const each = value.map((part) => satisfies(skills, part, slack, negated))
    return (key === 'any') === negated ? each.every(Boolean) : each.some(Boolean)
  })
  return negated ? parts.some(Boolean) : parts.every(Boolean)
}

/** The rules of routing said as plainly as possible: after each command everybody is compared with everybody. The core must agree with it. */
export class PlainRouting {
  readonly calls: PlainCall[] = []
  readonly agents: PlainAgent[] = []
  readonly offers: Offer[] = []
  queues: ReadonlyMap<string, QueueSettings>
  order: OrderSettings
  paused = false
  readonly #inTime = new Map<string, number>()
  #offerCount = 0
  #arrivals = 0

  constructor(queues: ReadonlyMap<string, QueueSettings>, order: OrderSettings = defaultOrder) {
    this.queues = queues
    this.order = order
  }

  enqueue(call: WaitingCall, now: number): RoutingEffect[] {
    this.calls.push({ call, arrival: ++this.#arrivals, spared: new Map(), preferred: call.preferred?.agentId })
    return this.match(now)
  }

  withdraw(callId: CallId, now: number, result: 'callerGone' | 'deflected' = 'callerGone'): RoutingEffect[] {
    const offer = this.offers.find((each) => each.callId === callId)
    this.#left(callId, false, now)
    return offer === undefined ? [] : [this.#end(offer, result)]
  }

  agentOn(profile: AgentProfile): void {
    this.agents.push({ profile, freeSince: undefined, lastOfferAt: 0, messages: 0, calls: 0, turns: new Map(), history: [] })
  }

  agentOff(agentId: AgentId, now: number): RoutingEffect[] {
    remove(this.agents, (each) => each.profile.id === agentId)
    return this.#gone(agentId, now)
  }

  agentFree(agentId: AgentId, idleSince: number, now: number): RoutingEffect[] {
    const agent = this.agents.find((each) => each.profile.id === agentId)
    if (agent === undefined || agent.freeSince !== undefined || this.offers.some((each) => each.agentId === agentId)) return []
    agent.freeSince = idleSince
    agent.history.push({ did: 'idle', from: now })
    return this.match(now)
  }

  agentBusy(agentId: AgentId, now: number): RoutingEffect[] {
    for (const agent of this.agents) {
      if (agent.profile.id !== agentId) continue
      agent.freeSince = undefined
      agent.history.push({ did: 'away', from: now })
    }
    return this.#gone(agentId, now)
  }

  offerAnswered(offerId: OfferId, now: number): boolean {
    const offer = this.offers.find((each) => each.id === offerId)
    if (offer === undefined) return false
    remove(this.offers, (each) => each === offer)
    for (const agent of this.agents) {
      if (agent.profile.id !== offer.agentId) continue
      agent.calls++
      if (this.queues.get(offer.queue)?.medium === 'message') agent.messages++
    }
    this.#left(offer.callId, true, now)
    return true
  }

  messageDone(agentId: AgentId, now: number): RoutingEffect[] {
    for (const agent of this.agents) if (agent.profile.id === agentId && agent.messages > 0) agent.messages--
    return this.match(now)
  }

  offerFailed(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const offer = this.offers.find((each) => each.id === offerId)
    return offer === undefined ? [] : [this.#fail(offer, result, now), ...this.match(now)]
  }

  reserveAgent(agentId: AgentId, callId: CallId, ringMs: number, now: number, asked?: 'asked'): Offer | undefined {
    const agent = this.agents.find((each) => each.profile.id === agentId)
    const known = this.calls.some((each) => each.call.callId === callId) || this.offers.some((each) => each.callId === callId)
    if (agent === undefined || known || this.paused) return undefined
    if (agent.freeSince === undefined && !(asked && this.#isAway(agent))) return undefined
    return this.#offer({ callId, queue: '' }, agent, ringMs, now, asked)
  }

  pickUp(callId: CallId, agentId: AgentId, now: number): RoutingEffect[] | undefined {
    const agent = this.agents.find((each) => each.profile.id === agentId)
    const place = this.calls.find((each) => each.call.callId === callId)
    const rings = this.offers.find((each) => each.callId === callId)
    if (agent === undefined || this.paused || (agent.freeSince === undefined && !this.#isAway(agent))) return undefined
    if (place === undefined) {
      if (rings === undefined) return undefined
      const ended = this.#end(rings, 'answeredElsewhere')
      const offer = this.#offer({ callId, queue: '' }, agent, rings.deadline - rings.madeAt, now, 'asked')
      return [ended, { type: 'offer-made', offer }]
    }
    if (!this.#fits(agent, place, now) || !this.#hasRoom(agent, place)) return undefined
    const ended = rings === undefined ? [] : [this.#end(rings, 'answeredElsewhere')]
    const { ringMs } = this.#settings(place.call.queue)
    return [...ended, { type: 'offer-made', offer: this.#offer(place.call, agent, ringMs, now, 'asked') }]
  }

  /** Logged on, and neither waiting for a call nor with somebody. */
  #isAway({ history }: PlainAgent): boolean {
    return (history.at(-1)?.did ?? 'away') === 'away'
  }

  updateQueues(queues: ReadonlyMap<string, QueueSettings>, now: number, order: OrderSettings): RoutingEffect[] {
    this.queues = queues
    this.order = order
    return this.match(now)
  }

  updateAgents(profiles: Iterable<AgentProfile>, now: number): RoutingEffect[] {
    for (const profile of profiles) for (const each of this.agents) if (each.profile.id === profile.id) each.profile = profile
    return this.match(now)
  }

  pause(): void {
    this.paused = true
  }

  resume(now: number): RoutingEffect[] {
    this.paused = false
    return this.match(now)
  }

  /** Serves the most urgent caller for whom somebody is free, again and again. */
  match(now: number): RoutingEffect[] {
    const effects: RoutingEffect[] = []
    for (const place of this.inOrder()) {
      if (this.offers.some((each) => each.callId === place.call.callId)) continue
      const awaited = this.#awaited(place, now)
      if (this.paused) continue
      const settings = this.#settings(place.call.queue)
      const [agent] = (awaited === undefined ? this.agents : [awaited])
        .filter((each) => each.freeSince !== undefined && this.#hasRoom(each, place))
        .filter((each) => this.#fits(each, place, now) && this.#mayTake(each, place, now))
        .filter((each) => awaited !== undefined || this.#isOpenTo(each, place, now))
        .sort(
          (one, other) =>
            levelOf(one, place) - levelOf(other, place) || this.#byStrategy(one, other, place, now) || longestIdle(one, other)
        )
      if (agent !== undefined) effects.push({ type: 'offer-made', offer: this.#offer(place.call, agent, settings.ringMs, now) })
    }
    return effects
  }

  inOrder(): PlainCall[] {
    return this.calls.toSorted(
      (one, other) =>
        Number(other.call.priority === 'emergency') - Number(one.call.priority === 'emergency') ||
        this.agedSince(one) - this.#lead(one.call.queue) - (this.agedSince(other) - this.#lead(other.call.queue)) ||
        one.arrival - other.arrival
    )
  }

  agedSince({ call: { enqueuedAt, ageBonusMs = 0, priority } }: PlainCall): number {
    return enqueuedAt - ageBonusMs - (priority === 'emergency' ? 0 : this.order.headStartMs[priority])
  }

  #lead(queue: string): number {
    const { headStartMs = 0, serviceLevel = { share: 80, withinMs: 20_000 } } = this.#settings(queue)
    if (this.order.choice === 'most-urgent') return headStartMs
    const target = serviceLevel.share / 100
    const shortfall = Math.max(0, target - (this.#inTime.get(queue) ?? target))
    return headStartMs - serviceLevel.withinMs + (300_000 * shortfall) / target
  }

  #settings(queue: string): QueueSettings {
    const settings = this.queues.get(queue)
    if (settings === undefined) throw new Error(`No queue ${queue}`)
    return settings
  }

  #awaited(place: PlainCall, now: number): PlainAgent | undefined {
    const patient = now < place.call.enqueuedAt + (place.call.preferred?.patienceMs ?? 0)
    const agent = this.agents.find((each) => each.profile.id === place.preferred)
    if (agent !== undefined && patient && (agent.history.at(-1)?.did ?? 'away') !== 'away' && this.#fits(agent, place, now))
      return agent
    place.preferred = undefined
    return undefined
  }

  #offer(
    { callId, queue }: { callId: CallId; queue: string },
    agent: PlainAgent,
    ringMs: number,
    now: number,
    asked?: 'asked'
  ): Offer {
    const id = `o${++this.#offerCount}` as OfferId
    const deadline = now + (agent.profile.ringMs ?? ringMs)
    const offer = { id, callId, agentId: agent.profile.id, queue, madeAt: now, deadline, ...(asked && { asked: true as const }) }
    agent.freeSince = undefined
    agent.lastOfferAt = now
    agent.turns.set(queue, this.#offerCount)
    agent.history.push({ did: 'working', from: now })
    this.offers.push(offer)
    return offer
  }

  #gone(agentId: AgentId, now: number): RoutingEffect[] {
    for (const each of this.calls) if (each.preferred === agentId) each.preferred = undefined
    const offer = this.offers.find((each) => each.agentId === agentId)
    return [...(offer === undefined ? [] : [this.#fail(offer, 'rejected', now)]), ...this.match(now)]
  }

  #fail(offer: Offer, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect {
    for (const each of this.calls) {
      if (each.call.callId !== offer.callId || this.paused) continue
      each.spared.set(offer.agentId, now + SPARED)
      if (each.preferred === offer.agentId) each.preferred = undefined
    }
    return this.#end(offer, result)
  }

  #end(offer: Offer, result: Exclude<OfferResult, 'answered'>): RoutingEffect {
    remove(this.offers, (each) => each === offer)
    return { type: 'offer-ended', offer, result }
  }

  #left(callId: CallId, answered: boolean, now: number): void {
    const place = this.calls.find((each) => each.call.callId === callId)
    if (place === undefined) return
    remove(this.calls, (each) => each === place)
    const { queue, enqueuedAt } = place.call
    const { share, withinMs } = this.#settings(queue).serviceLevel ?? { share: 80, withinMs: 20_000 }
    const inTime = now - enqueuedAt <= withinMs
    if (!answered && inTime) return
    const before = this.#inTime.get(queue) ?? share / 100
    this.#inTime.set(queue, before + (Number(inTime) - before) / 50)
  }

  /** What is asked for now: the queue's part and the call's, each with how far it gives way. */
  needs({ call }: PlainCall, now: number): { readonly need: SkillNeed; readonly slack: number }[] {
    const settings = this.#settings(call.queue)
    const parts = [
      { need: settings.skills, slack: 0 },
      { need: call.skills, slack: 0 }
    ]
    const own = call.relax === undefined ? 0 : 1
    for (const step of call.relax ?? settings.relax ?? []) {
      if (now - call.enqueuedAt < step.afterMs) break
      if ('skills' in step) parts[own] = { need: step.skills, slack: 0 }
      else if ('lower' in step) for (const part of parts) part.slack += step.lower
      else for (const index of [0, 1]) parts[index] = { need: {}, slack: 0 }
    }
    return parts
  }

  #fits({ profile }: PlainAgent, place: PlainCall, now: number): boolean {
    if (!profile.queues.includes(place.call.queue)) return false
    return this.needs(place, now).every(({ need, slack }) => satisfies(profile.skills, need, slack))
  }

  #hasRoom({ profile, messages }: PlainAgent, { call }: PlainCall): boolean {
    return this.#settings(call.queue).medium !== 'message' || messages < (profile.capacity?.message ?? 1)
  }

  #mayTake(agent: PlainAgent, place: PlainCall, now: number): boolean {
    const spared = (each: PlainAgent) => (place.spared.get(each.profile.id) ?? 0) > now
    const another = (each: PlainAgent) =>
      each !== agent && this.#fits(each, place, now) && this.#isOpenTo(each, place, now) && !spared(each)
    return !spared(agent) || !this.agents.some(another)
  }

  #isOpenTo(agent: PlainAgent, place: PlainCall, now: number): boolean {
    const times = this.#settings(place.call.queue).levelAfterMs ?? []
    const passed = times.filter((afterMs) => now - place.call.enqueuedAt >= afterMs).length
    return passed === times.length || levelOf(agent, place) <= 1 + passed
  }

  #byStrategy(one: PlainAgent, other: PlainAgent, place: PlainCall, now: number): number {
    const { queue } = place.call
    const skill = ({ profile }: PlainAgent) =>
      requirementOf(...this.needs(place, now)).named.reduce((sum, name) => sum + (profile.skills[name] ?? 0), 0)
    const listed = ({ profile }: PlainAgent) => profile.order ?? Number.MAX_VALUE
    switch (this.#settings(queue).strategy ?? 'longest-idle') {
      case 'longest-idle':
        return 0
      case 'most-idle-by-occupancy':
        return occupancy(one, now) - occupancy(other, now)
      case 'most-skilled':
        return skill(other) - skill(one)
      case 'least-skilled-that-fits':
        return skill(one) - skill(other)
      case 'round-robin':
        return (one.turns.get(queue) ?? 0) - (other.turns.get(queue) ?? 0)
      case 'fewest-calls':
        return one.calls - other.calls
      case 'sequential':
        return listed(one) - listed(other) || (one.profile.id < other.profile.id ? -1 : 1)
    }
  }
}

function levelOf({ profile }: PlainAgent, { call }: PlainCall): number {
  return profile.queueLevels?.[call.queue] ?? 1
}

/** The share of work, weighed by e^(−age / 30 min); time away is cut out. */
function occupancy({ history }: PlainAgent, now: number): number {
  let share = 0
  history.forEach(({ did, from }, index) => {
    const kept = Math.exp(-((history[index + 1]?.from ?? now) - from) / 1_800_000)
    if (did === 'idle') share *= kept
    if (did === 'working') share = 1 - (1 - share) * kept
  })
  return share
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
