import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readVariables } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { testFlows } from '../../src/flow/test/test-command.ts'

const folder = new URL('../../flows/', import.meta.url).pathname
const { centre, customers } = loadConfig({ ...readVariables(), DATA_DIR: t.testdir() })
const context = { centre, hasAudio: () => true }

const flow = `flow: shop
languages: [en, de]
numbers: ["77*"]
vars: { code: "" }
steps:
  hello: { play: { en: Hello <you>, de: Hallo }, then: ask }
  ask:
    menu:
      prompt: { en: Press one, de: Die Eins }
      choices: { 1: code, 2: away }
      no_input: { tries: 1, go: end }
      no_match: { go: end }
  code:
    collect:
      prompt: { en: Your code, de: Ihr Code }
      digits: { exactly: 4 }
      into: code
      secret: true
      no_input: { go: end }
      no_match: { go: end }
    then: fetch
  fetch:
    request: { post: "\${config.core_banking}/balance", json: { card: "\${code}" }, timeout: 2s, into: answer, expect: { balance: number } }
    then: sales
    on_error: end
  sales: { queue: sales, attach: { code: "\${code}" }, timeout: end, full: end, on_error: end }
  away: { transfer: { agent: "1001" }, busy: end, no_answer: end, unreachable: end, on_error: end }
  end: { hangup: true }
`

const homes: string[] = []
t.teardown(() => Promise.all(homes.map((home) => rm(home, { recursive: true }))))

async function newFolder(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'flow-test-'))
  homes.push(home)
  return home
}

/** Runs test cases for the shop, in a folder of their own. */
async function shop(cases: string, head = '') {
  const home = await newFolder()
  await writeFile(join(home, 'shop.yaml'), flow)
  await writeFile(join(home, 'shop.test.yaml'), `test: shop\n${head}cases:\n${cases}`)
  return await testFlows([home], home, context, customers)
}

async function problemsOf(cases: string, head = ''): Promise<readonly string[]> {
  const { results, text } = await shop(cases, head)
  const [result] = results
  if (result === undefined) throw new Error(text)
  return [...result.cases.flatMap(({ problems }) => problems), ...result.problems]
}

t.test('every example flow passes its own tests, and each has some', async (t) => {
  const { text, passed, results } = await testFlows([folder], folder, context, customers)
  t.ok(passed, text)
  t.same(
    results.map((result) => result.flow),
    ['bank-hotline', 'clinic', 'parcel', 'switch-language']
  )
  t.ok(results.every(({ cases }) => cases.length > 1))
})

t.test('a case says which way a split goes, and what the call must be tagged with', async (t) => {
  const home = await newFolder()
  const source = `flow: lot
languages: [en]
steps:
  draw: { split: [{ percent: 1, go: rare }, { percent: 99, go: usual }] }
  usual: { tag: usual, then: ask }
  rare: { tag: [rare, lucky], then: ask }
  ask: { menu: { choices: { 1: draw }, no_input: { tries: 1, go: end }, no_match: { go: end } } }
  end: { hangup: true }
`
  await writeFile(join(home, 'lot.yaml'), source)
  const results = async (cases: string) => {
    await writeFile(join(home, 'lot.test.yaml'), `test: lot\ncases:\n${cases}`)
    const { results: all, text } = await testFlows([home], home, context, customers)
    return { problems: all.flatMap((one) => one.cases.flatMap(({ problems }) => problems)), text, exits: all[0]?.exits.missing }
  }
  const good = await results(`
  - { name: first way, number: 1, expect: { path: ["draw:rare"], tags: [lucky] } }
  - { name: named, number: 1, split: { draw: usual }, expect: { path: ["draw:usual"], tags: [usual] } }
  - { name: in turn, number: 1, split: { draw: [usual, rare] }, press: ["1"], expect: { tags: [usual, rare, lucky] } }
`)
  t.same(good, { ...good, problems: [], exits: ['ask:no_match'] }, good.text)
  t.same((await results('\n  - { name: x, number: 1, expect: { tags: [usual] } }')).problems, ['the call is not tagged "usual"'])
  t.match(
    (await results('\n  - { name: x, number: 1, split: { drow: rare }, expect: {} }')).text,
    /no split step "drow".*"draw"/s
  )
  t.match((await results('\n  - { name: x, number: 1, split: { draw: odd }, expect: {} }')).text, /no exit "odd"/)
})

