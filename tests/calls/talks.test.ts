import t from 'tap'
import type { AgentId, ChannelId, DeviceId } from '../../src/domain/ids.ts'
import { noMusic } from '../../src/domain/queue.ts'
import type { ScriptedChannel } from '../helpers/asterisk/scripted-telephony.ts'
import { NUMBER_OUTSIDE, OUTSIDE, TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'

const A = '1001' as AgentId
const colleague = { kind: 'agent', agentId: '1002' } as const
const outside = { kind: 'sip', uri: OUTSIDE } as const

t.test('an agent consults, goes back and forth, and takes the caller back', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.talk()
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  t.equal(centre.telephony.bridgeOf(caller), 'talk')

  const consulted = await centre.desk.consult(callId, A, colleague)
  t.ok(consulted.ok)
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': 'music', '1001': 'ringing' })
  t.equal(centre.state('1002'), 'reserved')
  centre.pickUp('1002')
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': 'music', '1001': ['1002'], '1002': ['1001'] })
  t.equal(centre.state('1002'), 'busy')

  t.ok((await centre.desk.alternate(callId, A)).ok)
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'], '1002': 'music' })
  t.ok((await centre.desk.alternate(callId, A)).ok)
  t.same(centre.hearing(), { 'caller-1': 'music', '1001': ['1002'], '1002': ['1001'] })
  t.ok((await centre.desk.reconnect(callId, A)).ok)
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  t.equal(centre.state('1002'), 'ready', 'who was merely consulted has nothing to wrap up')

  caller.leave()
  await centre.pass(2000)
  t.equal(centre.state('1001'), 'workingAfterCall')
  t.same(centre.left(), {})
})

t.test('the caller goes to the consulted agent, who wraps the contact up', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.consulted()
  t.ok((await centre.desk.transferConsulted(callId, A)).ok)
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] })
  t.equal(centre.state('1001'), 'workingAfterCall')
  caller.leave()
  await centre.pass(2000)
  t.equal(centre.state('1002'), 'workingAfterCall')
  t.same(centre.left(), {})
})

t.test('a call is over for everybody at once, or the consultation within it', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.consulted()
  const consultation = centre.told('consultation.started')[0]?.consultation as typeof callId
  t.ok((await centre.desk.clearCall(consultation)).ok)
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] }, 'the agent is back with the caller')
  t.ok((await centre.desk.consult(callId, A, colleague)).ok)
  await centre.pass(100)
  centre.pickUp('1002')
  await centre.pass(100)
  t.ok((await centre.desk.conference(callId, A)).ok)
  t.ok((await centre.desk.clearCall(callId)).ok)
  await centre.pass(2000)
  t.notOk(caller.isHere)
  t.same([centre.state('1001'), centre.state('1002')], ['workingAfterCall', 'workingAfterCall'])
  t.match(await centre.desk.clearCall(callId), { code: 'CALL_UNKNOWN' })
  t.same(centre.left(), {})
})

t.test('four talk with each other, and one after the other leaves', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.talk()
  for (const to of [colleague, outside]) {
    t.ok((await centre.desk.consult(callId, A, to)).ok)
    await centre.pass(100)
    centre.pickUp(to.kind === 'agent' ? to.agentId : to.uri)
    await centre.pass(100)
    if (to === outside)
      t.same(centre.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'], '1001': [OUTSIDE], [OUTSIDE]: ['1001'] })
    t.ok((await centre.desk.conference(callId, A)).ok)
    await centre.pass(100)
  }
  t.same(centre.hearing(), {
    'caller-1': ['1001', '1002', OUTSIDE],
    '1001': ['1002', 'caller-1', OUTSIDE].sort(),
    '1002': ['1001', 'caller-1', OUTSIDE].sort(),
    [OUTSIDE]: ['1001', '1002', 'caller-1']
  })
  t.ok((await centre.desk.hold(callId, A)).ok)
  t.same(centre.hearing()['1001'], 'nothing', 'who holds hears nobody, the others go on')
  t.same(centre.hearing()['caller-1'], ['1002', OUTSIDE])
  t.ok((await centre.desk.retrieve(callId, A)).ok)

  centre.phone('1001').leave()
  await centre.pass(100)
  t.equal(centre.state('1001'), 'workingAfterCall')
  centre.phone('1002').leave()
  await centre.pass(100)
  t.equal(centre.state('1002'), 'workingAfterCall')
  t.same(centre.hearing(), { 'caller-1': [OUTSIDE], [OUTSIDE]: ['caller-1'] })
  t.equal(centre.telephony.bridgeOf(caller), 'conference', 'those who stay are not moved once more')
  centre.phone(OUTSIDE).leave()
  await centre.pass(2000)
  t.notOk(caller.isHere, 'with nobody left the talk is over')
  t.same(centre.left(), {})
})

