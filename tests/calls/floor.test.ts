import t from 'tap'
import type { AgentId, CallId, ChannelId, DeviceId } from '../../src/domain/ids.ts'
import type { SupervisionMode } from '../../src/domain/supervision.ts'
import { OUTSIDE, TalkCentre } from '../helpers/centre/talk-centre.ts'

const A = '1001' as AgentId
const B = '1002' as AgentId
const BOSS = '2001' as AgentId
const boss = { username: '2001', phone: '2001' }

/** Time passes, and the phones of these people are picked up as they ring. */
async function pass(centre: TalkCentre, ms: number, answering: readonly string[] = []): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    for (const channel of [...centre.telephony.channels.values()])
      if (channel.rings && answering.includes(channel.endpoint)) channel.pickUp()
    await centre.pass(10)
  }
}

async function made(centre: TalkCentre, to: string): Promise<CallId> {
  const result = centre.desk.makeCall(A, { to })
  if (!result.ok) throw new Error(result.code)
  return result.value
}

t.test('an agent calls somebody outside, and is as before afterwards', async (t) => {
  const centre = new TalkCentre()
  centre.distribution.logOn(A)
  centre.distribution.setState(A, { state: 'notReady', reason: 'lunch' })
  await made(centre, OUTSIDE)
  t.equal(centre.told('call.started')[0]?.by, A, 'the call is there at once')
  await pass(centre, 50)
  t.same(centre.desk.makeCall(A, { to: OUTSIDE }), { ok: false, code: 'AGENT_ON_CALL' })
  await pass(centre, 100, ['1001'])
  t.same(centre.hearing(), { '1001': 'ringing' })
  await pass(centre, 100, [OUTSIDE])
  t.same(centre.hearing(), { '1001': [OUTSIDE], [OUTSIDE]: ['1001'] })
  centre.phone(OUTSIDE).leave()
  await centre.pass(3000)
  t.match(centre.distribution.status(A), { state: 'notReady', reason: 'lunch' })
  t.same(centre.left(), {})
})

t.test('a call on behalf of a queue: its wrap-up is the queue’s; whom nobody has called yet is not hung up', async (t) => {
  const centre = new TalkCentre()
  centre.ready('1001')
  const result = centre.desk.makeCall(A, { to: OUTSIDE, queue: 'service' })
  const callId = result.ok ? result.value : ('' as CallId)
  await pass(centre, 50)
  const device = centre.told('call.started')[0]?.caller as DeviceId
  t.same(await centre.desk.clearConnection(callId, device), { ok: false, code: 'NOT_ON_THIS_CALL' })
  await pass(centre, 100, ['1001'])
  await pass(centre, 100, [OUTSIDE])
  t.match(centre.distribution.status(A), { state: 'busy', queue: 'service' })
  t.ok((await centre.desk.clearConnection(callId, device)).ok)
  await centre.pass(1000)
  t.match(centre.distribution.status(A), { state: 'workingAfterCall', queue: 'service' })
  await centre.pass(20_000)
  t.same(centre.left(), {})
})

t.test('why a call from the desk cannot be made', async (t) => {
  const centre = new TalkCentre()
  const why = (to: string, more: object = {}) => {
    const result = centre.desk.makeCall(A, { to, ...more })
    return result.ok ? 'made' : result.code
  }
  t.equal(why(OUTSIDE), 'AGENT_LOGGED_OFF')
  centre.ready('1001')
  for (const to of ['', '1001', '9999', '0044123456', 'sip:other@outside.test', `${OUTSIDE};x=1`, 'PJSIP/trunk/1'])
    t.equal(why(to), 'TARGET_UNKNOWN', to)
  t.equal(why('1002'), 'TARGET_NOT_AVAILABLE', 'who is logged off')
  t.equal(why(OUTSIDE, { queue: 'sales' }), 'NOT_QUALIFIED')
  centre.telephony.away.add('1001')
  t.equal(why(OUTSIDE), 'PHONE_OUT_OF_SERVICE')
  centre.telephony.away.delete('1001')
  centre.distribution.pause()
  t.equal(why(OUTSIDE), 'ASTERISK_UNAVAILABLE')
  centre.distribution.resume()
  await centre.calls.drain({ result: 'failed', reason: 'server-draining' })
  t.equal(why(OUTSIDE), 'SERVER_DRAINING')
  t.same(
    centre.facts.filter(({ type }) => type === 'call.started'),
    [],
    'nothing was begun'
  )
  t.same(centre.left(), {})
})

