import { TypeError as CelTypeError, type Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js'
import { AppError } from '../../../domain/errors.ts'
import { say } from '../../../domain/saying.ts'
import type { Expression, Scope } from '../../expression.ts'
import type { CompileContext } from '../compile-context.ts'
import { didYouMean } from '../findings/closest.ts'
import type { Report } from '../findings/report.ts'
import type { Path } from '../source/source-file.ts'
import { celEnvironment, withScope } from './cel-environment.ts'
import { LimitedNames, plain } from './evaluation-limits.ts'
import { explainCelError } from './explain-cel-error.ts'
import { inspect } from './expression-guard.ts'

/** Types of values, as CEL calls them. `dyn`: only known when it runs. */
export type ValueType = 'string' | 'double' | 'bool' | 'list' | 'map' | 'dyn'

/** Signs such as `!!!!…` are nested as deeply as they are long, and the parser calls itself for each. */
const EXPRESSION_MAX = 2000

export interface Checked extends Expression {
  /** As CEL infers it; `dyn` when the expression is wrong, so that one mistake is told once. */
  readonly type: string
  /** Variables and other names it reads. */
  readonly names: ReadonlySet<string>
}

/** Where an expression stands: in the text at `path`, from that letter on. */
export interface ExpressionPlace {
  readonly path: Path
  readonly from: number
}

/** Compiles the expressions of one flow against its names, and reports what is wrong with them. */
export class Expressions {
  readonly #environment: Environment
  readonly #names: readonly string[]
  readonly #report: Report
  readonly #context: CompileContext

  constructor(types: ReadonlyMap<string, ValueType>, report: Report, context: CompileContext) {
    this.#environment = celEnvironment.clone()
    for (const [name, type] of types) this.#environment.registerVariable(name, type)
    this.#names = [...types.keys(), 'call', 'customer', 'config']
    this.#report = report
    this.#context = context
  }

  /** An expression that is true or false. */
  condition(source: string, place: ExpressionPlace): Checked {
    const checked = this.value(source, place)
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      const message = say`a condition must be true or false`
      this.#report.error(
        'FLOW0022',
        { ...place, length: source.length },
        message,
        say`compare it with something: x == "…", x > 0`
      )
    }
    return checked
  }

  value(source: string, place: ExpressionPlace): Checked {
    if (source.length > EXPRESSION_MAX) {
      const message = say`an expression has at most ${EXPRESSION_MAX} letters`
      this.#report.error('FLOW0023', { ...place, length: 1 }, message, say`make several steps of it`)
      return wrong(source)
    }
    try {
      const program = this.#environment.parse(source)
      const inspection = inspect(program.ast)
      this.#reportNames(inspection, place)
      const result = program.check()
      if (result.error !== undefined) throw result.error
      return {
        source,
        type: result.type ?? 'dyn',
        names: inspection.names,
        evaluate: (scope) => evaluate(source, program, scope)
      }
    } catch (error) {
      if (!(error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)) throw error
      this.#reportError(error, source, place)
      return wrong(source)
    }
  }

  #reportNames({ queues, configValues, objections }: ReturnType<typeof inspect>, { path, from }: ExpressionPlace): void {
    const { centre } = this.#context
    const placeOf = ({ start, end }: { start: number; end: number }) => ({ path, from: from + start, length: end - start })
    for (const objection of objections) {
      this.#report.error('FLOW0023', placeOf(objection), objection.message, objection.hint)
    }
    for (const queue of queues) {
      if (centre.queues.has(queue.name)) continue
      this.#report.error(
        'FLOW0016',
        placeOf(queue),
        say`there is no queue "${queue.name}"`,
        didYouMean(queue.name, centre.queues.keys())
      )
    }
    for (const value of configValues) {
      if (Object.hasOwn(centre.values, value.name)) continue
      const hint = didYouMean(value.name, Object.keys(centre.values))
      this.#report.error('FLOW0020', placeOf(value), say`there is no configuration value "${value.name}"`, hint)
    }
  }

  #reportError(error: ParseError | CelTypeError | EvaluationError, source: string, { path, from }: ExpressionPlace): void {
    const { code, message, hint } = explainCelError(error, this.#names)
    const { start, end } = error.range ?? { start: 0, end: source.length }
    this.#report.error(code, { path, from: from + start, length: Math.max(1, end - start) }, message, hint)
  }
}

/** Stands for an expression with a mistake in it: one mistake is told once. */
function wrong(source: string): Checked {
  return { source, type: 'dyn', names: new Set(), evaluate: () => null }
}

function evaluate(source: string, program: (names: LimitedNames) => unknown, scope: Scope): unknown {
  try {
    return plain(withScope(scope, (names) => program(new LimitedNames(names))))
  } catch (error) {
    throw new AppError('FLOW_EXPRESSION', 'flow', 'An expression has no value', {
      details: { expression: source, problem: error instanceof EvaluationError ? error.summary : String(error) },
      cause: error
    })
  }
}
