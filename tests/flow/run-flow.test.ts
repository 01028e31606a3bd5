import { readFile } from 'node:fs/promises'
import t from 'tap'
import type { Customer } from '../../src/domain/customer.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { AgentId, CustomerId, RecordingId } from '../../src/domain/ids.ts'
import { CallEnded } from '../../src/domain/termination.ts'
import { flowsOf, mondayNoon, type WalkScript, walk } from '../helpers/flow/flow-walk.ts'

const head = (name: string, more = '') => `flow: ${name}\nlanguages: [en]\n${more}\n`
const flow = (steps: string, more = 'numbers: ["1"]') => flowsOf(`${head('test', more)}steps:\n${steps.replace(/^\n/, '')}`)
const customer = (flags: string[], language?: string): Customer => ({
  id: 'c1' as CustomerId,
  name: 'Mei Lin',
  numbers: ['13800000000'],
  segment: 'gold',
  flags,
  profile: { city: 'Shanghai' },
  ...(language !== undefined && { language })
})
const answered = (afterMs = 5000) => ({ afterMs, exit: { exit: 'answered' } as const })
const json = (body: unknown, afterMs = 100) => ({ afterMs, outcome: { ok: true, status: 200, body } as const })
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error)

t.test('a flow speaks in its voice, also as its callers wait; one that it runs has its own', async (t) => {
  const defaults = 'defaults: { voice: warm }\n'
  const flows = flowsOf(
    `${head('test', `numbers: ["1"]\n${defaults}`)}steps:
  hello: { play: [hello, { number: 2 }], then: other }
  other: { run: other, then: wait }
  wait: { queue: service, announce: { position: true, first: 5s }, on_error: bye }
  bye: { hangup: true }`,
    `${head('other')}steps:\n  hello: { play: plain }`
  )
  const { caller } = await walk(flows, { queue: () => ({ afterMs: 20_000, exit: { exit: 'answered' }, positions: [2] }) })
  t.same(caller.texts.slice(0, 2), ['warm says hello warm says number:2', 'plain'])
  t.match(caller.texts[2], /^warm says /, 'their place in the queue')
})

t.test('the bank hotline', async (t) => {
  const names = ['bank-hotline', 'switch-language']
  const bank = flowsOf(
    ...(await Promise.all(names.map((name) => readFile(new URL(`../../flows/${name}.yaml`, import.meta.url), 'utf8'))))
  )

  t.test('tells the balance, and the card number is in no trace', async (t) => {
    const result = await walk(bank, {
      events: [
        [100, '8'],
        [2000, '1'],
        [4000, '4111111111111111#'],
        [20_000, 'hangup']
      ],
      http: [json({ balance: 1234.5 }, 900)]
    })
    t.match(result.requests, [{ method: 'POST', url: 'http://bank.test:8099/balance', json: { card: '4111111111111111' } }])
    t.ok(result.caller.texts.includes('Your balance is 1234.5 CNY pause:500'))
    t.ok(result.caller.texts.includes('One moment please.…'), 'the filler stops when the answer comes')
    t.ok(result.error instanceof CallEnded)
    t.same(
      result.path.find(({ step }) => step === 'balance'),
      {
        step: 'balance',
        kind: 'collect',
        at: mondayNoon + 2000,
        exit: 'answer',
        detail: '••••',
        flow: 'bank-hotline'
      }
    )
    t.notOk(JSON.stringify([result.path, result.attached, result.other]).includes('4111111111111111'))
    t.same(result.other, ['flow bank-hotline', 'flow switch-language', 'language en'])
    t.ok(result.caller.isReleased)
    t.equal(result.sleeping, 0)
  })

  t.test('serves a lost card at once: by number, by mark and by key', async (t) => {
    const line = await walk(bank, { dialed: '955881', queue: () => answered() })
    const mark = await walk(bank, { customer: customer(['card-lost']), queue: () => answered() })
    const key = await walk(bank, { events: [[500, '*9']], queue: () => answered() })
    for (const { caller, attached, end } of [line, mark, key]) {
      t.match(caller.queued, [{ queue: 'card-security', skills: { 'card-security': 3 }, priority: 'emergency' }])
      t.match(attached, { intent: 'lost-card' })
      t.same(end, { kind: 'ended', termination: { result: 'completed', reason: 'agent-hung-up' } })
    }
    t.same([line.caller.texts, mark.caller.texts], [[], []], 'without a word before it')
    t.same(key.caller.heard, [{ text: '欢迎致电示例银行。', from: 0, to: 500, whole: false }])
    t.same(
      [line, mark, key].map(({ other }) => other[1]),
      ['shortcut lost-card-line emergency', 'shortcut lost-card-reported emergency', 'shortcut lost-card-key emergency']
    )
  })

  t.test('a lost card in the middle of the card number takes the half-typed digits along', async (t) => {
    const { caller, way } = await walk(bank, {
      events: [
        [100, '1'],
        [200, '4111'],
        [900, '*9']
      ],
      queue: () => answered()
    })
    t.equal(caller.queued[0]?.queue, 'card-security')
    t.ok(way.includes('balance:shortcut'))
  })

  t.test('goes to the agent when the bank does not answer, and to the night message at night', async (t) => {
    const keys = [
      [100, '1'],
      [200, '4111111111111111']
    ] as const
    const day = await walk(bank, { events: keys, http: [], queue: () => answered() })
    t.match(day.caller.queued, [{ queue: 'service', priority: 'normal' }])
    t.equal(day.requests.length, 2, 'with one retry')
    const night = await walk(bank, { events: [[100, '0']], startAt: Date.UTC(2026, 10, 23, 16, 0) })
    t.ok(night.way.includes('agent:closed'))
    t.same(night.end, { kind: 'ended', termination: { result: 'completed', reason: 'flow-hangup' } })
  })
})

