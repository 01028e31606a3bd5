import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import t from 'tap'
import { Centre } from '../helpers/centre/centre.ts'
import { CALLER_HERTZ, hearEachOther, talkAgent, talkTo } from '../helpers/centre/talk-scenario.ts'
import { attacks } from '../helpers/cti/cti-attacks.ts'
import type { RawWebsocket } from '../helpers/cti/raw-websocket.ts'
import { hostileFiles } from '../helpers/flow/hostile-files.ts'
import { attacksOn, faultIn, hostileTexts, operationsOf } from '../helpers/http/http-fuzz.ts'
import { rawRequest } from '../helpers/http/raw-request.ts'
import { malformedRtcp, malformedRtp } from '../helpers/phones/malformed-rtp.ts'
import type { TestCaller } from '../helpers/phones/test-caller.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { until } from '../helpers/until.ts'

// Numbers of tests/centre/flows: one that waits for a key, and one that leads to the team Hotline.
const KEY = '7007'
const SALES = '7605'

const centre = await Centre.start({
  // All that is asked here comes from one address.
  edit: (yaml) => `${yaml}\nhttp: { requests_per_minute: 1000000, sign_ins_per_minute: 1000000 }\n`
})
t.setTimeout(240_000)
t.teardown(() => centre.stop())

/** Everything that no telephone says, by the sockets that Asterisk knows as the caller's. */
async function babbleAll(caller: TestCaller, random: SeededRandom): Promise<void> {
  for (const [kinds, as] of [
    [malformedRtp, 'rtp'],
    [malformedRtcp, 'rtcp']
  ] as const) {
    for (const build of Object.values(kinds)) await caller.babble((stream) => build(stream, random), as)
  }
}

t.test('a caller whose telephone sends nonsense in place of RTP and RTCP stays in their talk, and hurts no other', async (t) => {
  const random = new SeededRandom(7)
  const [one, two] = await Promise.all([talkAgent(centre, '1011', 440), talkAgent(centre, '1012', 540)])
  t.teardown(() => [one, two].map(({ phone }) => phone.vanish()))
  const honest = await talkTo(centre, SALES, '13910003001', one)
  const odd = await talkTo(centre, SALES, '13910003002', two)
  await Promise.all([hearEachOther(honest.caller, one), hearEachOther(odd.caller, two)])
  const keys = await centre.call(KEY, { from: '13910003003' })
  await keys.answered()
  await keys.ear.untilSound()
  const { callId } = await centre.fact('call.started', { fits: ({ caller }) => caller === '13910003003' })

  const since = Date.now()
  for (let round = 0; round < 3; round++) {
    await babbleAll(odd.caller, random)
    await babbleAll(keys, random)
  }
  // What is heard from here on was said after it all.
  const after = Date.now() + 500
  await until(() => two.phone.ear.firstTone(CALLER_HERTZ, after) !== undefined, { what: 'the agent hears the caller again' })
  await Promise.all([hearEachOther(honest.caller, one), hearEachOther(odd.caller, two)])
  t.same([honest.caller.endedBy, odd.caller.endedBy, keys.endedBy], [undefined, undefined, undefined])
  t.ok(one.phone.ear.longestGapMs(since) < 1000, `${one.phone.ear.longestGapMs(since)} ms without a packet of the other talk`)
  await keys.press('1')
  const menu = await centre.fact('step.left', {
    fits: ({ callId: of, entry }) => of === callId && entry.step === 'patient',
    ms: 10_000
  })
  t.equal(menu.entry.exit, '1', 'the key is taken for what it is')
  for (const { caller } of [honest, odd]) caller.hangup()
  await centre.expectNothingLeft()
})