t.test('where all are mixed, whom a phone holds hears music of ours, and who ends the hold is joined anew', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.consulted()
  t.ok((await centre.desk.conference(callId, A)).ok)
  const agent = centre.phone('1001')
  agent.events.publish({ type: 'held' })
  await centre.pass(100)
  t.match(centre.hearing(), { 'caller-1': ['1001', '1002'] }, 'the other one is there')
  const commands = () => centre.telephony.commands.filter(({ channel }) => channel === agent.endpoint).map(({ name }) => name)
  const before = commands().length
  agent.events.publish({ type: 'unheld' })
  await centre.pass(100)
  t.same(commands().slice(before), ['removeFromBridge', 'addToBridge'])
  centre.phone('1002').leave()
  await centre.pass(100)
  agent.events.publish({ type: 'held' })
  await centre.pass(100)
  t.match(centre.hearing(), { 'caller-1': 'music' })
  agent.events.publish({ type: 'unheld' })
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  t.equal(centre.telephony.bridgeOf(caller), 'conference')
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test(
  'a colleague who still rings is waited for; when they do not come, the caller is back at the head of the queue',
  async (t) => {
    const centre = new TalkCentre()
    const { caller, callId } = await centre.talk()
    await centre.desk.consult(callId, A, colleague)
    await centre.pass(100)
    t.ok((await centre.desk.transferConsulted(callId, A)).ok)
    await centre.pass(100)
    t.same(centre.hearing(), { 'caller-1': 'ringing' })
    t.equal(centre.state('1001'), 'workingAfterCall')
    centre.phone('1002').leave(21)
    await centre.pass(100)
    t.same(centre.hearing(), { 'caller-1': 'music' })
    t.ok(centre.state('1003') === 'reserved' || centre.state('1004') === 'reserved', 'the next one is rung')
    caller.leave()
    await centre.pass(2000)
    t.same(centre.left(), {})
    t.equal(centre.told('call.ended').length, 1)
  }
)

t.test('a conference that Asterisk did not make at first can be had later, and its phones are heard once each', async (t) => {
  for (const [name, problem, done] of [
    ['createBridge', 'refused', false],
    ['addToBridge', 'refused', false],
    ['createBridge', 'unavailable', true]
  ] as const) {
    const centre = new TalkCentre()
    const { caller, callId } = await centre.talk()
    await centre.desk.consult(callId, A, colleague)
    await centre.pass(100)
    centre.pickUp('1002')
    await centre.pass(100)
    const { telephony } = centre
    telephony.fails = (command) => (command.name === name ? problem : undefined)
    telephony.failsWhenDone = done
    const first = centre.desk.conference(callId, A)
    // A command that was not answered is believed lost when no news of a dead wire has come.
    await centre.pass(20_000)
    t.same(await first, { ok: false, code: 'ASTERISK_UNAVAILABLE' }, `${name} ${problem}`)
    t.same(centre.hearing(), { 'caller-1': 'music', '1001': ['1002'], '1002': ['1001'] }, 'as before')

    telephony.fails = () => undefined
    t.ok((await centre.desk.conference(callId, A)).ok)
    await centre.pass(100)
    t.same(centre.hearing()['caller-1'], ['1001', '1002'])
    const phone = centre.phone('1002')
    phone.events.publish({ type: 'transfer-asked', to: '1003', replaces: undefined })
    await centre.pass(100)
    t.same(phone.transfers, ['done'])
    caller.leave()
    await centre.pass(3000)
    t.same(centre.left(), {})
  }
})

t.test('a phone that transfers by itself is told what came of it', async (t) => {
  const centre = new TalkCentre()
  const { caller } = await centre.talk()
  const phone = centre.phone('1001')
  const asks = async (to: string, replaces?: string) => {
    phone.events.publish({ type: 'transfer-asked', to, replaces: replaces as ChannelId | undefined })
    await centre.pass(100)
    return phone.transfers.at(-1)
  }
  t.equal(await asks('0013900000000'), 'declined', 'no number is dialled that a phone names')
  t.equal(await asks('1001'), 'declined', 'nobody is free to take over from themselves')
  t.equal(await asks('1002', 'sip-dialog'), 'declined', 'of another call of the phone nothing is known')
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  caller.events.publish({ type: 'transfer-asked', to: '1002', replaces: undefined })
  await centre.pass(100)
  t.same(caller.transfers, ['declined'])

  t.equal(await asks('1002'), 'done')
  t.match(centre.told('call.transferred'), [{ from: '1001', to: '1002' }])
  centre.pickUp('1002')
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] })
  t.equal(centre.state('1001'), 'workingAfterCall')
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test('a phone hangs up as soon as it has asked for a transfer: the caller still goes where they were sent', async (t) => {
  for (const afterMs of [0, 5, 15]) {
    const centre = new TalkCentre()
    const { caller } = await centre.talk()
    const phone = centre.phone('1001')
    centre.telephony.commandMs = 10
    phone.events.publish({ type: 'transfer-asked', to: '1002', replaces: undefined })
    await centre.pass(afterMs)
    phone.leave()
    await centre.pass(300)
    centre.pickUp('1002')
    await centre.pass(300)
    t.same(centre.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] }, `${afterMs} ms`)
    caller.leave()
    await centre.pass(3000)
    t.same(centre.left(), {})
  }
})

