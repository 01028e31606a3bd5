import t, { type Test } from 'tap'
import type { AgentId, CallId, ChannelId } from '../../src/domain/ids.ts'
import type { SupervisionMode } from '../../src/domain/supervision.ts'
import { NUMBER_OUTSIDE, OUTSIDE, TalkCentre } from '../helpers/centre/talk-centre.ts'

const A = '1001' as AgentId
const B = '1002' as AgentId
const boss = { username: '2001', phone: '2001' }

/** Time passes, and phones of these people are picked up as they ring. */
async function pass(centre: TalkCentre, ms: number, answering: readonly string[] = []): Promise<void> {
  for (let passed = 0; passed < ms; passed += 20) {
    for (const channel of [...centre.telephony.channels.values()])
      if (channel.rings && answering.includes(channel.endpoint)) channel.pickUp()
    await centre.pass(20)
  }
}

async function listening(mode: SupervisionMode): Promise<Scene> {
  const centre = new TalkCentre()
  const { callId } = await centre.talk()
  await centre.desk.supervise(callId, boss, [A], mode)
  await pass(centre, 200, ['2001'])
  return { centre, callId }
}

interface Scene {
  readonly centre: TalkCentre
  readonly callId: CallId
  readonly consultation?: CallId
}

async function consulting(to: Parameters<TalkCentre['desk']['consult']>[2], answering: readonly string[]): Promise<Scene> {
  const centre = new TalkCentre()
  const { callId } = await centre.talk()
  const consulted = await centre.desk.consult(callId, A, to)
  if (!consulted.ok) throw new Error(consulted.code)
  await pass(centre, 200, answering)
  return { centre, callId, consultation: consulted.value }
}

const colleague = { kind: 'agent', agentId: '1002' } as const

/** Talks that a process may leave, each as it stands when all is quiet. */
const talks: Readonly<Record<string, () => Promise<Scene>>> = {
  'a consultation': () => consulting(colleague, ['1002']),
  'a consultation, the caller taken back meanwhile': async () => {
    const scene = await consulting(colleague, ['1002'])
    await scene.centre.desk.alternate(scene.callId, A)
    return scene
  },
  'a consultation with a number outside': () =>
    consulting({ kind: 'number', number: NUMBER_OUTSIDE.number }, [NUMBER_OUTSIDE.phone]),
  'a consultation with whoever of a queue was free': () => consulting({ kind: 'queue', queue: 'experts' }, ['1002']),
  'a consultation by the second line of the phone': async () => {
    const centre = new TalkCentre()
    const { callId } = await centre.talk()
    centre.phone('1001').events.publish({ type: 'held' })
    const line = centre.telephony.channel('second' as ChannelId)
    line.endpoint = 'second line'
    line.enter()
    centre.calls.take({ channel: line, door: 'agent', dialed: '1002', callerNumber: '1001', callerName: '', endpoint: '1001' })
    await pass(centre, 200, ['1002'])
    return { centre, callId }
  },
  'a conference with somebody outside': async () => {
    const scene = await consulting({ kind: 'sip', uri: OUTSIDE }, [OUTSIDE])
    await scene.centre.desk.conference(scene.callId, A)
    await scene.centre.pass(100)
    return scene
  },
  'a conference, one of whom consults': async () => {
    const scene = await consulting(colleague, ['1002'])
    const { centre, callId } = scene
    await centre.desk.conference(callId, A)
    await centre.desk.consult(callId, B, { kind: 'agent', agentId: '1003' })
    await pass(centre, 200, ['1003'])
    return scene
  },
  'somebody who listens': () => listening('silent'),
  'somebody who whispers': () => listening('whisper'),
  'somebody who has joined': () => listening('active'),
  'somebody who listens to a consultation': async () => {
    const scene = await consulting(colleague, ['1002'])
    await scene.centre.desk.supervise(scene.callId, boss, [A], 'silent')
    await pass(scene.centre, 200, ['2001'])
    return scene
  }
}

/** Of who talks, and who listens to them. */
const writtenDown = (centre: TalkCentre) => centre.store.calls.left().map(({ talk, supervisions }) => ({ talk, supervisions }))

const endpoints = (centre: TalkCentre) => centre.telephony.present.map(({ endpoint }) => endpoint)

/** Everybody leaves, and nothing may be left of the call. */
async function over(t: Test, centre: TalkCentre, callId: CallId, name: string): Promise<void> {
  for (const channel of [...centre.telephony.channels.values()].filter(({ endpoint }) => !endpoint.startsWith('snoop')))
    channel.leave()
  await centre.pass(60_000)
  t.equal(centre.told('call.ended').filter((one) => one.callId === callId).length, 1, `${name}: ended once`)
  t.same(centre.left(), {}, `${name}: nothing is left`)
}