t.test('record', async (t) => {
  const id = 'message-1' as RecordingId
  const left = (ms = 5000) => ({ record: () => ({ ms, exit: { exit: 'recorded', id, seconds: ms / 1000 } as const }) })
  const steps = `
  a: { record: { prompt: text, queue: service, into: message, max: 1m }, recorded: done, too_short: short, on_error: end }
  done: { play: "\${message.id} \${message.seconds}", then: ask }
  short: { play: too short, then: end }
  ask: { menu: { choices: { 1: end }, no_input: { tries: 1, go: end }, no_match: { tries: 1, go: end } } }
  end: { hangup: true }`
  const night = flow(steps)

  const told = await walk(night, left())
  t.same(told.caller.texts, ['text', 'message-1 5'])
  t.same(told.caller.recordings, [
    { queue: 'service', flow: 'test', maxMs: 60_000, minMs: 1000, maxSilenceMs: 4000, finishKey: '#', beep: true }
  ])
  t.match(told.path[0], { step: 'a', exit: 'recorded', detail: '5 s' })
  const silent = await walk(night)
  t.same(silent.caller.texts, ['text', 'too short'])

  const keys = await walk(night, {
    ...left(),
    events: [
      [500, '7'],
      [700, '42'],
      [2000, '1#']
    ]
  })
  t.same(keys.caller.texts, ['text…', 'message-1 5'], 'a key ends the prompt')
  t.same(keys.way.slice(2), ['ask:no_input', 'end'], 'no key is left for what follows')
  t.notMatch(JSON.stringify(keys.path), /42/, 'nor written down')

  const shortcut = 'shortcuts: [{ name: help, keys: "#9", go: done, urgent: false }]'
  const taken = await walk(flow(steps, shortcut), { ...left(), events: [[3000, '#9']] })
  t.same(taken.way.slice(0, 1), ['a:shortcut'])
  t.same(taken.caller.texts, ['text', 'message-1 5'], 'a shortcut finishes the message, and it is there')
  const finished = await walk(flow(steps, shortcut), {
    ...left(),
    events: [
      [5900, '#'],
      [8000, '1']
    ]
  })
  t.same(finished.way.slice(2), ['ask:1', 'end'], 'the finish key does not stay as the beginning of a shortcut')

  const gone = await walk(night, { ...left(), events: [[3000, 'hangup']] })
  t.ok(gone.error instanceof CallEnded)
  t.match(gone.path, [{ step: 'a', exit: 'left' }])
  const broken = await walk(flow(steps), {
    record: () => {
      throw new Error('The disk is full')
    }
  })
  t.same(broken.way, ['a:error', 'end'])
  const bare = await walk(
    flow('  a: { record: { queue: service, beep: false, finish_key: false }, on_error: end }\n  end: { hangup: true }')
  )
  t.same(bare.way, ['a:error', 'end'], 'too_short without a place of its own is an error')
  t.match(bare.caller.recordings, [{ beep: false }])
  t.equal(bare.caller.recordings[0]?.finishKey, undefined)
})

