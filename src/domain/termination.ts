import { toAppError } from './errors.ts'

/**
 * How a call ended: a result for dashboards and a stable reason for people. Each call has exactly one.
 *
 * - completed: the flow or a talk came to its end, or the caller left the flow of their own will (they may have heard what they came for).
 * - abandoned: the caller gave up waiting for a person: left in a queue or while an agent was being rung.
 * - refused: we did not take the call (unknown number, overload).
 * - failed: a fault of ours or of something we depend on.
 */
export interface Termination {
  readonly result: 'completed' | 'abandoned' | 'refused' | 'failed'
  readonly reason: TerminationReason
  /** Q.850 cause of the caller's channel, where Asterisk told it. */
  readonly cause?: number
  /** Code of the fault, when result is `failed`. */
  readonly error?: string
}

export type TerminationReason =
  | 'flow-finished'
  | 'flow-hangup'
  | 'caller-hung-up'
  | 'caller-hung-up-in-queue'
  | 'caller-hung-up-after-talk'
  | 'agent-hung-up'
  | 'cleared-by-desk'
  | 'transferred'
  /** We called a customer back, and they did not answer. */
  | 'callback-unreached'
  /** A callback that an agent was offered was not dialled, or not to its end: the agent left, or it was cancelled. */
  | 'callback-released'
  /** A call from the desk: whom the agent wanted did not answer; or the agent's own phone did not. */
  | 'target-unreached'
  | 'agent-unreached'
  | 'unknown-number'
  /** There was no room for the call: `overload` of the centre's file. */
  | 'overload'
  | 'server-draining'
  | 'server-restarted'
  /** Asterisk ended while the call was up; told once it is back. */
  | 'asterisk-lost'
  | 'fault'

/** The reason a call's signal carries: whoever awaits under the signal gets it thrown and lets it through. */
export class CallEnded extends Error {
  readonly termination: Termination

  constructor(termination: Termination) {
    // Every call ends by one, and where is no news: a stack costs more than all else of it.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super('The call has ended')
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'CallEnded'
    this.termination = termination
  }
}

/** The verdict for whatever unwound a call. */
export function terminationOf(error: unknown): Termination {
  if (error instanceof CallEnded) return error.termination
  return { result: 'failed', reason: 'fault', error: toAppError(error).code }
}
