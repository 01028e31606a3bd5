import type { ConsultationTarget } from '../../domain/caller.ts'
import type { AgentId, CallId, DeviceId } from '../../domain/ids.ts'
import type { KeptTalk } from '../../domain/kept-call.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import { done, refuse } from '../call/desk-result.ts'
import type { LeftOver } from '../call/left-over.ts'
import { TalkBridge } from '../line/bridge.ts'
import type { Leg } from '../line/leg.ts'
import { ConsultationCall } from './consultation-call.ts'
import { endConsultation, isOver, targetIsGone } from './end-consultation.ts'
import { type Agreed, arrived, joinConsulted, leaveRinging, watchConsulted } from './join-consulted.ts'
import { asConsulted, takeUpConsultations } from './left-consultations.ts'
import type { PartyRing } from './party-ring.ts'
import type { Consultation, Member } from './talk-member.ts'
import type { TalkParties } from './talk-parties.ts'
import { type WhomToConsult, whomToConsult } from './whom-to-consult.ts'

/** The consultations of a talk, as their agents order them. Orders of one consultation are carried out one at a time. */
export class Consultations {
  readonly #parties: TalkParties

  constructor(parties: TalkParties) {
    this.#parties = parties
  }

  of(id: AgentId | CallId): Consultation | undefined {
    return [...this.#parties.consultations].find((one) => one.id === id || one.member.party.agentId === id)
  }

  withDevice(device: DeviceId): Consultation | undefined {
    return [...this.#parties.consultations].find((one) => one.device === device)
  }

  /** Puts the caller on hold and rings somebody for the agent. `ownLine`: the call that their phone makes for it. */
  async begin(member: Member, to: ConsultationTarget, ownLine?: Leg): Promise<DeskResult<CallId>> {
    const { call, office, members, consultations } = this.#parties
    if (member.consultation !== undefined) return refuse('CONSULTING')
    const { device, agentId } = member.party
    const found = whomToConsult(to, office, agentId as AgentId)
    if (!found.ok) return found
    const whom = found.value
    if (this.#isThere(whom)) return refuse('TARGET_NOT_AVAILABLE')

    const consultation = { ...this.#consultation(member, whom), ownLine }
    const wasHeld = member.held
    const onHold = await this.#during(consultation, () =>
      this.#parties.change(
        () => {
          consultations.add(consultation)
          Object.assign(member, { consultation, held: false })
        },
        () => this.#forget(consultation, wasHeld)
      )
    )
    if (!onHold.ok) return onHold
    if (members.get(member.party.device) !== member || consultation.state !== 'begun') return refuse('NOT_TALKING')

    const ring = whom.ring(consultation.line, office)
    if (ring === undefined) {
      this.#forget(consultation, wasHeld)
      this.#parties.settleOrFail()
      return refuse('TARGET_NOT_AVAILABLE')
    }
    Object.assign(consultation, { ring, state: 'ringing' })
    const { id, device: called, queue } = consultation
    const whose = { consultation: id, agentId: agentId as AgentId, device }
    call.publish({ type: 'consultation.started', ...whose, to: called, ...(queue !== undefined && { queue }) })
    this.#parties.afterwards(this.#follow(consultation, ring).catch((error) => this.#failed(consultation, error)))
    office.log.debug({ callId: call.callId, consultation: id }, 'An agent consults')
    return { ok: true, value: id }
  }

  async alternate(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'answered', async (consultation) => {
      // Which of its lines a phone holds is up to its keys.
      if (consultation.ownLine !== undefined) return refuse('CONSULTING')
      const before = consultation.with
      return await this.#parties.change(
        () => Object.assign(consultation, { with: before === 'talk' ? 'consulted' : 'talk' }),
        () => Object.assign(consultation, { with: before })
      )
    })
  }

