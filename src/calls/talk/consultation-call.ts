import type { CallId, ChannelId, ContactId, DeviceId } from '../../domain/ids.ts'
import type { AttachedData } from '../../domain/screen-pop.ts'
import type { CallFact } from '../call/call-fact.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import type { Party } from '../call/party.ts'
import type { Alerting } from '../call/rung-for.ts'
import type { ToldOf } from '../offers/offer-book.ts'
import type { Ringer } from './party-ring.ts'

/** The call of an agent with whom they consult: what it brings about is told of the caller's call, as part of that consultation, until the two are one. */
export class ConsultationCall implements Ringer {
  readonly id: CallId
  readonly device: DeviceId
  readonly shownName: string
  readonly originator: ChannelId
  alerting: Alerting | undefined
  readonly #call: LiveCall
  #joined = false

  constructor(id: CallId, call: LiveCall, { device, agentId, leg }: Party, office: CallsOffice) {
    this.id = id
    this.#call = call
    this.device = device
    this.shownName = (agentId && office.distribution.profileOf(agentId)?.name) ?? device
    this.originator = leg.channel.id
  }

  get callId(): CallId {
    return this.#joined ? this.#call.callId : this.id
  }

  get contactId(): ContactId {
    return this.#call.contactId
  }

  get isJoined(): boolean {
    return this.#joined
  }

  /** Whoever was consulted is part of the caller's call from now on. */
  join(): void {
    this.#joined = true
  }

  told(): ToldOf {
    const { callId } = this.#call
    return this.#joined ? { callId } : { callId, consultation: this.id }
  }

  attachedData(): AttachedData {
    return this.#call.attachedData()
  }

  publish(fact: CallFact): void {
    this.#call.publish(this.#joined ? fact : ({ ...fact, consultation: this.id } as CallFact))
  }
}
