import type { Signal } from '../domain/abort.ts'
import type { Centre } from '../domain/centre.ts'
import type { Customer, Customers } from '../domain/customer.ts'
import type { Interrupted } from '../domain/interrupted.ts'
import type { Language } from '../domain/language.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { HttpClient } from '../domain/ports/http-client.ts'
import type { Prompts } from '../domain/ports/prompts.ts'
import type { Routes } from '../domain/ports/routes.ts'
import type { ServedBefore } from '../domain/ports/served-before.ts'
import type { PriorityName, QueueStatus } from '../domain/queue.ts'
import type { PathEntry } from '../domain/screen-pop.ts'
import type { Announced } from '../domain/waiting.ts'
import type { Flow } from './flow.ts'

/** The live flows. */
export interface Flows {
  /** The flow that answers this number: the longest match wins. */
  byNumber(number: string): Flow | undefined
  byName(name: string): Flow | undefined
  /** What is live now, whatever replaces it later: for one call. */
  asOfNow(): Flows
}

/** All that a flow can reach beside its caller. Time and chance come from here and from nowhere else, so that a walk can be repeated. */
export interface FlowWorld {
  readonly clock: Clock
  readonly prompts: Prompts
  readonly http: HttpClient
  readonly customers: Customers
  readonly servedBefore: ServedBefore
  /** Unset: no application is ever registered. */
  readonly routes?: Routes
  readonly centre: Centre
  readonly flows: Flows
  /** Takes on work for a call whose caller has left. Nobody waits for it; the signal aborts when the server stops. */
  afterCall(work: (signal: Signal) => Promise<void>): void
  queueStatus(name: string): QueueStatus | undefined
  /** 0 ≤ x < 1. */
  random(): number
  /** Says which way a `split` step goes, by the name of the exit, where that is not left to chance: in the simulator and in tests. */
  chooseWay?(step: string, exits: readonly string[]): Promise<string>
}

/** What happened on the way, for records and the agent's screen. Secrets are removed before they get here. */
export interface FlowTrace {
  /** Also for flows reached by `go` and `run`; `runBy` is the step that runs it. */
  flowStarted(name: string, version: string, runBy?: string): void
  /** `flow` is the one the step belongs to: after `run`, that of the sub-flow. */
  stepLeft(entry: PathEntry, tookMs: number, flow: string): void
  shortcutTaken(name: string, priority?: PriorityName): void
  /** The caller has come to another step. `where` tells at any later moment where they are then, for whoever takes the call up after us. */
  steppedOn?(where: () => Interrupted | undefined): void
  /** Merge into the data for the agent. */
  attach(values: Readonly<Record<string, unknown>>): void
  /** The caller has left here. Whether they were cut off is for others to say. */
  leftAt(position: Interrupted): void
  /** The caller is this customer, or the customer has changed. */
  identified(customer: Customer): void
  /** The call has these names now, all of them. */
  tagged(tags: readonly string[]): void
  languageChanged(language: Language): void
  /** Something was said to a waiting caller, or could not be. */
  announced?(announced: Announced): void
  /** A menu or collect has said what it asks and waits for the first key. The simulator's fingers wait for it. */
  asking?(): void
}
