import { type Document, isAlias, isPair, isScalar, visit } from 'yaml'
import { say } from '../../domain/saying.ts'
import { explainYamlError } from './explain-yaml-error.ts'
import type { Report } from './findings/report.ts'
import { textProblem } from './source/text-limits.ts'
import { valueProblem } from './source/value-limits.ts'

/** The value of a YAML file, or nothing when it cannot be read; reports why. */
export function readSource(report: Report): unknown {
  const unreadable = textProblem(report.source.text)
  if (unreadable !== undefined) {
    report.add('error', 'FLOW0001', report.source.spanAt(unreadable.at, 1), unreadable.message, unreadable.hint)
    return undefined
  }
  const { simple } = report.source
  if (simple !== undefined) return simple.value
  const document = documentOf(report)
  if (document === undefined) return undefined
  // After a first mistake in its syntax YAML finds many more that are none.
  const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY')
  for (const { code, message, pos } of broken === undefined ? document.errors : [broken]) {
    const span = report.source.spanAt(pos[0], Math.max(1, pos[1] - pos[0]))
    const explained = explainYamlError({ code, message })
    report.add('error', code === 'DUPLICATE_KEY' ? 'FLOW0002' : 'FLOW0001', span, explained.message, explained.hint)
  }
  if (broken !== undefined) return undefined
  reportScalars(report)
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    const problem = valueProblem(value)
    if (problem === undefined) return value
    report.error('FLOW0001', { path: [] }, problem)
    return undefined
  } catch (error) {
    // The yaml library refuses aliases that lead nowhere, or multiply ("billion laughs"), only here. The former are reported by now.
    if (report.hasErrors) return undefined
    const tooMany = error instanceof ReferenceError
    report.error(
      'FLOW0001',
      { path: [] },
      tooMany ? say`references (*) make far too many values of this file` : say`this cannot be read`
    )
    return undefined
  }
}

function documentOf(report: Report): Document.Parsed | undefined {
  try {
    return report.source.document
  } catch (error) {
    // The parser calls itself for each level. What is deep enough for that without being seen by the limits is still no flow.
    if (!(error instanceof RangeError)) throw error
    report.add('error', 'FLOW0001', report.source.spanAt(0, 1), say`this is nested too deeply`)
    return undefined
  }
}

/** YAML reads `01` as the number 1, `+86` as 86 and `*9` as a reference: not what stands on the keys of a telephone. */
function reportScalars(report: Report): void {
  const { document } = report.source
  visit(document, (_, node) => {
    if (isPair(node) && isScalar(node.key) && node.key.value === '__proto__' && node.key.range) {
      // JavaScript would take it for something else than a name, and schemas leave it out without a word.
      report.add('error', 'FLOW0009', report.source.spanAt(node.key.range[0], 9), say`"__proto__" cannot be a name`)
    }
    if (isAlias(node) && node.resolve(document) === undefined) {
      const span = report.source.spanAt(node.range?.[0] ?? 0, node.source.length + 1)
      report.add(
        'error',
        'FLOW0001',
        span,
        say`*${node.source} is read as a reference to another place`,
        say`write "*${node.source}"`
      )
    }
    if (!isScalar(node) || typeof node.value !== 'number' || node.source === undefined || node.range == null) return
    const loses = /^[-+]?0\d|^\+\d/.test(node.source) || (Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
    if (!loses) return
    const span = report.source.spanAt(node.range[0], node.source.length)
    report.add('error', 'FLOW0008', span, say`${node.source} is read as the number ${node.value}`, say`write "${node.source}"`)
  })
}