t.test('what becomes of a call from the desk that nobody answers, and of one while Asterisk or the server goes', async (t) => {
  const reasons = async (play: (centre: TalkCentre) => Promise<void>) => {
    const centre = new TalkCentre()
    centre.ready('1001')
    await made(centre, OUTSIDE)
    await pass(centre, 50)
    await play(centre)
    await centre.pass(60_000)
    t.same(centre.left(), {}, 'nothing is left')
    return [centre.told('call.ended').map(({ termination }) => termination.reason), centre.state('1001')]
  }
  t.same(await reasons(async () => undefined), [['agent-unreached'], 'notReady'], 'their own phone rings out')
  t.same(await reasons(async (centre) => centre.phone('1001').leave(21)), [['agent-unreached'], 'ready'], 'declined')
  t.same(await reasons((centre) => pass(centre, 200, ['1001'])), [['target-unreached'], 'ready'], 'the other rings out')
  t.same(
    await reasons(async (centre) => {
      await pass(centre, 200, ['1001'])
      void centre.calls.drain({ result: 'failed', reason: 'server-draining' })
    }),
    [['server-draining'], 'ready']
  )
  t.same(
    await reasons(async (centre) => {
      centre.telephony.fails = ({ name }) => (name === 'createLeg' ? 'unavailable' : undefined)
      await pass(centre, 200, ['1001'])
    }),
    [['target-unreached'], 'ready'],
    'Asterisk does not answer'
  )
})

t.test('a supervisor is heard by nobody, by the agent, by all, and by nobody again', async (t) => {
  const centre = new TalkCentre()
  const { callId, caller } = await centre.talk()
  const supervise = (mode: SupervisionMode) => centre.desk.supervise(callId, boss, [A], mode)
  t.same(await centre.desk.supervise(callId, boss, [B], 'silent'), { ok: false, code: 'NOT_TALKING' }, 'who is not in the talk')
  t.ok((await supervise('silent')).ok)
  t.same(await supervise('whisper'), { ok: false, code: 'NOT_TALKING' }, 'before they have picked up')
  await pass(centre, 100, ['2001'])
  const own = centre.phone('2001')
  const talk = { 'caller-1': ['1001'], '1001': ['caller-1'] }
  const beside = { '2001': ['snoop on 1001'], 'snoop on 1001': ['2001'] }
  t.same([centre.hearing(), own.muted], [{ ...talk, ...beside }, true])
  t.ok((await supervise('whisper')).ok)
  t.same([centre.hearing(), own.muted], [{ ...talk, ...beside }, false])
  t.ok((await supervise('active')).ok)
  t.match(centre.hearing(), { 'caller-1': ['1001', '2001'], '1001': ['2001', 'caller-1'], '2001': ['1001', 'caller-1'] })
  t.ok((await supervise('silent')).ok)
  t.same([centre.hearing(), own.muted], [{ ...talk, ...beside }, true])
  t.ok((await supervise('active')).ok)
  t.ok((await supervise('whisper')).ok)
  t.same([centre.hearing(), own.muted], [{ ...talk, ...beside }, false])
  t.same(
    centre.told('supervision.changed').map(({ mode }) => mode),
    ['silent', 'whisper', 'active', 'silent', 'active', 'whisper']
  )
  const consulted = await centre.desk.consult(callId, A, { kind: 'agent', agentId: '1003' })
  t.ok(consulted.ok)
  await pass(centre, 200, ['1003'])
  t.match(centre.hearing(), beside, 'follows the agent')
  await centre.desk.reconnect(callId, A)
  t.ok((await supervise('active')).ok)
  centre.phone('1001').leave()
  await centre.pass(2000)
  t.same(centre.hearing(), { 'caller-1': ['2001'], '2001': ['caller-1'] }, 'a party stays when the agent goes')
  t.same(await supervise('silent'), { ok: false, code: 'NOT_TALKING' }, 'and does not leave the caller alone')
  t.notOk(centre.phone('2001').muted, 'and is heard')
  caller.leave()
  await centre.pass(3000)
  t.same(centre.left(), {})
  t.equal(centre.told('supervision.ended').length, 1)
})

