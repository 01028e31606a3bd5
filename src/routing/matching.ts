import type { CallId, OfferId } from '../domain/ids.ts'
import type { Offer } from '../domain/queue.ts'
import type { Floor } from './floor.ts'
import type { OpenOffers } from './open-offers.ts'
import type { Place } from './place.ts'
import type { RoutedAgent } from './routed-agent.ts'
import type { RoutingEffect } from './routing-effect.ts'

/** How long a caller is spared an agent who failed them, as long as somebody else could come. */
export const SPARED_MS = 10_000

/** Brings callers and free agents together, and undoes it: the moves that the commands of the routing core are made of. */
export class Matching {
  readonly #floor: Floor
  readonly #offers: OpenOffers
  readonly #newOfferId: () => OfferId
  #offersMade = 0
  /** No new offers are made. */
  paused = false

  constructor(floor: Floor, offers: OpenOffers, newOfferId: () => OfferId) {
    this.#floor = floor
    this.#offers = offers
    this.#newOfferId = newOfferId
  }

  /** For a caller whom no agent can see at the moment. */
  seekAgent(place: Place, now: number): RoutingEffect[] {
    const awaited = this.#floor.awaited(place)
    const agent = this.paused ? undefined : this.#choose(place, awaited, now)
    this.#floor.alarms.set(place, place.nextChange())
    if (agent !== undefined) return [this.offer(place, agent, now)]
    if (awaited !== undefined) awaited.await(place)
    else this.#floor.lineOf(place.call.queue).expose(place)
    return []
  }

  #choose(place: Place, awaited: RoutedAgent | undefined, now: number): RoutedAgent | undefined {
    if (awaited === undefined) return this.#floor.agentFor(place, now)
    return this.#floor.isReadyFor(place, awaited) ? awaited : undefined
  }

  /** For callers who may have become possible for free agents, most urgent first. */
  seekAgents(places: Iterable<Place>, now: number): RoutingEffect[] {
    const waiting = this.#floor.inOrder(places).filter((place) => place.offerId === undefined)
    for (const place of waiting) place.unshelve()
    return waiting.flatMap((place) => this.seekAgent(place, now))
  }

  /** The agent is not there any more: neither for the caller whom they were offered to nor for those who waited for them. */
  leaveCallers(agent: RoutedAgent, others: Iterable<Place>, now: number): RoutingEffect[] {
    const offered = agent.offerId === undefined ? undefined : this.#offers.get(agent.offerId)
    const ended = offered === undefined ? [] : this.fail(offered.offer.id, 'rejected', now)
    const awaiting = [...agent.awaitedBy.values()].flatMap((places) => places.items())
    for (const place of awaiting) place.preferred = undefined
    const callers = new Set([...(offered?.place === undefined ? [] : [offered.place]), ...awaiting, ...others])
    return callers.size === 0 ? ended : [...ended, ...this.seekAgents(callers, now)]
  }

  /** Ends the offer; the caller is spared this agent for a while. */
  fail(offerId: OfferId, result: 'missed' | 'rejected' | 'unreachable', now: number): RoutingEffect[] {
    const open = this.#offers.close(offerId)
    if (open === undefined) return []
    // During a pause it was not the agent who failed.
    if (open.place !== undefined && !this.paused) {
      const { agentId } = open.offer
      open.place.spare(agentId, now + SPARED_MS)
      if (open.place.preferred?.agentId === agentId) open.place.preferred = undefined
      this.#floor.sparing.add(open.place)
    }
    return [{ type: 'offer-ended', offer: open.offer, result }]
  }

  /** Of a caller whom no agent can see. */
  offer(place: Place, agent: RoutedAgent, now: number, asked?: 'asked'): RoutingEffect {
    const { ringMs } = this.#floor.lineOf(place.call.queue).settings
    const { callId, queue } = place.call
    return { type: 'offer-made', offer: this.open({ callId, queue, ringMs, asked }, agent, place, now) }
  }

  /** The agent is the caller's while the offer is open; `place` is unset when the call is in no queue. */
  open(
    of: { callId: CallId; queue: string; ringMs: number; asked?: 'asked' | undefined },
    agent: RoutedAgent,
    place: Place | undefined,
    now: number
  ): Offer {
    this.take(agent)
    agent.occupancy.become('working', now)
    agent.turns.set(of.queue, ++this.#offersMade)
    const { callId, queue } = of
    const { id: agentId, ringMs = of.ringMs } = agent.profile
    const asked = of.asked && { asked: true as const }
    const offer = { id: this.#newOfferId(), callId, agentId, queue, madeAt: now, deadline: now + ringMs, ...asked }
    this.#offers.open(offer, agent, place)
    return offer
  }

  /** Ready for whatever they have room for: the most urgent caller is offered to them, or they wait for one. */
  seekCaller(agent: RoutedAgent, now: number): RoutingEffect[] {
    const place = this.paused ? undefined : this.#floor.placeFor(agent, now)
    if (place !== undefined) {
      place.unshelve()
      return [this.offer(place, agent, now)]
    }
    agent.free = true
    this.#floor.free.add(agent)
    return []
  }

  /** From now on the agent is not free. */
  take(agent: RoutedAgent): void {
    if (!agent.free) return
    agent.free = false
    this.#floor.free.delete(agent)
  }
}
