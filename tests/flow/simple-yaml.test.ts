import t from 'tap'
import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar } from 'yaml'
import { loadFlows } from '../../src/flow/compile/load-flows.ts'
import { readSimpleYaml, type SimpleNode } from '../../src/flow/compile/source/simple-yaml.ts'
import { corpusFlow } from '../helpers/flow/flow-corpus.ts'
import { mutateYaml } from '../helpers/flow/mutate-yaml.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'

const folder = new URL('../../flows/', import.meta.url).pathname

t.test('the short way through YAML reads what the whole parser reads, at the same places, or nothing', async (t) => {
  const files = [...(await loadFlows(folder)).map(({ text }) => text), corpusFlow(1).text, ...oddities]
  for (const text of files.slice(0, -oddities.length)) t.ok(readSimpleYaml(text), 'our own flows are simple')
  const seeds = Number(process.env.SEEDS ?? 1500)
  let simple = 0
  for (let seed = 0; seed < seeds + files.length; seed++) {
    const random = new SeededRandom(seed)
    const whole = files[seed] ?? random.pick(files)
    // Parts of files are read faster, and end in more ways.
    const end = whole.indexOf('\n', 400 + random.below(2500)) + 1
    const text = seed < files.length ? whole : mutateYaml(end === 0 ? whole : whole.slice(0, end), random)
    const read = readSimpleYaml(text)
    if (read === undefined) continue
    simple++
    const difference = differenceFrom(parseDocument(text, { prettyErrors: false }), read, text)
    if (difference !== undefined) t.fail(`seed ${seed}: ${difference}`, { text })
  }
  t.ok(simple > seeds / 10, `${simple} of ${seeds} are simple`)
})

t.test('what is not simple is left to the whole parser', async (t) => {
  for (const text of [
    '',
    'a',
    '- a\n',
    'a: b: c\n',
    'a: *b\n',
    'a: |\n  b\n',
    'a: 01\n',
    'a: 1\na: 2\n',
    'a:\tb\n',
    'a: b\r\n',
    '? a\n'
  ])
    t.equal(readSimpleYaml(text), undefined, JSON.stringify(text))
  for (const name of ['__proto__', 'constructor', 'toString', '<<', '"__proto__"'])
    t.equal(readSimpleYaml(`a: { ${name}: 1 }\n`), undefined, name)
  t.equal(readSimpleYaml(`a: ${'['.repeat(100_000)}`), undefined, 'also what is nested without end')
})

const oddities = [
  'a: 1\nb: -0\nc: 1.50\nd: 5s\ne: 1e3\nf: 0x1F\ng: .5\nh: -.5\n',
  'a: ~\nb: null\nc: Null\nd: true\ne: True\nf: yes\ng:\nh: ""\n',
  'a: b # c\nb: b#c\nc: "d" # e\nd: [a, # b\n  c]\n',
  'a:\n- b\n- c: 1\n  d: 2\n-   e: 1\n    f: 2\ng: 1\n',
  'a: [b,\n  c,\n  {d: e, "f": g}]\n',
  'a: { b: c,\nd: e }\n',
  'a:\n    b: 1\n  c: 2\n',
  'a: b\n  c\n',
  'a: "b\n  c"\n',
  'a: \'it\'\'s\'\nb: "x\\ny\\"z\\/"\nc: "\\u0041"\n',
  'a: - b\n',
  'a: -5\nb: -x\nc: :x\nd: ?x\n',
  '"a b": 1\n\'c\': 2\n"a":1\n',
  '1: a\n2.0: b\nnull: c\n-1: d\n',
  'a: {}\nb: []\nc: { }\nd: [ ]\ne: [a, ]\nf: { a: b, }\n',
  'a: {b}\nb: {b: }\nc: [b: c]\nd: {"b":c}\n',
  'a: http://x.test/y?z=1#f\nb: ${config.x}/y\nc: "${a}"\n',
  '# comment\n\n\na: 1\n   \n# end\n',
  'a: 1\n# no line end',
  'a: 1 # no line end',
  'a: 1\n---\nb: 2\n',
  'a: 1\n...\n',
  '  a: 1\n',
  'a : 1\n',
  'a: 欢迎 👋, again\nb: { zh-CN: 你好, en: hi }\n'
]

/** The first thing in which the two differ. */
function differenceFrom(document: Document.Parsed, read: SimpleNode, text: string): string | undefined {
  if (document.errors.length > 0) return `the whole parser says ${document.errors[0]?.message}`
  const js: unknown = document.toJS()
  if (JSON.stringify(js) !== JSON.stringify(read.value)) return `${JSON.stringify(read.value)} is not ${JSON.stringify(js)}`
  return differentPlace(document.contents, read, text, '')
}

function differentPlace(node: unknown, read: SimpleNode, text: string, at: string): string | undefined {
  const [start, end] = rangeOf(node)
  if (start !== read.start || firstLine(text, start, end) !== firstLine(text, read.start, read.end)) {
    return `${at} stands at ${read.start}-${read.end} and not at ${start}-${end}`
  }
  if (read.kind === 'list') {
    const items: readonly unknown[] = isSeq(node) ? node.items : []
    return first(read.items, (item, index) => differentPlace(items[index], item, text, `${at}/${index}`))
  }
  if (read.kind === 'scalar') return isScalar(node) && isQuoted(node) === read.quoted ? undefined : `${at} is no such scalar`
  const pairs = isMap(node) ? (node.items as Pair[]) : []
  return first(read.entries, ({ key, node: inner }, index) => {
    const pair = pairs[index]
    const [keyStart, keyEnd] = rangeOf(pair?.key)
    const sameKey = keyStart === key.start && keyEnd === key.end && isQuoted(pair?.key as Scalar) === key.quoted
    return sameKey ? differentPlace(pair?.value, inner, text, `${at}/${key.name}`) : `${at}/${key.name} has its key elsewhere`
  })
}

function first<Item>(items: readonly Item[], look: (item: Item, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = look(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

function isQuoted(node: Scalar): boolean {
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
}

function rangeOf(node: unknown): readonly [number, number] {
  const [start, end] = (node as { range?: readonly [number, number, number] } | undefined)?.range ?? [-1, -1]
  return [start, end]
}

function firstLine(text: string, start: number, end: number): string {
  return (text.slice(start, end).split('\n', 1)[0] ?? '').trimEnd()
}
