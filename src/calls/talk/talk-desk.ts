import type { Signal } from '../../domain/abort.ts'
import type { ConsultationTarget, TransferTarget } from '../../domain/caller.ts'
import type { AgentId, BridgeId, CallId, DeviceId } from '../../domain/ids.ts'
import type { KeptTalk } from '../../domain/kept-call.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import type { WaitingCaller } from '../../domain/waiting-caller.ts'
import { unlessAborted } from '../../domain/within.ts'
import type { CallFact } from '../call/call-fact.ts'
import { done, refuse } from '../call/desk-result.ts'
import type { LeftOver } from '../call/left-over.ts'
import { type NextStop, nameOf, nextStop } from '../call/next-stop.ts'
import type { Party } from '../call/party.ts'
import { dropRing } from '../call/reserve-agent.ts'
import type { Alerting } from '../call/rung-for.ts'
import type { InLine, PartyView, TalkControl } from '../call/talk-control.ts'
import { Consultations } from './consultations.ts'
import { endConsultation } from './end-consultation.ts'
import { sendDigits } from './send-digits.ts'
import { sendOnFromConference } from './send-on-from-conference.ts'
import { TalkByPhone } from './talk-by-phone.ts'
import { isPresent, type Member } from './talk-member.ts'
import { type PartingReason, type TalkGround, TalkParties } from './talk-parties.ts'

/** How a talk that began has ended. */
export type TalkOver = { readonly kind: PartingReason } | { readonly kind: 'sent-on'; readonly to: NextStop }

/** The talk that a desk is about, and when it began. */
export type TalkAround = TalkGround & { readonly since: number }

/** What desks do to a talk while it goes on. */
export class TalkDesk implements TalkControl {
  readonly #since: number
  readonly #parties: TalkParties
  readonly #consultations: Consultations
  readonly #byPhone: TalkByPhone
  readonly #sentOn: Promise<NextStop>
  #sendOn: (to: NextStop) => void = () => undefined
  /** Where the caller goes next. */
  #next: NextStop | undefined