t.test('a case says which customers there are, and what must become of them', async (t) => {
  const home = await newFolder()
  const source = `flow: members
languages: [en]
vars: { member: "" }
steps:
  ask: { collect: { into: member, digits: { exactly: 4 }, no_input: { tries: 1, go: new }, no_match: { go: new } }, then: look }
  look: { customer: { find: { profile: { member: "\${member}" } } }, found: note, not_found: new, on_error: end }
  new: { customer: { create: { flags: [new] } }, then: end, on_error: end }
  note: { customer: { update: { add_flags: [seen] } }, then: end, not_found: end, on_error: end }
  end: { hangup: true }
`
  await writeFile(join(home, 'members.yaml'), source)
  const results = async (cases: string) => {
    await writeFile(join(home, 'members.test.yaml'), `test: members\ncases:\n${cases}`)
    const { results: all, text } = await testFlows([home], home, context, customers)
    return { problems: all.flatMap((one) => one.cases.flatMap(({ problems }) => problems)), text }
  }
  const good = await results(`
  - name: found
    number: 1
    press: ["4711"]
    customers: [{ number: "13700000001", name: Ana, profile: { member: "4711" } }]
    expect: { path: ["look:found", "note:then"], customer: { name: Ana, flags: [seen], number: "13700000001" } }
  - { name: made, number: 1, from: "13700000002", expect: { path: ["new:then"], customer: { flags: [new], number: "13700000002" } } }
  - { name: away, number: 1, press: ["4711"], customers: unavailable, expect: { path: ["look:on_error"], ends: hangup } }
`)
  t.same(good.problems, [], good.text)
  t.same((await results('\n  - { name: x, number: 1, expect: { customer: { name: Bo, flags: [old] } } }')).problems, [
    'the customer\'s name is "", not "Bo"',
    'the customer has no flag "old"'
  ])
  t.same((await results('\n  - { name: x, number: 1, customers: unavailable, expect: { customer: { name: Bo } } }')).problems, [
    'the flow did not find, create or change a customer'
  ])
})

t.test('what comes after a call is simulated and covered, and is none of its time', async (t) => {
  const home = await newFolder()
  const source = `flow: owes
languages: [en]
on_hangup: tell
steps:
  wait: { queue: sales, timeout: end, full: end }
  tell: { request: { post: "\${config.core_banking}/calls", json: { ended: "\${call.ended}" } }, then: name_it, on_error: failed }
  name_it: { tag: told }
  failed: { tag: untold }
  end: { hangup: true }
`
  await writeFile(join(home, 'owes.yaml'), source)
  await writeFile(
    join(home, 'owes.test.yaml'),
    `test: owes
coverage: { exits: 50 }
cases:
  - name: gives up
    number: 1
    press: [{ hangup: true, at: 3s }]
    queues: { sales: timeout }
    http: [{ url: /calls, after: 4s }]
    expect: { path: ["wait", "tell:then", "name_it"], tags: [told], ends: caller-hung-up, within: { time: 3s }, requests: 1 }
  - name: nobody there to be told
    number: 1
    http: [{ url: /calls, fails: unreachable }]
    expect: { path: ["wait:answered", "tell:on_error", "failed"], tags: [untold], ends: { queue: sales } }
`
  )
  const { passed, text, results } = await testFlows([home], home, context, customers)
  t.ok(passed, text)
  t.same(results[0]?.exits.missing, ['wait:timeout', 'wait:full'])
})

t.test('a case says where the caller was cut off before', async (t) => {
  const home = await newFolder()
  const source = `flow: back
languages: [en]
vars: { name: "" }
shortcuts: [{ name: cut-off, when: call.interrupted != null, offer: Go on?, accept: "5", resume: true }]
steps:
  hello: { play: Hello, then: greet }
  greet: { play: "\${name} \${call.interrupted == null ? 'nowhere' : call.interrupted.queue}" }
`
  await writeFile(join(home, 'back.yaml'), source)
  const run = async (cases: string) => {
    await writeFile(join(home, 'back.test.yaml'), `test: back\ncases:\n${cases}`)
    return await testFlows([home], home, context, customers)
  }
  const { passed, text } = await run(`
  - name: goes on
    number: 1
    interrupted: { step: greet, ago: 2m, queue: sales, vars: { name: Ana } }
    press: ["5"]
    expect: { said: ["Go on?", "Ana sales"], not_said: Hello, path: [greet], ends: finished }
  - { name: begins anew, number: 1, interrupted: { step: greet }, press: [silence], expect: { said: ["Go on?", Hello] } }
  - { name: was not cut off, number: 1, expect: { said: [Hello, nowhere], not_said: "Go on?" } }
`)
  t.ok(passed, text)
  t.match((await run('\n  - { name: x, number: 1, interrupted: { step: grete }, expect: {} }')).text, /no step "grete".*"greet"/s)
})

