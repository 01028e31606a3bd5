import type { CallbackAnswer, CallbackRequest } from '../../domain/callback.ts'
import type { QueueExit, QueueRequest, RecordRequest, TransferExit, TransferRequest } from '../../domain/caller.ts'
import type { Customer } from '../../domain/customer.ts'
import type { Interrupted } from '../../domain/interrupted.ts'
import type { HttpOutcome, HttpRequest } from '../../domain/ports/http-client.ts'
import type { RouteAnswer, RouteQuestion } from '../../domain/ports/routes.ts'
import type { QueueStatus } from '../../domain/queue.ts'

/** What comes of something, and after how long. */
export interface After<Value> {
  readonly afterMs: number
  readonly value: Value
}

/** A stay in a queue. How it ends unless the caller ends it by a key. */
export interface Stay extends After<QueueExit> {
  /** The places the caller has, one after the other, in equal times; the last one to the end. Unset: not known. */
  readonly positions?: readonly number[]
  /** The estimate at its beginning; it goes down as time passes. Unset: too little is known. */
  readonly estimateMs?: number
  /** What the caller presses once they wait. */
  readonly keys?: string
}

/** What a caller does when they are to leave a message. */
export interface LeftMessage {
  /** How long they speak. */
  readonly saysMs: number
  /** At its end they hang up; otherwise they press the finish key or, when there is none, fall silent. */
  readonly hangsUp: boolean
  /** What they said cannot be kept, as when the disk is full. */
  readonly fails?: boolean
}

/** What the caller and the world around them do in a simulated call. A promise holds the virtual time until it is settled. */
export interface CallScript {
  readonly dialed: string
  readonly callerNumber: string
  readonly customer: Customer | undefined
  /** All there are; `unavailable`: the database does not answer. */
  readonly customers: readonly Customer[] | 'unavailable'
  /** Where the caller was cut off in an earlier call. */
  readonly interrupted?: Interrupted | undefined
  /** Milliseconds since 1970. */
  readonly startAt: number
  /** Keys and hang-ups at fixed moments. */
  readonly timed: readonly { readonly atMs: number; readonly keys: string | 'hangup' }[]
  /** The flow waits for a key. Undefined: the caller presses none. */
  answer(): Promise<string | 'hangup' | undefined>
  /** The caller begins to hear this. What they press while it is said. */
  whileHearing(text: string): string | 'hangup' | undefined
  queue(request: QueueRequest): Promise<Stay>
  /** The agent who served the caller last. */
  lastAgent(): Promise<string | undefined>
  transfer(request: TransferRequest): Promise<After<TransferExit>>
  record(request: RecordRequest): Promise<LeftMessage>
  callback(request: CallbackRequest): Promise<After<CallbackAnswer>>
  http(request: HttpRequest): Promise<After<HttpOutcome>>
  /** What the application that decides routes answers. */
  route(question: RouteQuestion): Promise<After<RouteAnswer>>
  /** Which way a `split` step goes: one of its exits. */
  way(step: string, exits: readonly string[]): Promise<string>
  queueStatus(name: string): QueueStatus | undefined
}
