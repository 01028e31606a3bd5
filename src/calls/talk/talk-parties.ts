import { Abort, Either, type Signal } from '../../domain/abort.ts'
import { AppError } from '../../domain/errors.ts'
import type { AgentId, BridgeId, CallId, ChannelId, DeviceId } from '../../domain/ids.ts'
import type { KeptTalk } from '../../domain/kept-call.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import { done, refuse } from '../call/desk-result.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import type { Party } from '../call/party.ts'
import { musicOf } from '../call/queue-music.ts'
import type { TalkBridge } from '../line/bridge.ts'
import type { Leg } from '../line/leg.ts'
import { keptTalk } from './kept-talk.ts'
import type { PartyRing } from './party-ring.ts'
import { planSeats } from './plan-seats.ts'
import { type Plan, Seating } from './seating.ts'
import { TalkBridges } from './talk-bridges.ts'
import type { Consultation, Member } from './talk-member.ts'
import { type OnTransferAsked, TalkPhones } from './talk-phones.ts'
import { awayBy, ToldHolds } from './told-holds.ts'

/** How long the news that somebody has left may be behind Asterisk's word that they have. */
const GONE_LIMIT_MS = 2_000

/** Why a talk has ended. `not-served`: whoever had the caller is gone, and had not finished. */
export type PartingReason = 'agent-left' | 'not-served'

/** What happens to the parties beside what they are told to do. */
export interface TalkNews {
  memberLeft(member: Member): void
  readonly transferAsked: OnTransferAsked
}

/** Where a talk begins. */
export interface TalkGround {
  readonly call: LiveCall
  readonly office: CallsOffice
  readonly bridge: TalkBridge
  /** Aborts when the caller has left. */
  readonly signal: Signal
}

/** Who takes part in a talk and who hears whom: a table, changed in one breath; Asterisk is brought to it afterwards (see Seating). */
export class TalkParties {
  readonly call: LiveCall
  readonly office: CallsOffice
  readonly members = new Map<DeviceId, Member>()
  readonly consultations = new Set<Consultation>()
  /** Phones that ring so that somebody joins. */
  readonly arrivals = new Set<PartyRing>()
  /** Aborts with the talk. */
  readonly signal: Signal
  readonly seating: Seating
  readonly phones: TalkPhones
  /** Resolves with why nobody is left; rejects with a fault. */
  readonly parted: Promise<PartingReason>
  readonly #over = new Abort()
  readonly #on: TalkNews
  /** What to do when the party on that leg leaves. */
  readonly #watched = new Map<Leg, () => void>()
  readonly #closing = new Set<Promise<unknown>>()
  #part: (reason: PartingReason) => void = () => undefined
  #fault: (error: unknown) => void = () => undefined
  /** The caller was on hold for a consultation as the last one left, or waited for somebody who never came. */
  #unserved = false
  readonly #bridges: TalkBridges
  readonly #holds: ToldHolds