t.test('the same cases give the same calls, to the millisecond', async (t) => {
  const stories = async () => {
    const { results } = await testFlows([folder], folder, context, customers)
    return results.flatMap(({ cases }) => cases.map(({ happenings, end }) => ({ happenings, end })))
  }
  t.same(await stories(), await stories())
})

t.test('what is expected and does not come is told', async (t) => {
  const expected: readonly (readonly [expect: string, problem: RegExp])[] = [
    ['said: Goodbye', /"Goodbye" was not said/],
    ['said: [Press one, Hello]', /"Hello" was not said/],
    ['not_said: Hello', /"Hello" was said/],
    ['path: [ask, hello]', /"hello" was not come to/],
    ['path: ["ask:1"]', /"ask:1" was not come to/],
    ['ends: finished', /ends at hangup, not at finished/],
    ['ends: { queue: sales }', /ends at hangup, not at queue sales/],
    ['ends: { fault: FLOW_LOOP }', /ends at hangup, not at fault FLOW_LOOP/],
    ['within: { steps: 2 }', /it took 3 steps, more than 2/],
    ['within: { time: 1s }', /it took .*s, more than 1s/],
    ['attached: { intent: x }', /"intent" is attached as undefined/],
    ['language: de', /hears en at the end, not de/],
    ['requests: 1', /made 0 requests, not 1/]
  ]
  for (const [expect, problem] of expected) {
    const problems = await problemsOf(`  - { name: x, expect: { ${expect} } }`)
    t.match(problems, [problem], expect)
    t.equal(problems.length, 1, expect)
  }
})

t.test('keys nobody asked for, and requests nobody answers, fail a case', async (t) => {
  t.match(await problemsOf('  - { name: x, press: [silence, "1"], expect: { ends: hangup } }'), [/"1" was to be pressed/])
  t.match(await problemsOf('  - { name: x, press: [{ keys: "1", while: Bye }], expect: { ends: hangup } }'), [/was not said/])
  t.match(await problemsOf('  - { name: x, press: ["1", "4321"], expect: { ends: hangup } }'), [/no answer for it under "http"/])
})

t.test('answers, queues and agents do what the case says, and secrets stay secret', async (t) => {
  const cases = `
  - name: served
    number: "7712"
    press: ["1", "4321"]
    http: [{ url: /balance, json: { balance: 1 } }]
    queues: { sales: { exit: answered, after: 30s } }
    expect: { ends: { queue: sales, priority: normal }, attached: { code: "••••" }, requests: 1 }
  - name: the answer comes too late
    press: ["1", "4321"]
    http: [{ url: /balance, json: { balance: 1 }, after: 3s }]
    expect: { path: ["fetch:on_error", end], ends: hangup }
  - name: the answer has another shape
    press: ["1", "4321"]
    http: [{ url: /balance, json: { balance: much } }]
    expect: { path: ["fetch:on_error"], ends: hangup }
  - name: the other side refuses
    press: ["1", "4321"]
    http: [{ url: /balance, status: 404 }]
    expect: { path: ["fetch:on_error"], requests: 1, ends: hangup }
  - name: longer than the queue lets anybody wait
    press: ["1", "4321"]
    http: [{ url: /balance, json: { balance: 1 } }]
    queues: { sales: { exit: answered, after: 10h } }
    expect: { path: ["sales:timeout"], ends: hangup }
  - name: an agent in person
    press: ["2"]
    expect: { ends: { transfer: "1001" } }
  - name: an agent who talks
    press: ["2"]
    transfers: [busy]
    expect: { path: ["away:busy", end], ends: hangup }
  - name: a customer who speaks German
    customer: { language: de }
    press: [{ keys: "7", at: 100ms }]
    expect: { said: Die Eins, language: de, ends: hangup }
  - name: who hangs up in the queue
    press: ["1", "4321", { hangup: true, at: 60s }]
    http: [{ url: /balance, json: { balance: 1 } }]
    queues: { sales: timeout }
    expect: { ends: caller-hung-up }
  - name: who hangs up instead of an answer
    press: [hangup]
    expect: { ends: caller-hung-up }
`
  t.same(await problemsOf(cases), [])
})

