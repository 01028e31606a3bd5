import { say } from '../../../domain/saying.ts'
import type { ValueType } from '../expressions/expressions.ts'
import { typeOfLiteral } from '../expressions/templates.ts'
import type { Report } from '../findings/report.ts'
import type { FlowHead } from '../schema/flow-schema.ts'
import { namePattern } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import type { ShapedStep } from './build-step.ts'

/** Names that mean something else in expressions: ours, and the reserved words of CEL. */
const taken = new Set(
  'call customer config queue cel has true false null in as break const continue else for function if import let loop package namespace return var void while int uint double bool string bytes list map type dyn timestamp duration optional size'.split(
    ' '
  )
)

export interface Declared {
  readonly types: ReadonlyMap<string, ValueType>
  readonly firstValues: Readonly<Record<string, unknown>>
  /** What `collect` steps with `secret: true` take. */
  readonly secrets: ReadonlySet<string>
}

/** The variables of a flow: declared under `vars` and `params`, or brought along by a step's `into`. */
export function declareVariables(head: FlowHead, steps: ReadonlyMap<string, ShapedStep>, report: Report): Declared {
  const variables = new Variables(report)
  declareWritten('vars', head.vars ?? {}, variables, report)
  declareWritten('params', head.params ?? {}, variables, report)
  for (const [name, step] of steps) {
    const brought = intoOf(step)
    if (brought === undefined) continue
    const { into, type, secret, path } = brought
    variables.declare(into, type, type === 'string' ? '' : null, { path: ['steps', name, ...path] })
    if (secret) variables.secrets.add(into)
  }
  for (const [index, name] of (head.results ?? []).entries()) {
    if (variables.types.has(name)) continue
    report.error('FLOW0020', { path: ['results', index] }, say`there is no variable "${name}"`, say`declare it under vars`)
  }
  return variables
}

function declareWritten(section: string, values: Readonly<Record<string, unknown>>, variables: Variables, report: Report): void {
  for (const [name, value] of Object.entries(values)) {
    const path = [section, name]
    if (typeof value === 'string' && value.includes('${')) {
      report.error('FLOW0006', { path }, say`a first value cannot be computed`, say`use a set step`)
    }
    if (variables.types.has(name)) report.error('FLOW0009', { path, key: true }, say`"${name}" is declared twice`)
    variables.declare(name, typeOfLiteral(value), value, { path, key: true })
  }
}

class Variables implements Declared {
  readonly types = new Map<string, ValueType>()
  readonly firstValues: Record<string, unknown> = {}
  readonly secrets = new Set<string>()
  readonly #report: Report

  constructor(report: Report) {
    this.#report = report
  }

  /** The first declaration of a name counts. */
  declare(name: string, type: ValueType, value: unknown, place: { readonly path: Path; readonly key?: boolean }): void {
    if (!namePattern.test(name) || taken.has(name)) {
      const hint = taken.has(name)
        ? say`it has a meaning of its own in expressions`
        : say`use letters, digits and _, beginning with a small letter`
      this.#report.error('FLOW0009', place, say`"${name}" cannot be the name of a variable`, hint)
      return
    }
    if (this.types.has(name)) return
    this.types.set(name, type)
    this.firstValues[name] = value
  }
}

function intoOf({ kind, source }: ShapedStep): { into: string; type: ValueType; secret: boolean; path: Path } | undefined {
  switch (kind) {
    case 'collect':
      return { into: source.collect.into, type: 'string', secret: source.collect.secret ?? false, path: ['collect', 'into'] }
    case 'request':
      return source.request.into === undefined
        ? undefined
        : { into: source.request.into, type: 'dyn', secret: false, path: ['request', 'into'] }
    case 'record':
      return source.record.into === undefined
        ? undefined
        : { into: source.record.into, type: 'dyn', secret: false, path: ['record', 'into'] }
    case 'run':
      return source.into === undefined ? undefined : { into: source.into, type: 'dyn', secret: false, path: ['into'] }
    default:
      return undefined
  }
}
