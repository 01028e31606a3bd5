import type { QueueExit, RecordCallOrder, TransferExit } from '../domain/caller.ts'
import type { Language } from '../domain/language.ts'
import type { HttpRequest } from '../domain/ports/http-client.ts'
import type { PriorityName } from '../domain/queue.ts'
import type { RelaxStep } from '../domain/relaxation.ts'
import type { SkillNeed } from '../domain/skill-need.ts'
import type { OverflowRule } from '../domain/waiting.ts'
import type { Expression, Template } from './expression.ts'
import type { Prompt } from './prompt.ts'
import type { Target } from './target.ts'
import type { StepWaiting } from './waiting/waiting-words.ts'

interface AnyStep {
  readonly name: string
  /** Line in the file, for people. */
  readonly line: number
  /** Where a fault goes. Unset: the flow's `on_error`. */
  readonly onError?: Target
  /** Forget what was typed ahead. */
  readonly flush: boolean
}

interface Onward {
  /** Unset: the flow ends here. */
  readonly next?: Target
}

/** What happens when the caller says nothing, or something else: a prompt for each time (the last repeats), then the exit. */
export interface Failing {
  readonly prompts: readonly Prompt[]
  /** Say the question again after the prompt. */
  readonly repeat: boolean
  readonly tries: number
  readonly go: Target
}

/** Asking for keys. Fixed per step, so that nothing leaks into the next one. */
export interface Asking {
  readonly prompt?: Prompt
  readonly bargeIn: boolean
  readonly firstDigitMs: number
  readonly betweenDigitsMs: number
  readonly noInput: Failing
  readonly noMatch: Failing
}

export interface PlayStep extends AnyStep, Onward {
  readonly kind: 'play'
  readonly prompt: Prompt
  readonly bargeIn: boolean
}

export interface MenuStep extends AnyStep, Asking {
  readonly kind: 'menu'
  readonly choices: ReadonlyMap<string, Target>
}

export interface CollectStep extends AnyStep, Onward, Asking {
  readonly kind: 'collect'
  readonly into: string
  readonly min: number
  readonly max: number
  readonly finishKey: string | undefined
  readonly check?: Expression
  readonly secret: boolean
}

export interface SetStep extends AnyStep, Onward {
  readonly kind: 'set'
  readonly values: readonly (readonly [name: string, value: Template])[]
}

export interface BranchStep extends AnyStep {
  readonly kind: 'branch'
  readonly cases: readonly { readonly when: Expression; readonly go: Target }[]
  readonly otherwise: Target
}

/** Ways by chance. The percents add up to 100; no two ways lead to the same place. */
export interface SplitStep extends AnyStep {
  readonly kind: 'split'
  readonly ways: readonly { readonly percent: number; readonly go: Target }[]
}

export interface HoursStep extends AnyStep {
  readonly kind: 'hours'
  readonly calendar: string
  readonly open: Target
  readonly closed: Target
}

export type FieldType = 'string' | 'number' | 'boolean' | 'list' | 'map' | 'any'

export interface ExpectedField {
  readonly name: string
  readonly type: FieldType
  readonly optional: boolean
}

export interface RequestStep extends AnyStep, Onward {
  readonly kind: 'request'
  readonly method: HttpRequest['method']
  readonly url: Template
  readonly json?: Template
  readonly headers?: Template
  readonly timeoutMs: number
  /** How often to try again after a failure. */
  readonly retries: number
  readonly whileWaiting?: Prompt
  readonly into?: string
  readonly expect?: readonly ExpectedField[]
}

export interface QueueStep extends AnyStep {
  readonly kind: 'queue'
  readonly queue: string
  readonly skills: SkillNeed
  readonly priority?: PriorityName
  /** Unset: as old as the wait. */
  readonly ageBonusMs?: number
  /** An agent whom the caller should get: by id, where a text that names nobody is no preference; or who served them last. */
  readonly prefer?: { readonly agent: Template | { readonly lastWithinMs: number }; readonly patienceMs: number }
  /** Unset: the queue's own. */
  readonly relax?: readonly RelaxStep[]
  readonly attach?: Template
  readonly maxWaitMs?: number
  /** In place of the queue's own. */
  readonly music?: string
  readonly waiting?: StepWaiting
  readonly overflow?: readonly OverflowRule[]
  /** What a key means while the caller waits. */
  readonly keys: ReadonlyMap<string, 'left' | 'callback'>
  /** `no_agents` declared means: leave when nobody is logged on. */
  readonly exits: Readonly<Partial<Record<Exclude<QueueExit['exit'], 'transferred'>, Target>>>
}

