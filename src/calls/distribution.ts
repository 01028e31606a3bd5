import type { AgentAction } from '../agents/next-agent-status.ts'
import { type Move, Roster } from '../agents/roster.ts'
import type { Absence, AgentProfile, AgentStatus, PendingState } from '../domain/agent.ts'
import { type Choices, isDisposition, isReason } from '../domain/choice.ts'
import { AppError } from '../domain/errors.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { DomainEventBody } from '../domain/events.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { AgentCommands, DeskResult } from '../domain/ports/desk.ts'
import type { Offer, OfferResult, OrderSettings, QueueSettings, QueueStatus, WaitingCall } from '../domain/queue.ts'
import type { Staffing } from '../domain/staff-rule.ts'
import { RoutingCore } from '../routing/routing-core.ts'
import type { RoutingEffect } from '../routing/routing-effect.ts'
import { Forecasts } from './forecasts.ts'
import { OfferBook, type Waiter } from './offer-book.ts'
import { Outbox } from './outbox.ts'
import { QueueBoard } from './queue-board.ts'
import { QueueFigures } from './queue-figures.ts'
import { Timers } from './timers.ts'

export type { Waiter } from './offer-book.ts'

export interface DistributionOptions {
  readonly queues: ReadonlyMap<string, QueueSettings>
  readonly agents: ReadonlyMap<string, AgentProfile>
  /** What agents may choose from. Unset: any word. */
  readonly choices?: Choices | undefined
  /** Unset: `defaultOrder`. */
  readonly order?: OrderSettings | undefined
  readonly clock: Clock
  readonly publish: Publish
  readonly newId: () => string
  readonly log: Log
}

/**
 * Joins callers and agents: the one writer of queues, offers and agent states. Every method is carried out whole, without an
 * await, so two commands never see each other's half; facts are told after the command (see Outbox).
 */
export class Distribution implements AgentCommands {
  readonly #clock: Clock
  readonly #publish: Publish
  readonly #core: RoutingCore
  readonly #roster: Roster
  readonly #board: QueueBoard
  readonly #outbox: Outbox
  readonly #timers: Timers
  readonly #offers: OfferBook
  readonly #forecasts = new Forecasts()
  readonly #figures: QueueFigures
  #choices: Choices
  #paused = false