t.test('Asterisk ends: each call says so, agents are free, and who waited finds their place again', async (t) => {
  const centre = new TalkCentre()
  const talking = await centre.talk()
  centre.distribution.setState('1002' as AgentId, { state: 'notReady' })
  centre.distribution.setState('1003' as AgentId, { state: 'notReady' })
  centre.distribution.setState('1004' as AgentId, { state: 'notReady' })
  const waiting = await centre.call()
  const first = centre.told('call.queued').at(-1)?.enqueuedAt
  // In one breath, the agent's leg first: nobody is to be taken for one who hung up.
  centre.phone('1001').leave(0, true)
  for (const { caller } of [talking, waiting]) caller.leave(0, true)
  await centre.pass(2_000)
  t.match(
    centre.told('call.ended').map(({ termination }) => termination),
    [
      { result: 'failed', reason: 'asterisk-lost' },
      { result: 'failed', reason: 'asterisk-lost' }
    ]
  )
  t.equal(centre.state('1001'), 'workingAfterCall')
  t.same(centre.log.lines, [], 'which is no fault of ours')
  t.same(centre.left(), {})

  const again = await centre.call(waiting.number)
  t.match(centre.told('call.queued').at(-1), { callId: again.callId, resumes: waiting.callId, enqueuedAt: first })
  again.caller.leave()
  await centre.pass(20_000)
  t.same(centre.left(), {})
})

const experts = { kind: 'queue', queue: 'experts' } as const

