import type { Caller } from '../domain/caller.ts'
import type { Customer } from '../domain/customer.ts'
import type { Interrupted, Position } from '../domain/interrupted.ts'
import type { PriorityName } from '../domain/queue.ts'
import type { Scope } from './expression.ts'
import type { Flow } from './flow.ts'
import type { FlowTrace, FlowWorld } from './flow-world.ts'
import type { KeyBuffer } from './key-buffer.ts'
import type { Secrets } from './secrets.ts'
import type { CallView } from './views.ts'

/** One caller's way through flows: what outlives a single flow. */
export interface Conversation {
  readonly caller: Caller
  readonly world: FlowWorld
  readonly trace: FlowTrace
  readonly keys: KeyBuffer
  readonly secrets: Secrets
  /** Holds the language the caller hears just now. */
  readonly call: CallView
  /** Who the caller is, as far as it is known by now. */
  customer: Customer | undefined
  /** The flows that are open: one, and those that it runs. */
  readonly frames: Frame[]
  /** Where the caller was cut off, until they have gone on there. */
  interrupted: Interrupted | undefined
  /** Where the flows that are about to begin go on, one in the other. */
  readonly resuming: Position[]
  /** Where the caller was asked for the first of the secrets that the open flows hold. */
  beforeSecret: Interrupted | undefined
  /** Given by the last shortcut, for queue steps that state none. */
  priority: PriorityName | undefined
  /** Requests to other systems that have had their answer, or have none. */
  asked: number
  /** Steps visited since the caller was last waited for. */
  hops: number
}

/** One flow being walked: its variables, beside what every expression can see. */
export interface Frame {
  readonly flow: Flow
  readonly talk: Conversation
  readonly scope: Scope
  /** The same object as `scope.names`; steps write the flow's variables here. */
  readonly names: Record<string, unknown>
  /** The step that the caller is at; unset before the first one. */
  at?: string
}
