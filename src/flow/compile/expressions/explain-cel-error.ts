import { listed, type SaidValue, type Saying, say } from '../../../domain/saying.ts'
import { didYouMean } from '../findings/closest.ts'
import type { FindingCode } from '../findings/finding.ts'
import { scopeFields } from './cel-environment.ts'

interface Explanation {
  readonly code: FindingCode
  readonly message: Saying
  readonly hint?: Saying | undefined
}

/** What the CEL library says about an expression, in the words of flow designers. */
export function explainCelError(error: { code: string; summary: string }, names: readonly string[]): Explanation {
  const { code, summary } = error
  if (code === 'unknown_variable') {
    const name = summary.replace('Unknown variable: ', '')
    const hint = didYouMean(name, names) ?? say`declare it under vars`
    return { code: 'FLOW0020', message: say`there is no variable "${name}"`, hint }
  }
  if (code === 'no_such_key') {
    const name = summary.replace('No such key: ', '')
    const hint = didYouMean(name, Object.values(scopeFields).flat())
    return { code: 'FLOW0020', message: say`there is no field "${name}"`, hint }
  }
  return explainOperation(summary) ?? explainTypes(code, summary) ?? explainSyntax(code, summary) ?? unexplained(code, summary)
}

function explainOperation(summary: string): Explanation | undefined {
  const plain = plainTypes(summary)
  const operation = /^no such overload: (\S+) (\S+) (\S+)$/.exec(plain)
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
  const [, sign, operand = ''] = /^no such overload: ([!-])(\S+)$/.exec(plain) ?? []
  if (sign !== undefined) return { code: 'FLOW0022', message: say`"${sign}" does not work with ${nameOf(operand)}` }
  const called = /^found no matching overload for '(?:(.+)\.)?(\w+)\((.*)\)'$/.exec(plain)
  if (called === null) return undefined
  const [, receiver, name = '', given = ''] = called
  const types = given === '' ? '' : listed(given.split(', ').map(nameOf))
  const call = say`${name}(${types})`
  return {
    code: 'FLOW0022',
    message: say`there is no function ${receiver === undefined ? call : say`${nameOf(receiver)}.${call}`}`,
    hint: say`see "Expressions" in flows/README.md`
  }
}

function explainTypes(code: string, summary: string): Explanation | undefined {
  const [first = '', second = ''] = [...plainTypes(summary).matchAll(/'([^']*)'/g)].map(([, type = '']) => nameOf(type))
  const message = messageOfTypes(code, summary, first, second)
  return message === undefined ? undefined : { code: 'FLOW0022', message }
}

function messageOfTypes(code: string, summary: string, first: SaidValue, second: SaidValue): Saying | undefined {
  switch (code) {
    case 'invalid_condition_type':
      return say`a condition must be true or false`
    case 'invalid_logical_operand':
      return say`&& and || stand between conditions, and this is ${first}`
    case 'incompatible_ternary_branches':
      return say`what stands before and behind : must be of one type, not ${first} and ${second}`
    case 'cannot_index_type':
      return say`${first} has no fields`
    case 'invalid_index_type':
      return summary.startsWith('List') ? say`a place in a list is a whole number` : say`the name of a field is a text`
    case 'invalid_comprehension_range':
      return say`only lists and maps can be gone through, and this is ${first}`
    default:
      return undefined
  }
}

/** By the library's names: what a token is called, or looks like. */
const tokens: Readonly<Record<string, Saying>> = {
  NUMBER: say`a number`,
  STRING: say`a text`,
  BYTES: say`a text`,
  BOOLEAN: say`true or false`,
  IDENTIFIER: say`a name`,
  ...signs({
    NULL: 'null',
    IN: 'in',
    PLUS: '+',
    MINUS: '-',
    MULTIPLY: '*',
    DIVIDE: '/',
    MODULO: '%',
    NOT: '!',
    AND: '&&',
    OR: '||'
  }),
  ...signs({ EQ: '==', NE: '!=', LT: '<', LE: '<=', GT: '>', GE: '>=', DOT: '.', COMMA: ',', COLON: ':', QUESTION: '?' }),
  ...signs({ LPAREN: '(', RPAREN: ')', LBRACKET: '[', RBRACKET: ']', LBRACE: '{', RBRACE: '}' })
}

function signs(written: Readonly<Record<string, string>>): Record<string, Saying> {
  return Object.fromEntries(Object.entries(written).map(([name, sign]) => [name, say`"${sign}"`]))
}

function explainSyntax(code: string, summary: string): Explanation | undefined {
  const message = messageOfSyntax(code, summary)
  if (message === undefined) return undefined
  const sign = code === 'unexpected_character' ? signIn(summary) : ''
  const hint = sign === '=' ? say`compare with ==` : sign === '&' || sign === '|' ? say`use && and ||` : undefined
  return { code: 'FLOW0021', message, hint: code === 'limit_exceeded' ? say`make several steps of it` : hint }
}

function messageOfSyntax(code: string, summary: string): Saying | undefined {
  if (/_escape|^octal_|surrogate/.test(code)) return say`a backslash stands before something that it gives no meaning`
  if (/unterminated|newline/.test(code)) return say`a text begins here and no quote ends it`
  if (/^invalid_(number|integer|hex_integer|exponent)$/.test(code)) return say`this is not a number`
  switch (code) {
    case 'unexpected_character':
      return summary.endsWith("'") && !['=', '&', '|'].includes(signIn(summary))
        ? say`the expression is over here, and something follows`
        : say`"${signIn(summary)}" has no meaning in expressions`
    case 'unexpected_token':
    case 'expected_token':
      return messageOfToken(summary)
    case 'limit_exceeded':
      return say`the expression is too large`
    case 'reserved_identifier':
      return say`"${summary.replace('Reserved identifier: ', '')}" cannot be a name`
    case 'invalid_macro_argument':
      return summary.startsWith('has()')
        ? say`has() takes a field, such as has(account.name)`
        : say`here must be the name of a variable`
    default:
      return undefined
  }
}

function messageOfToken(summary: string): Saying {
  const [, wanted = 'EOF', found = summary.replace(/^.*: /, '')] = /^Expected (\w+), got (\w+)$/.exec(summary) ?? []
  if (found === 'EOF' && wanted === 'EOF') return say`the expression ends too early`
  if (found === 'EOF') return say`${tokens[wanted] ?? wanted} is missing at the end`
  if (wanted === 'EOF') return say`${tokens[found] ?? found} does not fit here`
  return say`here must be ${tokens[wanted] ?? wanted}, not ${tokens[found] ?? found}`
}

/** For what no expression of ours makes the library say: its own English. */
function unexplained(code: string, summary: string): Explanation {
  const isSyntax = /unexpected|expected|unterminated|invalid|limit|exceed/i.test(code)
  return { code: isSyntax ? 'FLOW0021' : 'FLOW0022', message: say`the expression is wrong: ${summary}` }
}

function signIn(summary: string): string {
  return summary.replace('Unexpected character: ', '').replace(/^'(.*)'$/s, '$1')
}

const types: Readonly<Record<string, Saying>> = {
  string: say`text`,
  double: say`number`,
  int: say`number`,
  bool: say`true/false`,
  list: say`list`,
  map: say`map`,
  dyn: say`anything`
}

function nameOf(type: string): SaidValue {
  return types[plainTypes(type)] ?? type
}

/** Without what lists and maps are of: `map<string, dyn>` is a map. */
function plainTypes(text: string): string {
  const plain = text.replace(/\bdyn<(\w*)>/g, '$1').replace(/<[^<>]*>/g, '')
  return plain === text ? text : plainTypes(plain)
}
