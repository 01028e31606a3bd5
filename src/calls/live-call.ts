import type { CallDoor } from '../domain/events.ts'
import type { CallId, ChannelId, ContactId, DeviceId } from '../domain/ids.ts'
import type { Interrupted } from '../domain/interrupted.ts'
import type { KeptPlace } from '../domain/kept-place.ts'
import type { Channel, IncomingCall } from '../domain/ports/telephony.ts'
import type { QueuePlace } from '../domain/queue.ts'
import type { AttachedData } from '../domain/screen-pop.ts'
import { CallEnded, type Termination } from '../domain/termination.ts'
import type { CallFact, EventOfCall } from './call-fact.ts'
import { CallRecorder } from './call-recorder.ts'
import { CallStory } from './call-story.ts'
import { CallerKeys } from './caller-keys.ts'
import type { CallsOffice } from './office.ts'
import type { Alerting, RungFor } from './rung-for.ts'
import type { StayControl } from './stay-control.ts'
import type { TalkControl } from './talk-control.ts'
import { ToldTwice } from './told-twice.ts'

/** Where a call came from. `callback`, `desk`: we make it, and its channel is a leg of ours. */
export type CallOrigin = Omit<IncomingCall, 'door'> & { readonly door: CallDoor }

/**
 * One call in progress: who it is, what is known, and the signal everything of it runs under.
 * The phase says what a hang-up means: leaving a flow is the caller's right, leaving a queue is an abandoned call.
 */
export class LiveCall implements RungFor {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly channel: Channel
  readonly device: DeviceId
  /** The number whose flow the caller is in: what they dialled, until they are sent on to another. */
  dialed: string
  readonly startedAt: number
  readonly story: CallStory
  readonly keys = new CallerKeys()
  readonly recorder: CallRecorder
  readonly totals = { queuedMs: 0, talkedMs: 0, heldMs: 0 }
  answeredAt: number | undefined
  /** Where this caller was cut off in an earlier call. */
  interrupted: Interrupted | undefined
  /** Where in its flows the caller has left. */
  leftAt: Interrupted | undefined
  talk: TalkControl | undefined
  /** The stay in a queue that the call is in now. */
  stay: StayControl | undefined
  alerting: Alerting | undefined
  /** The last place the caller had in a queue, kept when they leave it: who books a callback does not lose it. */
  lastPlace: QueuePlace | undefined
  /** The place in which the caller was when the call ended, the queue itself last. */
  brokenOff: Omit<KeptPlace, 'callId' | 'at'> | undefined
  /** Whether the caller's channel is there: a customer whom we call back is on no line before they have answered. */
  onLine: boolean
  /** Music on hold plays to the caller, and no file. */
  hearsMusic = false
  readonly #toldTwice = new ToldTwice()
  readonly #incoming: CallOrigin
  readonly #office: CallsOffice
  readonly #ended = new AbortController()
  #phase: 'flow' | 'queued' | 'talking' = 'flow'
  #talked = false
  #clearedByDesk = false
  #cause: number | undefined

  /** `known`: who it is, when that was decided before the call began. */
  constructor(
    incoming: CallOrigin,
    office: CallsOffice,
    language: string,
    known?: { readonly callId: CallId; readonly contactId: ContactId }
  ) {
    this.#incoming = incoming
    this.#office = office
    this.callId = known?.callId ?? (office.newId() as CallId)
    this.contactId = known?.contactId ?? (this.callId as string as ContactId)
    this.onLine = !this.#isOurs
    this.channel = incoming.channel
    this.device = (incoming.callerNumber || 'anonymous') as DeviceId
    this.dialed = incoming.dialed
    this.startedAt = office.clock.now()
    this.story = new CallStory(language)
    this.recorder = new CallRecorder(this, office)
  }

  /** Whether the caller shows a number to be known by. */
  get hasNumber(): boolean {
    return this.#incoming.callerNumber !== ''
  }

  get signal(): AbortSignal {
    return this.#ended.signal
  }

  get incoming(): CallOrigin {
    return this.#incoming
  }

  /** Q.850 cause of the caller's channel, once Asterisk has told it. */
  get cause(): number | undefined {
    return this.#cause
  }

  /** Whether the caller has talked to anybody. */
  get hasTalked(): boolean {
    return this.#talked
  }

  /** On whose behalf agents are called: the caller's channel, once they are on the line. */
  get originator(): ChannelId | undefined {
    return this.onLine ? this.channel.id : undefined
  }

  /** What agents' phones show beside the number. */
  get shownName(): string {
    return this.story.customer?.name ?? this.#incoming.callerName
  }

  attachedData(waitingSince?: number): AttachedData {
    return this.story.attachedData(this.#office.clock.now(), waitingSince)
  }

  publish(event: CallFact): void {
    this.#office.publish({ ...event, callId: this.callId, contactId: this.contactId } as EventOfCall)
    this.recorder.saw(event)
  }

  enter(phase: 'flow' | 'queued' | 'talking'): void {
    this.#phase = phase
    if (phase === 'talking') this.#talked = true
    // A caller who is sent on waits, too, but is still followed from agent to agent.
    if (phase === 'flow') this.recorder.talkOver()
    this.#office.liveStore.put({
      callId: this.callId,
      contactId: this.contactId,
      startedAt: this.startedAt,
      channelId: this.channel.id,
      caller: this.device,
      dialed: this.dialed,
      phase,
      ...(phase === 'queued' && this.lastPlace !== undefined && { place: this.lastPlace })
    })
  }

  /** Watches the caller's channel: keys are kept from the first moment, and its end is the end of everything under the signal. */
  watch(): Disposable {
    return this.channel.events.on((event) => {
      // What a caller presses during a talk is meant for the agent, not for the flow.
      if (event.type === 'digit' && this.#phase !== 'talking' && !this.#isToldAgain(event.digit, event.durationMs))
        this.keys.press(event.digit)
      // An agent who dialled in: nobody is with whom they could leave their caller.
      if (event.type === 'transfer-asked') void this.channel.answerTransfer('declined')
      if (event.type === 'destroyed') this.#cause = event.cause
      if (event.type === 'left' && event.withAsterisk) this.end({ result: 'failed', reason: 'asterisk-lost' })
      if (event.type === 'left' || event.type === 'destroyed') this.#ended.abort(new CallEnded(this.#callerLeft()))
    })
  }

  /** The desk hangs up the caller. */
  clearByDesk(): void {
    this.#clearedByDesk = true
  }

  /** Ends the call from our side. */
  end(termination: Termination): void {
    this.#ended.abort(new CallEnded(termination))
  }

  /** Whether we make the call. */
  get #isOurs(): boolean {
    return this.#incoming.door === 'callback' || this.#incoming.door === 'desk'
  }

  #isToldAgain(digit: string, durationMs: number): boolean {
    return this.#toldTwice.isSecond(digit, durationMs, this.#office.clock.now(), this.hearsMusic)
  }

  #callerLeft(): Termination {
    if (this.#clearedByDesk) return { result: 'completed', reason: 'cleared-by-desk' }
    // Whom we called, and who hears music before a first talk, has not given up waiting.
    if (this.#phase === 'queued' && !(this.#isOurs && !this.#talked))
      return { result: 'abandoned', reason: 'caller-hung-up-in-queue' }
    return { result: 'completed', reason: this.#talked ? 'caller-hung-up-after-talk' : 'caller-hung-up' }
  }
}
