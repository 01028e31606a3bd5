import { isScalar, visit } from 'yaml'
import type { Report } from './report.ts'

/** The value of a YAML file, or nothing when it cannot be read; reports why. */
export function readSource(report: Report): unknown {
  const { document } = report.source
  for (const { code, message, pos } of document.errors) {
    const span = report.source.spanAt(pos[0], Math.max(1, pos[1] - pos[0]))
    if (code === 'DUPLICATE_KEY')
      report.add('error', 'FLOW0002', span, 'this key is given twice', 'the second one would replace the first')
    else report.add('error', 'FLOW0001', span, inPlainWords(message), hintFor(code))
  }
  if (document.errors.length > 0) return undefined
  reportNumbersWithoutQuotes(report)
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // The yaml library refuses aliases that multiply ("billion laughs") only here.
    report.error('FLOW0001', { path: [] }, error instanceof Error ? error.message : 'the file cannot be read')
    return undefined
  }
}

function inPlainWords(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}

function hintFor(code: string): string | undefined {
  if (code === 'BAD_ALIAS' || code === 'UNEXPECTED_TOKEN') return 'texts that begin with *, #, & or ! need quotes'
  if (code === 'TAB_AS_INDENT') return 'use spaces'
  return code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY'
    ? 'look for a colon inside of a text: it needs quotes'
    : undefined
}

/** YAML reads `01` as the number 1, and `+86` as 86: not what stands on the keys of a telephone. */
function reportNumbersWithoutQuotes(report: Report): void {
  visit(report.source.document, (_, node) => {
    if (!isScalar(node) || typeof node.value !== 'number' || node.source === undefined || node.range == null) return
    const loses = /^[-+]?0\d|^\+\d/.test(node.source) || (Number.isInteger(node.value) && !Number.isSafeInteger(node.value))
    if (!loses) return
    const span = report.source.spanAt(node.range[0], node.source.length)
    report.add('error', 'FLOW0008', span, `${node.source} is read as the number ${node.value}`, `write "${node.source}"`)
  })
}
