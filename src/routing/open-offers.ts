import type { CallId, OfferId } from '../domain/ids.ts'
import type { Offer } from '../domain/queue.ts'
import type { Place } from './place.ts'
import type { RoutedAgent } from './routed-agent.ts'

export interface OpenOffer {
  readonly offer: Offer
  readonly agent: RoutedAgent
  /** Unset when the call was offered straight to the agent. */
  readonly place: Place | undefined
}

/** The phones that ring. An offer is in here, on its agent and on its caller's place, or on none of them. */
export class OpenOffers {
  readonly #byId = new Map<OfferId, OpenOffer>()
  readonly #byCall = new Map<CallId, OpenOffer>()

  get size(): number {
    return this.#byId.size
  }

  open(offer: Offer, agent: RoutedAgent, place: Place | undefined): void {
    const open = { offer, agent, place }
    this.#byId.set(offer.id, open)
    this.#byCall.set(offer.callId, open)
    agent.offerId = offer.id
    agent.lastOfferAt = offer.madeAt
    if (place !== undefined) place.offerId = offer.id
  }

  /** The offer, if it was open until now: whoever gets it owns its end. */
  close(offerId: OfferId): OpenOffer | undefined {
    const open = this.#byId.get(offerId)
    if (open === undefined) return undefined
    this.#byId.delete(offerId)
    this.#byCall.delete(open.offer.callId)
    open.agent.offerId = undefined
    if (open.place !== undefined) open.place.offerId = undefined
    return open
  }

  get(offerId: OfferId): OpenOffer | undefined {
    return this.#byId.get(offerId)
  }

  ofCall(callId: CallId): OpenOffer | undefined {
    return this.#byCall.get(callId)
  }
}
