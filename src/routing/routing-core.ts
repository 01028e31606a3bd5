import type { AgentProfile } from '../domain/agent.ts'
import { AppError } from '../domain/errors.ts'
import type { AgentId, CallId, OfferId } from '../domain/ids.ts'
import { defaultOrder, type Offer, type OrderSettings, type QueueSettings, type WaitingCall } from '../domain/queue.ts'
import { Floor } from './floor.ts'
import { Matching } from './matching.ts'
import { OpenOffers } from './open-offers.ts'
import { Place } from './place.ts'
import { isAlone } from './routed-agent.ts'
import type { RoutingEffect } from './routing-effect.ts'
import { stuckCallers } from './stuck-callers.ts'
import { mayTake, type TakenFrom, takeCaller } from './take-caller.ts'
import { agedSince } from './urgency.ts'

/**
 * Who gets which caller. Deterministic: no clock, no chance, no I/O; each command takes the time and returns what it brought about.
 *
 * Between two commands no free agent fits a waiting caller. So a command looks only at the caller or the agent it makes
 * available, never at everybody.
 */
export class RoutingCore {
  readonly #floor = new Floor()
  readonly #offers = new OpenOffers()
  readonly #matching: Matching
  readonly #ground: TakenFrom
  #arrivals = 0

  constructor(queues: ReadonlyMap<string, QueueSettings>, newOfferId: () => OfferId, order: OrderSettings = defaultOrder) {
    this.#matching = new Matching(this.#floor, this.#offers, newOfferId)
    this.#ground = { floor: this.#floor, matching: this.#matching, offers: this.#offers }
    this.#floor.order = order
    this.#floor.follow(queues)
  }

  /** Takes a caller into their queue, at the place that their priority and first time give them. */
  enqueue(call: WaitingCall, now: number): RoutingEffect[] {
    if (this.#isKnown(call.callId))
      throw new AppError('CALL_ALREADY_QUEUED', 'server', 'The call is in a queue already', { details: { callId: call.callId } })
    const line = this.#floor.lineOf(call.queue)
    const place = new Place(call, ++this.#arrivals, agedSince(call, this.#floor.order), line.termsFor(call))
    place.advance(now)
    this.#floor.places.set(call.callId, place)
    line.enter(place)
    return this.#matching.seekAgent(place, now)
  }

  /** The caller is gone, stops waiting, or is sent elsewhere by the agent they were offered to: their offer ends too. */
  withdraw(callId: CallId, now: number, result: 'callerGone' | 'deflected' = 'callerGone'): RoutingEffect[] {
    const offerId = this.#offers.ofCall(callId)?.offer.id
    const open = offerId && this.#offers.close(offerId)
    const place = this.#floor.places.get(callId)
    if (place !== undefined) this.#leave(place, false, now)
    return open === undefined ? [] : [{ type: 'offer-ended', offer: open.offer, result }]
  }

  /** The agent works from now on, and takes calls after `agentFree`. */
  agentOn(profile: AgentProfile): void {
    if (this.#floor.agents.has(profile.id))
      throw new AppError('AGENT_ALREADY_ON', 'server', 'The agent is logged on already', { details: { agentId: profile.id } })
    this.#floor.logOn(profile)
  }

  /** The agent who has just come on is with a caller already, as an earlier process left them: who waits for them does not wait in vain. */
  agentAtWork(agentId: AgentId, now: number): void {
    this.#floor.agents.get(agentId)?.occupancy.become('working', now)
  }

  agentOff(agentId: AgentId, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined) return []
    this.#matching.take(agent)
    this.#floor.logOff(agent)
    // Whoever was spared somebody may have nobody else now.
    return this.#matching.leaveCallers(agent, this.#floor.sparing, now)
  }

  /** The agent waits for a call, since `idleSince`. */
  agentFree(agentId: AgentId, idleSince: number, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || agent.free || agent.offerId !== undefined) return []
    agent.idleSince = idleSince
    agent.occupancy.become('idle', now)

    return this.#matching.seekCaller(agent, now)
  }

  /** One of the messages that the agent has in hand is done with. */
  messageDone(agentId: AgentId, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || agent.messages === 0) return []
    const wasFree = agent.free
    this.#matching.take(agent)
    agent.hold(-1)
    return wasFree ? this.#matching.seekCaller(agent, now) : []
  }

