import type { AgentProfile } from '../domain/agent.ts'
import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId, OfferId } from '../domain/ids.ts'
import { type Offer, priorityRank, type QueueSettings, type WaitingCall } from '../domain/queue.ts'
import { Floor } from './floor.ts'
import type { RoutedAgent } from './free-agents.ts'
import { OpenOffers } from './open-offers.ts'
import type { Place } from './place.ts'
import { requirementOf } from './requirement.ts'
import type { RoutingEffect } from './routing-effect.ts'
import { WaitingLine } from './waiting-line.ts'

/** How long a caller is spared an agent who failed them, as long as somebody else could come. */
export const SPARED_MS = 10_000

/**
 * Who gets which caller. Deterministic: no clock, no chance, no I/O; each command takes the time and returns what it brought about.
 *
 * Between two commands no free agent fits a waiting caller. So a command looks only at the caller or the agent it makes
 * available, never at everybody.
 */
export class RoutingCore {
  readonly #newOfferId: () => OfferId
  readonly #floor: Floor
  readonly #offers = new OpenOffers()
  #arrivals = 0

  constructor(queues: ReadonlyMap<string, QueueSettings>, newOfferId: () => OfferId) {
    this.#newOfferId = newOfferId
    this.#floor = new Floor(queues)
  }