// What callers say of themselves, and what of it is shown, where that is not the same. Asterisk keeps 79 bytes.
const names: readonly (readonly [string, string?])[] = [
  [String.raw`Eve \" <sip:boss@bank.test>;tag=evil;x=\"`],
  [String.raw`Eve \\`],
  ['<sip:boss@bank.test>;tag=evil'],
  ['Eve%0d%0aX-Evil: 1%22%3e'],
  ['Eve\\\rX-Evil: 1', 'Eve\\ X-Evil: 1'],
  ['Eve\u0001\u007f\t\u0085\u2028end', 'Eve end'],
  ['王芳 😀 Ünal'],
  ['x'.repeat(500), 'x'.repeat(79)],
  ['😀'.repeat(125), '😀'.repeat(19)],
  ['${SHELL(id)}'],
  ['a,b & c | d ; tag=evil, <sip:e@f>'],
  ["<img src=x onerror=alert(1)>'; DROP TABLE calls; --"]
]

t.test('what callers call themselves is text on the agent’s phone and desk, and never a header', async (t) => {
  const agent = await talkAgent(centre, '1011', 440, 'by hand')
  t.teardown(() => agent.phone.vanish())
  await agent.desk.result('setAgentState', { state: 'ready' })
  const number = '13910003%0d%0aX-Evil:%201'
  for (const [n, [name, shown = name]] of names.entries()) {
    const caller = await centre.call(SALES, { from: n === 0 ? number : `1391000${3100 + n}`, fromName: name })
    const { invite } = await agent.phone.ringing(n + 1, 10_000)
    const about = encodeURI(name.slice(0, 40))
    for (const header of ['from', 'to', 'call-id', 'cseq', 'contact', 'content-length'])
      t.equal(invite.headers(header).length, 1, `one ${header} for ${about}`)
    t.same(
      invite.fields.filter(([field, value]) => /evil/.test(field) || /\p{Cc}/u.test(value)),
      []
    )
    const from = /^"((?:[^"\\]|\\.)*)" <sip:[^<>"\s]+>;tag=[-\w]+$/u.exec(invite.header('from') ?? '')?.[1]
    // A backslash before what needs one on the phone: the name itself is what the desk has.
    t.equal(from?.replace(/\\(.)/gu, '$1'), shown, about)
    const told = () => JSON.stringify(agent.desk.events)
    await until(() => told().includes(`"callerName":${JSON.stringify(shown)}`), {
      what: () => `the desk is told ${about}: ${told()}`
    })
    t.notMatch(told(), /\\[rn]|\\u0001|\u2028/)
    caller.close()
    await until(() => agent.phone.rings[n]?.end === 'cancelled', { what: 'the phone rings no longer' })
  }
  await centre.expectNothingLeft()
})

t.test('nobody becomes another customer, or one with them, by what they call themselves or type', async (t) => {
  const { database } = centre.postgres
  const kept = async () =>
    await database.query(
      `select to_jsonb(c) - 'flags' as customer, array(select number from customer_numbers n where n.customer_id = c.id order by number) as numbers
       from customers c order by id`,
      []
    )
  const before = await kept()
  t.ok(before.length > 1)
  const claims = [
    { from: '13800138000', fromName: 'Li Wei', customer: 'c-1' },
    { from: '13800138000', fromName: 'c-2 13900139000', customer: 'c-1' },
    { from: '13912340000', fromName: 'Wang Fang', customer: null }
  ]
  for (const { customer, ...claim } of claims) {
    const since = centre.events.length
    const caller = await centre.call(KEY, claim)
    const { callId } = await centre.fact('call.started', { since })
    await caller.answered()
    await caller.press('13900139000')
    caller.close()
    await centre.fact('call.ended', { since, fits: (fact) => fact.callId === callId })
    await centre.recorded()
    const [row] = await database.query('select customer_id from calls where call_id = $1', [callId])
    t.same(row, { customer_id: customer }, JSON.stringify(claim))
  }
  t.same(await kept(), before)
  t.same(await database.query('select * from customer_merges', []), [])
})

/** A caller and an agent who talk while something else goes on: neither is to notice. */
async function talkMeanwhile(user: string, from: string, work: () => Promise<void>) {
  const agent = await talkAgent(centre, user, 440)
  t.teardown(() => agent.phone.vanish())
  const { caller, callId } = await talkTo(centre, SALES, from, agent)
  await hearEachOther(caller, agent)
  await work()
  await hearEachOther(caller, agent)
  const { endedBy } = caller
  caller.hangup()
  const { termination } = await centre.fact('call.ended', { fits: (fact) => fact.callId === callId })
  await centre.expectNothingLeft()
  return { endedBy, reason: termination.reason }
}
const untouched = { endedBy: undefined, reason: 'caller-hung-up-after-talk' }