t.test('a hang-up ends every kind of step at once', async (t) => {
  const kinds: Record<string, string> = {
    play: '  a: { play: text }',
    menu: '  a: { menu: { prompt: text, choices: { 1: b }, no_input: { go: b }, no_match: { go: b } } }\n  b: { hangup: true }',
    collect:
      '  a: { collect: { into: x, digits: { exactly: 3 }, no_input: { go: b }, no_match: { go: b } } }\n  b: { hangup: true }',
    request: '  a: { request: { get: "http://bank.test:8099/x", while_waiting: text }, on_error: b }\n  b: { hangup: true }',
    queue: '  a: { queue: service, on_error: b }\n  b: { hangup: true }'
  }
  for (const [kind, steps] of Object.entries(kinds)) {
    const result = await walk(flow(steps), { events: [[900, 'hangup']], http: [json({}, 4000)] })
    t.ok(result.error instanceof CallEnded, kind)
    t.equal(result.tookMs, 900, kind)
    t.equal(result.sleeping, 0, `${kind} leaves no timer`)
    t.ok(result.caller.isReleased)
    t.equal(result.abortedRequests, kind === 'request' ? 1 : 0)
  }
})

t.test('shortcut keys work in every kind of step that takes time', async (t) => {
  const steps: Record<string, string> = {
    play: 'play: text\n    barge_in: false',
    menu: 'menu: { prompt: text, barge_in: false, choices: { 1: help }, no_input: { go: help }, no_match: { go: help } }',
    collect: 'collect: { into: x, digits: { exactly: 3 }, no_input: { go: help }, no_match: { go: help } }',
    request: 'request: { get: "http://bank.test:8099/x" }\n    on_error: help',
    queue: 'queue: service',
    run: 'run: other'
  }
  const other = `${head('other')}steps:\n  wait: { queue: sales, on_error: end }\n  end: { hangup: true }\n`
  for (const [kind, step] of Object.entries(steps)) {
    const flows = flowsOf(
      `${head('test', 'numbers: ["1"]\non_error: end\nshortcuts: [{ name: help, keys: "*9", go: help, priority: high }]')}
steps:
  a:
    ${step}
  help: { queue: card-security }
  end: { hangup: true }
`,
      other
    )
    const result = await walk(flows, {
      events: [
        [400, '*'],
        [600, '9'],
        [2000, 'hangup']
      ],
      http: [json({}, 4000)]
    })
    t.match(result.caller.queued.at(-1), { queue: 'card-security', priority: 'high' }, kind)
    t.ok(result.way.includes('a:shortcut'), kind)
    t.equal(result.sleeping, 0)
  }
})

t.test('the priority of a shortcut gives way to that of the step', async (t) => {
  const flows = flow(
    '  a: { queue: service, priority: low, on_error: b }\n  b: { hangup: true }',
    'numbers: ["1"]\nshortcuts: [{ name: fast, when: "true", go: a, priority: emergency }]'
  )
  t.equal((await walk(flows, { queue: () => answered() })).caller.queued[0]?.priority, 'low')
})

t.test('a condition without a value is told in the trace and keeps nobody from the next fast path', async (t) => {
  const flows = flow(
    '  a: { hangup: true }\n  b: { play: fast }',
    `numbers: ["1"]
shortcuts:
  - { name: broken, when: "customer.profile.vip == true", go: a }
  - { name: good, when: "customer.profile.?vip.orValue(false) || !customer.known", go: b }`
  )
  const { path, caller } = await walk(flows)
  t.match(path[0], { step: 'broken', kind: 'shortcut', exit: 'error' })
  t.same(caller.texts, ['fast'])
})