for (const [name, begin] of Object.entries(talks)) {
  t.test(`${name} goes on over a kill, and over a second one, unheard by all`, async (t) => {
    const { centre: before, callId } = await begin()
    const heard = before.hearing()
    const commands = before.telephony.commands.length
    const kept = writtenDown(before)
    const once = await before.killed({ afterMs: 1_000 })
    t.same(writtenDown(once), kept, 'it is written down as it was')
    const twice = await once.killed({ afterMs: 1_000 })
    t.same(twice.hearing(), heard)
    t.same(twice.telephony.commands.slice(commands), [])
    for (const { agentId, state } of before.distribution.list()) t.equal(twice.state(agentId), state, `agent ${agentId}`)
    await over(t, twice, callId, name)
  })

  t.test(`${name}: whoever hangs up while nobody is there, or right after, ends as without a kill`, async (t) => {
    const { centre } = await begin()
    for (const who of endpoints(centre).filter((one) => !one.startsWith('snoop')))
      for (const moment of ['meanwhile', 'afterwards'] as const) {
        const { centre: before, callId } = await begin()
        const leave = (one: TalkCentre) => {
          for (const channel of one.telephony.present) if (channel.endpoint === who) channel.leave()
        }
        const after = await before.killed({ afterMs: 1_000 }, () => moment === 'meanwhile' && leave(before))
        if (moment === 'afterwards') leave(after)
        await after.pass(3_000)
        const { centre: unharmed } = await begin()
        leave(unharmed)
        await unharmed.pass(3_000)
        t.same(after.hearing(), unharmed.hearing(), `${who} ${moment}: as without a kill`)
        await over(t, after, callId, `${who} ${moment}`)
      }
  })
}

t.test('all can be done with a consultation after a kill that could be before', async (t) => {
  const orders: Readonly<Record<string, (centre: TalkCentre, call: CallId) => Promise<Record<string, unknown>>>> = {
    alternate: async (centre, call) => {
      await centre.desk.alternate(call, A)
      return { 'caller-1': ['1001'], '1001': ['caller-1'], '1002': 'music' }
    },
    reconnect: async (centre, call) => {
      await centre.desk.reconnect(call, A)
      return { 'caller-1': ['1001'], '1001': ['caller-1'] }
    },
    conference: async (centre, call) => {
      await centre.desk.conference(call, A)
      return { 'caller-1': ['1001', '1002'], '1001': ['1002', 'caller-1'], '1002': ['1001', 'caller-1'] }
    },
    transfer: async (centre, call) => {
      await centre.desk.transferConsulted(call, A)
      return { 'caller-1': ['1002'], '1002': ['caller-1'] }
    }
  }
  for (const [name, order] of Object.entries(orders))
    for (const by of ['call', 'consultation'] as const) {
      const { centre: before, callId, consultation } = await consulting(colleague, ['1002'])
      const after = await before.killed({ afterMs: 1_000 })
      const wanted = await order(after, by === 'call' ? callId : (consultation as CallId))
      await after.pass(1_000)
      t.same(after.hearing(), wanted, `${name} by the ${by}`)
      if (name === 'transfer') {
        t.equal(after.state('1001'), 'workingAfterCall')
        t.match(after.distribution.status(B), { state: 'busy', callId, queue: 'service' }, 'who serves the contact now')
        after.phone('1002').leave()
        await after.pass(1_000)
        t.equal(after.state('1002'), 'workingAfterCall')
      }
      await over(t, after, callId, name)
    }
})

t.test('a consultation of which Asterisk has lost the bridge is over, and its desk is told so', async (t) => {
  const { centre: before, callId, consultation } = await consulting(colleague, ['1002'])
  await before.desk.alternate(callId, A)
  await before.pass(100)
  const [kept] = before.store.calls.left().flatMap(({ talk }) => talk?.consultations ?? [])
  const after = await before.killed({ afterMs: 1_000 }, () => kept && before.telephony.bridges.delete(kept.bridgeId))
  await after.pass(1_000)
  t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  t.match(after.told('consultation.ended'), [{ consultation, agentId: A, to: B, result: 'target-left' }])
  t.equal(after.state('1002'), 'ready')
  t.ok((await after.desk.consult(callId, A, colleague)).ok, 'they may be consulted again')
  await over(t, after, callId, 'lost')
})

t.test('who listens changes how they take part after a kill, and stops', async (t) => {
  for (const mode of ['silent', 'whisper', 'active'] as const) {
    const { centre: before, callId } = await listening(mode)
    const after = await before.killed({ afterMs: 1_000 })
    t.match(after.told('supervision.changed'), [{ mode, supervisor: '2001', agentId: A }], 'their desk is told')
    const supervise = (next: SupervisionMode) => after.desk.supervise(callId, boss, [A], next)
    t.ok((await supervise('active')).ok)
    t.match(after.hearing(), { 'caller-1': ['1001', '2001'] })
    t.ok((await supervise('whisper')).ok)
    t.match(after.hearing(), { 'caller-1': ['1001'], '2001': ['snoop on 1001'] })
    t.equal(after.phone('2001').muted, false)
    t.ok((await supervise('silent')).ok)
    t.equal(after.phone('2001').muted, true)
    t.ok(after.desk.stopSupervising(callId, '2001').ok)
    await after.pass(2_000)
    t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
    t.match(after.told('supervision.ended'), [{ result: 'left' }])
    await over(t, after, callId, mode)
  }
})

t.test('who only rang is rung no more: the caller is with their agent again, or waits where they came from', async (t) => {
  for (const to of [colleague, { kind: 'sip', uri: OUTSIDE } as const]) {
    const { centre: before, callId } = await consulting(to, [])
    const after = await before.killed({ afterMs: 1_000 })
    t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
    await over(t, after, callId, to.kind)
  }
  const left = await consulting(colleague, [])
  await left.centre.desk.transferConsulted(left.callId, A)
  await left.centre.pass(1_000)
  t.same(left.centre.hearing(), { 'caller-1': 'ringing' }, 'the agent has left while it rings')
  const after = await left.centre.killed({ afterMs: 1_000 })
  t.match(after.told('call.queued'), [{ callId: left.callId, queue: 'service' }])
  t.match(after.hearing(), { 'caller-1': 'music' })
  await over(t, after, left.callId, 'left while it rings')
})