  /** The agent takes no calls from now on. Their offer ends, and its caller goes to somebody else. */
  agentBusy(agentId: AgentId, now: number): RoutingEffect[] {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined) return []
    this.#matching.take(agent)
    agent.occupancy.become('away', now)
    return this.#matching.leaveCallers(agent, [], now)
  }

  /**
   * The claim. True exactly once, and only while the offer is open: the caller leaves the queue and the agent is theirs. Who took a
   * message is free again when `agentFree` says so, and has it in hand until `messageDone`.
   */
  offerAnswered(offerId: OfferId, now: number): boolean {
    const open = this.#offers.close(offerId)
    if (open === undefined) return false
    open.agent.calls++
    if (open.place === undefined) return true
    if (this.#floor.lineOf(open.place.call.queue).medium === 'message') open.agent.hold(1)
    this.#leave(open.place, true, now)
    return true
  }

  /** The caller returns to their place, and is spared this agent for a while. */
  offerFailed(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const place = this.#offers.get(offerId)?.place
    const ended = this.#matching.fail(offerId, result, now)
    return place === undefined ? ended : [...ended, ...this.#matching.seekAgent(place, now)]
  }

  /**
   * Offers a call that is in no queue straight to a free agent; with `asked`, also to one who takes no calls now. Undefined when the agent
   * is not free or the call is somebody's already.
   */
  reserveAgent(agentId: AgentId, callId: CallId, ringMs: number, now: number, asked?: 'asked'): Offer | undefined {
    const agent = this.#floor.agents.get(agentId)
    if (agent === undefined || this.#matching.paused || this.#isKnown(callId)) return undefined
    if (!(asked ? isAlone(agent) : agent.free)) return undefined
    return this.#matching.open({ callId, queue: '', ringMs, asked }, agent, undefined, now)
  }

  /**
   * Offers a waiting caller to an agent who asks for them, whoever's turn it is; a phone that rings for them stops. Also to one who takes
   * no calls now. Undefined when the agent has somebody, or the queue or its skills are not theirs; levels and preferred agents do not matter.
   * A caller whom a phone rings for without a queue is theirs who asks, and their phone rings as long as that one was to.
   */
  pickUp(callId: CallId, agentId: AgentId, now: number): RoutingEffect[] | undefined {
    const agent = this.#floor.agents.get(agentId)
    return agent !== undefined && mayTake(callId, agent, this.#ground) ? takeCaller(callId, agent, now, this.#ground) : undefined
  }

  /** The same for somebody who serves no queue: neither skills nor queues are asked for. */
  pickUpByStandIn(callId: CallId, id: AgentId, now: number): RoutingEffect[] | undefined {
    return takeCaller(callId, this.#floor.standIn(id), now, this.#ground)
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
    return this.#matching.seekAgents(due, now)
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
      const line = this.#floor.lineOf(place.call.queue)
      line.leave(place)
      place.agedSince = agedSince(place.call, order)
      place.follow(line.termsFor(place.call), now)
      line.enter(place)
      this.#floor.alarms.set(place, place.nextChange())
    }
    return this.#matching.seekAgents(this.#floor.places.values(), now)
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
    return this.#matching.seekAgents(
      [...this.#floor.places.values()].filter(({ call }) => touched.has(call.queue)),
      now
    )
  }

  /** No new offers: nobody's phone can be called now. Callers keep their places, agents stay free, open offers stay open. */
  pause(): void {
    this.#matching.paused = true
  }

  resume(now: number): RoutingEffect[] {
    this.#matching.paused = false
    return this.#matching.seekAgents(this.#floor.places.values(), now)
  }

  /** 1 for the next caller of the queue. */
  position(callId: CallId): number | undefined {
    const place = this.#floor.places.get(callId)
    return place && this.#floor.lineOf(place.call.queue).positionOf(place)
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
    return this.#matching.paused ? 0 : stuckCallers(this.#floor, now)
  }

  #isKnown(callId: CallId): boolean {
    return this.#floor.places.has(callId) || this.#offers.ofCall(callId) !== undefined
  }

  #leave(place: Place, answered: boolean, now: number): void {
    const line = this.#floor.lineOf(place.call.queue)
    line.leave(place)
    line.lead.ended(line.settings, now - place.call.enqueuedAt, answered)
    this.#floor.places.delete(place.call.callId)
    this.#floor.sparing.delete(place)
    this.#floor.alarms.set(place, Number.POSITIVE_INFINITY)
  }
}