t.test('a supervisor whose agent has handed over stays the party that they are', async (t) => {
  const centre = new TalkCentre()
  const { callId } = await centre.consulted()
  await centre.desk.supervise(callId, boss, [A], 'active')
  await pass(centre, 500, ['2001'])
  t.ok((await centre.desk.transferConsulted(callId, A)).ok)
  await centre.pass(3000)
  const heard = centre.hearing()
  t.match(heard['2001'], ['1002', 'caller-1'].sort())
  for (const mode of ['whisper', 'silent'] as const) {
    t.same(await centre.desk.supervise(callId, boss, [B], mode), { ok: false, code: 'NOT_TALKING' }, mode)
    await centre.pass(1000)
    t.same(centre.hearing(), heard, 'nobody is left in silence')
    t.notOk(centre.phone('2001').muted)
  }
})

t.test('a supervisor stops, however they take part and also before they have picked up', async (t) => {
  for (const mode of ['ringing', 'silent', 'whisper', 'active'] as const) {
    const centre = new TalkCentre()
    const { callId, caller } = await centre.talk()
    t.same(centre.desk.stopSupervising(callId, boss.username), { ok: false, code: 'NOT_ON_THIS_CALL' })
    await centre.desk.supervise(callId, boss, [A], mode === 'ringing' ? 'silent' : mode)
    await pass(centre, 100, mode === 'ringing' ? [] : ['2001'])
    t.ok(centre.desk.stopSupervising(callId, boss.username).ok, mode)
    await centre.pass(2000)
    t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] }, mode)
    t.match(centre.told('supervision.ended'), [{ result: 'left' }])
    t.same(centre.desk.stopSupervising(callId, boss.username), { ok: false, code: 'NOT_ON_THIS_CALL' })
    caller.leave()
    await centre.pass(3000)
    t.same(centre.left(), {})
  }
})

t.test('a supervisor takes a waiting caller to their own phone, and serves them as an agent would', async (t) => {
  const centre = new TalkCentre()
  centre.ready('1001')
  const { callId, caller } = await centre.call()
  const { callId: second } = await centre.call()
  t.equal(centre.state('1001'), 'reserved')
  t.same(centre.desk.pickUp(callId, '2002' as AgentId), { ok: false, code: 'AGENT_UNKNOWN' }, 'who has no phone')
  centre.telephony.away.add('2001')
  t.same(centre.desk.pickUp(callId, BOSS), { ok: false, code: 'PHONE_OUT_OF_SERVICE' })
  centre.telephony.away.clear()

  t.ok(centre.desk.pickUp(callId, BOSS).ok)
  t.same(centre.desk.pickUp(second, BOSS), { ok: false, code: 'AGENT_ON_CALL' }, 'one at a time')
  await centre.pass(100)
  t.match(centre.told('offer.ended').at(-1), { agentId: '1001', result: 'answeredElsewhere' })
  t.match(
    centre.told('offer.made').map(({ callId: of, agentId }) => [of, agentId]),
    [
      [callId, '1001'],
      [second, '1001'],
      [callId, BOSS]
    ],
    'who rang has the next caller'
  )
  await centre.pass(20_000)
  t.match(
    centre.told('offer.ended').find(({ agentId }) => agentId === BOSS),
    { callId, result: 'missed' }
  )
  t.equal(centre.distribution.position(callId), 1, 'whose place was kept')
  t.notOk(centre.distribution.isStandingIn(BOSS))

  t.ok(centre.desk.pickUp(callId, BOSS).ok)
  await pass(centre, 100, ['2001'])
  t.match(centre.hearing(), { 'caller-1': ['2001'], '2001': ['caller-1'] })
  t.match(centre.told('call.established'), [{ callId, agentId: BOSS, device: BOSS, queue: 'service' }])
  t.same(centre.desk.pickUp(second, BOSS), { ok: false, code: 'AGENT_ON_CALL' })
  t.same(centre.desk.pickUp(callId, BOSS), { ok: false, code: 'NOT_WAITING' })
  t.same(await centre.desk.supervise(callId, boss, [A], 'silent'), { ok: false, code: 'AGENT_ON_CALL' })
  t.ok((await centre.desk.hold(callId, BOSS)).ok)
  t.match(centre.hearing(), { 'caller-1': 'music' })
  t.ok((await centre.desk.retrieve(callId, BOSS)).ok)

  const next = await centre.killed()
  t.match(next.hearing(), { 'caller-1': ['2001'], '2001': ['caller-1'] }, 'over a kill')
  t.same(next.desk.pickUp(second, BOSS), { ok: false, code: 'AGENT_ON_CALL' })
  t.ok((await next.desk.singleStepTransfer(callId, BOSS, { kind: 'queue', queue: 'service' })).ok)
  await next.pass(1000)
  t.notOk(next.distribution.isStandingIn(BOSS), 'free for the next one, without a wrap-up')
  t.match(next.told('call.queued'), [{ callId }])
  caller.leave()
  next.telephony.channel('caller-2' as ChannelId).leave()
  await next.pass(3000)
  t.equal([...centre.told('call.ended'), ...next.told('call.ended')].filter((one) => one.callId === callId).length, 1)
  t.same(next.left(), {})
})

