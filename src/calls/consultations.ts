import { isAllowedAddress } from '../domain/allowed-address.ts'
import type { ConsultationTarget } from '../domain/caller.ts'
import type { ConsultationResult } from '../domain/consultation.ts'
import type { AgentId, CallId, DeviceId } from '../domain/ids.ts'
import type { DeskProblem, DeskResult } from '../domain/ports/desk.ts'
import { TalkBridge } from './bridge.ts'
import { ConsultationCall } from './consultation-call.ts'
import { joinedAsParty } from './joined-as-party.ts'
import type { Party } from './party.ts'
import { type PartyRing, ringAgent, ringSomebodyOutside } from './party-ring.ts'
import { type Consultation, done, type Member, refuse, type TalkParties } from './talk-parties.ts'

/** How long the phone of somebody who is consulted rings. */
export const CONSULTED_RING_MS = 30_000

/** One consultation, and what is known of it here alone. */
interface Course extends Consultation {
  readonly line: ConsultationCall
  /** A command of the agent is being carried out: what happens to the consulted party meanwhile waits for its end. */
  busy: Promise<unknown> | undefined
  state: 'begun' | 'ringing' | 'answered' | 'arriving' | 'over'
}

/**
 * The consultations of a talk.
 *
 *   begun ──caller on hold──▶ ringing ──picked up──▶ answered ──transfer, conference──▶ over (one more in the talk)
 *                               │ transfer: arriving ──picked up──▶ over                 ▲
 *                               └──unanswered, reconnect, agent left──▶ over ◀──left, reconnect
 *
 * Each state is set before the commands that depend on it, and taken back when Asterisk cannot carry them out.
 */
export class Consultations {
  readonly #parties: TalkParties
  readonly #courses = new Map<Consultation, Course>()

  constructor(parties: TalkParties) {
    this.#parties = parties
  }

  of(id: AgentId | CallId): Course | undefined {
    return [...this.#courses.values()].find((one) => one.id === id || one.member.party.agentId === id)
  }

  withDevice(device: DeviceId): Course | undefined {
    return [...this.#courses.values()].find((one) => one.device === device)
  }

  /** Puts the caller on hold and rings somebody for the agent. */
  async begin(member: Member, to: ConsultationTarget): Promise<DeskResult<CallId>> {
    const { call, office, members, consultations } = this.#parties
    if (member.consultation !== undefined) return refuse('CONSULTING')
    const problem = this.#problemWith(to)
    if (problem !== undefined) return refuse(problem)

    const course = this.#course(member, to)
    const wasHeld = member.held
    const onHold = await this.#during(course, () =>
      this.#parties.change(
        () => {
          consultations.add(course)
          this.#courses.set(course, course)
          Object.assign(member, { consultation: course, held: false })
        },
        () => this.#forget(course, wasHeld)
      )
    )
    if (!onHold.ok) return onHold
    if (members.get(member.party.device) !== member || course.state !== 'begun') return refuse('NOT_TALKING')

    const ring = this.#ring(to, course.line)
    if (ring === undefined) {
      this.#forget(course, wasHeld)
      this.#parties.settleOrFail()
      return refuse('TARGET_NOT_AVAILABLE')
    }
    Object.assign(course, { ring, state: 'ringing' })
    const { device, agentId } = member.party
    call.publish({ type: 'consultation.started', ...told(course), device, agentId: agentId as AgentId })
    this.#parties.afterwards(this.#follow(course, ring).catch((error) => this.#failed(course, error)))
    office.log.debug({ callId: call.callId, consultation: course.id }, 'An agent consults')
    return { ok: true, value: course.id }
  }

