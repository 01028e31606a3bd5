import { callTargetOf } from '../domain/call-target.ts'
import type { ConsultationTarget, TransferTarget } from '../domain/caller.ts'
import type { Customer } from '../domain/customer.ts'
import type { AgentId, CallId, ContactId, CustomerId, DeviceId } from '../domain/ids.ts'
import type { KeptCall } from '../domain/kept-call.ts'
import type { CallCommands, DeskProblem, DeskResult, RecordOrder, WantedCall } from '../domain/ports/desk.ts'
import type { IncomingCall } from '../domain/ports/telephony.ts'
import type { SupervisionMode, Supervisor } from '../domain/supervision.ts'
import type { Termination } from '../domain/termination.ts'
import type { WaitingCaller } from '../domain/waiting-caller.ts'
import { deflect } from './deflect.ts'
import { makeCall } from './desk-call.ts'
import { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import { restoredCall, takeUp } from './restored-call.ts'
import { resumeCall } from './resume-call.ts'
import { runCall } from './run-call.ts'
import type { Alerting } from './rung-for.ts'
import { Supervisions } from './supervisions.ts'
import type { InLine, TalkControl } from './talk-control.ts'
import { waitingCallerOf } from './waiting-caller-of.ts'
import { unlessAborted } from './within.ts'

const done: DeskResult = { ok: true, value: undefined }
const refuse = (code: DeskProblem): { ok: false; code: DeskProblem } => ({ ok: false, code })

/** The calls in progress: takes in new ones and carries out what the desk orders about them. */
export class CallTable implements CallCommands {
  readonly #office: CallsOffice
  readonly #calls = new Map<CallId, LiveCall>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #adopted = new Map<CallId, () => void>()
  readonly #supervisions: Supervisions
  #takesCalls = true
  /** Calls that are being turned away: they take nobody's room. */
  #shed = 0

  constructor(office: CallsOffice) {
    this.#office = office
    this.#supervisions = new Supervisions(office)
  }

  get size(): number {
    return this.#calls.size
  }

  /** Whether callers who come in are served here. */
  get takesCalls(): boolean {
    return this.#takesCalls
  }

  /** Whether a caller of that number would be served now. */
  hasRoom(dialed: string): boolean {
    return this.#takesCalls && this.#office.admission.hasRoom(dialed, this.#served)
  }

  /** Serves a caller who has just come in. Once no more calls are taken, the dialplan serves them. */
  take(incoming: IncomingCall): void {
    if (this.#isBesideTalk(incoming)) return
    if (!this.#takesCalls) {
      this.#leaveToDialplan(incoming)
      return
    }
    const language = this.#office.world.flows.byNumber(incoming.dialed)?.languages[0] ?? 'en'
    const call = new LiveCall(incoming, this.#office, language)
    // Only who comes from outside: an agent's call is part of work that we have taken on.
    const shed = incoming.door === 'trunk' ? this.#office.admission.judge(incoming.dialed, this.#served) : undefined
    this.#calls.set(call.callId, call)
    if (shed !== undefined) this.#shed++
    const running = runCall(call, this.#office, shed).finally(() => {
      if (shed !== undefined) this.#shed--
    })
    this.#follow(call, running)
  }

  /**
   * Goes on with calls that an earlier process had to leave. Resolves when those that waited or talked do so again, or are over: until then
   * nobody is to be offered anything, as the first to come back need not be the first in line.
   */
  async restore(left: readonly KeptCall[]): Promise<void> {
    const office = this.#office
    const taken = takeUp(left, office)
    const calls = left.map((kept) => {
      const call = restoredCall(kept, office)
      this.#calls.set(call.callId, call)
      this.#follow(call, resumeCall(call, kept, taken, office))
      return call
    })
    await taken
    await Promise.all(calls.map((call) => call.leftOver?.taken))
  }

  /** What an agent's phone calls while they talk to a caller, a colleague or a number that they may call, is a consultation about that caller. */
  #isBesideTalk({ door, endpoint, dialed, channel }: IncomingCall): boolean {
    const agentId = endpoint.replace(/-web$/, '') as AgentId
    const to = door === 'agent' ? callTargetOf(dialed, this.#office.centre) : undefined
    if (to === undefined) return false
    const talk = [...this.#calls.values()].find((call) => call.talk?.parties().some((one) => one.agentId === agentId))?.talk
    if (talk === undefined) return false
    const whom = to.kind === 'agent' ? to : { kind: 'number' as const, number: to.number }
    const consulting = talk
      .consultByPhone(agentId, whom, channel)
      .catch((err) => this.#office.log.error({ err, agentId }, 'A call beside a talk failed'))
      .finally(() => this.#running.delete(consulting))
    this.#running.add(consulting)
    return true
  }

  /** Takes in a call that we make; whoever made it lets go of it in the end. */
  adopt(call: LiveCall): Disposable {
    const over = new Promise<void>((resolve) => {
      this.#adopted.set(call.callId, resolve)
    })
    this.#calls.set(call.callId, call)
    this.#running.add(over)
    return {
      [Symbol.dispose]: () => {
        this.#calls.delete(call.callId)
        this.#running.delete(over)
        this.#adopted.get(call.callId)?.()
        this.#adopted.delete(call.callId)
      }
    }
  }

  /** From now on the dialplan serves who comes in. Resolves when the calls in progress are over; rejects with the signal's reason. */
  async runDry(signal: AbortSignal): Promise<void> {
    this.#takesCalls = false
    await unlessAborted(Promise.all(this.#running), signal)
  }

  /** Ends every call and resolves when the last one is written off. */
  async drain(termination: Termination): Promise<void> {
    this.#takesCalls = false
    for (const call of this.#calls.values()) call.end(termination)
    await Promise.all(this.#running)
    await this.#supervisions.settled()
    await this.#office.afterCalls.drain()
  }

  /** The number of the customer; undefined when there is no such call. */
  callerOf(callId: CallId): string | undefined {
    return this.#calls.get(callId)?.device
  }

  contactOf(callId: CallId): ContactId | undefined {
    return this.#callOf(callId)?.contactId
  }

  answer(callId: CallId, agentId: AgentId): DeskResult {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const alerting = alertingIn(call, agentId as string as DeviceId)
    if (alerting === undefined) return refuse('NOT_ALERTING')
    if (!alerting.canAnswer) return refuse('PHONE_CANNOT_ANSWER')
    const consultation = callId === call.callId ? {} : { consultation: callId }
    call.publish({ type: 'offer.answer-requested', offerId: alerting.offer.id, agentId, ...consultation })
    return done
  }

  async clearConnection(callId: CallId, device: DeviceId): Promise<DeskResult> {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const { talk } = call
    const consultation = callId === call.callId ? undefined : talk?.consultation(callId)
    // To leave the call with the consulted party is to go back to the caller.
    if (consultation !== undefined && device === (consultation.agentId as string)) return await reconnected(talk, consultation)
    // Before the caller: of a call to a colleague that is an agent, whose own phone rings first.
    const alerting = alertingIn(call, device)
    if (alerting !== undefined) {
      this.#office.distribution.offerFailed(alerting.offer.id, 'rejected')
      return done
    }
    if (consultation === undefined && device === call.device) {
      // Whom nobody has called yet is on no line: who gives a callback up cancels it.
      if (!call.onLine && talk === undefined) return refuse('NOT_ON_THIS_CALL')
      call.clearByDesk()
      await call.channel.hangup()
      return done
    }
    return talk === undefined ? refuse('NOT_ON_THIS_CALL') : await talk.clear(device)
  }

  async hold(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.hold(agentId) : talk
  }

  async record(callId: CallId, order: RecordOrder, by: string): Promise<DeskResult> {
    const call = this.#calls.get(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    if (order === 'start' && call.talk === undefined) return refuse('NOT_TALKING')
    return await call.recorder.order(order, by)
  }

  async retrieve(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.retrieve(agentId) : talk
  }

  async singleStepTransfer(callId: CallId, agentId: AgentId, to: TransferTarget): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.transfer(agentId, to) : talk
  }

  async consult(callId: CallId, agentId: AgentId, to: ConsultationTarget): Promise<DeskResult<CallId>> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.consult(agentId, to) : talk
  }

  async alternate(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.alternate(agentId) : talk
  }

  async reconnect(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.reconnect(agentId) : talk
  }

  async transferConsulted(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.transferConsulted(agentId) : talk
  }

  async conference(callId: CallId, agentId: AgentId): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.conference(agentId) : talk
  }

  deflect(callId: CallId, agentId: AgentId, to: TransferTarget): DeskResult {
    const call = this.#calls.get(callId)
    return call === undefined ? refuse('CALL_UNKNOWN') : deflect(call, this.#office, agentId, to)
  }

  async supervise(callId: CallId, by: Supervisor, agents: readonly AgentId[], mode: SupervisionMode): Promise<DeskResult> {
    const call = this.#callOf(callId)
    return call === undefined ? refuse('CALL_UNKNOWN') : await this.#supervisions.supervise(call, by, agents, mode)
  }

  stopSupervising(callId: CallId, username: string): DeskResult {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    return this.#supervisions.stop(call, username) ? done : refuse('NOT_ON_THIS_CALL')
  }

  async sendDigits(callId: CallId, agentId: AgentId, digits: string, toneMs: number): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.sendDigits(agentId, digits, toneMs) : talk
  }

  makeCall(agentId: AgentId, wanted: WantedCall): DeskResult<CallId> {
    return this.#takesCalls ? makeCall(agentId, wanted, this.#office, this) : refuse('SERVER_DRAINING')
  }

  pickUp(callId: CallId, agentId: AgentId): DeskResult {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const waits = call.callId === callId ? call.stay !== undefined : inLineIn(call, callId) !== undefined
    return waits ? this.#office.distribution.pickUp(callId, agentId) : refuse('NOT_WAITING')
  }

  associateData(callId: CallId, by: AgentId, values: Readonly<Record<string, unknown>>): DeskResult {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    if (!call.story.attach(values)) return refuse('DATA_TOO_LARGE')
    call.publish({ type: 'call.data-changed', data: call.attachedData(), by })
    return done
  }

  /** A customer is known by other facts now: what agents are shown of their calls from here on. */
  customerChanged({ customer, merged }: { readonly customer: Customer; readonly merged?: CustomerId }): void {
    for (const { story } of this.#calls.values())
      if (story.customer?.id === customer.id || (merged !== undefined && story.customer?.id === merged)) story.customer = customer
  }

  waitingIn(queue: string): readonly WaitingCaller[] {
    const waiting = [...this.#calls.values()].flatMap((call) => {
      const consulting = call.talk?.inLine().map(({ caller }) => caller) ?? []
      const caller = waitingCallerOf(call, queue, this.#office.distribution)
      return [...(caller === undefined ? [] : [caller]), ...consulting.filter((one) => one.queue === queue)]
    })
    return waiting.sort((one, other) => one.position - other.position)
  }

  withdraw(callId: CallId, by: string): DeskResult {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const consulting = inLineIn(call, callId)
    const stay = call.callId === callId ? call.stay : undefined
    if (stay === undefined && consulting === undefined) return refuse('NOT_WAITING')
    stay?.withdraw(by)
    consulting?.withdraw()
    return done
  }

  get #served(): number {
    return this.#calls.size - this.#shed
  }

  #talkOf(callId: CallId): DeskResult<TalkControl> {
    const call = this.#callOf(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    return call.talk === undefined ? refuse('NOT_TALKING') : { ok: true, value: call.talk }
  }

  /** The caller's call of that id, or in which that consultation is. */
  #callOf(callId: CallId): LiveCall | undefined {
    const call = this.#calls.get(callId)
    if (call !== undefined) return call
    for (const one of this.#calls.values()) if (one.talk?.consultation(callId) !== undefined) return one
    return undefined
  }

  #follow(call: LiveCall, work: Promise<unknown>): void {
    const running = work
      .catch((error) => this.#office.log.error({ err: error, callId: call.callId }, 'Call could not be ended cleanly'))
      .finally(() => {
        this.#calls.delete(call.callId)
        this.#running.delete(running)
      })
    this.#running.add(running)
  }

  #leaveToDialplan(incoming: IncomingCall): void {
    void incoming.channel.sendToDialplan('away', 's').then((outcome) => {
      if (!outcome.ok)
        this.#office.log.warn({ channelId: incoming.channel.id, outcome }, 'A caller could not be left to the dialplan')
      incoming.channel.release()
    })
  }
}

/** The wait of an agent in a queue for somebody to consult, by the id of the consultation. */
function inLineIn({ talk }: LiveCall, callId: CallId): InLine | undefined {
  return talk?.inLine().find(({ caller }) => caller.callId === callId)
}

/** The phone that rings to talk to the caller, or to be consulted. */
function alertingIn({ alerting, talk }: LiveCall, device: DeviceId): Alerting | undefined {
  return alerting?.device === device ? alerting : talk?.alerting(device)
}

async function reconnected(talk: TalkControl | undefined, { agentId }: { readonly agentId: AgentId }): Promise<DeskResult> {
  return talk === undefined ? refuse('NOT_TALKING') : await talk.reconnect(agentId)
}