t.test('request', async (t) => {
  const fetch = (more = '') =>
    flow(
      `
  a:
    request:
      post: http://bank.test:8099/pay
      json: { amount: "\${limit + 1}", who: "\${call.caller}" }
      headers: { x-call: "\${call.id}" }
      timeout: 2s
      into: answer
      ${more}
    then: tell
    on_error: sorry
  tell: { play: "\${answer.name}" }
  sorry: { play: sorry }
`,
      'numbers: ["1"]\nvars: { limit: 100 }'
    )

  t.test('sends what the flow says and takes the answer', async (t) => {
    const { requests, caller, path } = await walk(fetch(), { http: [json({ name: 'Li' })] })
    t.match(requests, [
      { method: 'POST', json: { amount: 101, who: '13800000000' }, headers: { 'x-call': 'call-1' }, timeoutMs: 2000 }
    ])
    t.same(caller.texts, ['Li'])
    t.match(path[0], { exit: 'answer', detail: '200' })
  })

  t.test('every way to fail goes to on_error', async (t) => {
    const failures = [
      ['timeout', [json({}, 2001)]],
      ['unreachable', []],
      ['status', [{ afterMs: 10, outcome: { ok: false, problem: 'status', status: 404 } as const }]],
      ['bad-body', [{ afterMs: 10, outcome: { ok: false, problem: 'bad-body', status: 200 } as const }]],
      ['bad-shape', [json({ name: 5 })]],
      ['bad-shape', [json('nonsense')]],
      ['bad-shape', [json(null)]]
    ] as const
    for (const [problem, http] of failures) {
      const { caller, path } = await walk(fetch('expect: { name: string, age?: number }'), { http })
      t.same(caller.texts, ['sorry'], problem)
      t.match(path[0], { exit: 'error', detail: problem })
    }
  })

  t.test('tries again when that may help', async (t) => {
    const down = { afterMs: 10, outcome: { ok: false, problem: 'status', status: 503 } as const }
    const wrong = { afterMs: 10, outcome: { ok: false, problem: 'status', status: 400 } as const }
    t.same((await walk(fetch('retries: 2'), { http: [down, down, json({ name: 'Li' })] })).caller.texts, ['Li'])
    t.equal((await walk(fetch('retries: 2'), { http: [wrong, json({ name: 'Li' })] })).requests.length, 1)
  })

  t.test('the filler is heard only when the answer is slow, and stops with it', async (t) => {
    const flows = fetch('while_waiting: wait')
    t.same((await walk(flows, { http: [json({ name: 'Li' }, 699)] })).caller.texts, ['Li'])
    const slow = await walk(flows, { http: [json({ name: 'Li' }, 1000)] })
    t.same(slow.caller.heard[0], { text: 'wait', from: 700, to: 1000, whole: false })
    const broken = await walk(flows, { http: [json({ name: 'Li' }, 1000)], broken: ['wait'] })
    t.same(broken.caller.texts, ['Li'], 'an answer is not lost because the filler cannot be spoken')
  })

  t.test('what callers type cannot change the address', async (t) => {
    const flows = flow(
      `
  a: { request: { get: "\${config.core_banking}/cards/\${x}?y=\${x}", into: y }, on_error: b }
  b: { hangup: true }
`,
      'numbers: ["1"]\nvars: { x: "../../admin?a=1" }'
    )
    const { requests } = await walk(flows, { http: [json({})] })
    t.equal(requests[0]?.url, 'http://bank.test:8099/cards/..%2F..%2Fadmin%3Fa%3D1?y=..%2F..%2Fadmin%3Fa%3D1')
    const outside = flow(
      `
  a: { set: { x: "http://evil.test" }, then: c }
  c: { request: { get: "\${x}/y" }, on_error: b }
  b: { hangup: true }
`,
      'numbers: ["1"]\nvars: { x: "http://bank.test:8099" }'
    )
    const refused = await walk(outside, { http: [json({})] })
    t.same([refused.requests, refused.way], [[], ['a', 'c:error', 'b']])
  })
})

