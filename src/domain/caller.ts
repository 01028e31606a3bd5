import type { Signal } from './abort.ts'
import type { CallbackAnswer, CallbackRequest } from './callback.ts'
import type { Customer } from './customer.ts'
import type { CallId, ContactId, RecordingId } from './ids.ts'
import type { Interrupted } from './interrupted.ts'
import type { Clip } from './ports/prompts.ts'
import type { PreferredAgent, PriorityName } from './queue.ts'
import type { RelaxStep } from './relaxation.ts'
import type { SkillNeed } from './skill-need.ts'
import type { OverflowRule } from './waiting.ts'

/** What is known of a call when a flow takes it. */
export interface CallFacts {
  readonly callId: CallId
  readonly contactId: ContactId
  readonly dialed: string
  readonly callerNumber: string
  readonly callerName: string
  readonly startedAt: number
  readonly customer: Customer | undefined
  /** What the caller hears since an earlier flow of this call; unset in the first one. */
  readonly language?: string
  /** What earlier flows of this call have tagged it with. */
  readonly tags?: readonly string[]
  /** Where this caller was cut off a while ago; unset when they were not. */
  readonly interrupted?: Interrupted
  /** Where in its flows the call is already: the first one goes on there, as an earlier process left it. */
  readonly goesOnAt?: Interrupted
}

export interface QueueRequest {
  readonly queue: string
  readonly skills: SkillNeed
  readonly priority: PriorityName
  /** Counts for the order as if the caller had waited so much longer already. */
  readonly ageBonusMs?: number
  readonly preferred?: PreferredAgent
  /** In place of the queue's own. */
  readonly relax?: readonly RelaxStep[]
  /** Unset: the queue's own limit. */
  readonly maxWaitMs?: number
  /** Leave with `no_agents` when nobody of the queue is logged on; otherwise wait for somebody. */
  readonly leaveIfNoAgents: boolean
  /** As a queue's. Unset: the queue's own. */
  readonly music?: string
  /** Unset: the queue's own. */
  readonly overflow?: readonly OverflowRule[]
  /** The first time of a place that the caller has already and keeps. */
  readonly enqueuedAt?: number
  /** Unset: music and nothing else. */
  readonly attend?: Attend
}

/** A stay in a queue, for whoever keeps the caller company in it. */
export interface Wait {
  readonly queue: string
  /** 1 for who is served next; undefined once the wait is over. */
  position(): number | undefined
  /** How much longer it may take, milliseconds; undefined while too little is known to say. */
  estimateMs(): number | undefined
  /** Plays over the music, which pauses for it. As `Caller.play`. */
  play(clips: readonly Clip[], signal: Signal): Promise<void>
}

/**
 * Keeps a waiting caller company: says how it stands, listens for their keys. Resolves when the caller wants to wait no longer.
 * Begun anew for each stay; its signal aborts when the stay is over.
 */
export type Attend = (wait: Wait, signal: Signal) => Promise<'left' | 'callback'>

/** How a stay in a queue ended while the caller was still there. A caller who hangs up is `signal.reason` instead. */
export type QueueExit =
  | { readonly exit: 'answered' }
  | { readonly exit: 'timeout' }
  | { readonly exit: 'full' }
  | { readonly exit: 'no_agents' }
  /** Outside of the queue's opening hours. */
  | { readonly exit: 'closed' }
  /** A supervisor took the caller out. */
  | { readonly exit: 'withdrawn' }
  /** By a key: the caller waits no longer. */
  | { readonly exit: 'left' }
  /** By a key: the caller would rather be called back. */
  | { readonly exit: 'callback' }
  /** The agent sent the caller to a number of a flow: this flow is over and that one begins. */
  | { readonly exit: 'transferred'; readonly number: string }

export type TransferTarget =
  | { readonly kind: 'agent'; readonly agentId: string }
  | { readonly kind: 'queue'; readonly queue: string }
  /** A number of another flow of ours. */
  | { readonly kind: 'number'; readonly number: string }
  /** A SIP address that the configuration allows. */
  | { readonly kind: 'sip'; readonly uri: string }

/** Whom an agent can consult about a caller: somebody who can pick up. */
export type ConsultationTarget =
  | Extract<TransferTarget, { kind: 'agent' | 'sip' }>
  /** Whichever agent of the queue is free first; the agent waits in it like a caller. */
  | { readonly kind: 'queue'; readonly queue: string }
  /** A telephone number outside that the dial rules allow. */
  | { readonly kind: 'number'; readonly number: string }

export interface TransferRequest {
  readonly to: TransferTarget
  readonly timeoutMs: number
  /** For a queue that the caller comes to by this. */
  readonly attend?: Attend
}

/** `completed`: the far end was connected and the talk is over. */
export type TransferExit =
  | { readonly exit: 'completed' | 'busy' | 'no_answer' | 'unreachable' | 'refused' }
  /** The agent sent the caller to a number of a flow: this flow is over and that one begins. */
  | { readonly exit: 'transferred'; readonly number: string }

export interface RecordRequest {
  /** Whose agents are told of the message. */
  readonly queue: string
  /** The flow that asks. */
  readonly flow: string
  readonly maxMs: number
  /** Less speech than this is no message. */
  readonly minMs: number
  /** Ends after so much silence. */
  readonly maxSilenceMs: number
  readonly finishKey?: '#' | '*'
  readonly beep: boolean
}

export type RecordExit =
  /** Stored, and told to the queue. */
  | { readonly exit: 'recorded'; readonly id: RecordingId; readonly seconds: number }
  /** Nothing was said, or not enough; nothing is kept. */
  | { readonly exit: 'too_short' }

/** What a flow may want of the recording of its call. `never`: the caller does not want it, and nobody else may begin one either. */
export const recordCallOrders = ['start', 'stop', 'pause', 'resume', 'never'] as const
export type RecordCallOrder = (typeof recordCallOrders)[number]

/** One caller, as a flow sees them: on the phone (calls room), or in the simulator. Everything that waits ends at once when the signal aborts. */
export interface Caller {
  readonly facts: CallFacts
  /** Called once by whoever reads the keys: each key, from the first moment of the call. */
  onDigit(listener: (digit: string) => void): Disposable
  /** Plays all clips as one; resolves at their end. When the signal aborts, the audio is stopped first and then the reason thrown. */
  play(clips: readonly Clip[], signal: Signal): Promise<void>
  /** Waits in the queue, talks to an agent, and comes back when the talk is over and the caller still there. */
  queue(request: QueueRequest, signal: Signal): Promise<QueueExit>
  transfer(request: TransferRequest, signal: Signal): Promise<TransferExit>
  /**
   * Records until the caller has finished. Hanging up is the usual way to: when the signal aborts, the recording ends and this still
   * resolves, with what was kept. Throws the signal's reason only when it aborts before the recording has begun.
   */
  record(request: RecordRequest, signal: Signal): Promise<RecordExit>
  /** Never fails: what cannot be recorded is told as a fact, and the caller is served all the same. */
  recordCall(order: RecordCallOrder): Promise<void>
  /** Whatever is recorded of the call is silent while that work goes on: a secret is asked for. */
  offTheRecord<Value>(work: () => Promise<Value>): Promise<Value>
  /** Resolves when the callback is safe: only then the caller may be told. They are not called before this call is over. */
  bookCallback(request: CallbackRequest, signal: Signal): Promise<CallbackAnswer>
}