  async reconnect(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'ringing', async (consultation) => {
      const back = await this.#parties.change(
        () => Object.assign(member, { consultation: undefined }),
        () => Object.assign(member, { consultation })
      )
      if (back.ok) endConsultation(this.#parties, consultation, 'reconnected')
      return back
    })
  }

  /** Joins all three, and more. */
  async conference(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'answered', (consultation) => joinConsulted(this.#parties, consultation, 'conferenced'))
  }

  /** Joins the caller with whom the agent consults, and lets the agent go; who still rings is waited for. */
  async transfer(member: Member, agreed?: Agreed): Promise<DeskResult> {
    return await this.#carryOut(member, 'ringing', (consultation) =>
      consultation.state === 'answered'
        ? joinConsulted(this.#parties, consultation, 'transferred', agreed)
        : leaveRinging(this.#parties, consultation, agreed)
    )
  }

  /** As an earlier process left them. */
  goOn(kept: KeptTalk, left: LeftOver): void {
    for (const { id, member, ownLine } of takeUpConsultations(this.#parties, kept, left))
      if (ownLine !== undefined) {
        this.#parties.phones.hearOwnLine(member, ownLine)
        this.endsWith(ownLine, id)
      }
  }

  /** The agent consults with the second line of their phone: with that it is over. */
  endsWith(line: Leg, id: CallId): void {
    line.left(this.#parties.signal).then(
      () => this.lineLeft(id),
      () => undefined // The talk is over, and lets go of the line.
    )
  }

  /** Their agent has left the talk. */
  memberLeft({ consultation }: Member): void {
    if (consultation !== undefined) endConsultation(this.#parties, consultation, 'agent-left')
  }

  /** The agent hung up the second line of their phone: they are back with the caller, whom the phone holds still. */
  lineLeft(id: CallId): void {
    const consultation = this.of(id)
    if (consultation?.ownLine === undefined) return
    const ended = async () => {
      await consultation.busy
      if (!this.#parties.consultations.has(consultation)) return
      endConsultation(this.#parties, consultation, 'reconnected')
      this.#parties.look()
    }
    this.#parties.afterwards(ended())
  }

  /** Whoever is hung up, or whose phone is told to stop ringing. */
  async clear(consultation: Consultation): Promise<DeskResult> {
    if (consultation.party !== undefined) await consultation.party.leg.channel.hangup()
    else targetIsGone(this.#parties, consultation, 'unanswered')
    return done
  }

  #consultation(member: Member, { device, queue }: WhomToConsult): Consultation {
    const { call, office } = this.#parties
    const id = office.newId() as CallId
    return {
      id,
      member,
      queue,
      device,
      line: new ConsultationCall(id, call, member.party, office),
      state: 'begun',
      with: 'consulted',
      toldHeld: false,
      ring: undefined,
      party: undefined,
      bridge: undefined,
      busy: undefined,
      ownLine: undefined
    }
  }

  /** Whether they are in the talk or being consulted already. In a queue others are meant than those. */
  #isThere({ device, queue }: WhomToConsult): boolean {
    const { members, consultations } = this.#parties
    return queue === undefined && (members.has(device) || [...consultations].some((one) => one.device === device))
  }

  /** What becomes of the phone that rings. */
  async #follow(consultation: Consultation, ring: PartyRing): Promise<void> {
    const pickedUp = await ring.pickedUp()
    const party = pickedUp && asConsulted(pickedUp, consultation, this.#parties.office)
    await consultation.busy
    if (consultation.state === 'arriving') return arrived(this.#parties, consultation, ring, party)
    if (consultation.state !== 'ringing') {
      if (party !== undefined) await this.#parties.letGo(party, consultation.id)
      return
    }
    if (party === undefined) return targetIsGone(this.#parties, consultation, 'unanswered')

    Object.assign(consultation, { party, device: party.device, state: 'answered' })
    watchConsulted(this.#parties, consultation, party)
    const { office, signal } = this.#parties
    const bridge = await TalkBridge.open(office.newId(), this.#parties.bridge.kind, office, signal)
    // Ended, or joined with the others, while the bridge was made.
    if (!this.#isAnswered(consultation)) return bridge.close()
    consultation.bridge = bridge
    // The agent's own phone has heard ringing until now. When it has hung up, that is told by its end.
    await consultation.ownLine?.channel.answer()
    const result = await this.#parties.settle()
    if (result === 'unavailable' || result === 'refused') return targetIsGone(this.#parties, consultation, 'target-left')
    if (this.#isAnswered(consultation)) consultation.line.publish({ type: 'leg.connected', device: consultation.device })
  }

  #isAnswered(consultation: Consultation): boolean {
    return consultation.state === 'answered'
  }

  #failed(consultation: Consultation, error: unknown): void {
    const { call, office, signal } = this.#parties
    if (!signal.aborted) office.log.error({ err: error, callId: call.callId }, 'A consultation failed')
    if (consultation.state === 'arriving' && consultation.ring !== undefined) {
      isOver(this.#parties, consultation)
      if (this.#parties.arrivals.delete(consultation.ring)) this.#parties.look(true)
    } else targetIsGone(this.#parties, consultation, 'unanswered')
  }

  /** It never began. */
  #forget(consultation: Consultation, wasHeld: boolean): void {
    isOver(this.#parties, consultation)
    Object.assign(consultation.member, { consultation: undefined, held: wasHeld })
  }

  async #carryOut(
    { consultation }: Member,
    from: 'ringing' | 'answered',
    work: (consultation: Consultation) => Promise<DeskResult>
  ): Promise<DeskResult> {
    if (consultation === undefined || consultation.state === 'begun') return refuse('NOT_CONSULTING')
    if (consultation.busy !== undefined) return refuse('CONSULTING')
    if (from === 'answered' && consultation.state !== 'answered') return refuse('NOT_ANSWERED')
    return await this.#during(consultation, () => work(consultation))
  }

  async #during(consultation: Consultation, work: () => Promise<DeskResult>): Promise<DeskResult> {
    const working = work()
    consultation.busy = working.catch(() => undefined) // Whoever gave the command is told.
    try {
      return await working
    } finally {
      consultation.busy = undefined
    }
  }
}
