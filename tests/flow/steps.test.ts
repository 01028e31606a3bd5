import t from 'tap'
import type { CustomerId } from '../../src/domain/ids.ts'
import type { Interrupted } from '../../src/domain/interrupted.ts'
import { SimulatedCustomers } from '../../src/flow/simulate/simulated-customers.ts'
import { flowsOf, mondayNoon, walk } from '../helpers/flow/flow-walk.ts'
import { contractCustomers, customersContract } from '../helpers/store/customers-contract.ts'

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

t.test('a flow has its call recorded, or forbids it; a secret is asked for off the record', async (t) => {
  const consent = flow(
    `
  a: { record_call: start, then: b }
  b: { collect: { into: pin, digits: { exactly: 4 }, secret: true, no_input: { go: c }, no_match: { go: c } }, then: c }
  c: { collect: { into: open, digits: { exactly: 2 }, no_input: { go: d }, no_match: { go: d } }, then: d }
  d: { record_call: never }`,
    'numbers: ["1"]\nvars: { pin: "", open: "" }'
  )
  const { caller, way, path } = await walk(consent, { events: [[0, '123456']] })
  t.same(caller.recordCalls, ['start', 'secret', 'secret over', 'never'])
  t.same(way, ['a', 'b:answer', 'c:answer', 'd'])
  t.match(path[0], { step: 'a', kind: 'record_call', detail: 'start' })
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

const report = (name: string) =>
  `${name}: { request: { post: http://bank.test:8099/${name}, json: { ended: "\${call.ended}", last: "\${last}" } } }`

t.test('when the caller has left, a flow goes on with what it owes to others', async (t) => {
  const flows = flow(
    `
  main: { menu: { choices: { 1: pin, 2: agent, 3: bye }, no_input: { go: bye }, no_match: { go: bye } } }
  pin: { collect: { into: pin, digits: { exactly: 4 }, secret: true, no_input: { go: bye }, no_match: { go: bye } }, then: keep }
  keep: { set: { last: pinned }, then: main }
  agent: { queue: service, timeout: bye, full: bye }
  bye: { play: goodbye, then: end }
  end: { hangup: true }
  after: { attach: { pin: "\${pin}", size: "\${size(pin)}" }, then: tagging }
  tagging: { tag: [left, "\${call.ended}"], then: send }
  ${report('send')}`,
    'numbers: ["1"]\nvars: { last: "" }\non_hangup: after\non_error: bye'
  )
  const http = [{ afterMs: 3000, outcome: { ok: true, status: 200, body: null } } as const]
  const inMenu = await walk(flows, {
    http,
    events: [
      [0, '11234'],
      [2000, 'hangup']
    ]
  })
  t.same(inMenu.way, ['main:1', 'pin:answer', 'keep', 'main:left', 'after', 'tagging', 'send:answer'])
  t.match(inMenu.requests, [{ json: { ended: 'caller-hung-up', last: 'pinned' } }])
  t.same(inMenu.attached, { pin: '••••', size: 4 }, 'a secret stays one')
  t.ok(inMenu.other.includes('tags left caller-hung-up'))
  t.ok(inMenu.tookMs < 2200, 'the call is over before what comes after it')
  t.ok(inMenu.caller.isReleased)
  t.equal(inMenu.sleeping, 0)

  const inQueue = await walk(flows, {
    http,
    events: [
      [0, '2'],
      [2000, 'hangup']
    ]
  })
  t.same(inQueue.way, ['main:2', 'agent:left', 'after', 'tagging', 'send:answer'])
  const talked = await walk(flows, { http, events: [[0, '2']], queue: () => ({ afterMs: 100, exit: { exit: 'answered' } }) })
  t.same(talked.way, ['main:2', 'agent:answered', 'after', 'tagging', 'send:answer'], 'whoever hangs up first after a talk')
  t.match(talked.requests, [{ json: { ended: 'agent-hung-up' } }])
  const ended = await walk(flows, { http, events: [[0, '3']] })
  t.same(ended.way, ['main:3', 'bye', 'end'], 'an end that the flow comes to itself is none of the caller')
  const broken = await walk(flows, { http, events: [[0, '3']], broken: ['goodbye'] })
  t.same(broken.way, ['main:3', 'bye:error', 'bye:error'])
  t.match(broken.error, { code: 'INTERNAL', cause: { message: 'Cannot say goodbye' } }, 'the dialplan serves this caller on')
})

t.test('after the call a fault ends the walk or goes its own way, and time is short', async (t) => {
  const flows = flow(
    `
  main: { menu: { choices: { 1: main }, no_input: { go: main }, no_match: { go: main } } }
  first: { request: { get: http://bank.test:8099/first, timeout: 8s }, then: second, on_error: second }
  second: { request: { get: http://bank.test:8099/second, timeout: 8s }, then: third }
  third: { tag: never }`,
    'numbers: ["1"]\non_hangup: first\non_error: main'
  )
  const down = { afterMs: 100, outcome: { ok: false, problem: 'unreachable' } } as const
  const failed = await walk(flows, { http: [down], events: [[100, 'hangup']] })
  t.same(failed.way, ['main:left', 'first:error', 'second:error'], "the flow's own on_error is for callers who are there")

  const slow = { afterMs: 7000, outcome: { ok: true, status: 200, body: null } } as const
  const late = await walk(flows, { http: [slow], events: [[100, 'hangup']] })
  t.same(late.way, ['main:left', 'first:answer', 'second:left'])
  t.match(late.path.at(-1), { detail: 'FLOW_AFTER_HANGUP_LATE', at: late.path[0]?.at === undefined ? 0 : Number })
  t.equal(late.abortedRequests, 1)
  t.equal(late.sleeping, 0)
})

t.test('a flow that is run comes first, then the one that runs it; one that was left for good does not', async (t) => {
  const asks = (name: string) =>
    `${name}: { menu: { choices: { 1: ${name} }, no_input: { go: ${name} }, no_match: { go: ${name} } } }`
  const flows = flowsOf(
    `${head('first', 'numbers: ["1"]\non_hangup: after_first')}steps:\n  a: { go: { flow: outer } }\n  after_first: { tag: first }`,
    `${head('outer', 'vars: { place: outside }\non_hangup: after_outer')}steps:
  b: { run: past, then: c }
  c: { run: inner, with: { place: inside } }
  after_outer: { tag: "\${place}" }`,
    `${head('past', 'on_hangup: after_past')}steps:\n  p: { set: {} }\n  after_past: { tag: past }`,
    `${head('inner', 'params: { place: "" }\non_hangup: after_inner')}steps:\n  ${asks('x')}\n  after_inner: { tag: "\${place}" }`
  )
  const { other, path } = await walk(flows, { events: [[100, 'hangup']] })
  t.same(
    other.filter((line) => line.startsWith('tags')),
    ['tags inside', 'tags inside outside']
  )
  t.same(
    path.slice(-2).map((entry) => `${entry.flow} ${entry.step}`),
    ['inner after_inner', 'outer after_outer']
  )
})

const resumable = (more = '') =>
  flowsOf(
    `${head('bank', `numbers: ["1"]\nvars: { name: "", pin: "", copy: "", count: 0 }\n${more}`)}shortcuts:
  - { name: urgent, keys: "*9", go: agent }
  - { name: cut-off, when: call.interrupted != null && call.interrupted.seconds_ago < 600, offer: Press 1 to go on, resume: true }
steps:
  welcome: { play: welcome, then: main }
  main: { menu: { choices: { 1: ask, 2: agent }, no_input: { go: end }, no_match: { go: end } } }
  ask: { collect: { into: pin, digits: { exactly: 4 }, secret: true, no_input: { go: end }, no_match: { go: end } }, then: keep }
  keep: { set: { name: Ana, copy: "x\${pin}", count: "\${count + 1}" }, then: inner }
  inner: { run: form, with: { kind: loan }, then: tell }
  tell: { play: "\${name} \${count} [\${pin}\${copy}]", then: agent }
  agent: { queue: service, timeout: end, full: end }
  end: { hangup: true }`,
    `${head('form', 'params: { kind: "" }\nvars: { page: 1 }')}steps:
  first: { set: { page: 2 }, then: second }
  second: { menu: { prompt: "\${kind} page \${page}", choices: { 1: last }, no_input: { go: last }, no_match: { go: last } } }
  last: { play: "the end of \${kind}" }`
  )

t.test('a caller who was cut off goes on at that step, with the variables but not the secrets', async (t) => {
  const flows = resumable()
  const before = await walk(flows, {
    events: [
      [0, '1'],
      [100, '1234'],
      [3000, 'hangup']
    ]
  })
  t.same(before.position?.positions, [
    { flow: 'bank', step: 'inner', vars: { name: 'Ana', count: 1 } },
    { flow: 'form', step: 'second', vars: { kind: 'loan', page: 2 } }
  ])
  t.notOk(JSON.stringify(before.position).includes('1234'))

  const again = await walk(flows, {
    interrupted: before.position,
    events: [
      [500, '1'],
      [3000, '1'],
      [9000, 'hangup']
    ]
  })
  t.same(again.caller.texts, ['Press 1 to go on…', 'loan page 2', 'the end of loan', 'Ana 1 []'])
  t.same(again.other, ['flow bank', 'shortcut cut-off -', 'flow form'])
  t.same(again.way, ['second:1', 'last', 'inner:returned', 'tell', 'agent:left'])

  const later = await walk(flows, { interrupted: before.position, startAt: mondayNoon + 700_000, events: [[3000, 'hangup']] })
  t.equal(later.caller.texts[0], 'welcome', "the condition is the designer's")
})

t.test('an offer that is not taken costs nothing but itself', async (t) => {
  const flows = resumable()
  const interrupted: Interrupted = {
    at: mondayNoon - 60_000,
    positions: [{ flow: 'bank', step: 'agent', vars: { name: 7, unknown: 1 } }],
    queue: 'service',
    language: 'en'
  }
  const silent = await walk(flows, { interrupted, events: [[9000, 'hangup']] })
  t.same(silent.caller.texts.slice(0, 2), ['Press 1 to go on', 'welcome'])
  t.match(silent.path[0], { step: 'cut-off', kind: 'shortcut', exit: 'declined' })
  t.equal(silent.caller.heard[1]?.from, 6000, 'five seconds for an answer')
  const other = await walk(flows, {
    interrupted,
    events: [
      [300, '2'],
      [9000, 'hangup']
    ]
  })
  t.same(other.way, ['cut-off:declined', 'welcome:skipped', 'main:2', 'agent:left'], 'another key is for the menu')
  const typed = await walk(flows, {
    interrupted,
    events: [
      [0, '1'],
      [3000, 'hangup']
    ]
  })
  t.same(typed.way.slice(0, 2), ['cut-off:declined', 'welcome:skipped'], 'typed before the question')
  const urgent = await walk(flows, {
    interrupted,
    events: [
      [300, '*9'],
      [3000, 'hangup']
    ]
  })
  t.same(urgent.caller.texts, ['Press 1 to go on…'])
  t.match(urgent.way.slice(-2), ['welcome:shortcut', 'agent:left'])
  const broken = await walk(flows, { interrupted, broken: ['Press 1 to go on'], events: [[3000, 'hangup']] })
  t.match(broken.path[0], { step: 'cut-off', exit: 'error' })
  t.equal(broken.caller.texts[0], 'welcome')
  const taken = await walk(flows, {
    interrupted,
    events: [
      [300, '1'],
      [3000, 'hangup']
    ]
  })
  t.same(taken.way, ['agent:left'])
  t.match(
    taken.position,
    { positions: [{ step: 'agent', vars: { name: '' } }], queue: 'service' },
    'what no longer fits is as new'
  )
})

t.test('a flow that has changed is begun anew where the step is gone', async (t) => {
  const at = mondayNoon - 60_000
  const gone = await walk(resumable(), {
    interrupted: { at, positions: [{ flow: 'bank', step: 'old', vars: {} }], language: 'en' },
    events: [[3000, 'hangup']]
  })
  t.equal(gone.caller.texts[0], 'welcome', 'and nothing is offered')
  const inner = await walk(resumable(), {
    interrupted: {
      at,
      positions: [
        { flow: 'bank', step: 'inner', vars: { name: 'Ana' } },
        { flow: 'form', step: 'old', vars: { page: 9 } }
      ],
      language: 'en'
    },
    events: [
      [300, '1'],
      [2000, 'hangup']
    ]
  })
  t.same(inner.way, ['first', 'second:left', 'inner:left'])
  t.equal(inner.caller.texts[1], 'loan page 2…'.replace('…', ''), 'the flow that is run begins anew, in the one that runs it')
})

t.test('who was cut off in another flow goes on there, and in its language', async (t) => {
  const flows = flowsOf(
    `flow: one\nlanguages: [en, de]\nnumbers: ["1"]
shortcuts: [{ name: back, when: call.interrupted != null, resume: true }]
steps:\n  a: { go: { flow: two } }`,
    `flow: two\nlanguages: [de, en]\nsteps:
  b: { play: { en: hello, de: hallo }, then: c }
  c: { play: { en: "at \${call.interrupted.step}", de: "bei \${call.interrupted.step}" } }`
  )
  const { caller, other } = await walk(flows, {
    interrupted: { at: mondayNoon, positions: [{ flow: 'two', step: 'c', vars: {} }], language: 'de', priority: 'high' }
  })
  t.same(caller.texts, ['bei c'])
  t.same(other, ['flow one', 'language de', 'shortcut back -', 'flow two'])
})