t.test(
  'who answers in the moment of a pickup has the caller; who is consulted or called from a desk is taken by nobody',
  async (t) => {
    const centre = new TalkCentre()
    const callId = await waiting(centre)
    centre.pickUp('1001')
    await centre.pass(10)
    t.same(centre.desk.pickUp(callId, BOSS), { ok: false, code: 'NOT_WAITING' })
    centre.ready('1002')
    const consulted = await centre.desk.consult(callId, A, { kind: 'agent', agentId: '1002' })
    await centre.pass(100)
    t.same(centre.desk.pickUp(consulted.ok ? consulted.value : callId, BOSS), { ok: false, code: 'NOT_WAITING' })
    t.same(centre.desk.deflect(callId, B, { kind: 'queue', queue: 'service' }), { ok: false, code: 'NOT_ALERTING' })
    await centre.desk.clearCall(callId)
    await centre.pass(30_000)
    const own = await made(centre, '1002')
    await centre.pass(100)
    t.same(centre.desk.pickUp(own, BOSS), { ok: false, code: 'NOT_WAITING' }, 'the agent’s own phone rings')
    t.same(centre.desk.deflect(own, A, { kind: 'queue', queue: 'service' }), { ok: false, code: 'NOT_WAITING' })
    await pass(centre, 200, ['1001'])
    t.match(centre.hearing(), { '1001': 'ringing' })
    t.ok(centre.desk.pickUp(own, BOSS).ok, 'the colleague’s')
    await pass(centre, 200, ['2001'])
    t.same(centre.hearing(), { '1001': ['2001'], '2001': ['1001'] })
    centre.phone('2001').leave()
    await centre.pass(3000)
    t.same(centre.left(), {})
  }
)

