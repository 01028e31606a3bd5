import type { AgentStatus, Role } from './agent.ts'
import type { CallDoor, CallPhase } from './call-phase.ts'
import type { Callback, CallbackAttempt } from './callback.ts'
import type { ConsultationResult, ConsultationWaitEnd } from './consultation.ts'
import type { Customer } from './customer.ts'
import type { AgentId, CallId, ContactId, CustomerId, DeviceId, OfferId, RecordingId } from './ids.ts'
import type { OutsideCap } from './outside-tally.ts'
import type { OfferResult, QueueStatus } from './queue.ts'
import type { RecordedBy, RecordingCause, StoredRecording, VoicemailState } from './recording.ts'
import type { AttachedData, PathEntry } from './screen-pop.ts'
import type { SupervisionMode } from './supervision.ts'
import type { Termination } from './termination.ts'
import type { Announced } from './waiting.ts'

/** On every event about a call. */
interface OfCall {
  readonly callId: CallId
  readonly contactId: ContactId
}

/** On facts about a party, when it takes part in a consultation: the call that agent and consulted party have with each other. */
interface OfParty extends OfCall {
  readonly consultation?: CallId
}

/** On every event about somebody who listens to an agent. */
interface OfSupervision extends OfCall {
  readonly supervisor: string
  readonly device: DeviceId
  /** Whom they listen to. */
  readonly agentId: AgentId
  /** The agent may know. */
  readonly isTold: boolean
}

/**
 * The facts, published once each, in the order they became true. Records and CTI are listeners; nobody asks them anything.
 * A new fact is a new line here; a fact is never published twice under two names.
 */
