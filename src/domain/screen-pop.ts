import type { Customer } from './customer.ts'
import type { CallbackId } from './ids.ts'
import type { OpenCase } from './open-case.ts'
import type { Suggestion } from './suggestion.ts'

/** One step of the caller's way, as the agent may read it: secrets removed. */
export interface PathEntry {
  readonly step: string
  readonly kind: string
  readonly at: number
  /** How the step was left: a choice's key, `no_input`, `timeout`, `error`, … */
  readonly exit?: string
  /** What was pressed or what came of it. Secret digits read `••••` with their count lost. */
  readonly detail?: string
}

/** What the agent's screen shows of a callback. */
export interface CallbackNote {
  readonly id: CallbackId
  readonly number: string
  readonly bookedAt: number
  readonly bookedBy: string
  /** 1 for the first. */
  readonly attempt: number
}

/** What the agent's screen shows before the phone rings (CSTA: user data / correlator). JSON only. */
export interface AttachedData {
  /** Why the caller called, as far as the flow knows. */
  readonly intent?: string
  readonly path: readonly PathEntry[]
  /** What other systems have open about the customer, by the flow; never empty. */
  readonly openCases?: readonly OpenCase[]
  /** What the flow or an agent attached under its own names. */
  readonly collected: Readonly<Record<string, unknown>>
  readonly customer?: Customer
  /** Wait so far, from the first entry to any queue; `queues` in the order entered. */
  readonly waited: { readonly totalMs: number; readonly queues: readonly string[] }
  readonly language: string
  readonly priority: string
  /** The shortcut that brought the caller here, if one did. */
  readonly fastPath?: string
  /** Names that the flow has given to the call, in that order; unset when there are none. */
  readonly tags?: readonly string[]
  /** Set when we call the customer, as they wished. */
  readonly callback?: CallbackNote
  /** What the agent may want to do for the caller, by the rules of the centre; unset when there is nothing. */
  readonly suggestions?: readonly Suggestion[]
}