t.test('no file or name of a flow that is put over HTTP faults, leads elsewhere or ends a talk', async (t) => {
  const headers = { authorization: `Bearer ${await centre.signIn('admin')}`, 'content-type': 'application/json' }
  const put = async (name: string, payload: string) =>
    await rawRequest(centre.url, { method: 'PUT', url: `/api/v1/flows/${name}`, payload, headers })
  const folder = centre.config.environment.FLOWS
  const above = async () => (await readdir(dirname(folder))).sort()
  const before = await above()
  const statuses = new Map<string, number>()
  const faults: unknown[] = []
  const tried = async (what: string, name: string, payload: string) => {
    const { status, body } = await put(name, payload)
    statuses.set(what, status)
    const fault = faultIn(status, body)
    if (fault !== undefined) faults.push({ what, fault })
  }
  const talk = await talkMeanwhile('1013', '13910003201', async () => {
    for (const [what, text] of Object.entries(hostileFiles)) await tried(what, 't', JSON.stringify({ source: text() }))
    const source = 'flow: t\nlanguages: [en]\nsteps:\n  end: { hangup: true }\n'
    for (const name of hostileTexts) {
      await tried(`name ${name}`, encodeURIComponent(name.replace(/[\ud800-\udfff]/gu, '\ufffd')), JSON.stringify({ source }))
      if (/^[\x21-\x7e]+$/.test(name)) await tried(`raw name ${name}`, name, JSON.stringify({ source }))
    }
    for (const body of [
      '{"source":1}',
      '{"source":null}',
      '{"source":["x"]}',
      '{"source":"x","__proto__":{"a":1}}',
      '[]',
      '{',
      ''
    ])
      await tried(`body ${body}`, 't', body)
  })
  t.same(faults, [])
  t.same(talk, untouched)
  t.equal(statuses.get('bomb'), 422)
  t.equal(statuses.get('long line'), 413)
  t.equal(statuses.get('name ../../../../etc/passwd'), 400)
  t.same(await above(), before, 'nothing is written beside the folder')
  const odd = (await readdir(folder, { recursive: true })).filter((name) => !/^[a-zA-Z-]+(\.test)?\.(yaml|md)$/.test(name))
  t.same(odd, [], 'nor under an odd name in it')
  t.equal(({} as Record<string, unknown>).polluted, undefined)
})

t.test('hostile requests and sockets, a whole centre, and a talk that goes on', async (t) => {
  const operations = operationsOf((await (await fetch(`${centre.url}/docs/json`)).json()) as Record<string, unknown>)
  const random = new SeededRandom(23)
  const faults: unknown[] = []
  let [asked, strangers] = [0, 0]
  const talk = await talkMeanwhile('1014', '13910003202', async () => {
    for (const operation of operations) {
      // Signed in anew: what was asked before may have ended it.
      if (operation.path === '/api/v1/session') continue
      const authorization = `Bearer ${await centre.signIn('admin')}`
      for (const attack of attacksOn(operation, random, 4)) {
        const request = { ...attack, headers: { ...attack.headers, authorization } }
        const { status, body } = await rawRequest(centre.url, request)
        const fault = faultIn(status, body)
        if (fault !== undefined) faults.push({ fault, request })
        asked++
        if (status === 401) strangers++
      }
    }
    const peers: RawWebsocket[] = []
    for (const attack of Object.values(attacks)) peers.push(...(await attack(centre.url.replace('http', 'ws'), random)))
    for (const peer of peers) peer.leave()
  })
  t.same(faults, [])
  t.ok(asked > 200 && strangers < asked / 10, `${asked} requests, ${strangers} of nobody`)
  t.same(talk, untouched)
  t.ok(await centre.ready())
})
