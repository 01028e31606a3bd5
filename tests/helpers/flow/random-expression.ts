import type { Scope } from '../../../src/flow/expression.ts'
import { QueueView } from '../../../src/flow/views.ts'
import type { SeededRandom } from '../seeded-random.ts'

const leaves =
  'text number items table other call.id call.caller customer.flags customer.profile config config.limit true false null 0 1 -1 1.5 9223372036854775807 1e308 "" "a" "\\u0000" [] {} [1,2,3] {"a":1} queue("service").waiting other.a.b.c table["x"] items[0] constructor __proto__ toString'.split(
    ' '
  )
const around: readonly ((a: string, b: string) => string)[] = [
  (a, b) => `${a} + ${b}`,
  (a, b) => `${a} * ${b}`,
  (a, b) => `${a} / ${b}`,
  (a, b) => `${a} % ${b}`,
  (a, b) => `${a} == ${b}`,
  (a, b) => `${a} in ${b}`,
  (a, b) => `(${a}) && (${b})`,
  (a, b) => `(${a}) ? (${b}) : (${a})`,
  (a, b) => `[${a}, ${b}]`,
  (a, b) => `{"k": ${a}, "l": ${b}}`,
  (a) => `size(${a})`,
  (a) => `string(${a})`,
  (a) => `double(${a})`,
  (a) => `!(${a})`,
  (a) => `-(${a})`,
  (a) => `has(${a}.b)`,
  (a) => `items.map(x, ${a})`,
  (a, b) => `${a}.filter(x, ${b})`,
  (a) => `items.all(x, items.exists(y, ${a}))`,
  (a, b) => `${a}.contains(${b})`,
  (a) => `${a}.matches("(a+)+$")`,
  (a, b) => `${a}[${b}]`,
  (a) => `last(${a}, 100000)`,
  (a) => `round(${a}, 1000)`,
  (a) => `luhn(${a})`,
  (a) => `${a}.?b.orValue(${a})`,
  (a, b) => `cel.bind(x, ${a}, ${b})`,
  (a) => `${'('.repeat(50)}${a}${')'.repeat(50)}`,
  (a) => `${'!'.repeat(500)}${a}`
]

/** An expression of any type, right or wrong. */
export function randomExpression(random: SeededRandom, levels = 4): string {
  if (levels === 0 || random.below(4) === 0) return random.pick(leaves)
  return random.pick(around)(randomExpression(random, levels - 1), randomExpression(random, levels - 1))
}

/** Values as other systems send them, which need not be of the types that the flow expects. */
export function randomScope(random: SeededRandom): Scope {
  const values: readonly unknown[] = [
    '',
    'a'.repeat(200_000),
    0,
    Number.NaN,
    1e308,
    true,
    null,
    [],
    Array.from({ length: 2000 }, (_, index) => index),
    {},
    JSON.parse('{"__proto__": {"a": 1}, "constructor": 5, "b": {"c": [1]}}'),
    ['a', 1, null, { b: 2 }]
  ]
  const names = Object.fromEntries(['text', 'number', 'items', 'table', 'other'].map((name) => [name, random.pick(values)]))
  return { names: { ...names, config: {} }, queue: () => new QueueView(undefined, 0) }
}
