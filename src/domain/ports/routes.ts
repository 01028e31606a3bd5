import type { Signal } from '../abort.ts'
import type { CallId } from '../ids.ts'
import type { PriorityName } from '../queue.ts'

/** Where an application sends a caller. */
export type RouteTarget =
  | { readonly kind: 'agent'; readonly agentId: string }
  | { readonly kind: 'queue'; readonly queue: string }
  /** Of a flow of ours, or one that the dial rules allow. */
  | { readonly kind: 'number'; readonly number: string }
  /** A SIP address that the configuration allows. */
  | { readonly kind: 'sip'; readonly uri: string }

/** A question to an application: where shall this caller go? */
export interface RouteQuestion {
  readonly app: string
  readonly callId: CallId
  /** What the flow tells the application. */
  readonly given: Readonly<Record<string, unknown>>
  /** How long an answer is waited for, milliseconds. */
  readonly deadlineMs: number
}

/** Why nothing was selected. */
export type RouteDefault = 'not-registered' | 'timed-out' | 'invalid' | 'declined'

export type RouteAnswer =
  | {
      readonly exit: 'selected'
      readonly to: RouteTarget
      readonly priority?: PriorityName
      /** Least levels of what the agent must know. */
      readonly skills?: Readonly<Record<string, number>>
      /** For the agent's screen. */
      readonly data?: Readonly<Record<string, unknown>>
    }
  | { readonly exit: 'default'; readonly why: RouteDefault }

/** Applications outside that decide where callers go. */
export interface Routes {
  /** Answers within the deadline, whatever the application does. Throws the signal's reason when the caller leaves. */
  ask(question: RouteQuestion, signal: Signal): Promise<RouteAnswer>
}
