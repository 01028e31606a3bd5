import { Abort, Either, type Signal } from '../../domain/abort.ts'
import { EventFeed } from '../../domain/event-feed.ts'
import type { AgentId, ChannelId, DeviceId } from '../../domain/ids.ts'
import type { HangupReason } from '../../domain/ports/telephony.ts'
import type { Offer, OfferResult } from '../../domain/queue.ts'
import { within } from '../../domain/within.ts'
import type { Leg } from '../line/leg.ts'
import { type RingResult, ringPhone } from '../line/ring-phone.ts'
import type { Waiter } from '../offers/distribution.ts'
import type { CallsOffice } from './office.ts'
import type { RungFor } from './rung-for.ts'

/** Pings go every 3 s, and one without an answer ends the connection; a command has waited for 5 s by then. */
const NOTICE_LIMIT_MS = 4_000

/** An agent picked up: the offer is claimed, the two are not yet joined. */
export interface Answered {
  readonly type: 'answered'
  readonly offer: Offer
  readonly device: DeviceId
  readonly leg: Leg
}

export type RingNews =
  | Answered
  | { readonly type: 'ended'; readonly offer: Offer; readonly result: Exclude<OfferResult, 'answered'> }
  /** Something of ours broke while ringing. */
  | { readonly type: 'fault'; readonly error: unknown }

/** Why a phone stops ringing, in the word its display shows. RFC 3326: the Reason header tells "answered elsewhere" from "missed". */
const hangupReasons = {
  missed: 'no-answer',
  rejected: 'rejected',
  callerGone: 'normal',
  unreachable: 'normal',
  deflected: 'normal',
  answeredElsewhere: 'answered-elsewhere'
} as const satisfies Record<Exclude<OfferResult, 'answered'>, HangupReason>

/** Where an agent can be reached now: the browser phone when it is open, else the desk phone; undefined when neither is registered. */
export function phoneOf(
  agentId: AgentId,
  telephony: CallsOffice['telephony']
): { device: DeviceId; user: string; canAnswer: boolean } | undefined {
  const browser = `${agentId}-web`
  if (telephony.phoneStatus(browser) === 'in-service')
    return { device: agentId as string as DeviceId, user: browser, canAnswer: true }
  if (telephony.phoneStatus(agentId) === 'in-service')
    return { device: agentId as string as DeviceId, user: agentId, canAnswer: false }
  return undefined
}

/**
 * Has a SIP phone answer at once. There is no standard that all follow: phones look at the `info` of Alert-Info, or at the `answer-after`
 * of Call-Info; both are of the form of RFC 3261 §20.4 and §20.9.
 */
export const answerByItself = {
  'PJSIP_HEADER(add,Alert-Info)': '<sip:switchboard>;info=alert-autoanswer;delay=0',
  'PJSIP_HEADER(add,Call-Info)': '<sip:switchboard>;answer-after=0'
}

/** What a ring that came to nothing makes of the offer. */
const offerResults = {
  'no-answer': 'missed',
  busy: 'rejected',
  rejected: 'rejected',
  unreachable: 'unreachable',
  away: 'unreachable'
} as const satisfies Record<Exclude<RingResult['kind'], 'answered'>, OfferResult>

/** For an agent's own call: their phone is the call's own leg, and shows whom they call. */
export interface OwnPhone {
  readonly legId?: ChannelId
  readonly shows: string
}

/** The offer whose phone rings now. */
interface Current {
  readonly offer: Offer
  readonly stop: Abort
  stopReason: HangupReason
}

/** Rings the agents that the distribution offers for one caller, one after the other, and tells what came of each. */
export class Ringing implements Waiter {
  readonly news = new EventFeed<RingNews>()
  readonly #call: RungFor
  readonly #office: CallsOffice
  readonly #waitingSince: number | undefined
  readonly #own: OwnPhone | undefined
  #current: Current | undefined
  /** Picked up, and nobody has taken them over yet. */
  #pickedUp: Answered | undefined

  /** `waitingSince`: when the caller entered the queue; unset for a transfer straight to an agent. */
  constructor(call: RungFor, office: CallsOffice, waitingSince?: number, own?: OwnPhone) {
    this.#call = call
    this.#office = office
    this.#waitingSince = waitingSince
    this.#own = own
  }

  /** Whether an agent's phone is being rung now. */
  get busy(): boolean {
    return this.#current !== undefined
  }

  /** Resolves when no phone is being rung. */
  async untilIdle(signal: Signal): Promise<void> {
    while (this.busy) {
      using ended = this.news.subscribe((news) => news.type === 'ended')
      await ended.first(signal)
    }
  }