  async alternate(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'answered', async (course) => {
      const before = course.with
      return await this.#parties.change(
        () => Object.assign(course, { with: before === 'talk' ? 'consulted' : 'talk' }),
        () => Object.assign(course, { with: before })
      )
    })
  }

  async reconnect(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'ringing', async (course) => {
      const back = await this.#parties.change(
        () => Object.assign(member, { consultation: undefined }),
        () => Object.assign(member, { consultation: course })
      )
      if (back.ok) this.end(course, 'reconnected')
      return back
    })
  }

  /** Joins all three, and more. */
  async conference(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'answered', (course) => this.#join(course, 'conferenced'))
  }

  /** Joins the caller with whom the agent consults, and lets the agent go; who still rings is waited for. */
  async transfer(member: Member): Promise<DeskResult> {
    return await this.#carryOut(member, 'ringing', (course) =>
      course.state === 'answered' ? this.#join(course, 'transferred') : this.#leaveRinging(course)
    )
  }

  /** The consulted party, or the ring of their phone, is let go. */
  end(consultation: Consultation, result: ConsultationResult): void {
    const course = this.#courses.get(consultation)
    if (course === undefined) return
    const { party, ring, bridge, member, state } = course
    this.#over(course)
    if (member.consultation === course) member.consultation = undefined
    this.#parties.afterwards(
      (async () => {
        await ring?.drop()
        if (party !== undefined) await this.#parties.letGo(party, course.id)
        if (state !== 'begun') this.#tellEnd(course, result)
        await bridge?.close()
      })()
    )
  }

  /** Their agent has left the talk. */
  memberLeft({ consultation }: Member): void {
    if (consultation !== undefined) this.end(consultation, 'agent-left')
  }

  /** Whoever is hung up, or whose phone is told to stop ringing. */
  async clear(course: Course): Promise<DeskResult> {
    if (course.party !== undefined) await course.party.leg.channel.hangup()
    else this.#unanswered(course)
    return done
  }

  #course(member: Member, to: ConsultationTarget): Course {
    const { call, office } = this.#parties
    const id = office.newId() as CallId
    return {
      id,
      member,
      device: (to.kind === 'agent' ? to.agentId : to.uri) as DeviceId,
      line: new ConsultationCall(id, call, member.party, office),
      state: 'begun',
      with: 'consulted',
      toldHeld: false,
      ring: undefined,
      party: undefined,
      bridge: undefined,
      busy: undefined
    }
  }

  #problemWith(to: ConsultationTarget): DeskProblem | undefined {
    const { office, members } = this.#parties
    const { centre, distribution } = office
    const device = to.kind === 'agent' ? to.agentId : to.uri
    const isThere = members.has(device as DeviceId) || [...this.#courses.values()].some((one) => one.device === device)
    if (to.kind === 'sip' && !isAllowedAddress(to.uri, centre.allowedTransfers)) return 'TARGET_UNKNOWN'
    if (to.kind === 'agent' && !centre.agents.has(to.agentId)) return 'TARGET_UNKNOWN'
    if (isThere) return 'TARGET_NOT_AVAILABLE'
    const isFree = to.kind !== 'agent' || distribution.status(to.agentId as AgentId)?.state === 'ready'
    return isFree ? undefined : 'TARGET_NOT_AVAILABLE'
  }

  #ring(to: ConsultationTarget, line: ConsultationCall): PartyRing | undefined {
    const { office } = this.#parties
    return to.kind === 'agent'
      ? ringAgent(line, office, to.agentId as AgentId, CONSULTED_RING_MS)
      : ringSomebodyOutside(line, office, to.uri, CONSULTED_RING_MS)
  }

  /** What becomes of the phone that rings. */
  async #follow(course: Course, ring: PartyRing): Promise<void> {
    const pickedUp = await ring.pickedUp()
    const party = pickedUp && this.#asConsulted(pickedUp, course)
    await course.busy
    if (course.state === 'arriving') return this.#arrived(course, ring, party)
    if (course.state !== 'ringing') {
      if (party !== undefined) await this.#parties.letGo(party, course.id)
      return
    }
    if (party === undefined) return this.#unanswered(course)

    Object.assign(course, { party, state: 'answered' })
    this.#parties.watch(party, () => void this.#consultedLeft(course))
    course.bridge = await TalkBridge.open(this.#parties.office.newId(), this.#parties.office, this.#parties.signal)
    // Ended while the bridge was made.
    if (this.#courses.get(course) === undefined) return course.bridge.close()
    const result = await this.#parties.settle()
    if (result === 'unavailable' || result === 'refused') return this.#targetLeft(course)
    if (this.#courses.has(course)) course.line.publish({ type: 'leg.connected', device: course.device })
  }

  async #arrived(course: Course, ring: PartyRing, party: Party | undefined): Promise<void> {
    const { arrivals } = this.#parties
    this.#over(course)
    // Not waited for any more: the talk has ended.
    const waited = arrivals.delete(ring)
    if (party === undefined) {
      if (waited) this.#parties.look(true)
      return
    }
    if (!waited) return this.#parties.letGo(party)
    this.#serves(course)
    await joinedAsParty(this.#parties, party)
  }

  /** Whoever was consulted is a party of the talk; with `transferred` the agent is not, as soon as caller and party are joined. */
  async #join(course: Course, result: 'conferenced' | 'transferred'): Promise<DeskResult> {
    const { members } = this.#parties
    const { member, party } = course
    if (party === undefined) return refuse('NOT_ANSWERED')
    const joined = await this.#parties.change(
      () => {
        Object.assign(member, { consultation: undefined, leaving: result === 'transferred' })
        course.party = undefined
        this.#parties.add(party)
      },
      () => this.#separate(course, party)
    )
    if (!joined.ok) return joined
    if (members.get(party.device)?.party !== party) {
      // They hung up as they were being joined.
      member.leaving = false
      this.end(course, 'target-left')
      this.#parties.look()
      return refuse('TARGET_NOT_AVAILABLE')
    }
    this.#joins(course)
    this.#serves(course)
    this.#tellJoin(course, result)
    this.#over(course)
    this.#parties.afterwards(course.bridge?.close() ?? Promise.resolve())
    if (result === 'transferred') this.#release(member)
    return done
  }

  /** The agent goes while the phone rings: the caller hears that, and waits for them. */
  async #leaveRinging(course: Course): Promise<DeskResult> {
    const { arrivals, signal } = this.#parties
    const { member, ring } = course
    if (ring === undefined) return refuse('NOT_ANSWERED')
    const waits = await this.#parties.change(
      () => {
        arrivals.add(ring)
        Object.assign(member, { consultation: undefined, leaving: true })
      },
      () => {
        arrivals.delete(ring)
        Object.assign(member, { consultation: course, leaving: false })
      }
    )
    if (!waits.ok || signal.aborted) return waits
    course.state = 'arriving'
    this.#joins(course)
    this.#tellJoin(course, 'transferred')
    this.#parties.consultations.delete(course)
    this.#release(member)
    return done
  }

  /** Asterisk could not join them: agent and consulted party are together as before. */
  #separate(course: Course, party: Party): void {
    const { members } = this.#parties
    const { member } = course
    member.leaving = false
    const stillHere = members.get(party.device)?.party === party
    if (!stillHere || !this.#courses.has(course)) {
      this.end(course, 'target-left')
      return
    }
    members.delete(party.device)
    this.#parties.watch(party, () => void this.#consultedLeft(course))
    course.party = party
    if (members.get(member.party.device) === member) member.consultation = course
    else this.end(course, 'agent-left')
  }

  /** From now on what happens to them is told of the caller's call. */
  #joins({ line, ring }: Course): void {
    const { call, office } = this.#parties
    const agentId = ring?.agentId
    line.join()
    if (agentId !== undefined) office.distribution.joined(agentId, line.id, call.callId, undefined)
  }

  /** The contact of the agent's queue is theirs as well: they wrap it up. */
  #serves({ ring, member }: Course): void {
    const { call, office } = this.#parties
    const { agentId } = ring ?? {}
    if (agentId !== undefined) office.distribution.joined(agentId, call.callId, call.callId, member.party.queue)
  }

  #release(member: Member): void {
    const { members } = this.#parties
    const { device } = member.party
    // They may have hung up by themselves.
    if (members.get(device) !== member) return
    members.delete(device)
    void this.#parties.letGo(member.party)
  }

  #tellJoin({ id, member, device, ring, state, line: _ }: Course, result: 'conferenced' | 'transferred'): void {
    const { call } = this.#parties
    const from = member.party.device
    const agentId = ring?.agentId
    if (result === 'transferred') call.publish({ type: 'call.transferred', from, to: device, consultation: id })
    else
      call.publish({
        type: 'call.conferenced',
        by: from,
        device,
        consultation: id,
        ...(agentId !== undefined && { agentId })
      })
    if (agentId !== undefined && state === 'answered')
      call.publish({ type: 'call.established', agentId, device, waitedMs: call.totals.queuedMs })
    this.#tellEnd({ id, member, device } as Course, result)
  }

  #tellEnd(course: Course, result: ConsultationResult): void {
    const { device, agentId } = course.member.party
    this.#parties.call.publish({ type: 'consultation.ended', ...told(course), device, agentId: agentId as AgentId, result })
  }

  async #consultedLeft(course: Course): Promise<void> {
    await course.busy
    this.#targetLeft(course)
  }

  #targetLeft(course: Course): void {
    if (!this.#courses.has(course)) return
    this.end(course, 'target-left')
    this.#parties.look()
  }

  #unanswered(course: Course): void {
    if (!this.#courses.has(course)) return
    this.end(course, 'unanswered')
    this.#parties.look()
  }

  #failed(course: Course, error: unknown): void {
    const { call, office, signal } = this.#parties
    if (!signal.aborted) office.log.error({ err: error, callId: call.callId }, 'A consultation failed')
    if (course.state === 'arriving' && course.ring !== undefined) {
      this.#over(course)
      if (this.#parties.arrivals.delete(course.ring)) this.#parties.look(true)
    } else this.#unanswered(course)
  }

  /** It never began. */
  #forget(course: Course, wasHeld: boolean): void {
    this.#over(course)
    Object.assign(course.member, { consultation: undefined, held: wasHeld })
  }

  #over(course: Course): void {
    course.state = 'over'
    this.#courses.delete(course)
    this.#parties.consultations.delete(course)
  }

  /** A wrap-up comes after the caller's call only: who was merely consulted has none. */
  #asConsulted(party: Party, { line, member }: Course): Party {
    const { agentId, ...rest } = party
    if (agentId === undefined) return party
    const { distribution } = this.#parties.office
    const { queue } = member.party
    return {
      ...rest,
      agentId,
      ...(queue !== undefined && { queue }),
      onLetGo: () => distribution.talkOver(agentId, line.callId, line.isJoined ? queue : undefined)
    }
  }

  async #carryOut(
    { consultation }: Member,
    from: 'ringing' | 'answered',
    work: (course: Course) => Promise<DeskResult>
  ): Promise<DeskResult> {
    const course = consultation && this.#courses.get(consultation)
    if (course === undefined || course.state === 'begun') return refuse('NOT_CONSULTING')
    if (course.busy !== undefined) return refuse('CONSULTING')
    if (from === 'answered' && course.state !== 'answered') return refuse('NOT_ANSWERED')
    return await this.#during(course, () => work(course))
  }

  async #during(course: Course, work: () => Promise<DeskResult>): Promise<DeskResult> {
    const working = work()
    course.busy = working.catch(() => undefined) // Whoever gave the command is told.
    try {
      return await working
    } finally {
      course.busy = undefined
    }
  }
}

function told({ id, device }: Consultation) {
  return { consultation: id, to: device }
}
