import { Abort, type Signal } from '../../domain/abort.ts'
import type { CallDoor, CallPhase } from '../../domain/call-phase.ts'
import type { AgentId, CallId, ChannelId, ContactId, DeviceId } from '../../domain/ids.ts'
import type { Interrupted } from '../../domain/interrupted.ts'
import type { KeptCall, KeptStay, KeptSupervision, KeptTalk } from '../../domain/kept-call.ts'
import type { KeptPlace } from '../../domain/kept-place.ts'
import type { Channel, IncomingCall } from '../../domain/ports/telephony.ts'
import type { QueuePlace } from '../../domain/queue.ts'
import type { AttachedData } from '../../domain/screen-pop.ts'
import { suggestionsFor } from '../../domain/suggestion.ts'
import { CallEnded, type Termination } from '../../domain/termination.ts'
import type { CallFact, EventOfCall } from './call-fact.ts'
import { CallRecorder } from './call-recorder.ts'
import { CallStory } from './call-story.ts'
import { CallerKeys } from './caller-keys.ts'
import { keptCallOf } from './kept-call-of.ts'
import type { LeftOver } from './left-over.ts'
import type { CallsOffice } from './office.ts'
import type { Alerting, RungFor } from './rung-for.ts'
import type { Deflectable, StayControl } from './stay-control.ts'
import type { TalkControl } from './talk-control.ts'
import { ToldTwice } from './told-twice.ts'

