import type { Caller } from '../domain/caller.ts'
import type { Termination } from '../domain/termination.ts'
import type { Flow } from './flow.ts'
import type { FlowTrace, FlowWorld } from './flow-world.ts'

export type FlowEnd =
  | { readonly kind: 'ended'; readonly termination: Termination }
  /** On with the flow of that number, as if it had been dialled. */
  | { readonly kind: 'continue'; readonly number: string }

/** Walks one caller through one flow. Returns how it ended; throws `signal.reason` when the caller leaves, and an AppError for a fault nobody handles. */
export declare function runFlow(
  flow: Flow,
  caller: Caller,
  world: FlowWorld,
  trace: FlowTrace,
  signal: AbortSignal
): Promise<FlowEnd>