  constructor({ call, office, bridge, signal }: TalkGround, there: readonly Party[], on: TalkNews) {
    this.#on = on
    this.call = call
    this.office = office
    this.signal = new Either(signal, this.#over.signal)
    this.#bridges = new TalkBridges(bridge, call, office, this.signal)
    this.#holds = new ToldHolds(call, office.clock)
    this.seating = new Seating(
      office,
      () => musicOf(call, office),
      () => this.#plan(),
      (channel) => this.afterwards(this.#isGone(channel))
    )
    this.phones = new TalkPhones(this, on.transferAsked)
    this.parted = new Promise((resolve, reject) => {
      this.#part = resolve
      this.#fault = reject
    })
    this.parted.catch(() => undefined) // Whoever waits for it is told; nobody may wait any more.
    this.seating.isIn(bridge, call.channel.id)
    for (const party of there) {
      this.add(party)
      this.seating.isIn(bridge, party.leg.channel.id)
    }
  }

  get bridge(): TalkBridge {
    return this.#bridges.current
  }

  /** The part of an agent in the talk. */
  memberOf(agentId: AgentId): Member | undefined {
    return [...this.members.values()].find(({ party }) => party.agentId === agentId)
  }

  /** Takes somebody in. They hear the others after `settle`. */
  add(party: Party): Member {
    const member: Member = {
      party,
      held: false,
      phoneHolds: false,
      leaving: false,
      consultation: undefined,
      toldAway: undefined
    }
    this.members.set(party.device, member)
    this.watch(party, () => this.#memberLeft(member))
    this.phones.hear(party)
    return member
  }

  /** As the next process needs it. */
  kept(): Omit<KeptTalk, 'since'> {
    return keptTalk(this.bridge, this.members.values())
  }

  /**
   * As an earlier process left it: who holds, and who sits where. Asterisk is brought from there to how the talk stands now. Whose last agent
   * had gone while somebody else was rung has nobody any more.
   */
  goOn({ parties }: KeptTalk, bridges: ReadonlyMap<BridgeId, readonly ChannelId[]>): void {
    for (const { device, held, phoneHolds } of parties) {
      const member = this.members.get(device)
      if (member === undefined) continue
      Object.assign(member, { held, phoneHolds })
      member.toldAway = awayBy(member)
    }
    const all = [this.bridge, ...[...this.consultations].flatMap(({ bridge }) => bridge ?? [])]
    for (const { id } of this.#plan().keys()) {
      const there = all.find((bridge) => bridges.get(bridge.id)?.includes(id))
      if (there === undefined) this.seating.isAlone(id)
      else this.seating.isIn(there, id)
    }
    if (!bridges.has(this.bridge.id)) this.#bridges.makeAnew()
    this.look(true)
  }

  /** Calls back when the party leaves while the talk goes on; in place of what was to be called before. */
  watch({ leg }: Party, left: () => void): void {
    const known = this.#watched.has(leg)
    this.#watched.set(leg, left)
    if (known) return
    leg.left(this.signal).then(
      () => this.#watched.get(leg)?.(),
      () => undefined // The talk is over, and lets go of everybody.
    )
  }

  /** Lets somebody go who takes part no more: their leg is ended, and told. `consultation`: they were in that one only. */
  letGo(party: Party, consultation?: CallId): Promise<void> {
    const going = this.#letGo(party, consultation)
    this.afterwards(going)
    return going
  }

  /** Work that the end of the talk waits for. */
  afterwards(work: Promise<unknown>): void {
    const waited = work
      .catch((err) => this.office.log.error({ err, callId: this.call.callId }, 'A party of a talk could not be let go cleanly'))
      .finally(() => this.#closing.delete(waited))
    this.#closing.add(waited)
  }

  /** Asterisk is brought to how the talk stands, and what has changed for the caller is told. False when it did not work. */
  async settle(): Promise<'settled' | 'unavailable' | 'refused' | 'over'> {
    try {
      const trouble = (await this.#bridges.fit(() => this.#plan())) ?? (await this.seating.settle(this.signal))
      this.#holds.tell([...this.members.values()])
      return trouble ?? 'settled'
    } catch (error) {
      if (this.signal.aborted) return 'over'
      throw error
    }
  }

  /** From now on all are mixed. */
  async mix(): Promise<void> {
    this.#bridges.mix()
    const result = await this.settle()
    if (result === 'unavailable' || result === 'refused') this.settleOrFail()
  }

  /** As `settle`, where there is no way back: what cannot be done ends the talk as a fault of ours. */
  settleOrFail(): void {
    this.afterwards(
      this.settle().then(
        (result) => {
          if (result === 'unavailable' || result === 'refused') this.fail(result)
        },
        (error) => this.#fault(error)
      )
    )
  }

  /** Ends the talk as a fault: somebody would be alone without a way back. */
  fail(trouble: 'unavailable' | 'refused'): void {
    this.#fault(faultOf(trouble))
  }

  /** Changes the talk for an agent's desk, or leaves it as it was when Asterisk cannot. */
  async change(apply: () => void, undo: () => void): Promise<DeskResult> {
    if (!this.office.telephony.status().connected) return refuse('ASTERISK_UNAVAILABLE')
    apply()
    const result = await this.settle()
    if (result === 'settled' && !this.seating.isGone(this.call.channel.id)) return done
    if (result === 'over' || result === 'settled') return refuse('NOT_TALKING')
    undo()
    this.settleOrFail()
    return refuse('ASTERISK_UNAVAILABLE')
  }

  /** Somebody left, or did not come: is anybody still with the caller? */
  look(unserved = false): void {
    this.#unserved = unserved
    if (this.members.size === 0 && this.arrivals.size === 0) this.#part(this.#unserved ? 'not-served' : 'agent-left')
    else this.settleOrFail()
  }

  /** Asterisk says that somebody has left. The news comes by itself; when it does not, they are let go, so that nobody is with a ghost. */
  async #isGone(channel: Channel): Promise<void> {
    try {
      await this.office.clock.sleep(GONE_LIMIT_MS, this.signal)
    } catch {
      return // The talk is over.
    }
    if (channel === this.call.channel) this.fail('refused')
    else await channel.hangup()
  }

  /** Ends it for everybody: consultations first, then legs, then the bridge (in that order: Asterisk issue 1124). */
  async close(endConsultation: (consultation: Consultation) => void): Promise<void> {
    this.#over.abort(new Error('The talk is over'))
    this.phones.close()
    await this.#bridges.close(() => this.#letAllGo(endConsultation))
    if (!this.call.signal.aborted) await this.seating.silence(this.call.channel)
  }

  async #letAllGo(endConsultation: (consultation: Consultation) => void): Promise<void> {
    await this.seating.idle()
    this.#holds.count([])
    for (const consultation of this.consultations) endConsultation(consultation)
    for (const ring of this.arrivals) this.afterwards(ring.drop())
    for (const { party } of this.members.values()) void this.letGo(party)
    this.members.clear()
    this.arrivals.clear()
    while (this.#closing.size > 0) await Promise.all(this.#closing)
  }

  #memberLeft(member: Member): void {
    const { party, consultation } = member
    if (this.members.get(party.device) !== member) return
    this.members.delete(party.device)
    const unserved = consultation?.with === 'consulted'
    void this.letGo(party)
    this.#on.memberLeft(member)
    this.look(unserved)
  }

  async #letGo({ device, leg, onLetGo }: Party, consultation: CallId | undefined): Promise<void> {
    try {
      const cause = await leg.end()
      this.call.publish({ type: 'leg.ended', device, cause, ...(consultation !== undefined && { consultation }) })
    } finally {
      onLetGo()
    }
  }

  /** Anew, as somebody's hold has changed. */
  countHolds(): void {
    this.#holds.count([...this.members.values()])
  }

  #plan(): Plan {
    return planSeats(this.call.channel, [...this.members.values()], this.bridge, this.arrivals.size > 0)
  }
}

function faultOf(trouble: 'unavailable' | 'refused'): AppError {
  const code = trouble === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'ASTERISK_REFUSED'
  return new AppError(code, 'upstream', 'The parties of a talk could not be joined', { details: { trouble } })
}