t.test('who was sent straight to an agent is sent on by them, or taken by somebody else, and else queued again', async (t) => {
  await t.test('deflected outside, who answers', async (t) => {
    const centre = new TalkCentre()
    const callId = await straight(centre)
    t.same(centre.desk.deflect(callId, B, { kind: 'sip', uri: 'sip:no@where.test' }), { ok: false, code: 'TARGET_UNKNOWN' })
    t.ok(centre.desk.deflect(callId, B, { kind: 'sip', uri: OUTSIDE }).ok)
    t.equal(centre.state('1002'), 'ready')
    await pass(centre, 200, [OUTSIDE])
    t.same(centre.hearing(), { 'caller-1': [OUTSIDE], [OUTSIDE]: ['caller-1'] })
    centre.phone(OUTSIDE).leave()
    await centre.pass(3000)
    t.same(centre.left(), {})
  })
  for (const order of ['deflected', 'picked up'] as const)
    await t.test(`${order}, and nobody answers`, async (t) => {
      const centre = new TalkCentre()
      const callId = await straight(centre)
      centre.ready('1003')
      const taken =
        order === 'deflected'
          ? centre.desk.deflect(callId, B, { kind: 'agent', agentId: '1003' })
          : centre.desk.pickUp(callId, BOSS)
      t.ok(taken.ok)
      centre.distribution.setState(B, { state: 'notReady' })
      if (order === 'picked up') centre.distribution.setState('1003' as AgentId, { state: 'notReady' })
      await centre.pass(21_000)
      t.equal(centre.distribution.position(callId), 1)
      t.match(centre.hearing(), { 'caller-1': 'music' })
      centre.phone('caller-1').leave()
      await centre.pass(3000)
      t.same(centre.left(), {})
    })
})

interface Race {
  readonly begin: (centre: TalkCentre) => Promise<() => unknown>
  /** Who picks up, and who leaves at each moment. */
  readonly answering: readonly string[]
  readonly leaving: readonly string[]
}

const waiting = async (centre: TalkCentre) => {
  centre.ready('1001')
  const { callId } = await centre.call()
  await centre.pass(100)
  return callId
}

/** A caller whom 1001 has sent to 1002, whose phone rings. */
const straight = async (centre: TalkCentre) => {
  const { callId } = await centre.talk()
  for (const id of ['1003', '1004'] as const) centre.distribution.logOff(id as AgentId)
  await centre.desk.singleStepTransfer(callId, A, { kind: 'agent', agentId: '1002' })
  centre.distribution.logOff(A)
  await centre.pass(100)
  return callId
}

const races: Readonly<Record<string, Race>> = {
  'a call outside': {
    begin: async (centre) => {
      centre.ready('1001')
      return () => made(centre, OUTSIDE)
    },
    answering: ['1001', OUTSIDE],
    leaving: ['1001', OUTSIDE]
  },
  'a call to a colleague': {
    begin: async (centre) => {
      centre.ready('1001', '1002')
      return () => made(centre, '1002')
    },
    answering: ['1001', '1002'],
    leaving: ['1001', '1002']
  },
  'a pickup': {
    begin: async (centre) => {
      const callId = await waiting(centre)
      centre.distribution.logOn(B)
      return () => centre.desk.pickUp(callId, B)
    },
    answering: ['1002'],
    leaving: ['caller-1', '1001', '1002']
  },
  'a deflection': {
    begin: async (centre) => {
      const callId = await waiting(centre)
      centre.ready('1002')
      return () => centre.desk.deflect(callId, A, { kind: 'agent', agentId: '1002' })
    },
    answering: ['1002'],
    leaving: ['caller-1', '1001', '1002']
  },
  'a deflection outside': {
    begin: async (centre) => {
      const callId = await waiting(centre)
      return () => centre.desk.deflect(callId, A, { kind: 'sip', uri: OUTSIDE })
    },
    answering: [OUTSIDE],
    leaving: ['caller-1', OUTSIDE]
  },
  'a pickup by a supervisor': {
    begin: async (centre) => {
      const callId = await waiting(centre)
      return () => centre.desk.pickUp(callId, BOSS)
    },
    answering: ['2001'],
    leaving: ['caller-1', '1001', '2001']
  },
  'a pickup of who was sent straight to somebody': {
    begin: async (centre) => {
      const callId = await straight(centre)
      return () => centre.desk.pickUp(callId, BOSS)
    },
    answering: ['2001'],
    leaving: ['caller-1', '1002', '2001']
  },
  'a deflection of who was sent straight to somebody': {
    begin: async (centre) => {
      const callId = await straight(centre)
      centre.ready('1003')
      return () => centre.desk.deflect(callId, B, { kind: 'agent', agentId: '1003' })
    },
    answering: ['1003'],
    leaving: ['caller-1', '1002', '1003']
  },
  ...Object.fromEntries(
    (['silent', 'whisper', 'active'] as const).map((mode): [string, Race] => [
      `supervision, ${mode}`,
      {
        begin: async (centre) => {
          const { callId } = await centre.talk()
          const agents = [A]
          await centre.desk.supervise(callId, boss, agents, mode === 'active' ? 'whisper' : 'active')
          return () => {
            // Again and again, so that some come before the phone is picked up and some while they change.
            for (const next of [mode, 'silent', mode] as const) void centre.desk.supervise(callId, boss, agents, next)
          }
        },
        answering: ['2001'],
        leaving: ['caller-1', '1001', '2001']
      }
    ])
  )
}

