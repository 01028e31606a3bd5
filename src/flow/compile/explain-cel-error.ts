import { type Saying, say } from '../../domain/saying.ts'
import { scopeFields } from './cel-environment.ts'
import { didYouMean } from './closest.ts'
import type { FindingCode } from './finding.ts'

interface Explanation {
  readonly code: FindingCode
  readonly message: Saying
  readonly hint: Saying | undefined
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  double: 'number',
  int: 'number',
  bool: 'true/false',
  dyn: 'anything',
  null: 'null'
}

/** What the CEL library says about an expression, in the words of flow designers. */
export function explainCelError(error: { code: string; summary: string }, names: readonly string[]): Explanation {
  const { code, summary } = error
  if (code === 'unknown_variable') {
    const name = summary.replace('Unknown variable: ', '')
    return {
      code: 'FLOW0020',
      message: say`there is no variable "${name}"`,
      hint: didYouMean(name, names) ?? say`declare it under vars`
    }
  }
  if (code === 'no_such_key') {
    const name = summary.replace('No such key: ', '')
    return {
      code: 'FLOW0020',
      message: say`there is no field "${name}"`,
      hint: didYouMean(name, Object.values(scopeFields).flat())
    }
  }
  const operation = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary)
  if (operation !== null) {
    const [, left = '', operator = '', right = ''] = operation
    const sides = [left, right]
    const mixed = sides.includes('string') && (sides.includes('double') || sides.includes('int'))
    return {
      code: 'FLOW0022',
      message: say`"${operator}" does not work between ${nameOf(left)} and ${nameOf(right)}`,
      hint: mixed ? say`string(x) makes a text of a number, double(x) a number of a text; texts need quotes` : undefined
    }
  }
  const called = /^found no matching overload for '(.+)'$/.exec(summary)
  if (called !== null) {
    const call = (called[1] ?? '').replace(/\b(string|double|int|bool|dyn)\b/g, (type) => nameOf(type))
    return { code: 'FLOW0022', message: say`there is no function ${call}`, hint: say`see "Expressions" in flows/README.md` }
  }
  const message = summary.charAt(0).toLowerCase() + summary.slice(1)
  const isSyntax = /unexpected|expected|unterminated|invalid|limit|exceed/i.test(code)
  return { code: isSyntax ? 'FLOW0021' : 'FLOW0022', message: say`the expression is wrong: ${message}`, hint: undefined }
}

function nameOf(type: string): string {
  return typeNames[type.replace(/^dyn<(.*)>$/, '$1')] ?? type
}
