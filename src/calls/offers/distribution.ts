import type { Choices } from '../../domain/choice.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import type { Offer, OrderSettings, QueueSettings, QueueStatus, WaitingCall } from '../../domain/queue.ts'
import type { Staffing } from '../../domain/staff-rule.ts'
import type { RoutingEffect } from '../../routing/routing-effect.ts'
import { AgentsSide } from './agents-side.ts'
import type { ToldOf, Waiter } from './offer-book.ts'
import { Pairing, type PairingOptions } from './pairing.ts'

export type { Waiter } from './offer-book.ts'

export interface DistributionOptions extends PairingOptions {
  /** What agents may choose from. Unset: any word. */
  readonly choices?: Choices | undefined
}

/**
 * Joins callers and agents: the one writer of queues, offers and agent states. Every method is carried out whole, without an
 * await, so two commands never see each other's half; facts are told after the command (see Outbox).
 */
export class Distribution extends AgentsSide {
  readonly #pairing: Pairing
  /** Who is no agent and talks to a caller whom they took: in which call. */
  readonly #standIns = new Map<AgentId, CallId>()

  constructor({ choices = {}, ...options }: DistributionOptions) {
    const pairing = new Pairing(options)
    super(pairing, choices)
    this.#pairing = pairing
  }

  /**
   * Takes a caller into a queue. `keepsPlace` is for one who was there before: neither length nor staffing turns them away.
   * `isCallback`: it is a customer who is to be called back, and waits on no line. `told`: of which call offers are told, when that is another.
   */
  enqueue(
    call: WaitingCall,
    waiter: Waiter,
    {
      leaveIfNoAgents,
      keepsPlace = false,
      isCallback = false,
      told
    }: {
      readonly leaveIfNoAgents: boolean
      readonly keepsPlace?: boolean
      readonly isCallback?: boolean
      readonly told?: () => ToldOf
    }
  ): 'waiting' | 'full' | 'no_agents' {
    const { core, roster, offers, board, forecasts, figures } = this.#pairing
    return this.#pairing.command(() => {
      const now = this.#pairing.now()
      const waiting = this.queueStatus(call.queue)?.waiting ?? 0
      const settings = core.settings(call.queue)
      if (!keepsPlace && settings !== undefined && waiting >= settings.maxLength) return 'full'
      if (!keepsPlace && leaveIfNoAgents && roster.staffOf(call.queue).loggedOn === 0) return 'no_agents'

      const effects = core.enqueue(call, now)
      const { contactId, queue, enqueuedAt } = call
      offers.join(call.callId, { contactId, queue, waiter, enqueuedAt, isCallback, ...(told !== undefined && { told }) })
      board.touch([call.queue])
      this.#pairing.carryOut(effects)
      const offered = effects.some((effect) => effect.type === 'offer-made' && effect.offer.callId === call.callId)
      if (!offered && !isCallback) forecasts.waits(call, figures.turn(call), figures.atWork(call.queue), now)
      return 'waiting'
    })
  }

  /** The caller is gone, stops waiting, or is sent elsewhere by the agent whose phone rings: an open offer ends with that result. */
  withdraw(callId: CallId, result: 'callerGone' | 'deflected' = 'callerGone'): void {
    const { core, offers, board, forecasts } = this.#pairing
    this.#pairing.command(() => {
      const party = offers.leave(callId)
      if (party === undefined) return
      forecasts.left(callId)
      board.touch([party.queue])
      this.#pairing.carryOut(core.withdraw(callId, this.#pairing.now(), result))
    })
  }

  /**
   * Offers a call straight to an agent. Undefined when they are not free now; with `asked`, who is not ready is free too.
   * `told`: of which call this is told, when that is another.
   */
  reserve(
    agentId: AgentId,
    { callId, contactId, told }: { readonly callId: CallId; readonly contactId: ContactId; readonly told?: () => ToldOf },
    ringMs: number,
    waiter: Waiter,
    asked?: 'asked'
  ): Offer | undefined {
    return this.#pairing.command(() => {
      const offer = this.#pairing.core.reserveAgent(agentId, callId, ringMs, this.#pairing.now(), asked)
      if (offer === undefined) return undefined
      this.#pairing.offers.join(callId, { contactId, queue: '', waiter, ...(told !== undefined && { told }) })
      this.#pairing.ring(offer)
      return offer
    })
  }

  /** Why an agent cannot be given what they ask for now; undefined when they can. */
  whyNotAlone(agentId: AgentId): DeskProblem | undefined {
    return this.#pairing.whyNotAlone(agentId)
  }

  /**
   * Offers a caller on the line to an agent who asks for them, whoever's turn it is; a colleague's phone that rings for them stops. Who is
   * consulted is not taken from whom they are rung for.
   */
  pickUp(callId: CallId, agentId: AgentId): DeskResult {
    const { core } = this.#pairing
    return this.#take(callId, this.#pairing.whyNotAlone(agentId), 'NOT_QUALIFIED', (now) => core.pickUp(callId, agentId, now))
  }

  /** The same for somebody who is no agent and stands in for one. */
  pickUpByStandIn(callId: CallId, id: AgentId): DeskResult {
    const { core } = this.#pairing
    const isTalking = this.#standIns.has(id) ? 'AGENT_ON_CALL' : undefined
    const refusal = this.#pairing.isPaused ? 'ASTERISK_UNAVAILABLE' : isTalking
    return this.#take(callId, refusal, 'AGENT_ON_CALL', (now) => core.pickUpByStandIn(callId, id, now))
  }

  #take(
    callId: CallId,
    refusal: DeskProblem | undefined,
    otherwise: DeskProblem,
    take: (now: number) => readonly RoutingEffect[] | undefined
  ): DeskResult {
    return this.#pairing.command(() => {
      if (refusal !== undefined) return { ok: false, code: refusal }
      const party = this.#pairing.offers.partyOf(callId)
      const isConsulted = party?.queue === '' && party.told !== undefined
      if (party === undefined || party.isCallback === true || isConsulted) return { ok: false, code: 'NOT_WAITING' }
      const effects = take(this.#pairing.now())
      if (effects === undefined) return { ok: false, code: otherwise }
      this.#pairing.carryOut(effects)
      return { ok: true, value: undefined }
    })
  }

  /** Somebody who is no agent talks in that call, as an earlier process left them. */
  standsIn(id: AgentId, callId: CallId): void {
    if (this.#pairing.roster.status(id) === undefined) this.#standIns.set(id, callId)
  }

  /** Whether their phone rings for a caller whom they take, or they talk to one. */
  isStandingIn(id: AgentId): boolean {
    return this.#standIns.has(id) || this.#pairing.offers.isRinging(id)
  }

  override talkOver(agentId: AgentId, callId: CallId, queue: string | undefined): void {
    if (this.#standIns.get(agentId) === callId) this.#standIns.delete(agentId)
    super.talkOver(agentId, callId, queue)
  }

  override joined(agentId: AgentId, from: CallId, callId: CallId, queue: string | undefined): void {
    if (this.#standIns.get(agentId) === from) this.#standIns.set(agentId, callId)
    super.joined(agentId, from, callId, queue)
  }

  /** The claim of an agent who picked up: true exactly once. False when the offer is over, and the agent is to be hung up. */
  answered(offerId: OfferId): boolean {
    const { core, offers, board, forecasts } = this.#pairing
    return this.#pairing.command(() => {
      const now = this.#pairing.now()
      if (!core.offerAnswered(offerId, now)) return false
      const offer = offers.end(offerId, 'answered')
      if (offer === undefined) return false
      // How long who stands in talks says nothing of the queue's agents.
      const standsIn = this.#pairing.roster.status(offer.agentId) === undefined
      if (standsIn) this.#standIns.set(offer.agentId, offer.callId)
      if (standsIn) forecasts.left(offer.callId)
      else forecasts.answered(offer, now)
      // The agent may not serve that queue any more.
      board.touch([offer.queue])
      this.#pairing.act(offer.agentId, { type: 'answered' })
      return true
    })
  }

  /** Nothing came of the offer; `blameless`: by no doing of the agent's. Ignored when it is over already. */
  offerFailed(offerId: OfferId, result: 'rejected' | 'unreachable' | 'missed', blameless?: 'blameless'): void {
    this.#pairing.fail(offerId, result, blameless)
  }

  queueStatus(queue: string): QueueStatus | undefined {
    return this.#pairing.figures.status(queue)
  }

  /** The agents of a queue, counted. */
  staffOf(queue: string): Staffing {
    return this.#pairing.roster.staffOf(queue)
  }

  /** How much longer the caller has to expect to wait, milliseconds; undefined while too little is known. */
  estimateMs(callId: CallId): number | undefined {
    return this.#pairing.figures.estimateMs(callId)
  }

  /** The caller's place in their queue, 1 for the head. */
  position(callId: CallId): number | undefined {
    return this.#pairing.core.position(callId)
  }

  /** New settings for all queues, at once and for everybody who waits. */
  updateQueues(queues: ReadonlyMap<string, QueueSettings>, order?: OrderSettings): void {
    this.#pairing.command(() => {
      this.#pairing.carryOut(this.#pairing.core.updateQueues(queues, this.#pairing.now(), order))
      this.#pairing.board.touch(queues.keys())
    })
  }

  /** Asterisk is away: no new offers, and what becomes of the open ones is no agent's fault. */
  pause(): void {
    this.#pairing.pause()
  }

  resume(): void {
    this.#pairing.resume()
  }

  /** Another process goes on: as `pause`, whatever comes back meanwhile. */
  retire(): void {
    this.#pairing.retire()
  }

  /** The watchdog's figure, always 0: callers kept from a free agent, and agents kept from callers. */
  stuck(): number {
    return this.#pairing.figures.stuck(this.#pairing.now())
  }

  openOffers(): number {
    return this.#pairing.offers.open
  }

  /** Callers who wait, in a queue or for a named agent. */
  callers(): number {
    return this.#pairing.offers.callers
  }

  timers(): number {
    return this.#pairing.timers.size
  }

  dispose(): void {
    this.#pairing.timers.dispose()
  }
}
