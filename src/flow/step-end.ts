import type { Signal } from '../domain/abort.ts'
import type { Conversation, Frame } from './conversation.ts'
import type { Flow } from './flow.ts'
import type { FlowEnd } from './flow-end.ts'
import type { Target } from './target.ts'

/** How a step was left. `exit` and `detail` are for the trace; secrets in them are removed there. */
export type StepEnd =
  /** No `go`: the flow ends here. */
  | { readonly kind: 'onward'; readonly go: Target | undefined; readonly exit?: string; readonly detail?: string }
  /** The whole walk is over, not only this flow. */
  | { readonly kind: 'over'; readonly end: WalkOver; readonly exit?: string; readonly detail?: string }

/** An end for all flows of a walk: of the call, or by going on elsewhere for good. */
export type WalkOver = FlowEnd | { readonly kind: 'go'; readonly flow: string }

/** `finished`: the flow ran out of steps; its frame holds the results for who ran it. */
export type WalkEnd = WalkOver | { readonly kind: 'finished'; readonly frame: Frame }

/** Walks a flow with the given parameters. */
export type Walk = (flow: Flow, given: Readonly<Record<string, unknown>>, talk: Conversation, signal: Signal) => Promise<WalkEnd>

export function onward(go: Target | undefined, exit?: string, detail?: string): StepEnd {
  return { kind: 'onward', go, ...(exit !== undefined && { exit }), ...(detail !== undefined && { detail }) }
}