t.test('an application decides routes as the case says, and its answers are checked as real ones', async (t) => {
  const home = await newFolder()
  await writeFile(
    join(home, 'routed.yaml'),
    `flow: routed
languages: [en]
numbers: ["79"]
steps:
  ask: { route: { app: crm-router, deadline: 800ms }, default: service, completed: end }
  service: { queue: service, timeout: end, full: end, on_error: end }
  end: { hangup: true }
`
  )
  await writeFile(
    join(home, 'routed.test.yaml'),
    `test: routed
cases:
  - { name: chosen, routes: [{ queue: sales, priority: high, data: { score: 7 } }], expect: { path: ["ask:completed"], attached: { score: 7 } } }
  - { name: an agent who is busy, routes: [{ agent: "1001" }], transfers: [busy], expect: { path: ["ask:default", service] } }
  - { name: no answer, routes: [nothing], expect: { path: ["ask:default", service], ends: { queue: service } } }
  - { name: nobody says anything, expect: { path: ["ask:default"] } }
  - { name: too late, routes: [{ queue: sales, after: 800ms }], expect: { path: ["ask:default"] } }
  - { name: just in time, routes: [{ queue: sales, after: 799ms }], expect: { path: ["ask:completed"] } }
  - { name: it leaves it to us, routes: [declines], expect: { path: ["ask:default"] } }
  - { name: a queue that is none, routes: [{ queue: nowhere }], expect: { path: ["ask:default"] } }
  - { name: a number that may not be called, routes: [{ number: "110" }], expect: { path: ["ask:default"] } }
`
  )
  const routed = { ...context, centre: { ...centre, routeApps: new Map([['crm-router', new Set<string>()]]) } }
  const { results } = await testFlows([home], home, routed, customers)
  t.same(
    results[0]?.cases.map(({ name, problems }) => [name, problems]).filter(([, problems]) => problems?.length !== 0),
    []
  )
  t.equal(results[0]?.cases.length, 9)
})

t.test('callers leave messages, or nothing', async (t) => {
  const home = await newFolder()
  await writeFile(
    join(home, 'night.yaml'),
    `flow: night
languages: [en]
numbers: ["78"]
shortcuts: [{ name: bye, keys: "*0", go: end }]
steps:
  a: { record: { prompt: Speak, queue: sales, into: message, max: 20s, min: 2s }, recorded: done, too_short: short, on_error: end }
  done: { play: "Thanks for \${message.seconds}", then: end }
  short: { play: Not a word, then: end }
  end: { hangup: true }
`
  )
  await writeFile(
    join(home, 'night.test.yaml'),
    `test: night
cases:
  - { name: some, expect: { said: Thanks for 10, recorded: [sales], path: ["a:recorded", "done"], ends: hangup, within: { time: 15s } } }
  - { name: as long, messages: [{ says: 7s }], expect: { said: Thanks for 7, recorded: [sales] } }
  - { name: too long, messages: [{ says: 60s }], expect: { said: Thanks for 20, recorded: [sales] } }
  - { name: silence, messages: [nothing], expect: { said: Not a word, recorded: [], within: { time: 6s } } }
  - { name: a word, messages: [{ says: 1s }], expect: { said: Not a word, recorded: [] } }
  - { name: hangs up, messages: [{ says: 9s, hangup: true }], expect: { not_said: Thanks, recorded: [sales], ends: caller-hung-up } }
  - { name: hangs up at once, messages: [{ hangup: true }], expect: { recorded: [], ends: caller-hung-up } }
  - { name: line dies, messages: [{ says: 9s }], press: [{ hangup: true, at: 4s }], expect: { recorded: [sales], ends: caller-hung-up } }
  - { name: shortcut, messages: [{ says: 9s }], press: [{ keys: "*0", at: 4s }], expect: { recorded: [sales], path: ["a:shortcut", "end"] } }
  - { name: wrong, expect: { recorded: [service] } }
`
  )
  const { results } = await testFlows([home], home, context, customers)
  t.same(
    results[0]?.cases.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    ['wrong: messages were left for sales, not for service']
  )
})

t.test('coverage is counted, and can be required', async (t) => {
  const silent = '  - { name: x, expect: { ends: hangup } }'
  const { results, text, passed } = await shop(silent)
  t.ok(passed)
  t.match(results[0], { steps: { reached: 3, of: 7 } })
  t.match(results[0]?.exits.missing, ['ask:1', 'ask:2', 'ask:no_match'])
  t.match(text, 'shop: 3 of 7 steps (42 %)')
  t.same(await problemsOf(silent, 'coverage: { steps: 42 }\n'), [])
  t.match(await problemsOf(silent, 'coverage: { steps: 43 }\n'), [
    /reach 42 % of the steps, and 43 % are required; missing: code/
  ])
  const { passed: enough } = await shop(silent, 'coverage: { exits: 100 }\n')
  t.notOk(enough)
})

