import type { QueueView } from './views.ts'

/** What an expression can see: `call`, `customer`, `config`, the flow's variables by name, and `queue(name)`. */
export interface Scope {
  readonly names: Readonly<Record<string, unknown>>
  /** Live figures of a queue, as `queue("name")` shows them. */
  queue(name: string): QueueView
}

/** A checked expression. Side-effect free; throws an AppError `FLOW_EXPRESSION` when it has no value, e.g. for a missing key. */
export interface Expression {
  readonly source: string
  evaluate(scope: Scope): unknown
}

/** A YAML value whose `${…}` are filled in on evaluation; a string that is one `${…}` keeps the type of its expression. */
export interface Template {
  /** Whether it holds no expression at all, so that its value never changes. */
  readonly fixed: boolean
  /** As the file says it, for people and comparisons. */
  readonly source: unknown
  evaluate(scope: Scope): unknown
}
