import type { SeededRandom } from '../seeded-random.ts'

/** A flow file with a few mistakes, as hands, editors, scripts and enemies make them. */
export function mutateYaml(text: string, random: SeededRandom): string {
  let mutated = text
  for (let times = 1 + random.below(3); times > 0; times--) mutated = random.pick(mutations)(mutated, random)
  return mutated
}

type Mutation = (text: string, random: SeededRandom) => string

const oddValues = [
  '.inf -.inf .nan 1e999 -0 0x1F 0o17 01 +86 ~ null yes TRUE 99999999999999999999 9007199254740993 1.0 1e3 "" " " [] {} [[]] {a: } [,] {,} | >- & * ! % @ `'.split(
    ' '
  ),
  [
    '*a',
    '&a x',
    '!!js/function "x"',
    '!!binary aGk=',
    '!!set {a, b}',
    '!x y',
    '&a [*a]',
    '{ <<: { go: end } }',
    '"\\u0000"',
    '"\\x00"',
    "'it''s'",
    '"${"',
    '"${1 +}"',
    '"${call.id}"',
    '${constructor}',
    '"${call.constructor}"',
    '"${card + card + card}"',
    'a: b',
    'a #b',
    'a:b',
    '- x',
    '? x',
    '2026-11-22',
    `"${'x'.repeat(2000)}"`,
    '__proto__',
    'constructor',
    '{ __proto__: { go: end } }',
    '{ constructor: x, hasOwnProperty: 1 }',
    '欢迎 👋 \u202e',
    '{ "a": 1 }',
    '{"a":1}',
    '[ a, "b", \'c\', 4, 5.5, true ]',
    '{ flow: hotline-1 }',
    '{ go: nowhere }'
  ]
].flat()

const oddLines = [
  '---',
  '...',
  '%YAML 1.2',
  '# comment',
  '\t',
  '<<: { go: end }',
  '__proto__: { polluted: true }',
  'constructor: x',
  '? x',
  ': y',
  '- z',
  'a',
  'text: |',
  'text: >-',
  'steps:',
  'numbers: [1]',
  '"quoted": 1',
  'x: &a { b: *a }',
  '\u0000',
  '}',
  ']'
]
const oddLetters = '{}[]:,#&*!|>\'"%@`\\$?- \t\r\n\0\u0085\u2028\ufeff\ud83d\u00a0xX09零'.split('')

const mutations: readonly Mutation[] = [
  (text, random) => edit(text, random, (lines, at) => lines.splice(at, 1)),
  (text, random) => edit(text, random, (lines, at) => lines.splice(at, 0, lines[at] ?? '')),
  (text, random) => edit(text, random, (lines, at) => lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1))),
  (text, random) => edit(text, random, (lines, at) => lines.splice(at, 1, `${' '.repeat(1 + random.below(3))}${lines[at]}`)),
  (text, random) => edit(text, random, (lines, at) => lines.splice(at, 1, (lines[at] ?? '').replace(/^ {1,2}/, ''))),
  (text, random) =>
    edit(text, random, (lines, at) => {
      const indent = /^ */.exec(lines[at] ?? '')?.[0] ?? ''
      lines.splice(at, 0, indent + random.pick(oddLines))
    }),
  (text, random) =>
    edit(text, random, (lines, at) =>
      lines.splice(
        at,
        1,
        (lines[at] ?? '').replace(/: .*$/, () => `: ${random.pick(oddValues)}`)
      )
    ),
  (text, random) => splice(text, random, 0, random.pick(oddLetters)),
  (text, random) => splice(text, random, 1 + random.below(5), ''),
  (text, random) => splice(text, random, 1, random.pick(oddLetters)),
  (text, random) => {
    const words = text.match(/[\w-]+/g) ?? ['x']
    const from = random.pick(words)
    return text.replace(from, () => random.pick(words))
  },
  (text, random) => {
    const words = text.match(/[\w-]+/g) ?? ['x']
    return text.replace(random.pick(words), () => random.pick(oddValues))
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => (random.below(4) === 0 ? text.replaceAll('\n', '\r\n') : text.replace('\n', '\r\n')),
  (text, random) => (random.below(4) === 0 ? `\ufeff${text}` : `${text}${random.pick(oddLines)}\n`)
]

function edit(text: string, random: SeededRandom, change: (lines: string[], at: number) => void): string {
  const lines = text.split('\n')
  change(lines, random.below(lines.length))
  return lines.join('\n')
}

function splice(text: string, random: SeededRandom, remove: number, put: string): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + put + text.slice(at + remove)
}