/** Plays it until that moment, and tells what is not as it should be when somebody leaves then. */
async function trouble({ begin, answering }: Race, who: string, at: number, commandMs: number): Promise<string | undefined> {
  const centre = new TalkCentre()
  const act = await begin(centre)
  centre.telephony.commandMs = commandMs
  const all = () => [...centre.telephony.channels.values()]
  const leave = () => {
    for (const channel of all().filter(({ endpoint }) => endpoint === who)) channel.leave()
  }
  // In the very moment before the order.
  if (at < 0) leave()
  act()
  await pass(centre, at, answering)
  leave()
  await pass(centre, 3000, answering)
  const alone = Object.entries(centre.hearing()).filter(([, hears]) => hears === 'nothing')
  for (const channel of all().filter(({ endpoint }) => !endpoint.startsWith('snoop'))) channel.leave()
  await centre.pass(60_000)
  const [left, ended, started] = [centre.left(), centre.told('call.ended').length, centre.told('call.started').length]
  if (alone.length === 0 && Object.keys(left).length === 0 && ended === started) return undefined
  return `${who} at ${at} ms, commands of ${commandMs} ms: ${JSON.stringify({ alone, left, started, ended })}`
}

/** Moments from the order until long after all are together, with commands that take no time and such as do. */
const moments = [
  ...Array.from({ length: 8 }, (_, n) => ({ commandMs: 0, at: (n - 1) * 10 })),
  ...Array.from({ length: 30 }, (_, n) => ({ commandMs: 20, at: n * 10 }))
]

for (const [name, race] of Object.entries(races)) {
  t.test(`${name}: whoever leaves at whatever moment, nobody is left alone in silence, and nothing is left`, async (t) => {
    const wrong: (string | undefined)[] = []
    for (const { commandMs, at } of moments) {
      for (const who of race.leaving) wrong.push(await trouble(race, who, at, commandMs))
    }
    const found = wrong.filter((one) => one !== undefined)
    t.same(found.slice(0, 5), [], `${found.length} of ${wrong.length} moments`)
  })
}

t.test('what is attached to a call has an end in sum', async (t) => {
  const centre = new TalkCentre()
  const { callId } = await centre.talk()
  const attach = (key: string, value: unknown) => centre.desk.associateData(callId, A, { [key]: value })
  for (let index = 0; index < 3; index++) t.same(attach(`note${index}`, 'x'.repeat(20_000)), { ok: true, value: undefined })
  t.same(attach('note3', 'x'.repeat(20_000)), { ok: false, code: 'DATA_TOO_LARGE' })
  t.same(attach('intent', 'x'.repeat(20_000)), { ok: false, code: 'DATA_TOO_LARGE' }, 'whatever it is called')
  const { collected } = centre.told('call.data-changed').at(-1)?.data ?? {}
  t.same(Object.keys(collected ?? {}), ['note0', 'note1', 'note2'], 'what was there stays')
  t.ok(attach('note0', null).ok, 'and can be taken away')
  t.ok(attach('note3', 'x'.repeat(20_000)).ok)
  const before = centre.facts.length
  t.same(centre.desk.makeCall(B, { to: OUTSIDE, data: { note: 'x'.repeat(70_000) } }), { ok: false, code: 'DATA_TOO_LARGE' })
  t.equal(centre.facts.length, before, 'and no call is begun')
})