/** Facts after which a call is written down anew; so it is with each phase and each step of a flow. */
const changing: ReadonlySet<CallFact['type']> = new Set([
  'call.answered',
  'call.identified',
  'call.data-changed',
  'call.language-changed',
  'call.tagged',
  'shortcut.taken',
  'call.established',
  'call.held',
  'call.retrieved',
  'call.transferred',
  'call.conferenced',
  'consultation.started',
  'consultation.ended',
  'leg.connected',
  'leg.ended',
  'recording.started',
  'recording.paused',
  'recording.resumed',
  'recording.stopped',
  'supervision.changed',
  'supervision.ended'
])

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
  /** Where in its flows the caller is, to go on there; undefined before the first step. */
  position: () => Interrupted | undefined = () => undefined
  /** Where an earlier process left the call in its flows; unset once it goes on. */
  goesOnAt: Interrupted | undefined
  /** What an earlier process left of this call, until the step that it belongs to takes it up. */
  leftOver: LeftOver | undefined
  /** The agent who is the caller, of a call to a colleague. */
  callingAgent: AgentId | undefined
  /** The last stay in a queue, as the next process needs it. */
  lastStay: KeptStay | undefined
  talk: TalkControl | undefined
  /** A talk with somebody outside that no desk has to do with, as the next process needs it. */
  talkOutside: KeptTalk | undefined
  /** The stay in a queue that the call is in now. */
  stay: StayControl | undefined
  /** While agents are rung for the caller, in a queue or without one. */
  deflectable: Deflectable | undefined
  alerting: Alerting | undefined
  /** Who listens to its agents. */
  readonly supervisions = new Set<{ kept(): KeptSupervision | undefined }>()
  /** The last place the caller had in a queue, kept when they leave it: who books a callback does not lose it. */
  lastPlace: QueuePlace | undefined
  /** The place in which the caller was when the call ended, the queue itself last. */
  brokenOff: Omit<KeptPlace, 'callId' | 'at'> | undefined
  /** Whether the caller's channel is there: a customer whom we call back is on no line before they have answered. */
  onLine: boolean
  /** Music on hold plays to the caller, or nothing at all. */
  hearsNoFile = false
  readonly #toldTwice = new ToldTwice()
  readonly #incoming: CallOrigin
  readonly #office: CallsOffice
  readonly #ended = new Abort()
  #phase: CallPhase = 'flow'
  #talked = false
  /** Begun and not over: it is written down. */
  #kept = false
  #clearedByDesk = false
  #cause: number | undefined

  /** `known`: who it is, when that was decided before the call began. */
  constructor(
    incoming: CallOrigin,
    office: CallsOffice,
    language: string,
    known?: { readonly callId: CallId; readonly contactId: ContactId; readonly startedAt?: number }
  ) {
    this.#incoming = incoming
    this.#office = office
    this.callId = known?.callId ?? (office.newId() as CallId)
    this.contactId = known?.contactId ?? (this.callId as string as ContactId)
    this.onLine = !this.#isOurs
    this.channel = incoming.channel
    this.device = (incoming.callerNumber || 'anonymous') as DeviceId
    this.dialed = incoming.dialed
    this.startedAt = known?.startedAt ?? office.clock.now()
    this.story = new CallStory(language)
    this.recorder = new CallRecorder(this, office)
  }

  /** Whether the caller shows a number to be known by. */
  get hasNumber(): boolean {
    return this.#incoming.callerNumber !== ''
  }

  get signal(): Signal {
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
    const data = this.story.attachedData(this.#office.clock.now(), waitingSince)
    const suggestions = suggestionsFor(this.#office.centre.suggestions ?? [], data)
    return { ...data, ...(suggestions !== undefined && { suggestions }) }
  }

  publish(event: CallFact): void {
    if (event.type === 'call.ended') this.#kept = false
    // The ids first, as in the event bus.
    this.#office.publish({ callId: this.callId, contactId: this.contactId, ...event } as EventOfCall)
    this.recorder.saw(event)
    if (changing.has(event.type)) this.keep()
  }

  get phase(): CallPhase {
    return this.#phase
  }

  /** There is a call from now on. `by`: the agent who wants it. */
  begin(by?: AgentId): void {
    this.enter('flow')
    this.publish({
      type: 'call.started',
      caller: this.device,
      callerName: this.incoming.callerName,
      dialed: this.dialed,
      door: this.incoming.door,
      language: this.story.language,
      ...(by !== undefined && { by })
    })
  }

  enter(phase: CallPhase): void {
    this.#phase = phase
    this.#kept = true
    if (phase === 'talking') this.#talked = true
    // A caller who is sent on waits, too, but is still followed from agent to agent.
    if (phase === 'flow') this.recorder.talkOver()
    this.keep()
  }

  /** Has the call written down as it stands when that is done, a turn later. Nothing before its beginning, nor after its end. */
  keep(): void {
    if (this.#kept) this.#office.liveStore.calls.put(this.callId, () => keptCallOf(this))
  }

  /** As an earlier process left it. */
  restore(kept: KeptCall): void {
    const { phase, hasTalked, totals, answeredAt, story, languageKnown, position, interrupted, place, callingAgent } = kept
    this.#phase = phase
    this.#talked = hasTalked
    this.#kept = true
    this.onLine = true
    Object.assign(this.totals, totals)
    Object.assign(this, { answeredAt, interrupted, callingAgent, lastStay: place, goesOnAt: position, position: () => position })
    this.recorder.restore(kept)
    this.story.restore(story)
    this.story.goOn(story, languageKnown)
    if (place !== undefined) {
      const { since: _since, waitedBeforeMs: _waited, visited: _visited, ...lastPlace } = place
      this.lastPlace = lastPlace
    }
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
      if ((event.type === 'left' || event.type === 'destroyed') && !this.signal.aborted)
        this.#ended.abort(new CallEnded(this.#callerLeft()))
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
    return this.#toldTwice.isSecond(digit, durationMs, this.#office.clock.now(), this.hearsNoFile)
  }

  #callerLeft(): Termination {
    if (this.#clearedByDesk) return { result: 'completed', reason: 'cleared-by-desk' }
    // Whom we called, and who hears music before a first talk, has not given up waiting.
    if (this.#phase === 'queued' && !(this.#isOurs && !this.#talked))
      return { result: 'abandoned', reason: 'caller-hung-up-in-queue' }
    return { result: 'completed', reason: this.#talked ? 'caller-hung-up-after-talk' : 'caller-hung-up' }
  }
}