  constructor(around: TalkAround, parties: readonly Party[]) {
    this.#since = around.since
    this.#parties = new TalkParties(around, parties, {
      memberLeft: (member) => this.#consultations.memberLeft(member),
      transferAsked: (member, asked, line) => this.#byPhone.transfer(member, asked, line)
    })
    this.#consultations = new Consultations(this.#parties)
    this.#byPhone = new TalkByPhone(this.#parties, this.#consultations, {
      as: (agentId, order) => this.#as(agentId, order),
      transfer: (agentId, to, agreed) => this.transfer(agentId, to, agreed)
    })
    this.#sentOn = new Promise((resolve) => {
      this.#sendOn = resolve
    })
  }

  /** Until nobody is left with the caller, or the caller is sent on. Throws the signal's reason when the caller leaves. */
  async untilOver(signal: Signal): Promise<TalkOver> {
    try {
      return await unlessAborted(
        Promise.race([
          this.#sentOn.then((to) => ({ kind: 'sent-on', to }) as const),
          this.#parties.parted.then((kind) => (this.#next === undefined ? ({ kind } as const) : untilAborted(signal)))
        ]),
        signal
      )
    } catch (reason) {
      if (this.#next?.kind === 'agent') await dropRing(this.#parties.office, this.#next.ring)
      throw reason
    }
  }

  async close(): Promise<void> {
    const { call } = this.#parties
    const result = call.signal.aborted ? 'caller-left' : 'agent-left'
    await this.#parties.close((consultation) => endConsultation(this.#parties, consultation, result))
  }

  get bridgeId(): BridgeId {
    return this.#parties.bridge.id
  }

  parties(): readonly PartyView[] {
    return [...this.#parties.members.values()].map((member) => {
      const { device, leg, agentId } = member.party
      return { device, channelId: leg.channel.id, present: isPresent(member), ...(agentId !== undefined && { agentId }) }
    })
  }

  kept(): KeptTalk {
    return { ...this.#parties.kept(), since: this.#since }
  }

  /** As an earlier process left it. */
  goOn(kept: KeptTalk, left: LeftOver): void {
    this.#consultations.goOn(kept, left)
    this.#parties.goOn(kept, left.bridges)
  }

  async mix(): Promise<void> {
    await this.#parties.mix()
  }

  consultation(of: AgentId | CallId) {
    const found = this.#consultations.of(of)
    const agentId = found?.member.party.agentId
    return found === undefined || agentId === undefined ? undefined : { id: found.id, agentId, device: found.device }
  }

  alerting(device: DeviceId): Alerting | undefined {
    const rings = [...this.#parties.arrivals, ...[...this.#parties.consultations].flatMap(({ ring }) => ring ?? [])]
    return rings.flatMap((ring) => ring.alerting() ?? []).find((alerting) => alerting.device === device)
  }

  inLine(): readonly InLine[] {
    return [...this.#parties.consultations].flatMap(({ ring }) => {
      const caller = ring?.line?.now()
      return ring?.line === undefined || caller === undefined ? [] : { caller, withdraw: ring.line.withdraw }
    })
  }

  async hold(agentId: AgentId): Promise<DeskResult> {
    return await this.#as(agentId, async (member) => {
      if (member.held) return refuse('ALREADY_HELD')
      if (member.consultation !== undefined) return refuse('CONSULTING')
      return await this.#parties.change(...held(member, true))
    })
  }

  async retrieve(agentId: AgentId): Promise<DeskResult> {
    return await this.#as(agentId, async (member) => {
      if (!member.held) return refuse('NOT_HELD')
      return await this.#parties.change(...held(member, false))
    })
  }

  /** `agreed` is awaited when nothing can be refused any more, before the agent is let go. */
  async transfer(agentId: AgentId, to: TransferTarget, agreed?: () => Promise<unknown>): Promise<DeskResult> {
    return await this.#as(agentId, async (member) => {
      const { call, office, members, arrivals } = this.#parties
      if (members.size + arrivals.size > 1) return await sendOnFromConference(this.#parties, member, to, agreed)
      const next = nextStop(call, office, to)
      if (!next.ok) return next
      // From here on the agent may hang up: the caller goes where they were sent.
      this.#next = next.value
      if (member.consultation !== undefined) endConsultation(this.#parties, member.consultation, 'reconnected')
      // In the same breath as the reservation: the colleague's offer is told after it.
      call.publish({ type: 'call.transferred', from: member.party.device, to: nameOf(to) })
      call.talk = undefined
      await agreed?.()
      this.#sendOn(next.value)
      return done
    })
  }

  async consult(agentId: AgentId, to: ConsultationTarget): Promise<DeskResult<CallId>> {
    return await this.#as(agentId, (member) => this.#consultations.begin(member, to))
  }

  async consultByPhone(agentId: AgentId, to: ConsultationTarget, own: Channel): Promise<void> {
    await this.#byPhone.consult(agentId, to, own)
  }

  async alternate(agentId: AgentId): Promise<DeskResult> {
    return await this.#as(agentId, (member) => this.#consultations.alternate(member))
  }

  async reconnect(agentId: AgentId): Promise<DeskResult> {
    return await this.#as(agentId, (member) => this.#consultations.reconnect(member))
  }

  async transferConsulted(agentId: AgentId): Promise<DeskResult> {
    return await this.#as(agentId, (member) => {
      const place = member.consultation?.ring?.line?.now()
      return place === undefined ? this.#consultations.transfer(member) : this.#giveUpPlace(member, place)
    })
  }

  /** The caller goes to the queue in which the agent waits for somebody, in the agent's place. */
  async #giveUpPlace({ party, consultation }: Member, { queue, enqueuedAt }: WaitingCaller): Promise<DeskResult> {
    const { call, members, arrivals } = this.#parties
    if (members.size + arrivals.size > 1) return refuse('OTHERS_IN_TALK')
    if (consultation === undefined || consultation.busy !== undefined) return refuse('CONSULTING')
    const next = { kind: 'queue', queue, enqueuedAt } as const
    this.#next = next
    endConsultation(this.#parties, consultation, 'transferred')
    call.publish({ type: 'call.transferred', from: party.device, to: nameOf(next) })
    call.talk = undefined
    this.#sendOn(next)
    return done
  }

  async conference(agentId: AgentId): Promise<DeskResult> {
    return await this.#as(agentId, (member) => this.#consultations.conference(member))
  }

  async join(party: Party): Promise<DeskResult> {
    const { members, seating } = this.#parties
    if (members.has(party.device)) return refuse('TARGET_NOT_AVAILABLE')
    const joined = await this.#parties.change(
      () => void this.#parties.add(party),
      () => void members.delete(party.device)
    )
    if (!joined.ok) return joined
    return seating.isGone(party.leg.channel.id) || !members.has(party.device) ? refuse('NOT_TALKING') : done
  }

  async release(device: DeviceId): Promise<DeskResult> {
    const { members, seating } = this.#parties
    const member = members.get(device)
    if (member === undefined || members.size === 1 || this.#next !== undefined) return refuse('NOT_TALKING')
    const { party } = member
    // Their end is no more the talk's business.
    this.#parties.watch(party, () => undefined)
    const released = await this.#parties.change(
      () => void members.delete(device),
      () => void this.#parties.add(party)
    )
    if (released.ok) seating.forget(party.leg.channel.id)
    return released
  }

  async sendDigits(agentId: AgentId, digits: string, toneMs: number): Promise<DeskResult> {
    return await this.#as(agentId, async (member) => {
      const { call } = this.#parties
      const { device } = member.party
      if (isPresent(member))
        return await sendDigits({ channel: call.channel, publish: (fact) => call.publish(fact) }, device, digits, toneMs)
      const { consultation } = member
      const channel = consultation?.with === 'consulted' ? consultation.party?.leg.channel : undefined
      if (consultation === undefined || channel === undefined) return refuse('NOT_TALKING')
      const publish = (fact: CallFact) => call.publish({ ...fact, consultation: consultation.id } as CallFact)
      return await sendDigits({ channel, publish }, device, digits, toneMs)
    })
  }

  async clear(device: DeviceId): Promise<DeskResult> {
    const { members, arrivals } = this.#parties
    const consulted = this.#consultations.withDevice(device)
    if (consulted !== undefined) return await this.#consultations.clear(consulted)
    const member = members.get(device)
    if (member !== undefined) {
      await member.party.leg.channel.hangup()
      return done
    }
    const ring = [...arrivals].find((one) => one.device === device)
    if (ring === undefined) return refuse('NOT_ON_THIS_CALL')
    await ring.drop()
    return done
  }

  async #as<Value>(agentId: AgentId, order: (member: Member) => Promise<DeskResult<Value>>): Promise<DeskResult<Value>> {
    if (this.#parties.signal.aborted || this.#next !== undefined) return refuse('NOT_TALKING')
    const member = this.#parties.memberOf(agentId)
    if (member === undefined || member.leaving) return refuse('NOT_ON_THIS_CALL')
    return await order(member)
  }
}

function held(member: Member, is: boolean): [() => void, () => void] {
  return [() => Object.assign(member, { held: is }), () => Object.assign(member, { held: !is })]
}