t.test('every exit of a queue leads where the flow says', async (t) => {
  const flows = flow(`
  a: { queue: service, attach: { n: "\${1 + 1}" }, max_wait: 90s, answered: b, timeout: c, full: d, no_agents: e }
  b: { play: answered }
  c: { play: timeout }
  d: { play: full }
  e: { play: no agents }
`)
  for (const exit of ['answered', 'timeout', 'full', 'no_agents'] as const) {
    const { caller, attached } = await walk(flows, { queue: () => ({ afterMs: 10, exit: { exit } }) })
    t.same(caller.texts, [exit.replace('_', ' ')])
    t.match(caller.queued, [{ maxWaitMs: 90_000, leaveIfNoAgents: true }])
    t.same(attached, { n: 2 })
  }
  const skilled = flow(
    `
  a:
    queue: service
    skills: { any: [{ english: 2 }, { card-security: 3 }] }
    relax: [{ after: 30s, lower: 1 }, { after: 1m, skills: { any: [{ english: 1 }, { card-security: 1 }] } }, { after: 90s, anyone: true }]
    prefer: { agent: "\${who}", patience: 20s }
    age: 2m
    on_error: end
  end: { hangup: true }
`,
    'numbers: ["1"]\nvars: { who: "1002" }'
  )
  t.match((await walk(skilled, { queue: () => answered() })).caller.queued, [
    {
      skills: { any: [{ english: 2 }, { 'card-security': 3 }] },
      relax: [
        { afterMs: 30_000, lower: 1 },
        { afterMs: 60_000, skills: { any: [{ english: 1 }, { 'card-security': 1 }] } },
        { afterMs: 90_000, anyone: true }
      ],
      preferred: { agentId: '1002', patienceMs: 20_000 },
      ageBonusMs: 120_000
    }
  ])
  const nobody = flow(
    '  a: { queue: service, prefer: { agent: "${who}", patience: 20s }, on_error: end }\n  end: { hangup: true }',
    'numbers: ["1"]\nvars: { who: "" }'
  )
  t.equal((await walk(nobody, { queue: () => answered() })).caller.queued[0]?.preferred, undefined)

  const last = (within = '') =>
    flow(`  a: { queue: service, prefer: { agent: last, patience: 20s${within} }, on_error: end }\n  end: { hangup: true }`)
  const asked: unknown[] = []
  const ann = async (...of: unknown[]) => {
    asked.push(of)
    return '1001' as AgentId
  }
  const preferredBy = async (flows: ReturnType<typeof last>, script: WalkScript) => {
    const { caller, tookMs, sleeping, error } = await walk(flows, { queue: () => answered(), ...script })
    t.equal(error, undefined)
    t.equal(sleeping, 0)
    return [caller.queued[0]?.preferred?.agentId, tookMs - 5000]
  }
  t.same(await preferredBy(last(), { lastAgent: ann, customer: customer([]) }), ['1001', 0])
  t.same(await preferredBy(last(', within: 2h'), { lastAgent: ann }), ['1001', 0])
  t.match(asked, [
    [{ customerId: 'c1', number: /^\d+$/ }, 30 * 24 * 3_600_000],
    [{ customerId: undefined }, 2 * 3_600_000]
  ])
  t.same(await preferredBy(last(), { lastAgent: async () => undefined }), [undefined, 0])
  const never = () => new Promise<undefined>(() => {})
  t.same(await preferredBy(last(), { lastAgent: never }), [undefined, 300], 'nobody waits for slow records')
  const gone = await walk(last(), { lastAgent: never, events: [[100, 'hangup']] })
  t.same([gone.caller.queued, gone.tookMs, gone.sleeping], [[], 100, 0], 'a caller who leaves meanwhile is in no queue')

  const patient = flow('  a: { queue: service, on_error: b }\n  b: { play: fault }')
  const fault = await walk(patient, { queue: () => ({ afterMs: 10, exit: { exit: 'full' } }) })
  t.same([fault.caller.texts, fault.caller.queued[0]?.leaveIfNoAgents], [['fault'], false])
  const onward = await walk(patient, { queue: () => ({ afterMs: 10, exit: { exit: 'transferred', number: '2' } }) })
  t.same(onward.end, { kind: 'continue', number: '2' })
})

