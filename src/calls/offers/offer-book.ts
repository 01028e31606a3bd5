import type { Publish } from '../../domain/event-bus.ts'
import type { AgentId, CallId, ContactId, DeviceId, OfferId } from '../../domain/ids.ts'
import type { Offer, OfferResult } from '../../domain/queue.ts'
import type { Outbox } from './outbox.ts'
import type { Timers } from './timers.ts'

/** Who rings agents for one caller. Told after `agent.changed` was published; may give commands. */
export interface Waiter {
  /** An agent is reserved for this caller: ring them. */
  onOffer(offer: Offer): void
  /** The offer is over without an answer: stop ringing. Told once for each offer that was not answered. */
  onOfferEnded(offer: Offer, result: Exclude<OfferResult, 'answered'>): void
}

/** A caller who wants an agent. */
export interface Party {
  readonly contactId: ContactId
  readonly queue: string
  readonly waiter: Waiter
  /** The first time in the queue; unset for a transfer straight to an agent. */
  readonly enqueuedAt?: number
  /** A customer who has hung up and is to be called back. */
  readonly isCallback?: boolean
  /** For an agent who is consulted: the caller's call, and for how long it is a consultation. Unset: the call that joined. */
  readonly told?: () => ToldOf
}

/** Which call the facts about an offer are told of. */
export interface ToldOf {
  readonly callId: CallId
  readonly consultation?: CallId
}

/** Tells the waiters and everybody else about offers, each beginning and each end once, and keeps the deadlines. */
export class OfferBook {
  readonly #publish: Publish
  readonly #outbox: Outbox
  readonly #timers: Timers
  readonly #onDeadline: (offerId: OfferId) => void
  readonly #parties = new Map<CallId, Party>()
  readonly #callbacks = new Map<string, Set<Party>>()
  readonly #open = new Map<OfferId, { readonly offer: Offer; readonly party: Party }>()

  constructor(publish: Publish, outbox: Outbox, timers: Timers, onDeadline: (offerId: OfferId) => void) {
    this.#publish = publish
    this.#outbox = outbox
    this.#timers = timers
    this.#onDeadline = onDeadline
  }

  join(callId: CallId, party: Party): void {
    this.#parties.set(callId, party)
    if (party.isCallback !== true) return
    const callbacks = this.#callbacks.get(party.queue) ?? new Set()
    this.#callbacks.set(party.queue, callbacks.add(party))
  }

  leave(callId: CallId): Party | undefined {
    const party = this.#parties.get(callId)
    this.#parties.delete(callId)
    if (party?.isCallback === true) this.#callbacks.get(party.queue)?.delete(party)
    return party
  }

  /** How many customers of the queue are to be called back. */
  callbacksIn(queue: string): number {
    return this.#callbacks.get(queue)?.size ?? 0
  }

  /** The first time of the caller on the line who has waited longest. Looks at everybody who waits. */
  oldestCallerIn(queue: string): number | undefined {
    let oldest: number | undefined
    for (const party of this.#parties.values()) {
      if (party.queue !== queue || party.isCallback === true || party.enqueuedAt === undefined) continue
      if (oldest === undefined || party.enqueuedAt < oldest) oldest = party.enqueuedAt
    }
    return oldest
  }

  partyOf(callId: CallId): Party | undefined {
    return this.#parties.get(callId)
  }

  /** Offers that ring. */
  get open(): number {
    return this.#open.size
  }

  /** Whether a phone of theirs rings. */
  isRinging(agentId: AgentId): boolean {
    for (const { offer } of this.#open.values()) if (offer.agentId === agentId) return true
    return false
  }

  /** Callers of the queue whose agent's phone rings. */
  ringingIn(queue: string): number {
    let ringing = 0
    for (const { offer } of this.#open.values()) if (offer.queue === queue) ringing++
    return ringing
  }

  /** Callers who wait for an agent, in a queue or for a named one. */
  get callers(): number {
    return this.#parties.size
  }

  isOpen(offerId: OfferId | undefined): boolean {
    return offerId !== undefined && this.#open.has(offerId)
  }

  begin(offer: Offer, party: Party): void {
    this.#open.set(offer.id, { offer, party })
    this.#timers.set(`offer ${offer.id}`, offer.deadline, () => this.#onDeadline(offer.id))
    this.#outbox.put(() => party.waiter.onOffer(offer))
  }

  /** Gives back the offer, if it was open. */
  end(offerId: OfferId, result: OfferResult): Offer | undefined {
    const open = this.#open.get(offerId)
    if (open === undefined) return undefined
    const { offer, party } = open
    const { callId, agentId } = offer
    this.#open.delete(offerId)
    this.#timers.cancel(`offer ${offerId}`)
    // Answered, they are together; offered straight to the agent, nobody else will be, unless somebody takes that ring.
    if (result === 'answered' || (offer.queue === '' && result !== 'answeredElsewhere')) this.leave(callId)

    // Login, SIP user and extension of an agent are the same string.
    const device = agentId as string as DeviceId
    this.#outbox.put(() =>
      this.#publish({
        type: 'offer.ended',
        offerId,
        ...(party.told?.() ?? { callId }),
        contactId: party.contactId,
        agentId,
        device,
        result
      })
    )
    if (result !== 'answered') this.#outbox.put(() => party.waiter.onOfferEnded(offer, result))
    return offer
  }
}
