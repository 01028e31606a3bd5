import t from 'tap'
import type { CustomerId } from '../../src/domain/ids.ts'
import { SimulatedCustomers } from '../../src/flow/simulate/simulated-customers.ts'
import { contractCustomers, customersContract } from '../helpers/customers-contract.ts'
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

t.test('the customers of simulated calls behave as the real ones', (t) =>
  customersContract(t, new SimulatedCustomers(contractCustomers))
)

t.test('a customer step finds, creates and changes the customer behind the call', async (t) => {
  const flows = flow(
    `
  ask: { collect: { into: member, digits: { exactly: 4 }, no_input: { tries: 1, go: stranger }, no_match: { go: stranger } }, then: look }
  look: { customer: { find: { profile: { member: "\${member}" } } }, found: note, not_found: stranger }
  stranger: { customer: { create: { name: "Caller \${call.caller}", flags: [new], profile: { typed: "\${member}" } } }, then: note }
  note: { customer: { update: { add_flags: [seen], remove_flags: [vip], profile: { line: "\${call.dialed}" } } }, not_found: away, then: greet }
  greet: { play: "\${customer.known ? customer.name : 'nobody'} \${customer.flags.join(',')} \${customer.profile.line}" }
  away: { play: away }`,
    'numbers: ["1"]\non_error: away'
  )
  const known = await walk(flows, { customers: new SimulatedCustomers(contractCustomers), events: [[0, '4711']] })
  t.same(known.way, ['ask:answer', 'look:found', 'note:updated', 'greet'])
  t.same(known.caller.texts, ['Ana seen 95588'])
  t.same(
    known.other.filter((line) => line.startsWith('customer')),
    ['customer k-1', 'customer k-1'],
    'told when found and when changed'
  )

  const store = new SimulatedCustomers(contractCustomers)
  const first = await walk(flows, { customers: store, events: [[0, '9999']] })
  t.same(first.way, ['ask:answer', 'look:not_found', 'stranger:created', 'note:updated', 'greet'])
  t.same(first.caller.texts, ['Caller 13800000000 new,seen 95588'])
  const second = await walk(flows, { customers: store })
  t.match(second.way, ['ask:no_input', 'stranger:known', 'note:updated', 'greet'])

  const down = await walk(flows, { customers: new SimulatedCustomers([], true), events: [[0, '4711']] })
  t.same(down.way, ['ask:answer', 'look:error', 'away'])
  t.match(down.path[1], { detail: 'DATABASE_UNAVAILABLE' })
})

t.test('what is kept about a customer holds no secret, and nothing that has no room', async (t) => {
  const flows = flow(
    `
  ask: { collect: { into: pin, digits: { exactly: 4 }, secret: true, no_input: { go: end }, no_match: { go: end } }, then: make }
  make: { customer: { create: { name: "pin \${pin}", profile: { copy: "\${[pin]}" } } }, then: bad }
  bad: { customer: { update: { segment: "\${pin}" } }, not_found: end, then: end, on_error: worse }
  worse: { customer: { update: { add_flags: ["A \${call.id}"] } }, not_found: end, then: end, on_error: language }
  language: { customer: { update: { language: "\${'f' + 'r'}" } }, not_found: end, then: end, on_error: elsewhere }
  elsewhere: { customer: { create: { number: "\${call.id}" } }, then: end, on_error: end }
  end: { hangup: true }`,
    'numbers: ["1"]\non_error: end'
  )
  const store = new SimulatedCustomers([])
  const { path } = await walk(flows, { customers: store, events: [[0, '1234']] })
  t.match(await store.findByNumber('13800000000'), {
    name: 'pin ••••',
    segment: 'standard',
    profile: { copy: ['••••'] },
    flags: []
  })
  t.same(
    path.filter(({ kind }) => kind === 'customer').map(({ step, exit, detail }) => [step, exit, detail]),
    [
      ['make', 'created', undefined],
      ['bad', 'error', 'FLOW_VALUE'],
      ['worse', 'error', 'FLOW_VALUE'],
      ['language', 'error', 'FLOW_VALUE'],
      ['elsewhere', 'error', 'FLOW_VALUE']
    ]
  )
})

t.test('a customer is the same in a flow that is run, and after it', async (t) => {
  const flows = flowsOf(
    `${head('outer', 'numbers: ["1"]')}steps:
  a: { run: inner, then: b }
  b: { play: "outer \${customer.name}" }`,
    `${head('inner')}steps:
  x: { customer: { find: { id: k-2 } }, found: y, not_found: y, on_error: y }
  y: { play: "inner \${customer.name}" }`
  )
  const { caller } = await walk(flows, {
    customers: new SimulatedCustomers(contractCustomers),
    customer: { id: 'k-9' as CustomerId, name: 'Before', numbers: [], segment: 'x', flags: [], profile: {} }
  })
  t.same(caller.texts, ['inner Ben', 'outer Ben'])
})