t.test('transfer', async (t) => {
  const to = (target: string) =>
    flowsOf(
      `${head('test', 'numbers: ["1"]\nvars: { who: "sip:x@evil.test", number: "777" }')}steps:
  a: { transfer: { ${target}, timeout: 20s }, busy: b, no_answer: b, unreachable: c, refused: d }
  b: { play: busy }
  c: { play: unreachable }
  d: { play: refused }
`,
      `${head('other', 'numbers: ["2"]')}steps:\n  a: { hangup: true }\n`
    )
  const done = await walk(to('agent: "1001"'))
  t.match(done.caller.transfers, [{ to: { kind: 'agent', agentId: '1001' }, timeoutMs: 20_000 }])
  t.same(done.end, { kind: 'ended', termination: { result: 'completed', reason: 'transferred' } })
  t.same((await walk(to('agent: "1001"'), { transfer: () => ({ exit: 'busy' }) })).caller.texts, ['busy'])
  t.same((await walk(to('sip: "${who}"'))).caller.texts, ['refused'], 'an address outside of the configuration is not called')
  t.same((await walk(to('number: "2"'))).end, { kind: 'continue', number: '2' })
  t.same((await walk(to('number: "${number}"'))).caller.texts, ['unreachable'])
})

t.test('sub-flows', async (t) => {
  const main = `${head('main', 'numbers: ["1"]\nvars: { n: 20 }')}
steps:
  a: { run: add, with: { x: "\${n + 1}" }, into: sum, then: b }
  b: { play: "sum \${sum.total} of \${n}" }
`
  const add = `${head('add', 'params: { x: 0, y: 2 }\nvars: { total: 0, n: 5 }\nresults: [total]')}
steps:
  c: { set: { total: "\${x * y}" }, then: d }
  d: { set: { n: 99 } }
`
  const { caller, path, other } = await walk(flowsOf(main, add))
  t.same(caller.texts, ['sum 42 of 20'], 'parameters in, results out, and nothing else')
  t.same(
    path.map(({ step, flow }) => `${flow}.${step}`),
    ['add.c', 'add.d', 'main.a', 'main.b']
  )
  t.same(other, ['flow main', 'flow add'])

  const leaves = `${head('add', 'params: { x: 0 }')}\nsteps: { c: { go: { flow: away } } }\n`
  const away = `${head('away')}\nsteps: { e: { play: away } }\n`
  const gone = await walk(flowsOf(main.replace('sum.total', 'sum.x').replace('add', 'add'), leaves, away))
  t.same(gone.caller.texts, ['away'], '`go` to another flow does not come back')
  t.same(gone.end, { kind: 'ended', termination: { result: 'completed', reason: 'flow-finished' } })
})

t.test('faults', async (t) => {
  const broken = '  a: { play: broken, on_error: b }\n  b: { play: sorry }'
  t.same(
    (await walk(flow(broken), { broken: ['broken'] })).caller.texts,
    ['sorry'],
    'a prompt that cannot be spoken is a fault of its step'
  )

  const whole = flow('  a: { play: "${customer.profile.none}" }\n  b: { play: sorry }', 'numbers: ["1"]\non_error: b')
  const { caller, path } = await walk(whole)
  t.same(caller.texts, ['sorry'])
  t.match(path[0], { exit: 'error', detail: 'No such key: none' })

  const twice = await walk(whole, { broken: ['sorry'] })
  t.match(twice.way, ['a:error', 'b:error', 'b:error'])
  t.equal(codeOf(twice.error), 'INTERNAL', 'a fault of on_error itself ends the walk')

  const nobody = await walk(flow('  a: { play: "${customer.profile.none}" }'))
  t.equal(codeOf(nobody.error), 'FLOW_EXPRESSION')
})

