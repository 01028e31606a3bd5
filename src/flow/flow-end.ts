import type { Termination } from '../domain/termination.ts'

/** How a walk through flows ended while the caller was still there. */
export type FlowEnd =
  | { readonly kind: 'ended'; readonly termination: Termination }
  /** On with the flow of that number, as if it had been dialled. */
  | { readonly kind: 'continue'; readonly number: string }
