import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { readEnvironment, readVariables, type Variables } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { AppError } from '../../src/domain/errors.ts'
import { meets, requirementOf } from '../../src/domain/requirement.ts'

const folder = mkdtempSync(join(tmpdir(), 'switchboard-test-config-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const DATA_DIR = join(folder, 'data')

/** What is wrong, as the person at the terminal reads it. */
function problemsOf(work: () => unknown): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.details.problems as string[]
  }
}

const base = `
skills: [cards]
queues:
  service:
    title: Service
teams:
  one: { title: One }
agents:
  - id: "1001"
    team: one
    queues: [service]
`

function load(yaml: string, variables: Variables = {}) {
  const CONFIG = join(folder, 'centre.yaml')
  writeFileSync(CONFIG, yaml)
  return loadConfig({ DATA_DIR, CONFIG, ...variables })
}

/** The problems with the file, without its name. */
const wrongIn = (yaml: string) => problemsOf(() => load(yaml)).map((problem) => problem.replace(join(folder, 'centre.yaml'), ''))

t.test('without any variable the defaults hold', async (t) => {
  t.match(readEnvironment({ LOG_LEVEL: '' }), {
    HTTP_ADDRESS: { host: '127.0.0.1', port: 8080 },
    SIP_ADDRESS: { host: '127.0.0.1', port: 5060 },
    ARI_ADDRESS: { host: '127.0.0.1', port: 8088 },
    RTP_PORTS: { from: 20_000, to: 23_999 },
    DATA_DIR: resolve('.data'),
    CONFIG: resolve('config/switchboard.yaml'),
    FLOWS: resolve('flows'),
    DATABASE_URL: undefined,
    REDIS_URL: undefined,
    LOG_LEVEL: 'info',
    DRAIN_SECONDS: 120
  })
})

t.test('every wrong variable is named', async (t) => {
  const wrong = {
    HTTP_ADDRESS: '8080',
    SIP_ADDRESS: 'host:99999',
    RTP_PORTS: '30000-20000',
    DATABASE_URL: 'mysql://x',
    LOG_LEVEL: 'loud',
    DRACHTIO_ADDRESS: 'drachtio',
    DRACHTIO_SECRET: 'a|b'
  }
  const problems = problemsOf(() => readEnvironment(wrong))
  t.same(
    problems.map((problem) => problem.split(':')[0]),
    Object.keys(wrong)
  )
  t.match(problems[0], 'HTTP_ADDRESS: expected HOST:PORT, found "8080"')
  t.same(
    problemsOf(() => readEnvironment({ DRACHTIO_ADDRESS: '127.0.0.1:9022' })),
    ['DRACHTIO_SECRET: must be set together with DRACHTIO_ADDRESS']
  )
  const edge = (host: string, more = {}) =>
    problemsOf(() => readEnvironment({ DRACHTIO_ADDRESS: `${host}:9022`, DRACHTIO_SECRET: 's', ...more }))
  for (const host of ['192.0.2.1', 'edge.example', '127.edge.example', '[2001:db8::1]', '0.0.0.0'])
    t.match(edge(host), [/^DRACHTIO_AUTHORITIES: must be set, as .* is not on loopback/], host)
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '[::1]']) t.same(edge(host), [], host)
  t.same(edge('192.0.2.1', { DRACHTIO_PLAIN: 'anywhere' }), [])
  t.same(edge('192.0.2.1', { DRACHTIO_AUTHORITIES: '/etc/switchboard/edge.pem' }), [])
  t.same(readEnvironment({ HTTP_ADDRESS: '[::1]:80' }).HTTP_ADDRESS, { host: '::1', port: 80 })
})

t.test('a .env file fills in what the real environment leaves open', async (t) => {
  writeFileSync(join(folder, '.env'), 'SWITCHBOARD_TEST_A=file\nSWITCHBOARD_TEST_B="of the file"\n')
  process.env.SWITCHBOARD_TEST_A = 'real'
  t.teardown(() => delete process.env.SWITCHBOARD_TEST_A)
  t.match(readVariables(folder), { SWITCHBOARD_TEST_A: 'real', SWITCHBOARD_TEST_B: 'of the file' })
  t.equal(process.env.SWITCHBOARD_TEST_B, undefined)
})

