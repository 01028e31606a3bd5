import t from 'tap'
import { flowsOf, walk } from '../helpers/flow-walk.ts'

const head = (name: string, more = '') => `flow: ${name}\nlanguages: [en]\n${more}\n`
const flow = (steps: string, more = 'numbers: ["1"]') => flowsOf(`${head('test', more)}steps:\n${steps.replace(/^\n/, '')}`)

t.test('a split sends callers its ways by their shares', async (t) => {
  const split = flow(`
  draw: { split: [{ percent: 70, go: a }, { percent: 20, go: b }, { percent: 10, go: c }] }
  a: { play: this is a }
  b: { play: this is b }
  c: { play: this is c }`)
  const went: Record<string, number> = {}
  for (let each = 0; each < 100; each++) {
    const { caller } = await walk(split, { random: () => each / 100 })
    const [text = ''] = caller.texts
    went[text] = (went[text] ?? 0) + 1
  }
  t.same(went, { 'this is a': 70, 'this is b': 20, 'this is c': 10 })
  const { path } = await walk(split, { random: () => 0.999999 })
  t.match(path[0], { step: 'draw', kind: 'split', exit: 'c', detail: '10 %' })
})

t.test('the last way of a split takes what fractions leave over', async (t) => {
  const thirds = flow(`
  draw: { split: [{ percent: 33.3333333, go: a }, { percent: 33.3333333, go: b }, { percent: 33.3333333, go: c }] }
  a: { hangup: true }
  b: { hangup: true }
  c: { hangup: true }`)
  const { way } = await walk(thirds, { random: () => 0.9999999999 })
  t.same(way, ['draw:c', 'c'])
})

t.test('tags are told once each, are seen by conditions, and stay when the flow changes', async (t) => {
  const flows = flowsOf(
    `${head('one', 'numbers: ["1"]\nvars: { product: cards }')}steps:
  a: { tag: [complaint, "product:\${product}"], then: b }
  b: { tag: complaint, then: c }
  c: { go: { flow: two } }`,
    `${head('two')}steps:
  x: { branch: [{ when: '"complaint" in call.tags && size(call.tags) == 2', go: y }], else: z }
  y: { tag: seen }
  z: { hangup: true }`
  )
  const { other, way } = await walk(flows)
  t.same(
    other.filter((line) => line.startsWith('tags')),
    ['tags complaint product:cards', 'tags complaint product:cards seen']
  )
  t.same(way, ['a', 'b', 'c', 'x:when', 'y'])
})

t.test('what cannot be a tag is a fault of its step: a secret, a sentence, one too many', async (t) => {
  const secret = flow(
    `
  a: { collect: { into: pin, digits: { exactly: 4 }, secret: true, no_input: { go: end }, no_match: { go: end } }, then: b }
  b: { tag: "\${pin}", then: end, on_error: sorry }
  sorry: { play: sorry }
  end: { hangup: true }`
  )
  const { way, other } = await walk(secret, { events: [[0, '1234']] })
  t.same(way, ['a:answer', 'b:error', 'sorry'])
  t.notOk(JSON.stringify(other).includes('1234'))

  const many = flow(
    `
  a: { set: { n: "\${n + 1}" }, then: b }
  b: { tag: "tag-\${n}", then: c, on_error: end }
  c: { menu: { choices: { 1: end }, no_input: { tries: 1, go: a }, no_match: { go: end } } }
  end: { hangup: true }`,
    'numbers: ["1"]\nvars: { n: 0 }'
  )
  const result = await walk(many)
  t.equal(result.path.filter(({ step, exit }) => step === 'b' && exit === undefined).length, 50)
  t.match(result.path.at(-2), { step: 'b', exit: 'error', detail: 'FLOW_VALUE' })
})
