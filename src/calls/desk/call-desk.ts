import type { ConsultationTarget, TransferTarget } from '../../domain/caller.ts'
import type { AgentId, CallId, ContactId, DeviceId } from '../../domain/ids.ts'
import type { KeptCall } from '../../domain/kept-call.ts'
import type { CallCommands, DeskResult, RecordOrder, WantedCall } from '../../domain/ports/desk.ts'
import type { SupervisionMode, Supervisor } from '../../domain/supervision.ts'
import type { WaitingCaller } from '../../domain/waiting-caller.ts'
import { done, refuse } from '../call/desk-result.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { phoneOf } from '../call/ringing.ts'
import type { Alerting } from '../call/rung-for.ts'
import type { InLine, TalkControl } from '../call/talk-control.ts'
import type { CallTable } from '../call-table.ts'
import { deflect } from './deflect.ts'
import { makeCall } from './desk-call.ts'
import { Supervisions } from './supervisions.ts'
import { waitingCallerOf } from './waiting-caller-of.ts'

/** Carries out what desks order about the calls in progress. */
export class CallDesk implements CallCommands {
  readonly #calls: CallTable
  readonly #office: CallsOffice
  readonly #supervisions: Supervisions

  constructor(calls: CallTable, office: CallsOffice) {
    this.#calls = calls
    this.#office = office
    this.#supervisions = new Supervisions(office)
  }

  /** Goes on with the calls that an earlier process left, and with who listened to them; see CallTable.restore. */
  async restore(left: readonly KeptCall[]): Promise<void> {
    const restored = this.#calls.restore(left)
    // In the same breath: their legs are listened to before Asterisk is asked what there still is.
    for (const { callId, supervisions = [] } of left) {
      const call = this.#calls.get(callId)
      if (call !== undefined) for (const kept of supervisions) this.#supervisions.goOn(call, kept, restored)
    }
    await restored
  }

  /** Resolves when nobody listens in any more. */
  async settled(): Promise<void> {
    await this.#supervisions.settled()
  }

  contactOf(callId: CallId): ContactId | undefined {
    return this.#calls.about(callId)?.contactId
  }

  answer(callId: CallId, agentId: AgentId): DeskResult {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const alerting = alertingIn(call, agentId as string as DeviceId)
    if (alerting === undefined) return refuse('NOT_ALERTING')
    if (!alerting.canAnswer) return refuse('PHONE_CANNOT_ANSWER')
    const consultation = callId === call.callId ? {} : { consultation: callId }
    call.publish({ type: 'offer.answer-requested', offerId: alerting.offer.id, agentId, ...consultation })
    return done
  }

  async clearConnection(callId: CallId, device: DeviceId): Promise<DeskResult> {
    const call = this.#calls.about(callId)
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

  async clearCall(callId: CallId): Promise<DeskResult> {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const consultation = callId === call.callId ? undefined : call.talk?.consultation(callId)
    return await this.clearConnection(callId, consultation?.device ?? call.device)
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
    const call = this.#calls.about(callId)
    return call === undefined ? refuse('CALL_UNKNOWN') : await this.#supervisions.supervise(call, by, agents, mode)
  }

  stopSupervising(callId: CallId, username: string): DeskResult {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    return this.#supervisions.stop(call, username) ? done : refuse('NOT_ON_THIS_CALL')
  }

  async sendDigits(callId: CallId, agentId: AgentId, digits: string, toneMs: number): Promise<DeskResult> {
    const talk = this.#talkOf(callId)
    return talk.ok ? await talk.value.sendDigits(agentId, digits, toneMs) : talk
  }

  makeCall(agentId: AgentId, wanted: WantedCall): DeskResult<CallId> {
    return this.#calls.takesCalls ? makeCall(agentId, wanted, this.#office, this.#calls) : refuse('SERVER_DRAINING')
  }

  pickUp(callId: CallId, agentId: AgentId): DeskResult {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    // Whom nobody has called yet is on no line.
    const isRungFor = call.onLine && call.alerting !== undefined
    const waits = call.callId === callId ? call.stay !== undefined || isRungFor : inLineIn(call, callId) !== undefined
    if (!waits) return refuse('NOT_WAITING')
    const { centre, distribution } = this.#office
    if (distribution.status(agentId) !== undefined || centre.phones?.has(agentId) !== true)
      return distribution.pickUp(callId, agentId)
    return this.#whyNotByPhone(agentId) ?? distribution.pickUpByStandIn(callId, agentId)
  }

  /** Of who is no agent: whether they can take a caller to a phone of their own. */
  #whyNotByPhone(id: AgentId): DeskResult | undefined {
    const { telephony } = this.#office
    if (this.#supervisions.isSupervising(id)) return refuse('SUPERVISING')
    if (!telephony.status().connected) return refuse('ASTERISK_UNAVAILABLE')
    return phoneOf(id, telephony) === undefined ? refuse('PHONE_OUT_OF_SERVICE') : undefined
  }

  associateData(callId: CallId, by: AgentId, values: Readonly<Record<string, unknown>>): DeskResult {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    if (!call.story.attach(values)) return refuse('DATA_TOO_LARGE')
    call.publish({ type: 'call.data-changed', data: call.attachedData(), by })
    return done
  }

  waitingIn(queue: string): readonly WaitingCaller[] {
    const waiting = this.#calls.all.flatMap((call) => {
      const consulting = call.talk?.inLine().map(({ caller }) => caller) ?? []
      const caller = waitingCallerOf(call, queue, this.#office.distribution)
      return [...(caller === undefined ? [] : [caller]), ...consulting.filter((one) => one.queue === queue)]
    })
    return waiting.sort((one, other) => one.position - other.position)
  }

  withdraw(callId: CallId, by: string): DeskResult {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    const consulting = inLineIn(call, callId)
    const stay = call.callId === callId ? call.stay : undefined
    if (stay === undefined && consulting === undefined) return refuse('NOT_WAITING')
    stay?.withdraw(by)
    consulting?.withdraw()
    return done
  }

  #talkOf(callId: CallId): DeskResult<TalkControl> {
    const call = this.#calls.about(callId)
    if (call === undefined) return refuse('CALL_UNKNOWN')
    return call.talk === undefined ? refuse('NOT_TALKING') : { ok: true, value: call.talk }
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