t.test('a flow that never waits for its caller ends with a fault, not with a spin', async (t) => {
  const spin = `${head('spin', 'numbers: ["1"]\non_error: a')}
steps:
  a: { run: nothing, then: a }
`
  const { error, path } = await walk(flowsOf(spin, `${head('nothing')}steps: { x: { set: {} } }\n`))
  t.equal(codeOf(error), 'FLOW_LOOP')
  t.ok(path.length >= 499 && path.length <= 501)

  const press = (to: string) =>
    `vars: { key: "" }\ndefaults: { no_input: { go: b }, no_match: { go: b } }\nsteps:\n  a: { collect: { into: key, digits: { exactly: 1 } }, then: b }\n  b: { run: ${to}, on_error: c }\n  c: { hangup: true }\n`
  // Circles in which nobody is asked are found by the compiler.
  const circles: readonly (readonly [what: string, ...flows: readonly string[]])[] = [
    ['a flow that runs itself', `${head('self', 'numbers: ["1"]')}${press('self')}`],
    ['two that run each other', `${head('one', 'numbers: ["1"]')}${press('two')}`, `${head('two')}${press('one')}`]
  ]
  for (const [what, ...flows] of circles) {
    const { error, other, sleeping } = await walk(flowsOf(...flows))
    t.equal(codeOf(error), 'FLOW_LOOP', what)
    t.ok(other.length <= 21, `${what}: ${other.length} flows began`)
    t.equal(sleeping, 0)
  }
})

t.test('a circle over what is told at once ends too, and one in which time passes does not', async (t) => {
  const busy = flow(
    '  a: { transfer: { agent: "1001", timeout: 20s }, busy: a, no_answer: b, unreachable: b, refused: b }\n  b: { hangup: true }'
  )
  let asked = 0
  const atOnce = await walk(busy, {
    transfer: () => {
      if (++asked > 2000) throw new Error('It spins')
      return { exit: 'busy' }
    }
  })
  t.equal(codeOf(atOnce.error), 'FLOW_LOOP')
  const used = flow('  a: { queue: service, max_wait: 1s, timeout: a, on_error: b }\n  b: { hangup: true }')
  asked = 0
  const timeout = (afterMs: number, times: number) => () => {
    if (++asked > 2000) throw new Error('It spins')
    return { afterMs, exit: { exit: asked < times ? 'timeout' : 'answered' } } as const
  }
  t.equal(codeOf((await walk(used, { queue: timeout(0, 1500) })).error), 'FLOW_LOOP')
  asked = 0
  t.match(await walk(used, { queue: timeout(1000, 1500) }), { error: undefined, end: { kind: 'ended' } })
})

t.test('languages', async (t) => {
  const flows = flowsOf(`
flow: test
languages: [zh-CN, en, de]
numbers: ["1"]
vars: { wanted: de }
steps:
  a: { play: { zh-CN: 你好, en: hello, de: hallo }, then: b }
  b: { play: [{ zh-CN: 余额, en: balance }, { number: 5 }], then: c }
  c: { language: "\${wanted}", then: d }
  d: { play: { zh-CN: 你好, en: hello, de: hallo }, then: e }
  e: { play: [{ zh-CN: 余额, en: balance }, { number: 5 }] }
`)
  const { prompts, other } = await walk(flows, { customer: customer([], 'en-GB') })
  t.same(
    prompts.rendered.map(({ language, parts }) => `${language} ${parts.length}`),
    ['en 1', 'en 2', 'de 1', 'zh-CN 2']
  )
  t.same(other, ['flow test', 'language en', 'language de'], 'a prompt without the language falls back as a whole')

  const wrong = flowsOf('flow: test\nlanguages: [en]\nnumbers: ["1"]\nvars: { x: fr }\nsteps: { a: { language: "${x}" } }\n')
  t.equal(codeOf((await walk(wrong)).error), 'FLOW_VALUE')
})

t.test('one prompt of many parts is rendered once and played once', async (t) => {
  const flows = flow(
    `
  a:
    play:
      - text: "Hello \${customer.name}"
      - audio: beep
      - pause: 300ms
      - digits: "\${card}"
      - number: \${count + 0.5}
      - money: \${count * 2}
        currency: CNY
      - ""
`,
    'numbers: ["1"]\nvars: { card: "0012", count: 7 }'
  )
  const { prompts, caller } = await walk(flows, { customer: customer([]) })
  t.same(caller.texts, ['Hello Mei Lin (beep) pause:300 digits:0012 number:7.5 14 CNY'])
  t.equal(prompts.rendered.length, 1)
})

