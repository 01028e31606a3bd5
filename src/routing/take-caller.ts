import type { CallId } from '../domain/ids.ts'
import { type Floor, fits } from './floor.ts'
import type { Matching } from './matching.ts'
import type { OpenOffers } from './open-offers.ts'
import { isAlone, type RoutedAgent } from './routed-agent.ts'
import type { RoutingEffect } from './routing-effect.ts'

/** What a caller is taken from. */
export interface TakenFrom {
  readonly floor: Floor
  readonly matching: Matching
  readonly offers: OpenOffers
}

/** Whether the agent may have them: with nobody, and, of a queue, one whose queue and skills are theirs. */
export function mayTake(callId: CallId, agent: RoutedAgent, { floor }: TakenFrom): boolean {
  const place = floor.places.get(callId)
  if (!isAlone(agent)) return false
  return place === undefined || (fits(agent, place) && agent.hasRoomFor(floor.lineOf(place.call.queue).medium))
}

/**
 * Offers somebody who waits, or for whom a phone rings without a queue, to who asks for them; the other phone stops. They keep their place
 * meanwhile, and without a place it rings as long as the other one was to. Undefined when they do neither, or a phone of that agent rings already.
 */
export function takeCaller(callId: CallId, agent: RoutedAgent, now: number, from: TakenFrom): RoutingEffect[] | undefined {
  const { floor, matching, offers } = from
  if (agent.offerId !== undefined || matching.paused) return undefined
  const place = floor.places.get(callId)
  const ring = offers.ofCall(callId)?.offer
  if (ring !== undefined) offers.close(ring.id)
  const ended =
    ring === undefined
      ? []
      : [
          {
            type: 'offer-ended',
            offer: ring,
            result: 'answeredElsewhere'
          } as const
        ]
  if (place !== undefined) {
    place.unshelve()
    return [...ended, matching.offer(place, agent, now, 'asked')]
  }
  if (ring === undefined) return undefined
  const again = { callId, queue: ring.queue, ringMs: ring.deadline - ring.madeAt, asked: 'asked' as const }
  return [...ended, { type: 'offer-made', offer: matching.open(again, agent, undefined, now) }]
}
