import type { AgentProfile } from '../domain/agent.ts'
import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId, OfferId } from '../domain/ids.ts'
import { defaultOrder, type Offer, type OrderSettings, type QueueSettings, type WaitingCall } from '../domain/queue.ts'
import { Floor } from './floor.ts'
import { OpenOffers } from './open-offers.ts'
import { Place } from './place.ts'
import { RoutedAgent } from './routed-agent.ts'
import type { RoutingEffect } from './routing-effect.ts'
import { stuckCallers } from './stuck-callers.ts'
import { agedSince } from './urgency.ts'
import type { WaitingLine } from './waiting-line.ts'

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
  readonly #floor = new Floor()
  readonly #offers = new OpenOffers()
  #arrivals = 0
  #offersMade = 0
  #paused = false

  constructor(queues: ReadonlyMap<string, QueueSettings>, newOfferId: () => OfferId, order: OrderSettings = defaultOrder) {
    this.#newOfferId = newOfferId
    this.#floor.order = order
    this.#floor.follow(queues)
  }

  /** Takes a caller into their queue, at the place that their priority and first time give them. */
  enqueue(call: WaitingCall, now: number): RoutingEffect[] {
    if (this.#isKnown(call.callId)) throw fault('CALL_ALREADY_QUEUED', 'The call is in a queue already', { callId: call.callId })
    const line = this.#lineOf(call.queue)
    const place = new Place(call, ++this.#arrivals, agedSince(call, this.#floor.order), line.termsFor(call))
    place.advance(now)
    this.#floor.places.set(call.callId, place)
    line.enter(place)
    return this.#seekAgent(place, now)
  }

  /** The caller is gone, or stops waiting: their offer ends too. */
  withdraw(callId: CallId, now: number): RoutingEffect[] {
    const offerId = this.#offers.ofCall(callId)?.offer.id
    const open = offerId && this.#offers.close(offerId)
    const place = this.#floor.places.get(callId)
    if (place !== undefined) this.#leave(place, false, now)
    return open === undefined ? [] : [{ type: 'offer-ended', offer: open.offer, result: 'callerGone' }]
  }

  /** The agent works from now on, and takes calls after `agentFree`. */
  agentOn(profile: AgentProfile): void {
    if (this.#floor.agents.has(profile.id))
      throw fault('AGENT_ALREADY_ON', 'The agent is logged on already', { agentId: profile.id })
    this.#floor.logOn(new RoutedAgent(profile))
  }

  agentOff(agentId: AgentId, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined) return []
    this.#take(agent)
    this.#floor.logOff(agent)
    // Whoever was spared somebody may have nobody else now.
    return this.#leaveCallers(agent, this.#floor.sparing, now)
  }

  /** The agent waits for a call, since `idleSince`. */
  agentFree(agentId: AgentId, idleSince: number, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || agent.free || agent.offerId !== undefined) return []
    agent.idleSince = idleSince
    agent.occupancy.become('idle', now)

    const place = this.#paused ? undefined : this.#floor.placeFor(agent, now)
    if (place !== undefined) {
      place.unshelve()
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
    agent.occupancy.become('away', now)
    return this.#leaveCallers(agent, [], now)
  }

  /** The claim. True exactly once, and only while the offer is open: the caller leaves the queue and the agent is theirs. */
  offerAnswered(offerId: OfferId, now: number): boolean {
    const open = this.#offers.close(offerId)
    if (open === undefined) return false
    open.agent.calls++
    if (open.place !== undefined) this.#leave(open.place, true, now)
    return true
  }

  /** The caller returns to their place, and is spared this agent for a while. */
  offerFailed(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const place = this.#offers.get(offerId)?.place
    const ended = this.#fail(offerId, result, now)
    return place === undefined ? ended : [...ended, ...this.#seekAgent(place, now)]
  }

  /** Offers a call that is in no queue straight to a free agent. Undefined when the agent is not free or the call is somebody's already. */
  reserveAgent(agentId: AgentId, callId: CallId, ringMs: number, now: number): Offer | undefined {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || !agent.free || this.#paused || this.#isKnown(callId)) return undefined
    return this.#open({ callId, queue: '', ringMs }, agent, undefined, now)
  }

  /** When `wake` is due: the skills that a caller needs give way, or a caller stops waiting for one agent, or being spared one. */
  wakeAt(): number | undefined {
    return this.#floor.alarms.next
  }

  wake(now: number): RoutingEffect[] {
    const due = this.#floor.alarms.takeDue(now)
    for (const place of due) {
      place.unshelve()
      place.advance(now)
      if (place.spared.size === 0) this.#floor.sparing.delete(place)
      this.#floor.alarms.set(place, place.nextChange())
    }
    return this.#seekAgents(due, now)
  }

  /** New settings for all queues. Nobody loses their place; a queue that is gone stays until its callers have left. */
  updateQueues(
    queues: ReadonlyMap<string, QueueSettings>,
    now: number,
    order: OrderSettings = this.#floor.order
  ): RoutingEffect[] {
    this.#floor.follow(queues)
    this.#floor.order = order
    for (const place of this.#floor.places.values()) {
      const line = this.#lineOf(place.call.queue)
      line.leave(place)
      place.agedSince = agedSince(place.call, order)
      place.follow(line.termsFor(place.call), now)
      line.enter(place)
      this.#floor.alarms.set(place, place.nextChange())
    }
    return this.#seekAgents(this.#floor.places.values(), now)
  }

  /** New profiles for agents who are logged on; the others are not looked at. Open offers stay open and nobody loses their place. */
  updateAgents(profiles: Iterable<AgentProfile>, now: number): RoutingEffect[] {
    const touched = new Set<string>()
    for (const profile of profiles) {
      const agent = this.#floor.agents.get(profile.id)
      if (agent === undefined || agent.profile === profile) continue
      for (const queue of [...agent.profile.queues, ...profile.queues]) touched.add(queue)
      this.#floor.change(agent, profile)
    }
    if (touched.size === 0) return []
    return this.#seekAgents(
      [...this.#floor.places.values()].filter(({ call }) => touched.has(call.queue)),
      now
    )
  }

  /** No new offers: nobody's phone can be called now. Callers keep their places, agents stay free, open offers stay open. */
  pause(): void {
    this.#paused = true
  }

  resume(now: number): RoutingEffect[] {
    this.#paused = false
    return this.#seekAgents(this.#floor.places.values(), now)
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
    return this.#paused ? 0 : stuckCallers(this.#floor, now)
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
    const awaited = this.#floor.awaited(place)
    const agent = this.#paused ? undefined : this.#choose(place, awaited, now)
    this.#floor.alarms.set(place, place.nextChange())
    if (agent !== undefined) return [this.#offer(place, agent, now)]
    if (awaited !== undefined) awaited.await(place)
    else this.#lineOf(place.call.queue).expose(place)
    return []
  }

  #choose(place: Place, awaited: RoutedAgent | undefined, now: number): RoutedAgent | undefined {
    if (awaited === undefined) return this.#floor.agentFor(place, now)
    return awaited.free ? awaited : undefined
  }

  /** For callers who may have become possible for free agents, most urgent first. */
  #seekAgents(places: Iterable<Place>, now: number): RoutingEffect[] {
    const waiting = this.#floor.inOrder(places).filter((place) => place.offerId === undefined)
    for (const place of waiting) place.unshelve()
    return waiting.flatMap((place) => this.#seekAgent(place, now))
  }

  /** The agent is not there any more: neither for the caller whom they were offered to nor for those who waited for them. */
  #leaveCallers(agent: RoutedAgent, others: Iterable<Place>, now: number): RoutingEffect[] {
    const offered = agent.offerId === undefined ? undefined : this.#offers.get(agent.offerId)
    const ended = offered === undefined ? [] : this.#fail(offered.offer.id, 'rejected', now)
    const awaiting = [...agent.awaitedBy.values()].flatMap((places) => places.items())
    for (const place of awaiting) place.preferred = undefined
    const callers = new Set([...(offered?.place === undefined ? [] : [offered.place]), ...awaiting, ...others])
    return callers.size === 0 ? ended : [...ended, ...this.#seekAgents(callers, now)]
  }

  #fail(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const open = this.#offers.close(offerId)
    if (open === undefined) return []
    // During a pause it was not the agent who failed.
    if (open.place !== undefined && !this.#paused) {
      const { agentId } = open.offer
      open.place.spare(agentId, now + SPARED_MS)
      if (open.place.preferred?.agentId === agentId) open.place.preferred = undefined
      this.#floor.sparing.add(open.place)
    }
    return [{ type: 'offer-ended', offer: open.offer, result }]
  }

  #offer(place: Place, agent: RoutedAgent, now: number): RoutingEffect {
    const { ringMs } = this.#lineOf(place.call.queue).settings
    const { callId, queue } = place.call
    return { type: 'offer-made', offer: this.#open({ callId, queue, ringMs }, agent, place, now) }
  }

  #open(of: { callId: CallId; queue: string; ringMs: number }, agent: RoutedAgent, place: Place | undefined, now: number): Offer {
    this.#take(agent)
    agent.occupancy.become('working', now)
    agent.turns.set(of.queue, ++this.#offersMade)
    const { callId, queue } = of
    const { id: agentId, ringMs = of.ringMs } = agent.profile
    const offer = { id: this.#newOfferId(), callId, agentId, queue, madeAt: now, deadline: now + ringMs }
    this.#offers.open(offer, agent, place)
    return offer
  }

  #take(agent: RoutedAgent): void {
    if (!agent.free) return
    agent.free = false
    this.#floor.free.delete(agent)
  }

  #leave(place: Place, answered: boolean, now: number): void {
    const line = this.#lineOf(place.call.queue)
    line.leave(place)
    line.lead.ended(line.settings, now - place.call.enqueuedAt, answered)
    this.#floor.places.delete(place.call.callId)
    this.#floor.sparing.delete(place)
    this.#floor.alarms.set(place, Number.POSITIVE_INFINITY)
  }
}

function fault(code: string, message: string, details: Readonly<Record<string, unknown>>): AppError {
  return new AppError(code, 'server', message, { details })
}