t.test('dates, times, lengths of time, phone numbers, places and counts are said out of expressions', async (t) => {
  const flows = flow(
    `
  a:
    play:
      - date: \${due}
      - time: \${due}
      - duration: "\${count}m"
      - phone: \${mobile}
      - phone: \${nobody}
      - phone: \${hidden}
      - ordinal: \${count + 1}
      - count: \${count}
        of: people
      - count: 3
`,
    'numbers: ["1"]\nvars: { due: "2026-12-01T17:05:00+08:00", count: 2, mobile: "13800138000", nobody: "", hidden: anonymous }'
  )
  const { caller } = await walk(flows)
  const due = '2026-12-01T17:05:00+08:00'
  t.same(caller.texts, [`date:${due} time:${due} duration:120000 phone:13800138000 ordinal:3 count:2 people count:3`])

  for (const [part, value] of [
    ['date', '"2026-02-30"'],
    ['time', '"25:00"'],
    ['duration', '"soon"'],
    ['phone', '"mei@example.com"'],
    ['ordinal', '0'],
    ['count', '2.5']
  ]) {
    const wrong = flow(`\n  a: { play: [{ ${part}: "\${x}" }] }\n`, `numbers: ["1"]\nvars: { x: ${value} }`)
    t.equal(codeOf((await walk(wrong)).error), 'FLOW_VALUE', `${part} ${value}`)
  }
})

t.test('set, branch and attach work with numbers, texts, lists and queues as a designer expects', async (t) => {
  const flows = flow(
    `
  a:
    set:
      tries: \${tries + 1}
      rich: \${account.balance > 100}
      names: \${account.names.map(n, n + "!")}
      text: "\${tries} of \${account.balance / 4}"
    then: b
  b:
    branch:
      - { when: tries == 2, go: wrong }
      - when: rich && size(names) == 2 && queue("service").waiting > 2 && tries in [1, 5]
        go: c
    else: wrong
  c: { attach: { tries: "\${tries}", names: "\${names}", text: "\${text}", config: "\${config.limit}" } }
  wrong: { play: wrong }
`,
    'numbers: ["1"]\nvars: { tries: 0, rich: false, names: [], text: "", account: { balance: 101, names: [a, b] } }'
  )
  const { attached, way, caller } = await walk(flows, { queueStatus: { waiting: 3 } })
  t.same(caller.texts, [])
  t.same(way, ['a', 'b:when', 'c'])
  t.same(attached, { tries: 1, names: ['a!', 'b!'], text: '1 of 25.25', config: 100 })
})

t.test('a secret is redacted by value, also in a copy and inside of other texts', async (t) => {
  const flows = flow(
    `
  a:
    collect: { into: pin, digits: { exactly: 6 }, secret: true, no_input: { go: b }, no_match: { go: b } }
    then: b
  b: { set: { copy: "\${pin}", text: "pin=\${pin}" }, then: c }
  c: { attach: { copy: "\${copy}", text: "\${text}", list: ["\${copy}"], end: "\${last(pin, 2)}" } }
`,
    'numbers: ["1"]\nvars: { copy: "", text: "" }'
  )
  const { attached, path, other } = await walk(flows, { events: [[100, '135790']] })
  t.same(attached, { copy: '••••', text: 'pin=••••', list: ['••••'], end: '90' })
  t.notOk(JSON.stringify(path).includes('135790'))
  t.same(other, ['flow test'])
  const left = await walk(flows, {
    events: [
      [100, '135'],
      [200, 'hangup']
    ]
  })
  t.notOk(JSON.stringify(left.path).includes('135'), 'also when the caller leaves in the middle')
})

t.test('a stray key skips what can be skipped, and nothing else', async (t) => {
  const flows = flow('  a: { play: one, then: b }\n  b: { play: two, barge_in: false, then: c }\n  c: { play: three }')
  t.same((await walk(flows, { events: [[200, '5']] })).caller.texts, ['one…', 'two'])
})

t.test('hang up with a cause', async (t) => {
  const { end, path } = await walk(flow('  a: { hangup: { cause: busy, reason: overload } }'))
  t.same(end, { kind: 'ended', termination: { result: 'completed', reason: 'flow-hangup', cause: 17 } })
  t.match(path, [{ detail: 'overload' }])
})