t.test(
  'an agent waits in a queue for somebody to consult, who takes the caller over and wraps up by their own queue',
  async (t) => {
    const centre = new TalkCentre()
    const { caller, callId } = await centre.talk()
    centre.distribution.setState('1002' as AgentId, { state: 'notReady' })
    const consulted = await centre.desk.consult(callId, A, experts)
    await centre.pass(100)
    t.same(centre.hearing(), { 'caller-1': 'music', '1001': 'music' })
    t.match(centre.desk.waitingIn('experts'), [{ callId: consulted.ok && consulted.value, caller: '1001', position: 1 }])
    t.match(centre.told('consultation.queued'), [{ callId, queue: 'experts', position: 1 }])
    t.equal(centre.told('call.queued').length, 1, 'the caller is in no other queue')

    centre.ready('1002')
    await centre.pass(100)
    t.match(centre.told('offer.made').at(-1), { agentId: '1002', queue: 'experts', caller: '1001', data: { waited: {} } })
    t.equal(centre.hearing()['1001'], 'music')
    t.ok((await centre.desk.clearConnection(consulted.ok ? consulted.value : callId, '1002' as DeviceId)).ok)
    await centre.pass(100)
    t.match(centre.desk.waitingIn('experts'), [{ position: 1 }], 'who declines is not the end of the wait')
    centre.ready('1002')
    // Who has just declined is spared the next ring for a while.
    while (centre.telephony.legTo('1002') === undefined) await centre.pass(1_000)
    centre.pickUp('1002')
    await centre.pass(100)
    t.same(centre.hearing(), { 'caller-1': 'music', '1001': ['1002'], '1002': ['1001'] })
    t.same(centre.desk.waitingIn('experts'), [])
    t.match(centre.told('consultation.dequeued'), [{ exit: 'answered' }])

    t.ok((await centre.desk.alternate(callId, A)).ok)
    t.ok((await centre.desk.transferConsulted(callId, A)).ok)
    await centre.pass(100)
    t.same(centre.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] })
    t.match(centre.distribution.status('1002' as AgentId), { state: 'busy', queue: 'experts', callId })
    caller.leave()
    await centre.pass(2000)
    t.match(centre.distribution.status('1002' as AgentId), { state: 'workingAfterCall', queue: 'experts' })
    t.same(centre.left(), {})
  }
)