  constructor({ queues, agents, choices = {}, order, clock, publish, newId, log }: DistributionOptions) {
    this.#clock = clock
    this.#publish = publish
    this.#choices = choices
    this.#core = new RoutingCore(queues, () => newId() as OfferId, order)
    this.#roster = new Roster(agents, clock.now(), (move) => this.#moved(move))
    this.#board = new QueueBoard((queue) => this.queueStatus(queue))
    this.#outbox = new Outbox(
      () => this.#afterwards(),
      (error) => log.error({ err: error }, 'A listener of the distribution failed')
    )
    this.#timers = new Timers(clock, (error) => log.error({ err: error }, 'A deadline of the distribution failed'))
    this.#offers = new OfferBook(publish, this.#outbox, this.#timers, (offerId) => this.offerFailed(offerId, 'missed'))
    this.#figures = new QueueFigures(this.#core, this.#roster, this.#offers, this.#forecasts)
  }

  /**
   * Takes a caller into a queue. `keepsPlace` is for one who was there before: neither length nor staffing turns them away.
   * `isCallback`: it is a customer who is to be called back, and waits on no line.
   */
  enqueue(
    call: WaitingCall,
    waiter: Waiter,
    {
      leaveIfNoAgents,
      keepsPlace = false,
      isCallback = false
    }: { readonly leaveIfNoAgents: boolean; readonly keepsPlace?: boolean; readonly isCallback?: boolean }
  ): 'waiting' | 'full' | 'no_agents' {
    return this.#command(() => {
      const waiting = this.queueStatus(call.queue)?.waiting ?? 0
      const settings = this.#core.settings(call.queue)
      if (!keepsPlace && settings !== undefined && waiting >= settings.maxLength) return 'full'
      if (!keepsPlace && leaveIfNoAgents && this.#roster.staffOf(call.queue).loggedOn === 0) return 'no_agents'

      const effects = this.#core.enqueue(call, this.#clock.now())
      const { contactId, queue, enqueuedAt } = call
      this.#offers.join(call.callId, { contactId, queue, waiter, enqueuedAt, isCallback })
      this.#board.touch([call.queue])
      this.#carryOut(effects)
      const offered = effects.some((effect) => effect.type === 'offer-made' && effect.offer.callId === call.callId)
      if (!offered && !isCallback)
        this.#forecasts.waits(call, this.#figures.turn(call), this.#figures.atWork(call.queue), this.#clock.now())
      return 'waiting'
    })
  }

  /** The caller is gone, or stops waiting: an open offer ends as `callerGone`. */
  withdraw(callId: CallId): void {
    this.#command(() => {
      const party = this.#offers.leave(callId)
      if (party === undefined) return
      this.#forecasts.left(callId)
      this.#board.touch([party.queue])
      this.#carryOut(this.#core.withdraw(callId, this.#clock.now()))
    })
  }

  /** Offers a call straight to an agent. Undefined when they are not free now. */
  reserve(
    agentId: AgentId,
    { callId, contactId }: { readonly callId: CallId; readonly contactId: ContactId },
    ringMs: number,
    waiter: Waiter
  ): Offer | undefined {
    return this.#command(() => {
      const offer = this.#core.reserveAgent(agentId, callId, ringMs, this.#clock.now())
      if (offer === undefined) return undefined
      this.#offers.join(callId, { contactId, queue: '', waiter })
      this.#ring(offer)
      return offer
    })
  }

  /** The claim of an agent who picked up: true exactly once. False when the offer is over, and the agent is to be hung up. */
  answered(offerId: OfferId): boolean {
    return this.#command(() => {
      if (!this.#core.offerAnswered(offerId, this.#clock.now())) return false
      const offer = this.#offers.end(offerId, 'answered')
      if (offer === undefined) return false
      this.#forecasts.answered(offer, this.#clock.now())
      // The agent may not serve that queue any more.
      this.#board.touch([offer.queue])
      this.#act(offer.agentId, { type: 'answered' })
      return true
    })
  }

  /** Nothing came of the offer. Ignored when it is over already. */
  offerFailed(offerId: OfferId, result: 'rejected' | 'unreachable' | 'missed'): void {
    this.#command(() => this.#carryOut(this.#core.offerFailed(offerId, result, this.#clock.now())))
  }

  /** The agent's talk has ended: on to the wrap-up of that queue, without a queue to the next call. Told twice, it counts once. */
  talkOver(agentId: AgentId, callId: CallId, queue: string | undefined): void {
    const wrapUpMs = queue === undefined ? 0 : (this.#core.settings(queue)?.wrapUpMs ?? 0)
    this.#command(() => this.#act(agentId, { type: 'talkOver', callId, wrapUpMs }))
  }

  logOn(agentId: AgentId): DeskResult<AgentStatus> {
    return this.#command(() => this.#act(agentId, { type: 'logOn' }))
  }

  /** At once, also while the phone rings; after call and wrap-up for who is with a caller. */
  logOff(agentId: AgentId): DeskResult<AgentStatus> {
    return this.#command(() => this.#act(agentId, { type: 'logOff' }))
  }

  setState(agentId: AgentId, { state, ...why }: PendingState): DeskResult<AgentStatus> {
    if (!isReason(why.reason, this.#choices)) return { ok: false, code: 'REASON_UNKNOWN' }
    const types = { ready: 'setReady', notReady: 'setNotReady', loggedOff: 'logOff' } as const
    return this.#command(() => this.#act(agentId, { type: types[state], ...why }))
  }

  wrapUp(agentId: AgentId, noted: Parameters<AgentCommands['wrapUp']>[1]): DeskResult<AgentStatus> {
    const { disposition, next } = noted
    if (!isReason(next?.reason, this.#choices)) return { ok: false, code: 'REASON_UNKNOWN' }
    const queue = this.#roster.status(agentId)?.queue
    if (!isDisposition(disposition, queue, this.#choices)) return { ok: false, code: 'DISPOSITION_UNKNOWN' }
    return this.#command(() => this.#act(agentId, { type: 'wrapUpDone', ...noted }))
  }

  extendWrapUp(agentId: AgentId): DeskResult<AgentStatus> {
    const { byMs, maxMs } = this.#settingsFor(agentId)?.wrapUpExtension ?? { byMs: 0, maxMs: 0 }
    return this.#command(() => this.#act(agentId, { type: 'extendWrapUp', byMs, maxMs }))
  }

  /** Their phone or desk is gone: a free agent is not ready from now on. Everybody else is left alone. */
  sendAway(agentId: AgentId, reason: Absence): void {
    this.#command(() => this.#act(agentId, { type: 'away', reason }))
  }

  /** It is there again: ready, if that was why they were not. */
  bringBack(agentId: AgentId, reason: Absence | 'phone-unreachable'): void {
    this.#command(() => this.#act(agentId, { type: 'back', reason }))
  }

  /** Logs off who has been away for too long. Not while they are with a caller: false. */
  dismiss(agentId: AgentId, reason: Absence): boolean {
    const state = this.#roster.status(agentId)?.state
    if (state !== 'ready' && state !== 'notReady') return false
    return this.#command(() => this.#act(agentId, { type: 'logOff', reason })).ok
  }

  /** Other words to choose from. What was chosen stays. */
  updateChoices(choices: Choices): void {
    this.#choices = choices
  }

  profileOf(agentId: AgentId): AgentProfile | undefined {
    return this.#roster.profile(agentId)
  }

  status(agentId: AgentId): AgentStatus | undefined {
    return this.#roster.status(agentId)
  }

  list(): readonly AgentStatus[] {
    return this.#roster.list()
  }

  queueStatus(queue: string): QueueStatus | undefined {
    return this.#figures.status(queue)
  }

  /** The agents of a queue, counted. */
  staffOf(queue: string): Staffing {
    return this.#roster.staffOf(queue)
  }

  /** How much longer the caller has to expect to wait, milliseconds; undefined while too little is known. */
  estimateMs(callId: CallId): number | undefined {
    return this.#figures.estimateMs(callId)
  }

  /** The caller's place in their queue, 1 for the head. */
  position(callId: CallId): number | undefined {
    return this.#core.position(callId)
  }

  /** New settings for all queues, at once and for everybody who waits. */
  updateQueues(queues: ReadonlyMap<string, QueueSettings>, order?: OrderSettings): void {
    this.#command(() => {
      this.#carryOut(this.#core.updateQueues(queues, this.#clock.now(), order))
      this.#board.touch(queues.keys())
    })
  }

  /** Other agents, or others' queues and skills: at once. Nobody loses a place, a ring or a talk; who is gone logs off after their call. */
  updateAgents(agents: ReadonlyMap<string, AgentProfile>): void {
    this.#command(() => {
      const now = this.#clock.now()
      const changes = this.#roster.update(agents, now)
      this.#board.touch(changes.flatMap(({ before, after }) => [...(before?.queues ?? []), ...after.queues]))
      this.#carryOut(
        this.#core.updateAgents(
          changes.map(({ after }) => after),
          now
        )
      )
    })
  }

  /** Asterisk is away: no new offers, and what becomes of the open ones is no agent's fault. */
  pause(): void {
    this.#paused = true
    this.#core.pause()
  }

  resume(): void {
    this.#paused = false
    this.#command(() => this.#carryOut(this.#core.resume(this.#clock.now())))
  }

  /** The watchdog's figure, always 0: callers kept from a free agent, and agents kept from callers. */
  stuck(): number {
    return this.#figures.stuck(this.#clock.now())
  }

  openOffers(): number {
    return this.#offers.open
  }

  /** Callers who wait, in a queue or for a named agent. */
  callers(): number {
    return this.#offers.callers
  }

  timers(): number {
    return this.#timers.size
  }

  dispose(): void {
    this.#timers.dispose()
  }

  #command<Value>(command: () => Value): Value {
    return this.#outbox.during(command)
  }

  #act(agentId: AgentId, action: AgentAction): DeskResult<AgentStatus> {
    return this.#roster.act(agentId, action, this.#clock.now())
  }

  /** The queue that the contact of that agent comes from. */
  #settingsFor(agentId: AgentId): QueueSettings | undefined {
    const queue = this.#roster.status(agentId)?.queue
    return queue === undefined ? undefined : this.#core.settings(queue)
  }

  #carryOut(effects: readonly RoutingEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'offer-made') this.#ring(effect.offer)
      else this.#stopRinging(effect.offer, effect.result)
    }
  }

  #ring(offer: Offer): void {
    const { id, callId, agentId, queue } = offer
    const party = this.#offers.partyOf(callId)
    if (party === undefined)
      throw new AppError('OFFER_WITHOUT_CALLER', 'server', 'An offer was made for nobody', { details: { offer } })
    const from = queue === '' ? {} : { queue }
    this.#act(agentId, { type: 'reserve', offerId: id, callId, contactId: party.contactId, ...from })
    this.#offers.begin(offer, party)
  }

  #stopRinging(offer: Offer, result: Exclude<OfferResult, 'answered'>): void {
    this.#offers.end(offer.id, result)
    this.#board.touch([offer.queue])
    // Who logged off while the phone rang has moved on by themselves.
    if (this.#roster.status(offer.agentId)?.offerId !== offer.id) return
    const { missedMax = 1 } = this.#settingsFor(offer.agentId) ?? {}
    this.#act(offer.agentId, { type: 'release', result: this.#paused ? 'callerGone' : result, missedMax })
  }

  /** An agent's new state is told, and routing learns whether they can take a call. */
  #moved({ profile, previous, status, action }: Move): void {
    const { id } = profile
    const now = this.#clock.now()
    if (previous.state === 'workingAfterCall' && status.state !== previous.state) this.#wrappedUp(previous, action)
    if (isWithCaller(previous.state) && !isWithCaller(status.state)) this.#forecasts.done(id, now)
    this.#tell({ type: 'agent.changed', status, previous: previous.state })
    this.#board.touch(profile.queues)

    if (previous.state === 'loggedOff') this.#core.agentOn(profile)
    if (status.state === 'ready') this.#carryOut(this.#core.agentFree(id, status.idleSince ?? now, now))
    if (status.state === 'notReady') this.#carryOut(this.#core.agentBusy(id, now))
    if (status.state === 'loggedOff') this.#carryOut(this.#core.agentOff(id, now))
    if (status.state === 'workingAfterCall' && status.until !== undefined) {
      this.#timers.set(`wrap-up ${id}`, status.until, () => this.#command(() => this.#act(id, { type: 'wrapUpOver' })))
    }
  }

  #wrappedUp({ agentId, contactId }: AgentStatus, action: AgentAction): void {
    this.#timers.cancel(`wrap-up ${agentId}`)
    if (contactId === undefined) return
    const { disposition, notes } = action.type === 'wrapUpDone' ? action : {}
    const noted = { ...(disposition !== undefined && { disposition }), ...(notes !== undefined && { notes }) }
    this.#tell({ type: 'agent.wrapped-up', agentId, contactId, ...noted })
  }

  #tell(event: DomainEventBody): void {
    this.#outbox.put(() => this.#publish(event))
  }

  #afterwards(): void {
    for (const status of this.#board.takeNews()) this.#tell({ type: 'queue.changed', status })
    const wakeAt = this.#core.wakeAt()
    if (wakeAt === undefined) this.#timers.cancel('wake')
    else this.#timers.set('wake', wakeAt, () => this.#command(() => this.#carryOut(this.#core.wake(this.#clock.now()))))
  }
}

function isWithCaller(state: AgentStatus['state']): boolean {
  return state === 'busy' || state === 'workingAfterCall'
}
