import type { Language } from '../domain/language.ts'
import type { PriorityName } from '../domain/queue.ts'
import type { Expression } from './expression.ts'
import type { Prompt } from './prompt.ts'
import type { Step } from './step.ts'
import type { Target } from './target.ts'

/** A fast path: taken on entry when `when` holds, or at any moment when its `keys` are pressed. */
export interface Shortcut {
  readonly name: string
  readonly when?: Expression
  readonly keys?: string
  /** Asked before it is taken; keys are the answer that takes it. */
  readonly offer?: { readonly prompt: Prompt; readonly accept: string }
  /** Unset: to the step where the caller was cut off, with its variables. */
  readonly go?: Target
  /** For the queue steps that follow, unless they state their own. */
  readonly priority?: PriorityName
  /** False lifts the proof that no menu lies between this and an agent. */
  readonly urgent: boolean
}

/** One call flow, compiled: all names resolved, all expressions checked. Immutable; a call keeps the one it began with. */
export interface Flow {
  readonly name: string
  readonly describe: string
  /** Content hash of the source. */
  readonly version: string
  readonly file: string
  /** The first is the default. */
  readonly languages: readonly [Language, ...Language[]]
  /** It is said in this voice of the centre. Unset: in the ordinary one of each language. */
  readonly voice?: string
  /** What callers dial to get here; a trailing `*` stands for any digits. */
  readonly numbers: readonly string[]
  /** Variables and parameters with their first values. */
  readonly vars: Readonly<Record<string, unknown>>
  /** Variables that a `run` step may set. */
  readonly params: readonly string[]
  /** Variables that a `run` step gets back. */
  readonly results: readonly string[]
  readonly shortcuts: readonly Shortcut[]
  readonly start: string
  readonly steps: ReadonlyMap<string, Step>
  /** Where a fault of a step goes that has no exit of its own for it. */
  readonly onError?: Target
  /** The step where a walk goes on when the caller has left. */
  readonly onHangup?: string
  /** Steps that only come after that. */
  readonly afterHangup: ReadonlySet<string>
}
