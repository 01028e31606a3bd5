import type { Language } from '../../../domain/language.ts'
import type { CompileContext } from '../compile-context.ts'
import type { Expressions, ValueType } from '../expressions/expressions.ts'
import type { Templates } from '../expressions/templates.ts'
import type { Report } from '../findings/report.ts'
import type { DefaultsSource } from '../schema/flow-schema.ts'

/** A flow while it is being compiled: what all its parts are checked against. */
export interface Draft {
  readonly report: Report
  readonly context: CompileContext
  readonly languages: readonly [Language, ...Language[]]
  readonly defaults: DefaultsSource
  /** The flow has an `on_error`, so no step needs its own. */
  readonly catchesFaults: boolean
  readonly stepNames: ReadonlySet<string>
  /** Types of the variables, also of those that steps bring along by `into`. */
  readonly variables: ReadonlyMap<string, ValueType>
  readonly secrets: ReadonlySet<string>
  readonly expressions: Expressions
  readonly templates: Templates
}
