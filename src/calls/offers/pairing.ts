import type { AgentAction } from '../../agents/next-agent-status.ts'
import { type Move, Roster } from '../../agents/roster.ts'
import type { AgentProfile, AgentStatus } from '../../domain/agent.ts'
import { AppError } from '../../domain/errors.ts'
import type { Publish } from '../../domain/event-bus.ts'
import type { DomainEventBody } from '../../domain/events.ts'
import type { AgentId, OfferId, PromiseId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import type { Offer, OfferResult, OrderSettings, QueueSettings } from '../../domain/queue.ts'
import { RoutingCore } from '../../routing/routing-core.ts'
import type { RoutingEffect } from '../../routing/routing-effect.ts'
import { Forecasts } from './forecasts.ts'
import { OfferBook } from './offer-book.ts'
import { Outbox } from './outbox.ts'
import { QueueBoard } from './queue-board.ts'
import { QueueFigures } from './queue-figures.ts'
import { Timers } from './timers.ts'

export interface PairingOptions {
  readonly queues: ReadonlyMap<string, QueueSettings>
  readonly agents: ReadonlyMap<string, AgentProfile>
  /** Unset: `defaultOrder`. */
  readonly order?: OrderSettings | undefined
  readonly clock: Clock
  readonly publish: Publish
  readonly newId: () => string
  readonly log: Log
}

/**
 * Keeps the routing core, the agents' table and the open offers in step: what one of them brings about, the others learn within
 * the same command. Everything is changed inside `command`; the facts are told after it (see Outbox).
 */
export class Pairing {
  readonly core: RoutingCore
  readonly roster: Roster
  readonly board: QueueBoard
  readonly timers: Timers
  readonly offers: OfferBook
  readonly forecasts = new Forecasts()
  readonly figures: QueueFigures
  readonly #clock: Clock
  readonly #publish: Publish
  readonly #newId: () => string
  readonly #outbox: Outbox
  /** The offer that just fails by no doing of its agent's. */
  #blameless: OfferId | undefined
  #paused = false
  #isRetired = false

  constructor({ queues, agents, order, clock, publish, newId, log }: PairingOptions) {
    this.#clock = clock
    this.#publish = publish
    this.#newId = newId
    this.core = new RoutingCore(queues, () => newId() as OfferId, order)
    this.roster = new Roster(agents, clock.now(), (move) => this.#moved(move))
    this.board = new QueueBoard((queue) => this.figures.status(queue))
    this.#outbox = new Outbox(
      () => this.#afterwards(),
      (error) => log.error({ err: error }, 'A listener of the distribution failed')
    )
    this.timers = new Timers(clock, (error) => log.error({ err: error }, 'A deadline of the distribution failed'))
    this.offers = new OfferBook(publish, this.#outbox, this.timers, (offerId) => this.fail(offerId, 'missed'))
    this.figures = new QueueFigures(this.core, this.roster, this.offers, this.forecasts)
  }

  now(): number {
    return this.#clock.now()
  }

  /** Carries it out whole; what it brings about is told when the outermost command is complete. */
  command<Value>(command: () => Value): Value {
    return this.#outbox.during(command)
  }

  act(agentId: AgentId, action: AgentAction): DeskResult<AgentStatus> {
    return this.roster.act(agentId, action, this.now())
  }

  /** Why an agent cannot be given what they ask for now; undefined when they can. */
  whyNotAlone(agentId: AgentId): DeskProblem | undefined {
    const state = this.roster.status(agentId)?.state
    if (state === undefined) return 'AGENT_UNKNOWN'
    if (state === 'loggedOff') return 'AGENT_LOGGED_OFF'
    if (this.#paused) return 'ASTERISK_UNAVAILABLE'
    return state === 'ready' || state === 'notReady' ? undefined : 'AGENT_ON_CALL'
  }

  /** The queue that the contact of that agent comes from. */
  settingsFor(agentId: AgentId): QueueSettings | undefined {
    const queue = this.roster.status(agentId)?.queue
    return queue === undefined ? undefined : this.core.settings(queue)
  }

  /** Nothing came of the offer. Ignored when it is over already. */
  fail(offerId: OfferId, result: 'rejected' | 'unreachable' | 'missed', blameless?: 'blameless'): void {
    this.command(() => {
      if (blameless) this.#blameless = offerId
      this.carryOut(this.core.offerFailed(offerId, result, this.now()))
      this.#blameless = undefined
    })
  }

  get isPaused(): boolean {
    return this.#paused
  }

  pause(): void {
    this.#paused = true
    this.core.pause()
  }

  /** For good. */
  retire(): void {
    this.#isRetired = true
    this.pause()
  }

  resume(): void {
    if (this.#isRetired) return
    this.#paused = false
    this.command(() => this.carryOut(this.core.resume(this.now())))
  }

  carryOut(effects: readonly RoutingEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'offer-made') this.ring(effect.offer)
      else this.#stopRinging(effect.offer, effect.result)
    }
  }

  /** The agent is reserved, and their caller's waiter is told to ring them. */
  ring(offer: Offer): void {
    const { id, callId, agentId, queue, asked } = offer
    const party = this.offers.partyOf(callId)
    if (party === undefined)
      throw new AppError('OFFER_WITHOUT_CALLER', 'server', 'An offer was made for nobody', { details: { offer } })
    const from = { ...(queue !== '' && { queue }), ...(asked && { asked }) }
    this.act(agentId, { type: 'reserve', offerId: id, callId, contactId: party.contactId, ...from })
    this.offers.begin(offer, party)
  }

  #stopRinging(offer: Offer, result: Exclude<OfferResult, 'answered'>): void {
    this.offers.end(offer.id, result)
    this.board.touch([offer.queue])
    // Who logged off while the phone rang has moved on by themselves.
    if (this.roster.status(offer.agentId)?.offerId !== offer.id) return
    const { missedMax = 1 } = this.settingsFor(offer.agentId) ?? {}
    // Nobody is to blame while Asterisk is away or leaves a command unanswered, nor for declining what they asked for.
    const blameless = this.#paused || this.#blameless === offer.id || (offer.asked && result === 'rejected')
    this.act(offer.agentId, { type: 'release', result: blameless ? 'callerGone' : result, missedMax })
  }

  /** An agent's new state is told, and routing learns whether they can take a call. */
  #moved({ profile, previous, status, action }: Move): void {
    const { id } = profile
    const now = this.now()
    if (previous.state === 'workingAfterCall' && status.state !== previous.state) this.#wrappedUp(previous, action)
    if (isWithCaller(previous.state) && !isWithCaller(status.state)) this.forecasts.done(id, now)
    this.#tell({ type: 'agent.changed', status, previous: previous.state })
    this.board.touch(profile.queues)

    if (previous.state === 'loggedOff') {
      this.core.agentOn(profile)
      if (isWithCaller(status.state)) this.core.agentAtWork(id, now)
    }
    if (status.state === 'ready') this.carryOut(this.core.agentFree(id, status.idleSince ?? now, now))
    if (status.state === 'notReady') this.carryOut(this.core.agentBusy(id, now))
    if (status.state === 'loggedOff') this.carryOut(this.core.agentOff(id, now))
    if (status.state === 'workingAfterCall' && status.until !== undefined) {
      this.timers.set(`wrap-up ${id}`, status.until, () => this.command(() => this.act(id, { type: 'wrapUpOver' })))
    }
  }

  #wrappedUp({ agentId, contactId }: AgentStatus, action: AgentAction): void {
    this.timers.cancel(`wrap-up ${agentId}`)
    if (contactId === undefined) return
    const { disposition, notes, promises = [] } = action.type === 'wrapUpDone' ? action : {}
    const noted = { ...(disposition !== undefined && { disposition }), ...(notes !== undefined && { notes }) }
    const promised = promises.map((promise) => ({ id: this.#newId() as PromiseId, ...promise }))
    const told = { agentId, contactId, ...noted, ...(promised.length > 0 && { promises: promised }) }
    this.#tell({ type: 'agent.wrapped-up', ...told })
  }

  #tell(event: DomainEventBody): void {
    this.#outbox.put(() => this.#publish(event))
  }

  #afterwards(): void {
    for (const status of this.board.takeNews()) this.#tell({ type: 'queue.changed', status })
    const wakeAt = this.core.wakeAt()
    if (wakeAt === undefined) this.timers.cancel('wake')
    else this.timers.set('wake', wakeAt, () => this.command(() => this.carryOut(this.core.wake(this.now()))))
  }
}

function isWithCaller(state: AgentStatus['state']): boolean {
  return state === 'busy' || state === 'workingAfterCall'
}