  /** Takes a caller into their queue, at the place that their priority and first time give them. */
  enqueue(call: WaitingCall, now: number): RoutingEffect[] {
    if (this.#isKnown(call.callId)) throw fault('CALL_ALREADY_QUEUED', 'The call is in a queue already', { callId: call.callId })
    const line = this.#lineOf(call.queue)
    const place: Place = {
      call,
      rank: priorityRank[call.priority],
      enqueuedAt: call.enqueuedAt,
      sequence: ++this.#arrivals,
      requirement: requirementOf(line.settings.skills, call.skills),
      offerId: undefined,
      spared: new Map()
    }
    this.#floor.places.set(call.callId, place)
    line.enter(place)
    return this.#seekAgent(place, now)
  }

  /** The caller is gone, or stops waiting: their offer ends too. */
  withdraw(callId: CallId): RoutingEffect[] {
    const offerId = this.#offers.ofCall(callId)?.offer.id
    const open = offerId && this.#offers.close(offerId)
    const place = this.#floor.places.get(callId)
    if (place !== undefined) this.#leave(place)
    return open === undefined ? [] : [{ type: 'offer-ended', offer: open.offer, result: 'callerGone' }]
  }

  /** The agent works from now on, and takes calls after `agentFree`. */
  agentOn(profile: AgentProfile): void {
    if (this.#floor.agents.has(profile.id))
      throw fault('AGENT_ALREADY_ON', 'The agent is logged on already', { agentId: profile.id })
    this.#floor.agents.set(profile.id, { profile, free: false, idleSince: 0, lastOfferAt: 0, offerId: undefined })
  }

  agentOff(agentId: AgentId, now: number): RoutingEffect[] {
    const effects = this.agentBusy(agentId, now)
    this.#floor.agents.delete(agentId)
    return [...effects, ...this.#seekForSpared(now)]
  }

  /** The agent waits for a call, since `idleSince`. */
  agentFree(agentId: AgentId, idleSince: number, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || agent.free || agent.offerId !== undefined) return []
    agent.idleSince = idleSince

    const place = this.#floor.placeFor(agent, now)
    if (place !== undefined) {
      this.#lineOf(place.call.queue).withhold(place)
      return [this.#offer(place, agent, now)]
    }
    agent.free = true
    this.#floor.free.add(agent)
    return []
  }

  /** The agent takes no calls from now on. Their offer ends, and its caller goes to somebody else. */
  agentBusy(agentId: AgentId, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined) return []
    this.#take(agent)
    return agent.offerId === undefined ? [] : this.offerFailed(agent.offerId, 'rejected', now)
  }

  /** The claim. True exactly once, and only while the offer is open: the caller leaves the queue and the agent is theirs. */
  offerAnswered(offerId: OfferId): boolean {
    const open = this.#offers.close(offerId)
    if (open?.place !== undefined) this.#leave(open.place)
    return open !== undefined
  }

  /** The caller returns to their place, and is spared this agent for a while. */
  offerFailed(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const open = this.#offers.close(offerId)
    if (open === undefined) return []
    const ended: RoutingEffect = { type: 'offer-ended', offer: open.offer, result }
    if (open.place === undefined) return [ended]
    open.place.spared.set(open.offer.agentId, now + SPARED_MS)
    this.#floor.sparing.add(open.place)
    return [ended, ...this.#seekAgent(open.place, now)]
  }

  /** Offers a call that is in no queue straight to a free agent. Undefined when the agent is not free or the call is somebody's already. */
  reserveAgent(agentId: AgentId, callId: CallId, ringMs: number, now: number): Offer | undefined {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || !agent.free || this.#isKnown(callId)) return undefined
    return this.#open({ callId, queue: '', ringMs }, agent, undefined, now)
  }

  /** When `wake` is due: a caller need not be spared somebody any longer. */
  wakeAt(): number | undefined {
    let earliest: number | undefined
    for (const { spared } of this.#floor.sparing) {
      for (const until of spared.values()) earliest = Math.min(earliest ?? until, until)
    }
    return earliest
  }

  wake(now: number): RoutingEffect[] {
    for (const place of this.#floor.sparing) {
      for (const [agentId, until] of place.spared) if (until <= now) place.spared.delete(agentId)
    }
    const effects = this.#seekForSpared(now)
    for (const place of this.#floor.sparing) if (place.spared.size === 0) this.#floor.sparing.delete(place)
    return effects
  }

  /** New settings for all queues. Nobody loses their place; a queue that is gone stays until its callers have left. */
  updateQueues(queues: ReadonlyMap<string, QueueSettings>, now: number): RoutingEffect[] {
    const { lines } = this.#floor
    for (const [name, line] of lines) if (!queues.has(name) && line.size === 0) lines.delete(name)
    const effects: RoutingEffect[] = []
    for (const settings of queues.values()) {
      const line = lines.get(settings.name)
      if (line === undefined) lines.set(settings.name, new WaitingLine(settings))
      else effects.push(...this.#resettle(line, settings, now))
    }
    return effects
  }

  /** 1 for the next caller of the queue. */
  position(callId: CallId): number | undefined {
    const place = this.#floor.places.get(callId)
    return place && this.#lineOf(place.call.queue).positionOf(place)
  }

  /** Callers of the queue, those included whose agent's phone is ringing. */
  status(queue: string): { readonly waiting: number; readonly oldestSince?: number } | undefined {
    const line = this.#floor.lines.get(queue)
    if (line === undefined) return undefined
    const { oldestSince } = line
    return { waiting: line.size, ...(oldestSince !== undefined && { oldestSince }) }
  }

  settings(queue: string): QueueSettings | undefined {
    return this.#floor.lines.get(queue)?.settings
  }

  isFree(agentId: AgentId): boolean {
    return this.#floor.agents.get(agentId)?.free ?? false
  }

  openOffers(): number {
    return this.#offers.size
  }

  /** Callers without an offer although a free agent fits: always 0. */
  stuck(now: number): number {
    return this.#floor.stuck(now)
  }

  #isKnown(callId: CallId): boolean {
    return this.#floor.places.has(callId) || this.#offers.ofCall(callId) !== undefined
  }

  #lineOf(queue: string): WaitingLine {
    const line = this.#floor.lines.get(queue)
    if (line === undefined) throw fault('QUEUE_UNKNOWN', 'There is no queue of that name', { queue })
    return line
  }

  /** For a caller whom no agent can see at the moment. */
  #seekAgent(place: Place, now: number): RoutingEffect[] {
    const agent = this.#floor.agentFor(place, now)
    if (agent !== undefined) return [this.#offer(place, agent, now)]
    this.#lineOf(place.call.queue).expose(place)
    return []
  }

  #seekForSpared(now: number): RoutingEffect[] {
    return [...this.#floor.sparing].filter((place) => place.offerId === undefined).flatMap((place) => this.#seekAgain(place, now))
  }

  #seekAgain(place: Place, now: number): RoutingEffect[] {
    this.#lineOf(place.call.queue).withhold(place)
    return this.#seekAgent(place, now)
  }

  #offer(place: Place, agent: RoutedAgent, now: number): RoutingEffect {
    const { ringMs } = this.#lineOf(place.call.queue).settings
    const { callId, queue } = place.call
    return { type: 'offer-made', offer: this.#open({ callId, queue, ringMs }, agent, place, now) }
  }

  #open(of: { callId: CallId; queue: string; ringMs: number }, agent: RoutedAgent, place: Place | undefined, now: number): Offer {
    this.#take(agent)
    const { callId, queue, ringMs } = of
    const offer = { id: this.#newOfferId(), callId, agentId: agent.profile.id, queue, madeAt: now, deadline: now + ringMs }
    this.#offers.open(offer, agent, place)
    return offer
  }

  #take(agent: RoutedAgent): void {
    if (!agent.free) return
    agent.free = false
    this.#floor.free.delete(agent)
  }

  #leave(place: Place): void {
    this.#lineOf(place.call.queue).leave(place)
    this.#floor.places.delete(place.call.callId)
    this.#floor.sparing.delete(place)
  }

  #resettle(line: WaitingLine, settings: QueueSettings, now: number): RoutingEffect[] {
    line.settings = settings
    const effects: RoutingEffect[] = []
    for (const place of line.all()) {
      if (place.offerId === undefined) line.withhold(place)
      place.requirement = requirementOf(settings.skills, place.call.skills)
      if (place.offerId === undefined) effects.push(...this.#seekAgent(place, now))
    }
    return effects
  }
}

function fault(code: string, message: string, details: Readonly<Record<string, unknown>>): AppError {
  return new AppError(code, 'server', message, { details })
}