export interface TransferStep extends AnyStep {
  readonly kind: 'transfer'
  readonly to: { readonly kind: 'agent' | 'queue' | 'number' | 'sip'; readonly value: Template }
  readonly timeoutMs: number
  readonly attach?: Template
  readonly exits: Readonly<Partial<Record<Exclude<TransferExit['exit'], 'transferred'>, Target>>>
}

/** Has an application outside decide where the caller goes. */
export interface RouteStep extends AnyStep {
  readonly kind: 'route'
  readonly app: string
  readonly deadlineMs: number
  /** How long an agent or an outside number is rung. */
  readonly ringMs: number
  /** What the application is told. */
  readonly given?: Template
  /** `default` is stated, or the step has an `on_error`. */
  readonly exits: Readonly<Partial<Record<'default' | 'failed' | 'completed', Target>>>
}

export interface RecordStep extends AnyStep {
  readonly kind: 'record'
  readonly prompt?: Prompt
  readonly bargeIn: boolean
  readonly into?: string
  readonly queue: string
  readonly maxMs: number
  readonly minMs: number
  readonly maxSilenceMs: number
  readonly finishKey: '#' | '*' | undefined
  readonly beep: boolean
  readonly exits: Readonly<Partial<Record<'recorded' | 'too_short', Target>>>
}

/** Books a callback. What is left out is the caller's number, and the queue they were in last. */
export interface CallbackStep extends AnyStep {
  readonly kind: 'callback'
  readonly number?: Template
  readonly queue?: string
  readonly at?: Template
  readonly withinMs?: number
  readonly exits: Readonly<Partial<Record<'booked' | 'refused', Target>>>
}

export interface RunStep extends AnyStep, Onward {
  readonly kind: 'run'
  readonly flow: string
  readonly params: readonly (readonly [name: string, value: Template])[]
  readonly into?: string
}

export interface GoStep extends AnyStep {
  readonly kind: 'go'
  readonly go: Target
}

export interface LanguageStep extends AnyStep, Onward {
  readonly kind: 'language'
  readonly language: Template
  /** Those of the flow: an evaluated language outside of them is a fault. */
  readonly allowed: readonly Language[]
}

export interface AttachStep extends AnyStep, Onward {
  readonly kind: 'attach'
  readonly values: Template
}

/** What is written about a customer, by field. Lists are lists of templates made one. */
export type CustomerValues = Readonly<
  Partial<Record<'name' | 'segment' | 'language' | 'addFlags' | 'removeFlags' | 'profile', Template>>
>

export interface CustomerStep extends AnyStep, Onward {
  readonly kind: 'customer'
  readonly action: /** `field`: of the profile; empty otherwise. */
    | { readonly kind: 'find'; readonly by: 'number' | 'id' | 'profile'; readonly field: string; readonly value: Template }
    /** `number` unset: the caller's. */
    | { readonly kind: 'create'; readonly number?: Template; readonly values: CustomerValues }
    | { readonly kind: 'update'; readonly values: CustomerValues }
  readonly found?: Target
  readonly notFound?: Target
}

export interface RecordCallStep extends AnyStep, Onward {
  readonly kind: 'record_call'
  readonly order: RecordCallOrder
}

export interface TagStep extends AnyStep, Onward {
  readonly kind: 'tag'
  readonly tags: readonly Template[]
}

export interface HangupStep extends AnyStep {
  readonly kind: 'hangup'
  /** Q.850. */
  readonly cause?: number
  /** For the records, in the designer's words. */
  readonly reason?: string
}

/** One box of a flow. */
export type Step =
  | PlayStep
  | MenuStep
  | CollectStep
  | SetStep
  | BranchStep
  | SplitStep
  | HoursStep
  | RequestStep
  | QueueStep
  | TransferStep
  | RouteStep
  | RecordStep
  | CallbackStep
  | RunStep
  | GoStep
  | LanguageStep
  | AttachStep
  | CustomerStep
  | RecordCallStep
  | TagStep
  | HangupStep