t.test('a queue that takes nobody is not waited in, and one that has nobody in time is left', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.talk()
  t.match(await centre.desk.consult(callId, A, { kind: 'queue', queue: 'nowhere' }), { code: 'TARGET_UNKNOWN' })
  centre.distribution.logOff('1002' as AgentId)
  t.match(await centre.desk.consult(callId, A, experts), { code: 'TARGET_NOT_AVAILABLE' })
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  centre.distribution.logOn('1002' as AgentId)
  t.ok((await centre.desk.consult(callId, A, experts)).ok)
  await centre.pass(119_000)
  t.equal(centre.hearing()['caller-1'], 'music')
  await centre.pass(2_000)
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] }, 'after as long as callers wait there')
  t.match(centre.told('consultation.dequeued'), [{ exit: 'timeout' }])
  t.match(centre.told('consultation.ended'), [{ result: 'unanswered' }])
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test('the caller takes the place of the agent who waits in a queue', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.talk()
  centre.distribution.setState('1002' as AgentId, { state: 'notReady' })
  await centre.desk.consult(callId, A, experts)
  const since = centre.clock.now()
  await centre.pass(40_000)
  t.ok((await centre.desk.transferConsulted(callId, A)).ok)
  await centre.pass(100)
  t.match(centre.told('call.queued').at(-1), { callId, queue: 'experts', enqueuedAt: since })
  t.equal(centre.hearing()['caller-1'], 'music')
  t.equal(centre.state('1001'), 'workingAfterCall')
  centre.ready('1002')
  await centre.pass(100)
  centre.pickUp('1002')
  await centre.pass(100)
  t.same(centre.hearing(), { 'caller-1': ['1002'], '1002': ['caller-1'] })
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test('an agent who waits in a queue is picked up from it by whom they want', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.talk()
  centre.distribution.setState('1002' as AgentId, { state: 'notReady' })
  const consulted = await centre.desk.consult(callId, A, experts)
  await centre.pass(100)
  const id = consulted.ok ? consulted.value : callId
  t.match(centre.desk.pickUp(id, '1003' as AgentId), { code: 'NOT_QUALIFIED' })
  t.ok(centre.desk.pickUp(id, '1002' as AgentId).ok)
  await centre.pass(100)
  centre.pickUp('1002')
  await centre.pass(100)
  t.same(centre.hearing()['1001'], ['1002'])
  t.match(centre.desk.pickUp(id, '1003' as AgentId), { code: 'NOT_WAITING' })
  t.match(centre.desk.withdraw(id, '2001'), { code: 'NOT_WAITING' })
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test('a telephone number that the dial rules allow is consulted, and no other', async (t) => {
  const centre = new TalkCentre()
  const { caller, callId } = await centre.talk()
  for (const number of ['9001234567', '4001234567;x=1', '1002', '7000'])
    t.match(await centre.desk.consult(callId, A, { kind: 'number', number }), { code: 'TARGET_UNKNOWN' }, number)
  t.ok((await centre.desk.consult(callId, A, { kind: 'number', number: '400 123 4567' })).ok)
  await centre.pass(100)
  t.match(centre.told('leg.dialed'), [{ device: NUMBER_OUTSIDE.number }])
  centre.pickUp(NUMBER_OUTSIDE.phone)
  await centre.pass(100)
  t.ok((await centre.desk.conference(callId, A)).ok)
  await centre.pass(100)
  t.same(centre.hearing()['caller-1'], ['1001', NUMBER_OUTSIDE.phone])
  t.match(await centre.desk.consult(callId, A, { kind: 'number', number: '4001234567' }), { code: 'TARGET_NOT_AVAILABLE' })
  t.ok((await centre.desk.clearConnection(callId, NUMBER_OUTSIDE.number as DeviceId)).ok)
  await centre.pass(100)
  t.same(centre.hearing()['caller-1'], ['1001'])
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

const moments = ['ringing', 'answered'] as const
const endings = {
  'the caller': ({ caller }) => caller.leave(),
  'the agent': ({ centre }) => centre.phone('1001').leave(),
  'the second line': ({ line }) => line.leave(),
  'the colleague': ({ centre }) => centre.phone('1002').leave(21),
  'the transfer key': ({ centre, line }) => ask(centre.phone('1001'), line),
  'the transfer key of the other line': ({ centre, line }) => ask(line, centre.phone('1001')),
  'back to the caller by key': ({ centre }) => centre.phone('1001').events.publish({ type: 'unheld' })
} satisfies Record<string, (scene: { centre: TalkCentre; caller: ScriptedChannel; line: ScriptedChannel }) => void>

function ask(on: ScriptedChannel, other: ScriptedChannel): void {
  on.events.publish({ type: 'transfer-asked', to: '1002', replaces: other.id })
}

/** The agent's phone calls beside the talk. */
function secondLine(centre: TalkCentre, dialed: string): ScriptedChannel {
  centre.phone('1001').events.publish({ type: 'held' })
  const channel = centre.telephony.channel('second-line' as ChannelId)
  channel.endpoint = 'second line'
  channel.enter()
  centre.calls.take({ channel, door: 'agent', dialed, callerNumber: '1001', callerName: '', endpoint: '1001' })
  return channel
}

for (const moment of moments)
  for (const [who, act] of Object.entries(endings))
    t.test(`the second line of a phone consults, ${moment}: ${who}`, async (t) => {
      const centre = new TalkCentre()
      const { caller, callId } = await centre.talk()
      const agent = centre.phone('1001')
      const line = secondLine(centre, '1002')
      await centre.pass(100)
      t.equal(centre.hearing()['caller-1'], 'music')
      t.equal(line.sound, 'ringing')
      if (moment === 'answered') {
        centre.pickUp('1002')
        await centre.pass(100)
        t.match(centre.hearing(), { 'caller-1': 'music', 'second line': ['1002'], '1002': ['second line'] })
        t.ok(line.isUp)
      }
      t.equal(centre.told('call.held').length, 1, 'told once')
      act({ centre, caller, line })
      await centre.pass(300)
      if (caller.isHere) t.notSame(centre.hearing()['caller-1'], 'nothing')
      const isTransfer = who.startsWith('the transfer key')
      if (isTransfer) {
        t.same([...line.transfers, ...agent.transfers], ['done'])
        t.same(
          centre.hearing(),
          moment === 'answered' ? { 'caller-1': ['1002'], '1002': ['caller-1'] } : { 'caller-1': 'ringing' }
        )
        t.match(centre.told('consultation.ended'), [{ callId, result: 'transferred' }])
      }
      if (who === 'the second line' || who === 'the colleague') {
        t.notOk(line.isHere)
        t.equal(centre.hearing()['caller-1'], 'music', 'until their phone ends the hold')
        centre.phone('1001').events.publish({ type: 'unheld' })
        await centre.pass(100)
        t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
      }
      if (who === 'back to the caller by key') {
        t.match(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
        line.leave()
        await centre.pass(100)
      }
      caller.leave()
      await centre.pass(2000)
      for (const name of ['1001', '1002', '1003', '1004']) centre.telephony.legTo(name)?.leave(21)
      await centre.pass(30_000)
      t.notOk(line.isHere)
      t.same(centre.left(), {})
    })

t.test('a call beside a talk to somebody who cannot be consulted is refused, and the talk goes on', async (t) => {
  const centre = new TalkCentre()
  const { caller } = await centre.talk()
  centre.distribution.setState('1002' as AgentId, { state: 'notReady', reason: 'break' })
  for (const [dialed, cause] of [
    ['1002', 'busy'],
    ['1001', 'busy'],
    ['0190123456', 'unallocated']
  ] as const) {
    const line = secondLine(centre, dialed)
    await centre.pass(2000)
    t.notOk(line.isHere, dialed)
    t.equal(line.hungUpWith, cause, dialed)
    centre.telephony.channels.delete('second-line')
    centre.phone('1001').events.publish({ type: 'unheld' })
    await centre.pass(100)
  }
  t.same(centre.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test('in a queue without music nothing is sent to who waits, or is on hold', async (t) => {
  const queues = new Map(talkCentreSettings.queues)
  for (const [name, queue] of queues) queues.set(name, { ...queue, music: noMusic })
  const quiet = new TalkCentre({ settings: { ...talkCentreSettings, queues } })
  const { callId, caller } = await quiet.consulted()
  t.same(quiet.hearing(), { 'caller-1': 'nothing', '1001': ['1002'], '1002': ['1001'] })
  t.ok((await quiet.desk.reconnect(callId, A)).ok)
  await quiet.pass(100)
  t.same(quiet.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  t.notOk(
    quiet.telephony.commands.some(({ name }) => name === 'startMusic'),
    'a class of that name is asked for nowhere'
  )
  const second = await quiet.call()
  caller.leave()
  second.caller.leave()
  await quiet.pass(2000)
  t.same(quiet.left(), {})

  // The centre's file was changed while the server was away: what plays is stopped before a talk.
  const before = new TalkCentre()
  before.distribution.logOn('1001' as AgentId)
  await before.call()
  const after = await before.killed({ settings: { ...talkCentreSettings, queues } })
  t.same(after.hearing(), { 'caller-1': 'music' })
  after.ready('1001')
  await after.pass(100)
  after.pickUp('1001')
  await after.pass(100)
  t.same(after.hearing(), { 'caller-1': ['1001'], '1001': ['caller-1'] })
  const [line] = after.telephony.present
  t.equal((line as ScriptedChannel).sound, 'nothing', 'the music has been stopped')
})