t.test('a test file is checked like a flow, with line and column', async (t) => {
  const wrong: readonly (readonly [cases: string, finding: RegExp])[] = [
    ['  - { name: x, expcet: {}, expect: {} }', /shop\.test\.yaml:3:16 error FLOW0003: "expcet" is not known here/],
    ['  - { name: x }', /3:5 error FLOW0007: "expect" is missing|error FLOW0007: "expect" is missing/],
    ['  - { name: x, expect: { ends: nowhere } }', /:3:32 error FLOW0006: "ends" must be hangup/],
    [
      '  - { name: x, expect: { ends: { queue: slaes } } }',
      /:3:41 error FLOW0016: there is no queue "slaes"[\s\S]*did you mean "sales"/
    ],
    ['  - { name: x, expect: { path: [hallo] } }', /:3:33 error FLOW0010: there is no step "hallo"[\s\S]*did you mean "hello"/],
    ['  - { name: x, expect: { path: ["ask:5"] } }', /error FLOW0013: step "ask" has no exit "5"/],
    ['  - { name: x, queues: { slaes: full }, expect: {} }', /FLOW0016: there is no queue "slaes"/],
    ['  - { name: x, press: [1], expect: {} }', /FLOW0006: "press" must be keys in quotes/],
    ['  - { name: x, at: monday, expect: {} }', /FLOW0006: "at" must be a date and time/],
    ['  - { name: x, expect: {} }\n  - { name: x, expect: {} }', /FLOW0002: another case has this name/],
    ['  - { name: x, http: [{ url: a, fails: timeout, status: 200 }], expect: {} }', /FLOW0006: a request that fails/],
    ['  - { name: x, expect: {} }\n  - [', /error FLOW0001/]
  ]
  for (const [cases, finding] of wrong) {
    const { text, passed, results } = await shop(cases)
    t.match(text, finding)
    t.notOk(passed, cases)
    t.same(results, [])
  }
  const { text } = await testFlows([await alone('test: shopp\ncases: [{ name: x, expect: {} }]')], folder, context, customers)
  t.match(text, /FLOW0019: there is no flow "shopp"/)
})

async function alone(tests: string): Promise<string> {
  const home = await newFolder()
  await writeFile(join(home, 'x.test.yaml'), tests)
  return home
}

t.test('no tests at all are no success', async (t) => {
  const { passed, text } = await testFlows([await newFolder()], folder, context, customers)
  t.notOk(passed)
  t.match(text, 'There is no *.test.yaml there')
  await t.rejects(testFlows(['/nowhere/x.test.yaml'], folder, context, customers), { code: 'TEST_FILE_UNREADABLE' })
})

t.test('JUnit hears of what passed and what failed, whatever the texts hold', async (t) => {
  const { junit } = await shop(
    '  - { name: \'a "b" & <c>\', expect: { ends: hangup } }\n  - { name: d, expect: { said: "<x>" } }'
  )
  t.match(junit, '<testsuite name="shop"')
  t.match(junit, 'tests="2" failures="1"')
  t.match(junit, 'name="a &quot;b&quot; &amp; &lt;c&gt;"')
  t.match(junit, '<failure message="&quot;&lt;x&gt;&quot; was not said in that order">')
  t.match(junit, 'Hello &lt;you&gt;')
})

t.test('a call that never ends is ended after a day', async (t) => {
  const home = await newFolder()
  const text =
    'flow: x\nlanguages: [en]\nnumbers: ["1"]\nsteps:\n  a: { queue: sales, timeout: a, full: b, on_error: b }\n  b: { hangup: true }\n'
  const cases = 'cases:\n  - { name: waits, queues: { sales: timeout }, expect: { ends: { fault: SIMULATION_ENDLESS } } }\n'
  await writeFile(join(home, 'x.yaml'), text)
  await writeFile(join(home, 'x.test.yaml'), `test: x\n${cases}`)
  const { passed, text: told } = await testFlows([home], home, context, customers)
  t.ok(passed, told)
})

