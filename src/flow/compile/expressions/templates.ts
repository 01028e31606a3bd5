import { AppError } from '../../../domain/errors.ts'
import { say } from '../../../domain/saying.ts'
import type { Scope, Template } from '../../expression.ts'
import type { Report } from '../findings/report.ts'
import type { Path } from '../source/source-file.ts'
import type { Checked, Expressions } from './expressions.ts'

/** A template and what is known of it before it runs. */
export interface CompiledTemplate extends Template {
  /** As CEL calls it. */
  readonly type: string
  readonly names: ReadonlySet<string>
}

type Piece = { readonly text: string } | { readonly expression: Checked }

/** What is put into a text for the value of an expression. */
type EachPut = (value: string, expression: Checked) => string

/** Compiles the `${…}` in YAML values. */
export class Templates {
  readonly #expressions: Expressions
  readonly #report: Report

  constructor(expressions: Expressions, report: Report) {
    this.#expressions = expressions
    this.#report = report
  }

  /** Any YAML value; a text that is one `${…}` keeps the type of its expression. */
  value(value: unknown, path: Path): CompiledTemplate {
    if (typeof value === 'string') return this.#text(value, path)
    if (Array.isArray(value)) {
      return listOf(
        value,
        value.map((item, index) => this.value(item, [...path, index]))
      )
    }
    if (typeof value === 'object' && value !== null) {
      const fields = Object.entries(value).map(([name, item]) => [name, this.value(item, [...path, name])] as const)
      return mapOf(value, fields)
    }
    return literal(value)
  }

  /** A text with its expressions put in as text. `each` may change what is put in, such as to encode it for a URL. */
  text(text: string, path: Path, each: EachPut = asItIs): CompiledTemplate {
    return joined(text, this.#split(text, path), each)
  }

  #text(text: string, path: Path): CompiledTemplate {
    const pieces = this.#split(text, path)
    const [only] = pieces
    if (pieces.length !== 1 || only === undefined || 'text' in only) return joined(text, pieces, asItIs)
    const { type, names, evaluate } = only.expression
    return { fixed: false, source: text, type, names, evaluate }
  }

  #split(text: string, path: Path): Piece[] {
    const pieces: Piece[] = []
    let from = 0
    while (from < text.length) {
      const start = text.indexOf('${', from)
      if (start === -1) break
      const end = endOfExpression(text, start + 2)
      if (end === undefined) {
        this.#report.error('FLOW0021', { path, from: start, length: 2 }, say`an expression begins here and no } ends it`)
        break
      }
      if (start > from) pieces.push({ text: text.slice(from, start) })
      pieces.push({ expression: this.#expressions.value(text.slice(start + 2, end), { path, from: start + 2 }) })
      from = end + 1
    }
    if (from < text.length) pieces.push({ text: text.slice(from) })
    return pieces
  }
}

/** How a value is put into a text. Numbers without the noise of binary fractions. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(Number(value.toPrecision(12)))
  if (typeof value === 'boolean') return String(value)
  if (value === null || value === undefined) return ''
  throw new AppError('FLOW_VALUE', 'flow', 'An expression gave a value that does not fit its place', {
    details: { needs: say`a text or a number`, problem: 'a list or map cannot be put into a text' }
  })
}

function endOfExpression(text: string, from: number): number | undefined {
  let depth = 0
  let quote: string | undefined
  for (let at = from; at < text.length; at++) {
    const letter = text.charAt(at)
    if (quote !== undefined) {
      if (letter === '\\') at++
      else if (letter === quote) quote = undefined
    } else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '{') depth++
    else if (letter === '}' && depth-- === 0) return at
  }
  return undefined
}

// Functions of their own, because one that is made inside of a method keeps all that the method knows alive, with the whole file.

function literal(value: unknown): CompiledTemplate {
  return { fixed: true, source: value, type: typeOfLiteral(value), names: noNames, evaluate: () => value }
}

function listOf(source: unknown, items: readonly CompiledTemplate[]): CompiledTemplate {
  return { ...merged(items), source, type: 'list', evaluate: (scope) => items.map((item) => item.evaluate(scope)) }
}

function mapOf(source: unknown, fields: readonly (readonly [name: string, field: CompiledTemplate])[]): CompiledTemplate {
  const evaluate = (scope: Scope) => Object.fromEntries(fields.map(([name, field]) => [name, field.evaluate(scope)]))
  return { ...merged(fields.map(([, field]) => field)), source, type: 'map', evaluate }
}

function joined(source: string, pieces: readonly Piece[], each: EachPut): CompiledTemplate {
  if (pieces.every((piece) => 'text' in piece)) {
    const text = pieces.map((piece) => piece.text).join('')
    return { fixed: true, source, type: 'string', names: noNames, evaluate: () => text }
  }
  const put = (scope: Scope) => (piece: Piece) =>
    'text' in piece ? piece.text : each(textOf(piece.expression.evaluate(scope)), piece.expression)
  return { fixed: false, source, type: 'string', names: namesOf(pieces), evaluate: (scope) => pieces.map(put(scope)).join('') }
}

function asItIs(value: string): string {
  return value
}

const noNames: ReadonlySet<string> = new Set()

function merged(parts: readonly CompiledTemplate[]): { fixed: boolean; names: ReadonlySet<string> } {
  return { fixed: parts.every(({ fixed }) => fixed), names: new Set(parts.flatMap(({ names }) => [...names])) }
}

function namesOf(pieces: readonly Piece[]): ReadonlySet<string> {
  return new Set(pieces.flatMap((piece) => ('text' in piece ? [] : [...piece.expression.names])))
}

/** The type a literal gives to a variable. Null says nothing. */
export function typeOfLiteral(value: unknown): 'string' | 'double' | 'bool' | 'list' | 'map' | 'dyn' {
  if (Array.isArray(value)) return 'list'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    default:
      return value === null || value === undefined ? 'dyn' : 'map'
  }
}
