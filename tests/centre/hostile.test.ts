import t from 'tap'
import { Centre } from '../helpers/centre/centre.ts'
import { CALLER_HERTZ, hearEachOther, talkAgent, talkTo } from '../helpers/centre/talk-scenario.ts'
import { malformedRtcp, malformedRtp } from '../helpers/phones/malformed-rtp.ts'
import type { TestCaller } from '../helpers/phones/test-caller.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { until } from '../helpers/until.ts'

// Numbers of tests/centre/flows: one that waits for a key, and one that leads to the team Hotline.
const KEY = '7007'
const SALES = '7605'

const centre = await Centre.start()
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