/** Runs `switchboard flow simulate` on an example with what somebody types. */
async function simulate(
  args: readonly string[],
  typed = ''
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const cli = new URL('../../src/cli.ts', import.meta.url).pathname
  const env = { ...process.env, DATA_DIR: t.testdirName, FLOWS: folder }
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', cli, 'flow', 'simulate', ...args],
      { env },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err })
      }
    )
    child.stdin?.end(typed)
  })
}

const bank = join(folder, 'bank-hotline.yaml')

t.test('a person walks a flow at the terminal, and plays the world around it', async (t) => {
  const typed = '1\n4111111111111111\nslip\n{"balance": 12}\n\nx\n2\nfull\nanswered\n'
  const { code, out, err } = await simulate([bank, '--from', '13700137000'], typed)
  t.match(err, /^ {10}\? keys \(.*\) > \d+$/m, 'what is piped in stands behind its question')
  t.equal(code, 0)
  t.match(out, /said {6}Your balance is 12\.00 CNY/)
  t.match(out, /said {6}Sorry, we did not hear a key\./, 'an empty line is silence')
  t.match(out, /queue {5}card-security \(normal\)[\s\S]*said {6}All our agents are busy[\s\S]*queue {5}service \(emergency\)/)
  t.match(out, /ended {5}completed, agent-hung-up\n$/)
  t.match(err, /POST http:\/\/\S+\/balance answers/)
})

t.test('the end of what is typed is the end of the call', async (t) => {
  const { code, out } = await simulate([bank], '1\n')
  t.equal(code, 0)
  t.match(out, /ended {5}completed, caller-hung-up\n$/)
})

t.test('keys can be given at once, and the call read as JSON', async (t) => {
  const at = ['--at', '2026-11-23T22:00:00+08:00']
  const { code, out } = await simulate([bank, '--keys', '8 silence 0', '--json', ...at])
  t.equal(code, 0)
  const call = JSON.parse(out)
  t.match(call.termination, { result: 'completed', reason: 'flow-hangup' })
  t.match(
    call.happenings.filter(({ kind }: { kind: string }) => kind === 'keys').map(({ keys }: { keys: string }) => keys),
    ['8', '0']
  )
  const again = await simulate([bank, '--keys', '8 silence 0', '--json', ...at])
  t.equal(again.out, out, 'to the letter')
})

t.test('what cannot be simulated is said, with an exit code', async (t) => {
  for (const args of [[join(folder, 'none.yaml')], [bank, '--keys', 'one'], [bank, '--at', 'noon', '--keys', '1']]) {
    const { code, err } = await simulate(args)
    t.equal(code, 1, args.join(' '))
    t.match(err, /^switchboard: /)
  }
})

t.test('a case says who served the caller last, and for whom they are to wait', async (t) => {
  const home = await newFolder()
  const loyal = `flow: loyal
languages: [en]
numbers: ["78"]
steps:
  wait: { queue: sales, prefer: { agent: last, patience: 20s }, on_error: end }
  end: { hangup: true }
`
  await writeFile(join(home, 'loyal.yaml'), loyal)
  const cases = (agent: string) => `test: loyal
cases:
  - { name: again, last_agent: "1001", from: "13800000001", expect: { ends: { queue: sales, agent: ${agent} } } }
`
  await writeFile(join(home, 'loyal.test.yaml'), cases('"1001"'))
  const right = await testFlows([home], home, context, customers)
  t.ok(right.passed, right.text)
  await writeFile(join(home, 'loyal.test.yaml'), cases('"1002"'))
  const wrong = await testFlows([home], home, context, customers)
  t.match(wrong.text, /waits in sales for 1001, not for 1002 first/)
  await writeFile(join(home, 'loyal.test.yaml'), cases('"1001"').replace('last_agent: "1001", ', ''))
  t.match((await testFlows([home], home, context, customers)).text, /waits in sales for anybody, not for 1001 first/)
})

t.test('a flow that sends its caller on to its own number for ever ends with a fault', async (t) => {
  const home = await newFolder()
  const circle = `flow: circle
languages: [en]
numbers: ["88"]
steps:
  again: { transfer: { number: "\${call.dialed}" }, unreachable: end, on_error: end }
  end: { hangup: true }
`
  await writeFile(join(home, 'circle.yaml'), circle)
  await writeFile(
    join(home, 'circle.test.yaml'),
    'test: circle\ncases:\n  - { name: round, expect: { ends: { fault: FLOW_LOOP } } }\n'
  )
  const { text, passed } = await testFlows([home], home, context, customers)
  t.ok(passed, text)
})
