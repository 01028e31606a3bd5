import type { Signal } from '../../domain/abort.ts'
import type { DeviceId } from '../../domain/ids.ts'
import type { Channel, ChannelEvent } from '../../domain/ports/telephony.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { Party } from '../call/party.ts'
import type { TalkBridge } from '../line/bridge.ts'
import type { Leg } from '../line/leg.ts'
import type { Seating } from './seating.ts'
import type { Member } from './talk-member.ts'

export type TransferAsked = Extract<ChannelEvent, { type: 'transfer-asked' }>

/** `line`: whichever of the phone's channels it was asked on. */
export type OnTransferAsked = (member: Member, asked: TransferAsked, line: Channel) => Promise<void>

/** What a phone's keys change. */
interface HeardTalk {
  readonly call: LiveCall
  readonly members: ReadonlyMap<DeviceId, Member>
  readonly bridge: TalkBridge
  readonly seating: Seating
  readonly signal: Signal
  afterwards(work: Promise<unknown>): void
  countHolds(): void
  settleOrFail(): void
}

/** What the phones of a talk say by their own keys: hold, retrieve, transfer. */
export class TalkPhones {
  readonly #talk: HeardTalk
  readonly #onTransferAsked: OnTransferAsked
  readonly #heard = new Set<Leg>()
  readonly #callerHolds: Disposable

  constructor(talk: HeardTalk, onTransferAsked: OnTransferAsked) {
    this.#talk = talk
    this.#onTransferAsked = onTransferAsked
    const { channel } = talk.call
    this.#callerHolds = channel.events.on(({ type }) => {
      if (type === 'unheld') this.#joinAnew(channel)
    })
  }

  /** Once for each leg, as a party may come back after a change that was undone. */
  hear({ device, leg }: Party): void {
    if (this.#heard.has(leg)) return
    this.#heard.add(leg)
    leg.channel.events.on((event) => {
      const member = this.#talk.members.get(device)
      if (member === undefined || member.party.leg !== leg) return
      if (event.type === 'held' || event.type === 'unheld') this.#holds(member, event.type === 'held')
      if (event.type === 'transfer-asked') this.#talk.afterwards(this.#onTransferAsked(member, event, leg.channel))
    })
  }

  /** The second line of an agent's phone, which they consult with. */
  hearOwnLine(member: Member, { channel }: Leg): void {
    channel.events.on((event) => {
      if (member.consultation?.ownLine?.channel !== channel) return
      if (event.type === 'transfer-asked') this.#talk.afterwards(this.#onTransferAsked(member, event, channel))
      if (event.type === 'unheld') this.#joinAnew(channel)
    })
  }

  /** The caller's line outlives the talk. */
  close(): void {
    this.#callerHolds[Symbol.dispose]()
  }

  #holds(member: Member, holds: boolean): void {
    const { call, signal, bridge } = this.#talk
    if (member.phoneHolds === holds || signal.aborted) return
    member.phoneHolds = holds
    const { consultation } = member
    // By the keys of the phone the agent goes from one to the other.
    if (consultation?.ownLine !== undefined) consultation.with = holds ? 'consulted' : 'talk'
    this.#talk.countHolds()
    call.publish({ type: holds ? 'call.held' : 'call.retrieved', device: member.party.device, by: 'phone' })
    if (!holds) this.#joinAnew(member.party.leg.channel)
    else if (bridge.kind === 'conference') this.#talk.settleOrFail()
  }

  /**
   * Many phones begin a new stream with new numbers when they end their hold, and a mixing bridge goes on with the translation of the old one
   * (see BridgeKind). It makes a new one of whoever leaves and comes back.
   */
  #joinAnew(channel: Channel): void {
    if (this.#talk.bridge.kind !== 'conference' || this.#talk.signal.aborted) return
    this.#talk.seating.again(channel.id)
    this.#talk.settleOrFail()
  }
}
