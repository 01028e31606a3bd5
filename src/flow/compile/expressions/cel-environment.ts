import { Environment } from '@marcbachmann/cel-js'
import type { Scope } from '../../expression.ts'
import { luhn } from '../../luhn.ts'
import { CallView, CustomerView, QueueView } from '../../views.ts'

/** Functions that expressions have beside those of CEL, for the reference. */
export const flowFunctions = [
  { signature: 'luhn(string): bool', says: 'whether the last digit of a card number is right', handler: luhn },
  {
    signature: 'round(double, int): double',
    says: 'rounded to that many decimals',
    handler: (value: number, decimals: bigint) => Number(value.toFixed(Number(decimals)))
  },
  {
    signature: 'last(string, int): string',
    says: 'the last letters of a text: `last(card, 4)`',
    handler: (text: string, count: bigint) => (count <= 0n ? '' : text.slice(-Number(count)))
  }
] as const

/** The functions of CEL that flows need most, for the reference. */
export const celFunctions = [
  { signature: 'queue("name")', says: 'live figures of a queue' },
  { signature: 'size(x)', says: 'length of a text, list or map' },
  { signature: 'string(x)', says: 'as a text' },
  { signature: 'double(x)', says: 'a number out of a text' },
  { signature: 'has(a.b)', says: 'whether the field is there' },
  { signature: 'text.startsWith(string)', says: 'also `endsWith`, `contains`' },
  { signature: 'text.substring(int, int)', says: 'from the first to before the second place, counted from 0' },
  { signature: 'list.exists(x, condition)', says: 'also `all`, `filter`, `map`' }
] as const

/** What names of our own in expressions consist of. */
export const scopeFields = {
  call: ['id', 'dialed', 'caller', 'caller_name', 'language', 'tags', 'ended', 'interrupted'],
  customer: ['known', 'id', 'name', 'numbers', 'segment', 'flags', 'language', 'profile'],
  'queue("name")': ['waiting', 'longest_wait', 'logged_on', 'ready', 'talking']
} as const

/** Expressions are evaluated without waiting, one at a time, so the functions that need the scope find it here. */
let scopeInUse: Scope | undefined

/** Evaluates with `queue(name)` looking into that scope. */
export function withScope<Value>(scope: Scope, evaluate: (names: Scope['names']) => Value): Value {
  const outer = scopeInUse
  scopeInUse = scope
  try {
    return evaluate(scope.names)
  } finally {
    scopeInUse = outer
  }
}

/**
 * CEL as flow designers meet it. All numbers of a flow are doubles, as in JSON, and whole-number literals may stand beside them:
 * in plain CEL `tries + 1` is an error unless `tries` is an int.
 */
export const celEnvironment = (() => {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 300, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 }
  })
  type Numeric = number | bigint
  for (const [left, right] of [
    ['double', 'int'],
    ['int', 'double']
  ]) {
    environment.registerOperator(`${left} + ${right}: double`, (a: Numeric, b: Numeric) => Number(a) + Number(b))
    environment.registerOperator(`${left} - ${right}: double`, (a: Numeric, b: Numeric) => Number(a) - Number(b))
    environment.registerOperator(`${left} * ${right}: double`, (a: Numeric, b: Numeric) => Number(a) * Number(b))
    environment.registerOperator(`${left} / ${right}: double`, (a: Numeric, b: Numeric) => Number(a) / Number(b))
    environment.registerOperator(`${left} % ${right}: double`, (a: Numeric, b: Numeric) => Number(a) % Number(b))
    environment.registerOperator(`${left} in list<${right}>: bool`, (a: Numeric, list: readonly Numeric[]) =>
      list.some((item) => Number(item) === Number(a))
    )
  }
  environment.registerOperator('double == int', (a: Numeric, b: Numeric) => Number(a) === Number(b))
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b)

  const text = 'string'
  environment
    .registerType('Call', {
      ctor: CallView,
      fields: {
        id: text,
        dialed: text,
        caller: text,
        caller_name: text,
        language: text,
        tags: 'list<string>',
        ended: text,
        interrupted: 'dyn'
      }
    })
    .registerType('Customer', {
      ctor: CustomerView,
      fields: {
        known: 'bool',
        id: text,
        name: text,
        numbers: 'list<string>',
        segment: text,
        flags: 'list<string>',
        language: text,
        profile: 'map<string, dyn>'
      }
    })
    .registerType('Queue', {
      ctor: QueueView,
      fields: { waiting: 'double', longest_wait: 'double', logged_on: 'double', ready: 'double', talking: 'double' }
    })
    .registerVariable('call', 'Call')
    .registerVariable('customer', 'Customer')
    .registerVariable('config', 'dyn')
    .registerFunction('queue(string): Queue', (name: string) => scopeInUse?.queue(name) ?? new QueueView(undefined, 0))
  for (const { signature, handler } of flowFunctions) environment.registerFunction(signature, handler)
  return environment
})()