  onOffer(offer: Offer): void {
    const current = { offer, stop: new Abort(), stopReason: 'normal' as HangupReason }
    this.#current = current
    // In a microtask: the distribution may offer while it is still taking the caller in, and `call.queued` is to come first.
    queueMicrotask(() => void this.#ring(current).catch((error) => this.#fault(current.offer, error)))
  }

  onOfferEnded(offer: Offer, result: Exclude<OfferResult, 'answered'>): void {
    if (this.#current?.offer.id === offer.id) {
      this.#current.stopReason = hangupReasons[result]
      this.#current.stop.abort(new Error('The offer has ended'))
      this.#over()
    }
    this.news.publish({ type: 'ended', offer, result })
  }

  /** Whoever was told of an answer takes the agent over with this, and lets go of them in the end. */
  takeOver(): void {
    this.#pickedUp = undefined
  }

  /** Stops ringing whatever rings. An agent who has picked up for a caller who left in the same moment is let go. */
  async close(): Promise<void> {
    this.#current?.stop.abort(new Error('The caller is no longer waiting'))
    this.#over()
    this.news.close()
    const answered = this.#pickedUp
    this.#pickedUp = undefined
    if (answered !== undefined) await letGo(answered, this.#call, this.#office)
  }

  #over(): void {
    // Another phone may ring for the call already: that of a colleague whom it was deflected to.
    if (this.#call.alerting?.offer === this.#current?.offer) this.#call.alerting = undefined
    this.#current = undefined
  }

  async #ring(current: Current): Promise<void> {
    const { offer, stop } = current
    if (stop.signal.aborted) return
    const phone = phoneOf(offer.agentId, this.#office.telephony)
    const device = offer.agentId as string as DeviceId
    this.#call.alerting = { offer, device, canAnswer: phone?.canAnswer ?? false }
    this.#announce(offer, device)
    if (phone === undefined) return this.#office.distribution.offerFailed(offer.id, 'unreachable')

    const result = await this.#dial(current, phone, device)
    if (result === undefined) return
    if (result.kind === 'away' && !(await this.#isKnownAway(stop.signal))) {
      return this.#office.distribution.offerFailed(offer.id, 'unreachable', 'blameless')
    }
    if (result.kind !== 'answered') return this.#office.distribution.offerFailed(offer.id, offerResults[result.kind])
    // The claim: false when the caller left or the deadline passed in the same moment.
    if (stop.signal.aborted || !this.#office.distribution.answered(offer.id)) return result.leg.drop()
    this.#over()
    this.#pickedUp = { type: 'answered', offer, device, leg: result.leg }
    this.news.publish(this.#pickedUp)
  }

  /** The screen pop leaves before the phone is dialled. */
  #announce(offer: Offer, device: DeviceId): void {
    this.#call.publish({
      type: 'offer.made',
      offerId: offer.id,
      agentId: offer.agentId,
      device,
      caller: this.#call.device,
      ...(offer.queue === '' ? {} : { queue: offer.queue }),
      deadline: offer.deadline,
      data: this.#call.attachedData(this.#waitingSince)
    })
  }

  /** Undefined when the offer ended while it rang. */
  async #dial(
    current: Current,
    { user, canAnswer }: { readonly user: string; readonly canAnswer: boolean },
    device: DeviceId
  ): Promise<RingResult | undefined> {
    const { offer, stop } = current
    const { id: offerId, agentId } = offer
    const { autoAnswer = false } = offer.asked ? { autoAnswer: true } : (this.#office.distribution.profileOf(agentId) ?? {})
    try {
      return await ringPhone(
        {
          endpoint: `PJSIP/${user}`,
          ...(autoAnswer && !canAnswer && { variables: answerByItself }),
          ...(this.#call.originator !== undefined && { originator: this.#call.originator }),
          ...(this.#own?.legId !== undefined && { channelId: this.#own.legId }),
          callerNumber: this.#own?.shows ?? this.#call.device,
          callerName: this.#own === undefined ? this.#call.shownName : '',
          timeoutMs: Math.max(1_000, offer.deadline - this.#office.clock.now())
        },
        this.#office,
        {
          ringing: () => {
            this.#call.publish({ type: 'offer.ringing', offerId, agentId, device })
            if (autoAnswer && canAnswer) this.#call.publish({ type: 'offer.answer-requested', offerId, agentId })
          },
          hangupReason: () => current.stopReason
        },
        stop.signal
      )
    } catch (error) {
      if (stop.signal.aborted) return undefined
      throw error
    }
  }

  /**
   * A dead wire is noticed later than a command on it times out, and then nobody is rung and nobody to blame. False when the wire is alive:
   * Asterisk did not answer this one command.
   */
  async #isKnownAway(signal: Signal): Promise<boolean> {
    const { connection, telephony, clock } = this.#office
    using lost = connection.subscribe((status) => !status.connected)
    if (!telephony.status().connected) return true
    try {
      return (await within(NOTICE_LIMIT_MS, clock, (limit) => lost.first(new Either(signal, limit)))) !== undefined
    } catch (reason) {
      if (!signal.aborted) throw reason
      return true
    }
  }

  #fault(offer: Offer, error: unknown): void {
    this.#office.distribution.offerFailed(offer.id, 'unreachable')
    this.news.publish({ type: 'fault', error })
  }
}

/** Hangs up an agent who picked up, and releases them to wrap-up: whatever happened in between, the agent is free in the end. */
export async function letGo(
  { leg, device, offer }: Answered,
  call: Pick<RungFor, 'callId' | 'publish'>,
  office: CallsOffice
): Promise<void> {
  try {
    call.publish({ type: 'leg.ended', device, cause: await leg.end() })
  } finally {
    office.distribution.talkOver(offer.agentId, call.callId, offer.queue === '' ? undefined : offer.queue)
  }
}