export type DomainEventBody =
  | ({
      readonly type: 'call.started'
      readonly caller: DeviceId
      readonly callerName: string
      readonly dialed: string
      /** Where the call came from; `callback` and `desk`: we call the customer, for `desk` because an agent wants it. */
      readonly door: CallDoor
      /** The agent who makes a call from the desk: `caller` is whom they call outside, or themselves when they call a colleague. */
      readonly by?: AgentId
      readonly language: string
    } & OfCall)
  /** This process goes on with a call that an earlier one had to leave; how it stands now. What happened before was told by that one. */
  | ({
      readonly type: 'call.restored'
      readonly caller: DeviceId
      readonly callerName: string
      readonly dialed: string
      readonly door: CallDoor
      readonly by?: AgentId
      readonly startedAt: number
      readonly answeredAt?: number
      readonly phase: CallPhase
      readonly flow?: string
      /** The last queue that they came to. */
      readonly queue?: string
      readonly priority?: string
      readonly enqueuedAt?: number
      readonly talkingSince?: number
      readonly recording?: { readonly state: 'on' | 'paused'; readonly by: RecordedBy }
      readonly parties?: readonly { readonly device: DeviceId; readonly agentId?: AgentId; readonly isHolding: boolean }[]
      readonly data: AttachedData
    } & OfCall)
  /** Whom an agent calls from the desk: their phone is being called. */
  | ({ readonly type: 'call.dialed'; readonly device: DeviceId } & OfCall)
  /** Nobody was called outside: the configuration does not allow the address (any more), or there were too many such calls of late. */
  | ({
      readonly type: 'call.dial-refused'
      readonly device: DeviceId
      readonly why: 'not-allowed' | OutsideCap
    } & OfParty)
  /** They did not answer. Q.850 `cause`, 0 when Asterisk told none. */
  | ({
      readonly type: 'call.unreached'
      readonly device: DeviceId
      readonly result: 'busy' | 'no-answer' | 'rejected' | 'unreachable'
      readonly cause: number
    } & OfCall)
  | ({ readonly type: 'call.answered' } & OfCall)
  | ({ readonly type: 'call.identified'; readonly customer: Customer } & OfCall)
  /** A flow took the call; `version` is its content hash. `runBy`: the step of the flow before that waits for it to come back. */
  | ({ readonly type: 'flow.started'; readonly flow: string; readonly version: string; readonly runBy?: string } & OfCall)
  | ({ readonly type: 'shortcut.taken'; readonly flow: string; readonly shortcut: string } & OfCall)
  /** A step was left; secrets are already removed. */
  | ({ readonly type: 'step.left'; readonly flow: string; readonly entry: PathEntry; readonly tookMs: number } & OfCall)
  | ({ readonly type: 'call.data-changed'; readonly data: AttachedData; readonly by: 'flow' | AgentId } & OfCall)
  /** `tags` are all that the call has now. */
  | ({ readonly type: 'call.tagged'; readonly tags: readonly string[] } & OfCall)
  | ({ readonly type: 'call.language-changed'; readonly language: string } & OfCall)
  | ({
      readonly type: 'call.queued'
      readonly queue: string
      readonly priority: string
      readonly enqueuedAt: number
      /** As they came: their place, and what was expected of the wait (milliseconds), where known. */
      readonly position?: number
      readonly estimateMs?: number
      /** The call in which this caller had the place before, and hung up. */
      readonly resumes?: CallId
      readonly data: AttachedData
    } & OfCall)
  | ({
      readonly type: 'call.dequeued'
      readonly queue: string
      /** `left` and `callback`: the caller's keys, or a shortcut's. `overflow`: goes on in another queue, with the same first time. */
      readonly exit:
        | 'answered'
        | 'timeout'
        | 'no_agents'
        | 'closed'
        | 'left'
        | 'callback'
        | 'withdrawn'
        | 'overflow'
        | 'deflected'
        | 'callerGone'
        | 'fault'
      readonly waitedMs: number
      /** The user who withdrew the caller, or the agent who deflected them. */
      readonly by?: string
      /** Where they were deflected to. */
      readonly to?: DeviceId
    } & OfCall)
  /** The caller was told something while they waited, or was to be. */
  | ({ readonly type: 'call.announced' } & Announced & OfCall)
  /** Leaves before the agent's phone is dialled: the screen pop. */
  | ({
      readonly type: 'offer.made'
      readonly offerId: OfferId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly caller: DeviceId
      /** The queue it comes from; unset for a transfer straight to the agent. */
      readonly queue?: string
      readonly deadline: number
      readonly data: AttachedData
    } & OfParty)
  /** The agent's phone confirmed that it rings. */
  | ({
      readonly type: 'offer.ringing'
      readonly offerId: OfferId
      readonly agentId: AgentId
      readonly device: DeviceId
    } & OfParty)
  | ({
      readonly type: 'offer.ended'
      readonly offerId: OfferId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly result: OfferResult
    } & OfParty)
  /** The desk asks the agent's browser phone to answer: CTI answerCall. */
  | ({ readonly type: 'offer.answer-requested'; readonly offerId: OfferId; readonly agentId: AgentId } & OfParty)
  /** Caller and agent hear each other. */
  | ({
      readonly type: 'call.established'
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly queue?: string
      readonly waitedMs: number
    } & OfCall)
  | ({ readonly type: 'call.held'; readonly device: DeviceId; readonly by: 'desk' | 'phone' | 'consultation' } & OfParty)
  | ({ readonly type: 'call.retrieved'; readonly device: DeviceId; readonly by: 'desk' | 'phone' | 'consultation' } & OfParty)
  /** The device sent keys to the other party. Which ones is nobody's business: they may be a secret. */
  | ({ readonly type: 'call.digits-sent'; readonly device: DeviceId; readonly count: number } & OfParty)
  /** An agent (or a flow's `transfer` step: `from` unset) sent the caller on; `consultation`: to whom the agent was consulting in it. */
  | ({ readonly type: 'call.transferred'; readonly from?: DeviceId; readonly to: DeviceId } & OfParty)
  /** One more party hears all others of the talk; `consultation`: the agent was consulting them in it. `agentId`: it is an agent's device. */
  | ({
      readonly type: 'call.conferenced'
      readonly by: DeviceId
      readonly device: DeviceId
      readonly agentId?: AgentId
    } & OfParty)
  /** An agent in a talk calls somebody else about the caller, who is on hold meanwhile. `consultation` is the call of the two. */
  | ({
      readonly type: 'consultation.started'
      readonly consultation: CallId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly to: DeviceId
      /** `to` is this queue: whichever of its agents is free first is meant. */
      readonly queue?: string
    } & OfCall)
  /** The agent waits in a queue for somebody to consult. */
  | ({
      readonly type: 'consultation.queued'
      readonly consultation: CallId
      readonly queue: string
      readonly enqueuedAt: number
      readonly position?: number
      readonly estimateMs?: number
    } & OfCall)
  /** They wait no more. `left`: nobody waits for the end of it; else as a caller leaves a queue. */
  | ({
      readonly type: 'consultation.dequeued'
      readonly consultation: CallId
      readonly queue: string
      readonly exit: ConsultationWaitEnd
    } & OfCall)
  /** That call is over; who was transferred or conferenced is in the caller's call now. */
  | ({
      readonly type: 'consultation.ended'
      readonly consultation: CallId
      readonly agentId: AgentId
      readonly device: DeviceId
      readonly to: DeviceId
      readonly result: ConsultationResult
    } & OfCall)
  /** A supervisor listens to an agent, or does so in another way now; what `active` changes for the caller is `call.conferenced`. */
  | ({ readonly type: 'supervision.changed'; readonly mode: SupervisionMode } & OfSupervision)
  /** `unreached`: the supervisor's phone did not answer. */
  | ({ readonly type: 'supervision.ended'; readonly result: 'left' | 'talk-over' | 'unreached' | 'fault' } & OfSupervision)
  /** An outside or other party was called by a `transfer` step. */
  | ({ readonly type: 'leg.dialed'; readonly device: DeviceId } & OfParty)
  | ({ readonly type: 'leg.connected'; readonly device: DeviceId } & OfParty)
  /** One party other than the caller has left. Q.850 `cause`. */
  | ({ readonly type: 'leg.ended'; readonly device: DeviceId; readonly cause: number } & OfParty)
  /** A caller has left a message: it is stored and can be heard. Told again after a restart when its row was not written before. */
  | ({ readonly type: 'voicemail.left'; readonly recording: StoredRecording } & OfCall)
  /** Somebody has heard it, dealt with it or thrown it away, so that nobody else need. `by` is a user, or `retention`. */
  | ({
      readonly type: 'voicemail.changed'
      readonly recordingId: RecordingId
      readonly queue: string
      readonly state: VoicemailState | 'deleted'
      readonly by: string
    } & OfCall)
  /** What the caller says and hears is recorded from now on. */
  | ({
      readonly type: 'recording.started'
      readonly recordingId: RecordingId
      readonly by: RecordedBy
    } & OfCall)
  /** Silence is recorded from now on. `secret`: a flow asks for what nobody is to hear. */
  | ({
      readonly type: 'recording.paused'
      readonly recordingId: RecordingId
      readonly by: RecordedBy
    } & OfCall)
  | ({
      readonly type: 'recording.resumed'
      readonly recordingId: RecordingId
      readonly by: RecordedBy
    } & OfCall)
  /** Also of one that could not begin. */
  | ({
      readonly type: 'recording.stopped'
      readonly recordingId: RecordingId
      readonly cause: RecordingCause
      readonly by?: RecordedBy
    } & OfCall)
  /** Neither a rule nor a desk may record this call from now on; once a flow starts it again, they may. */
  | ({
      readonly type: 'recording.refused'
      readonly by: 'rule' | 'flow'
    } & OfCall)
  /** The recording of a talk is stored and can be heard. Told again after a restart when its row was not written before. */
  | ({
      readonly type: 'recording.kept'
      readonly recording: StoredRecording
    } & OfCall)
  /** Thrown away for good. `by` is a user, or `retention`. */
  | ({
      readonly type: 'recording.deleted'
      readonly recordingId: RecordingId
      readonly by: string
    } & OfCall)
  /** It may not be thrown away, or may again: a legal hold. */
  | ({
      readonly type: 'recording.protected'
      readonly recordingId: RecordingId
      readonly protected: boolean
      readonly by: string
    } & OfCall)
  /** Somebody was given the audio of a recording. */
  | ({ readonly type: 'recording.played'; readonly recordingId: RecordingId; readonly by: string } & OfCall)
  /** Once for each call. Only what its flow does after the caller has left may follow: steps, tags, data, the customer. */
  | ({
      readonly type: 'call.ended'
      readonly termination: Termination
      readonly startedAt: number
      readonly answeredAt?: number
      /** Sums over the whole call, milliseconds. */
      readonly totals: { readonly queuedMs: number; readonly talkedMs: number; readonly heldMs: number }
    } & OfCall)
  /** Is safe in the store. */
  | { readonly type: 'callback.booked'; readonly callback: Callback }
  /** Now waiting, due or reserved. The other moves have facts of their own. */
  | { readonly type: 'callback.changed'; readonly callback: Callback }
  /** The customer's phone is being called. */
  | ({ readonly type: 'callback.dialed'; readonly callback: Callback; readonly device: DeviceId } & OfCall)
  /** An attempt came to its end; `callback` shows what happens now. */
  | ({ readonly type: 'callback.attempted'; readonly callback: Callback; readonly attempt: CallbackAttempt } & OfCall)
  | { readonly type: 'callback.ended'; readonly callback: Callback }
  | { readonly type: 'agent.changed'; readonly status: AgentStatus; readonly previous: AgentStatus['state'] }
  | {
      readonly type: 'agent.wrapped-up'
      readonly agentId: AgentId
      readonly contactId: ContactId
      readonly disposition?: string
      readonly notes?: string
    }
  | { readonly type: 'phone.changed'; readonly device: DeviceId; readonly agentId?: AgentId; readonly inService: boolean }
  /** The first desk of an agent has connected, or the last one is gone. */
  | { readonly type: 'desk.changed'; readonly agentId: AgentId; readonly connected: boolean }
  /** Somebody is known by other facts now; `merged`: that one is them, and is gone. `by` is a user, or `flow`. */
  | { readonly type: 'customer.changed'; readonly customer: Customer; readonly merged?: CustomerId; readonly by: string }
  | { readonly type: 'queue.changed'; readonly status: QueueStatus }
  | { readonly type: 'flow.reloaded'; readonly flow: string; readonly version: string }
  | { readonly type: 'user.signed-in'; readonly username: string; readonly role: Role }

/** A fact with its time and its number, counted by this process from 1. */
export type DomainEvent = DomainEventBody & { readonly at: number; readonly number: number }

export type DomainEventType = DomainEvent['type']
export type DomainEventOf<Type extends DomainEventType> = Extract<DomainEvent, { type: Type }>