t.test('secrets are made once, kept, and readable by the owner only', async (t) => {
  const [one, other] = [load(base).secrets, load(base).secrets]
  t.same(one, other)
  t.ok(one.jwtSecret.length >= 32 && one.ariPassword.length >= 16)
  t.equal(statSync(join(DATA_DIR, 'secrets.json')).mode & 0o777, 0o600)
  t.equal(load(base, { ARI_PASSWORD: 'of the environment' }).secrets.ariPassword, 'of the environment')
})

t.test('speech is made by espeak-ng, or by a service that the centre names', async (t) => {
  t.equal(load(base, { SPEECH_API_KEY: 'k' }).speechService, undefined)
  const service = 'provider: http, url: https://speech.example/v1, model: small, voices: { zh-CN: mei }'
  t.same(load(`${base}speech: { ${service} }`, { SPEECH_API_KEY: 'k' }).speechService, {
    url: 'https://speech.example/v1',
    model: 'small',
    voices: { 'zh-CN': 'mei' },
    apiKey: 'k'
  })
  t.equal(load(`${base}speech: { ${service} }`).speechService?.apiKey, undefined)
  const voiced = load(`${base}speech: { provider: espeak, flow_voices: { warm: { espeak: f3, service: { en: nova } } } }`)
  t.same(voiced.flowVoices, { warm: { espeak: 'f3', service: { en: 'nova' } } })
  t.same([...(voiced.centre.voices ?? [])], ['warm'])
  t.match(wrongIn(`${base}speech: { provider: espeak, flow_voices: { warm: { espeak: "f3 -w x" } } }`), [/variant of espeak-ng/])
  t.match(wrongIn(`${base}speech: { provider: http, model: small, voices: {} }`), [/speech\.url|"?url/])
  t.match(wrongIn(`${base}speech: { provider: espeak, url: "https://x" }`), [/url/])
  t.equal(wrongIn(`${base}speech: { provider: loud }`).length, 1)
  t.match(
    problemsOf(() => readEnvironment({ SPEECH_API_KEY: 'two words' })),
    [/SPEECH_API_KEY: expected visible ASCII/]
  )
})

t.test('queues say whom they ring and who goes first', async (t) => {
  const { centre } = load(`
skills: [card, mandarin, english]
order: { high: 2m, low: 1m, choice: service-level }
queues:
  plain: { title: Plain }
  cards:
    title: Cards
    skills: { card: 3, any: [{ mandarin: 2 }, { english: 4 }] }
    strategy: least-skilled-that-fits
    relax: [{ after: 30s, lower: 1 }, { after: 1m, skills: { card: 1 } }, { after: 2m, anyone: true }]
    level_after: [20s, 1m]
    head_start: 30s
    service_level: { share: 90, within: 10s }
teams: { one: { title: One } }
agents:
  - { id: "1002", team: one, queues: [cards], levels: { cards: 2 }, ring: 8s, capacity: { message: 3 } }
  - { range: 1000-1001, team: one, queues: [plain] }
`)
  t.same(centre.order, { headStartMs: { high: 120_000, normal: 0, low: -60_000 }, choice: 'service-level' })
  t.match(centre.queues.get('cards'), {
    skills: { card: 3, any: [{ mandarin: 2 }, { english: 4 }] },
    strategy: 'least-skilled-that-fits',
    relax: [
      { afterMs: 30_000, lower: 1 },
      { afterMs: 60_000, skills: { card: 1 } },
      { afterMs: 120_000, anyone: true }
    ],
    levelAfterMs: [20_000, 60_000],
    headStartMs: 30_000,
    serviceLevel: { share: 90, withinMs: 10_000 }
  })
  t.match(centre.queues.get('plain'), {
    strategy: 'longest-idle',
    relax: [],
    headStartMs: 0,
    serviceLevel: { share: 80, withinMs: 20_000 }
  })
  t.same(
    [...centre.agents.values()].map(({ id, order }) => `${order} ${id}`),
    ['0 1002', '1 1000', '2 1001']
  )
  t.match(centre.agents.get('1002'), { queueLevels: { cards: 2 }, ringMs: 8_000, capacity: { voice: 1, message: 3 } })
  t.notOk('queueLevels' in (centre.agents.get('1000') ?? {}))
  t.notOk('capacity' in (centre.agents.get('1000') ?? {}), 'one of each')
  t.same(load(base).centre.order, { headStartMs: { high: 300_000, normal: 0, low: -300_000 }, choice: 'most-urgent' })
})

t.test('what no queue can do is told with its place', async (t) => {
  const queue = (text: string) => wrongIn(base.replace('    title: Service', `    title: Service\n    ${text}`))
  t.match(queue('strategy: loudest'), [/queues\.service\.strategy.*longest-idle/])
  t.match(queue('skills: { cards: 7 }'), [/queues\.service\.skills\.cards/])
  t.match(queue('skills: { any: [{ cards: 2 }, { spades: 1 }] }'), [
    /:6:\d+ queues\.service\.skills\.any\.1\.spades: unknown skill "spades"/
  ])
  t.match(queue('skills: { cards: 3, not: { cards: 2 } }'), [/queues\.service\.skills: nobody can have these skills/])
  t.match(queue('relax: [{ after: 10s, skills: { cards: 2 } }]'), [/queues\.service\.relax\.0: it tightens/])
  t.match(queue('relax: [{ after: 20s, lower: 1 }, { after: 10s, anyone: true }]'), [/relax\.1: each step must come later/])
  t.match(queue('relax: [{ after: 5s, anyone: true }, { after: 10s, lower: 1 }]'), [/relax\.1: nothing is left to relax/])
  t.match(queue('relax: [{ after: 5s, lower: 1, anyone: true }]'), [/relax\.0: expected one of lower, skills and anyone/])
  t.match(queue('service_level: { share: 0, within: 5s }'), [/queues\.service\.service_level\.share/])
  t.match(queue('level_after: [20s, 20s]'), [/level_after: each time must come later/])
  t.match(wrongIn(`${base}    levels: { sales: 2 }\n`), [/:12:\d+ agents\.0\.levels\.sales: "sales" is none of their queues/])
  t.match(wrongIn(`${base}    levels: { service: 6 }\n`), [/agents\.0\.levels\.service/])
  t.match(wrongIn(`${base}    capacity: { voice: 2 }\n`), [/agents\.0\.capacity\.voice: expected 1: an agent has one phone/])
  t.match(wrongIn(`${base}    capacity: { message: 0 }\n`), [/agents\.0\.capacity\.message/])
  t.match(queue('medium: message'), [/queues\.service\.medium: the server takes calls only/])
  t.match(wrongIn(base.replace('skills: [cards]', 'skills: [cards, any]')), [/skills\.1: "any" is a word of needs/])
})

t.test('what the centre says of its agents: choices, wrap-up, missed calls, and who is gone', async (t) => {
  const { centre } = load(`
queues:
  service: { title: Service, wrap_up_extension: 20s, wrap_up_max: 2m, missed_calls: 3 }
  sales: { title: Sales }
teams: { one: { title: One }, away: { title: Away, closed: true } }
agents:
  - { id: "1001", team: one, queues: [service], auto_answer: true }
  - { id: "1002", team: away, queues: [service] }
reasons:
  - { name: lunch, title: { en: Lunch, zh-CN: 用餐 } }
dispositions:
  - { name: sold, title: { en: Sold }, queues: [sales] }
absence: { phone_back_within: 1m, phone_log_off: 10m, desk_not_ready: 5s, desk_log_off: 1m }
`)
  t.match(centre.queues.get('service'), { wrapUpExtension: { byMs: 20_000, maxMs: 120_000 }, missedMax: 3 })
  t.match(centre.queues.get('sales'), { wrapUpExtension: undefined, missedMax: 1 })
  t.match(centre.agents.get('1001'), { autoAnswer: true })
  t.notOk('autoAnswer' in (centre.agents.get('1002') ?? {}))
  t.same(centre.choices, {
    reasons: [{ name: 'lunch', title: { en: 'Lunch', 'zh-CN': '用餐' } }],
    dispositions: [{ name: 'sold', title: { en: 'Sold' }, queues: ['sales'] }]
  })
  t.same(centre.absence, {
    phone: { backWithinMs: 60_000, logOffAfterMs: 600_000 },
    desk: { notReadyAfterMs: 5_000, logOffAfterMs: 60_000 }
  })
  t.same([...(centre.closedTeams ?? [])], ['away'])
  t.same(load(base).centre.choices, {}, 'without lists any word')
  t.same(load(base).centre.absence, {
    phone: { backWithinMs: 300_000 },
    desk: { notReadyAfterMs: 30_000, logOffAfterMs: 300_000 }
  })
  t.match(wrongIn(`${base}reasons: [{ name: missed, title: { en: M } }]\n`), [
    /reasons\.0\.name: "missed" is a reason that the server gives/
  ])
  const twice = 'reasons: [{ name: a, title: { en: A } }, { name: a, title: { en: B } }]'
  t.match(wrongIn(`${base}${twice}\n`), [/reasons\.1\.name: "a" is there twice/])
  t.match(wrongIn(`${base}dispositions: [{ name: a, title: { en: A }, queues: [x] }]\n`), [
    /dispositions\.0\.queues\.0: unknown queue "x"/
  ])
  t.match(wrongIn(`${base}absence: { desk_not_ready: 2m, desk_log_off: 1m }\n`), [
    /desk_log_off: expected no less than desk_not_ready/
  ])
})

t.test('what is suggested to agents is read, and each wrong rule told with its place', async (t) => {
  const { centre } = load(`${base}suggestions:
  - { id: any, title: { en: Any } }
  - id: card
    title: { en: Block it, zh-CN: 挂失 }
    text: { en: Ask first }
    url: https://crm.test/cards/{customer}
    when: { intents: [lost-card], queues: [service], fast_paths: [lost], collected: { amount: 5, card: ["7", true] } }
`)
  t.same(centre.suggestions, [
    { id: 'any', title: { en: 'Any' }, when: {} },
    {
      ...{ id: 'card', title: { en: 'Block it', 'zh-CN': '挂失' }, text: { en: 'Ask first' } },
      url: 'https://crm.test/cards/{customer}',
      when: { intents: ['lost-card'], queues: ['service'], fastPaths: ['lost'], collected: { amount: [5], card: ['7', true] } }
    }
  ])
  t.same(load(base).centre.suggestions, [])
  const one = (fields: string) => wrongIn(`${base}suggestions: [{ id: a, title: { en: A }, ${fields} }]\n`)
  t.match(one('when: { queues: [x] }'), [/^:12:\d+ suggestions\.0\.when\.queues\.0: unknown queue "x"/])
  t.match(one('when: { intent: x }'), [/suggestions\.0\.when\.intent: unknown key/])
  t.match(one('when: { intents: [] }'), [/suggestions\.0\.when\.intents/])
  t.match(one('when: { collected: { a: { b: 1 } } }'), [/suggestions\.0\.when\.collected\.a/])
  t.match(one('url: "javascript:alert(1)"'), [/suggestions\.0\.url: expected an address/])
  t.match(one('url: "https://crm.test/{callid}"'), [/suggestions\.0\.url: unknown value/])
  t.match(one('url: "https://{customer}.crm.test/"'), [/suggestions\.0\.url: expected \{customer\} after the host/])
  t.match(wrongIn(`${base}suggestions: [{ id: a, title: { en: A } }, { id: a, title: { en: B } }]\n`), [
    /suggestions\.1\.id: "a" is there twice/
  ])
  t.match(wrongIn(`${base}suggestions: [{ id: a }]\n`), [/suggestions\.0\.title/])
})

t.test('what a queue says of the wait in it is checked', async (t) => {
  const queued = (fields: string) => base.replace('    title: Service\n', `    title: Service\n    ${fields}\n`)
  const name = 'service'
  t.match(load(queued('announce: { position: true, every: 30s }')).centre.queues.get(name), {
    waiting: { announce: { position: true, everyMs: 30_000, positionLimit: 10, estimateLimitMs: 1_800_000 } }
  })
  const messages = load(queued('messages: [{ say_one_of: [{ en: a, zh-CN: { audio: b } }], order: random }]')).centre
  const [message] = messages.queues.get(name)?.waiting?.messages ?? []
  t.match(message, { firstMs: 30_000, order: 'random' })
  t.same(
    [...(message?.say[0] ?? [])],
    [
      ['en', [{ kind: 'text', text: 'a' }]],
      ['zh-CN', [{ kind: 'audio', name: 'b' }]]
    ]
  )
  const wrong: readonly (readonly [fields: string, problem: RegExp])[] = [
    ['announce: { positoin: true }', /positoin/],
    ['announce: { every: 1s }', /at least 5s/],
    ['announce: { sentences: { en: { next: "{who}" } } }', /unknown value \{who\}/],
    ['announce: { sentences: { en: { hello: x } } }', /hello/],
    ['messages: [{ first: 5s }]', /either say or say_one_of/],
    ['messages: [{ say: {} }]', /expected a text/],
    ['overflow: [{ queue: nowhere, after: 1m }]', /unknown queue "nowhere"/],
    [`overflow: [{ queue: ${name}, after: 1m }]`, /another queue/],
    [`overflow: [{ queue: ${name} }]`, /a condition/]
  ]
  for (const [fields, problem] of wrong) t.match(wrongIn(queued(fields)), [problem], fields)
})

t.test('the demo centre is sound', async (t) => {
  const { centre, users, customers, demo, application } = loadConfig({ DATA_DIR })
  t.ok(demo)
  t.equal(application, 'switchboard-main')
  t.same([...centre.queues.keys()], ['card-security', 'service', 'sales'])
  t.match(centre.queues.get('card-security'), {
    name: 'card-security',
    title: 'Card security 卡片安全',
    skills: { 'card-security': 3 },
    ringMs: 15_000,
    wrapUpMs: 20_000,
    maxWaitMs: 900_000,
    maxLength: 100,
    music: 'default',
    strategy: 'longest-idle',
    relax: [],
    headStartMs: 0,
    serviceLevel: { share: 80, withinMs: 20_000 }
  })
  t.same(
    [...centre.agents.keys()],
    Array.from({ length: 20 }, (_, n) => String(1001 + n))
  )
  t.match(
    users.filter(({ role }) => role !== 'agent').map(({ username }) => username),
    ['2001', '2002', '2003', 'admin']
  )
  t.match(users[0], { username: '1001', name: 'Chen Jie', role: 'agent', teams: ['cards'] })
  t.match(
    customers.find(({ numbers }) => numbers.includes('13900139000')),
    { name: /Li Wei/, flags: ['card-lost'] }
  )
  t.match(centre.calendars.get('bank'), { timeZone: 'Asia/Shanghai', exceptions: { '2026-10-01': [] } })
  t.same(centre.emergencyGroup, ['1001', '1002', '1003'])
  for (const queue of centre.queues.values()) {
    const fit = [...centre.agents.values()].filter(
      (agent) => agent.queues.includes(queue.name) && meets(agent.skills, requirementOf({ need: queue.skills, slack: 0 }))
    )
    t.ok(fit.length >= 5, `enough agents for ${queue.name}`)
  }
})

t.test('an address among the values follows the environment and may be reached by flows', async (t) => {
  const { centre } = loadConfig({ DATA_DIR, EXAMPLE_BANK_ADDRESS: '127.0.0.1:9999' })
  t.same(centre.values, { core_banking: 'http://127.0.0.1:9999' })
  t.same(centre.allowedRequests, ['http://127.0.0.1:9999'])
  t.same(loadConfig({ DATA_DIR }).centre.values, { core_banking: 'http://127.0.0.1:8099' })
  t.same(load(`${base}values: { a: 'x\${NOBODY}y', b: 3 }`).centre.values, { a: 'xy', b: 3 })
})

t.test('what was loaded cannot be changed', async (t) => {
  const config = load(base)
  t.throws(() => Object.assign(config.environment, { DATA_DIR: '/' }), TypeError)
  t.throws(() => Object.assign(config.centre.queues.get('service') ?? {}, { ringMs: 1 }), TypeError)
})

t.test('each mistake in the file is told with its place', async (t) => {
  const table: [yaml: string, problem: string | RegExp][] = [
    [`${base}colour: red\n`, ':12:1 colour: unknown key'],
    [base.replace('title: Service', 'title: Service\n    ring: 20'), /^:6:11 queues\.service\.ring: .*expected string/],
    [base.replace('skills: [cards]', 'skills: [Cards]'), /^:2:10 skills\.0: expected a name/],
    [base.replace('  service:', '  Service:'), /^:4:3 queues\.Service: expected a name/],
    [
      base.replace('title: Service', 'title: Service\n    ring: 20 s'),
      ':6:11 queues.service.ring: expected a time span such as 20s, 5m or 12h, found "20 s"'
    ],
    [
      base.replace('title: Service', 'title: Service\n    skills: { spades: 3 }'),
      ':6:23 queues.service.skills.spades: unknown skill "spades"'
    ],
    [base.replace('title: Service', 'ring: 20s'), /^:4:3 queues\.service\.title: .*expected string/],
    [base.replace('team: one', 'team: two'), ':10:11 agents.0.team: unknown team "two"'],
    [base.replace('queues: [service]', 'queues: [service, sales]'), ':11:23 agents.0.queues.1: unknown queue "sales"'],
    [base.replace('"1001"', '1001'), ':9:9 agents.0.id: expected digits in quotes'],
    [`${base}  - { range: 1000-1002, team: one, queues: [service] }\n`, ':12:5 agents.1: "1001" is there twice'],
    [`${base}  - { range: 1009-1002, team: one, queues: [service] }\n`, /^:12:14 agents\.1\.range: expected FIRST-LAST, upwards/],
    [`${base}emergency_group: ["7"]\n`, ':12:19 emergency_group.0: unknown agent "7"'],
    [
      `${base}calendars: { x: { time_zone: Mars/Olympus, weekly: {} } }\n`,
      ':12:30 calendars.x.time_zone: unknown time zone "Mars/Olympus"'
    ],
    [
      `${base}calendars: { x: { time_zone: UTC, weekly: { mon: ["8-12"] } } }\n`,
      ':12:51 calendars.x.weekly.mon.0: expected HH:MM-HH:MM'
    ],
    [
      `${base}customers: [{ id: a, name: A, numbers: ["123"] }, { id: b, name: B, numbers: ["123"] }]\n`,
      ':12:51 customers.1: another customer has the number 123'
    ],
    [`${base}queues: {}\n`, /^:12:1 .*unique/i],
    [`${base}values: { a: "x\n`, /^:1\d:\d+ /]
  ]
  for (const [yaml, problem] of table) t.match(wrongIn(yaml)[0], problem)
  t.match(
    problemsOf(() => loadConfig({ DATA_DIR, CONFIG: '/nowhere.yaml' })),
    [/^\/nowhere\.yaml: .*ENOENT/]
  )
})

t.test('several mistakes are told at once', async (t) => {
  t.equal(wrongIn(base.replace('team: one', 'team: two').replace('queues: [service]', 'queues: [sales]')).length, 2)
  t.equal(wrongIn(`${base}a: 1\nb: 2\n`).length, 2)
})

t.test('the shipped file says what it is for', async (t) => {
  t.match(readFileSync('config/switchboard.yaml', 'utf8'), /core_banking: http:\/\/\$\{EXAMPLE_BANK_ADDRESS:-127\.0\.0\.1:8099\}/)
})

t.test('no name is known because objects of JavaScript have it', async (t) => {
  const yaml = base.replace('team: one', 'team: constructor').replace('queues: [service]\n', 'queues: [constructor]\n')
  t.match(wrongIn(yaml), [/unknown team "constructor"/, /unknown queue "constructor"/])
  t.match(wrongIn(base.replace('title: Service', 'title: Service\n    opening_hours: constructor')), [
    /unknown calendar "constructor"/
  ])
})

t.test('passwords of phones: a secret that is long enough, and a version for each agent and user', async (t) => {
  const short = 'short-secret-of-phones'
  const told = problemsOf(() => readEnvironment({ PHONE_SECRET: short }))
  t.match(told, [/^PHONE_SECRET: expected at least 32 characters/])
  t.notMatch(told.join(), short, 'what was wrong is not told')
  const more = `${base.replace('id: "1001"', 'id: "1001"\n    phone_password_version: 3')}  - { id: "1002", team: one, queues: [service] }
users:
  - { range: 2001-2002, name: Leader, role: supervisor, phone: true, phone_password_version: 2 }
  - { username: "2003", name: Boss, role: admin, phone: true }
  - { username: root, name: Root, role: admin }
`
  const { centre, users } = load(more)
  t.equal(centre.agents.get('1001')?.phonePasswordVersion, 3)
  t.notOk('phonePasswordVersion' in (centre.agents.get('1002') ?? {}))
  t.same(
    [...(centre.phones ?? [])],
    [
      ['2001', { name: 'Leader 2001', phonePasswordVersion: 2 }],
      ['2002', { name: 'Leader 2002', phonePasswordVersion: 2 }],
      ['2003', { name: 'Boss' }]
    ]
  )
  t.same(users.at(-1), { username: 'root', name: 'Root', role: 'admin', teams: [] })
  t.match(wrongIn(base.replace('id: "1001"', 'id: "1001"\n    phone_password_version: 0')), [/phone_password_version/])
})

t.test('a range of logins may be longer than numbers are exact', async (t) => {
  const { centre } = load(base.replace('id: "1001"', 'range: "90071992547409931-90071992547409933"'))
  t.same([...centre.agents.keys()], ['90071992547409931', '90071992547409932', '90071992547409933'])
})

t.test('every variable stands in the README', async (t) => {
  const here = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const names = [...here('src/config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name)
  t.ok(names.length > 20)
  const settings = here('README.md')
  t.same(
    names.filter((name) => !settings.includes(`\`${name}\``)),
    []
  )
})
