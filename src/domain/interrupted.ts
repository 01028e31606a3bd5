import type { Language } from './language.ts'
import type { PriorityName } from './queue.ts'

/** Where a flow was, with its variables; secret ones are left out. */
export interface Position {
  readonly flow: string
  readonly step: string
  readonly vars: Readonly<Record<string, unknown>>
}

/** Where a caller was when their call broke off. JSON only. */
export interface Interrupted {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The flow that had the call, and those that it ran, one in the other. Never empty. */
  readonly positions: readonly [Position, ...Position[]]
  /** The queue they waited in, or whose agent they talked to. */
  readonly queue?: string
  readonly language: Language
  readonly priority?: PriorityName
  /** Requests to other systems that the flows had made by then: one that is made a second time has the same key. Left out: none. */
  readonly asked?: number
}

/** Callers who were cut off, by their number, until they call again. Survives a restart. */
export interface InterruptedCalls {
  /** Replaces what is older; forgets all that was before `notBefore`. */
  keep(callerNumber: string, interrupted: Interrupted, notBefore: number): Promise<void>
  /** What is not older than that, and forgets it: it is offered once. */
  take(callerNumber: string, notBefore: number): Promise<Interrupted | undefined>
}
