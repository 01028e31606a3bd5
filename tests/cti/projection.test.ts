import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { CallBoard } from '../../src/cti/board/call-board.ts'
import { type CallView, eventSchemas } from '../../src/cti/messages.ts'
import { translateEvent } from '../../src/cti/translate/translate-event.ts'
import type { EventBody, Translation } from '../../src/cti/translate/translation.ts'
import { allowedActions } from '../../src/cti/view/allowed-actions.ts'
import { takeSnapshot } from '../../src/cti/view/take-snapshot.ts'
import { viewerOf } from '../../src/cti/view/viewer.ts'
import { mayPickUp, maySee, maySeeCall } from '../../src/cti/view/visibility.ts'
import type { Centre } from '../../src/domain/centre.ts'
import type { DomainEventBody } from '../../src/domain/events.ts'
import type { AgentId, CallId, ContactId, DeviceId, RecordingId } from '../../src/domain/ids.ts'
import { attached, callScript } from '../helpers/centre/call-script.ts'
import { smallCentre, smallUsers, userNamed } from '../helpers/centre/small-centre.ts'
import { growth } from '../helpers/growth.ts'
import { eventsOf } from '../helpers/publish-call.ts'
import { someCallback } from '../helpers/some-callback.ts'

const at = Date.UTC(2026, 10, 22, 8, 0, 0, 123)

function emptyBoard(): CallBoard {
  return new CallBoard(smallCentre, {
    agents: [],
    queues: [],
    phones: [{ deviceId: '1001', agentId: '1001', inService: false }],
    newMessages: []
  })
}

/** Applies the facts; gives all CTI events they became. */
function play(board: CallBoard, ...facts: DomainEventBody[]): Translation[] {
  return facts.flatMap((body, number) => {
    const event = { ...body, at: at + number, number }
    return [...translateEvent(event, board.apply(event), board)]
  })
}

function only(translations: readonly Translation[]): EventBody {
  if (translations.length !== 1) throw new Error(`Wanted one event, got ${translations.map(({ body }) => body.type)}`)
  return (translations[0] as Translation).body
}

const states = (board: CallBoard, id = 'a') =>
  board.calls.get(id)?.view.connections.map(({ deviceId, state }) => `${deviceId} ${state}`)

t.test('a call from its first ring to wrap-up, in the words of CSTA', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')

  t.match(only(play(board, call.started)), {
    type: 'originated',
    cause: 'newCall',
    callingDevice: '13800000001',
    calledDevice: '95588'
  })
  t.same(states(board), ['13800000001 initiated'])
  t.match(only(play(board, call.answered)), { type: 'callInformation' })
  t.match(only(play(board, call.queued)), {
    type: 'queued',
    cause: 'enteringDistribution',
    deviceId: 'queue:service',
    data: attached
  })
  t.same(states(board), ['13800000001 connected', 'queue:service queued'])
  const { callId, contactId } = call.queued
  const announced = { type: 'call.announced', callId, contactId, queue: 'service', whole: true } as const
  t.match(only(play(board, { ...announced, position: 2, estimateMs: 60_000 })), {
    type: 'callInformation',
    position: 2,
    estimateMs: 60_000
  })
  t.same(play(board, { ...announced, message: 1 }), [], 'a message changes nothing that clients see')

  const delivered = only(play(board, call.offered('1001')))
  t.match(delivered, {
    type: 'delivered',
    time: new Date(at).toISOString(),
    alertingDevice: '1001',
    agentId: '1001',
    offerId: 'offer-a-1001',
    deadline: 20_000,
    cause: 'distributed',
    data: { intent: 'lost-card', fastPath: 'lost-card', customer: { name: 'Mei Lin' } }
  })
  t.same(states(board), ['13800000001 connected', 'queue:service queued', '1001 alerting'])

  t.match(only(play(board, call.answerRequested('1001'))), { type: 'answerRequested', agentId: '1001', callId: 'a' })
  t.same(play(board, call.offerEnded('1001', 'answered'), call.dequeued), [], 'the answer is told once, by `established`')
  t.match(only(play(board, call.established('1001'))), { type: 'established', answeringDevice: '1001', establishedAt: at })
  t.same(states(board), ['13800000001 connected', '1001 connected'])
  const held = only(play(board, call.held('1001')))
  t.match(held, { type: 'held', deviceId: '1001' })
  t.notOk('data' in held, 'attached data is sent when it changes, not with every event')
  t.same(states(board), ['13800000001 connected', '1001 hold'])
  t.match(only(play(board, call.retrieved('1001'))), { type: 'retrieved' })
  const keys = { type: 'call.digits-sent', callId, contactId, device: '1001' as DeviceId, count: 4 } as const
  t.match(only(play(board, keys)), { type: 'digitsGenerated', deviceId: '1001', count: 4 })
  t.match(only(play(board, call.dataChanged)), { type: 'callInformation', data: { collected: { amount: 5 } } })
  t.match(only(play(board, call.tagged('complaint', 'vip'))), {
    type: 'callInformation',
    data: { collected: { amount: 5 }, tags: ['complaint', 'vip'] }
  })
  t.match(only(play(board, call.legEnded('1001', 16))), { type: 'connectionCleared', cause: 'normalClearing', deviceId: '1001' })
  t.match(only(play(board, call.ended)), {
    type: 'callCleared',
    result: 'completed',
    reason: 'caller-hung-up-after-talk',
    connections: []
  })
  t.equal(board.calls.size, 0)
})

t.test('the ends of an offer are told apart', async (t) => {
  for (const [result, cause, types] of [
    ['missed', 'callNotAnswered', ['diverted', 'missed']],
    ['rejected', 'callRejected', ['diverted', 'rejected']],
    ['callerGone', 'callCancelled', ['diverted', 'callerGone']],
    ['deflected', 'redirected', ['diverted', 'deflected']],
    ['answeredElsewhere', 'callPickup', ['diverted', 'answeredElsewhere']],
    ['unreachable', 'destNotObtainable', ['failed']]
  ] as const) {
    const board = emptyBoard()
    const call = callScript('a')
    play(board, call.started, call.answered, call.queued, call.offered('1001'))
    const events = play(board, call.offerEnded('1001', result))
    t.same(
      events.map(({ body }) => body.type),
      types
    )
    t.match(events[0]?.body, { cause, deviceId: '1001' })
    t.same(states(board), ['13800000001 connected', 'queue:service queued'], `${result}: the caller waits on`)
  }
})

t.test('each event says where the call was last led away from', async (t) => {
  const board = emptyBoard()
  const from = (...facts: DomainEventBody[]) =>
    play(board, ...facts).flatMap(({ body }) => ('connections' in body ? [body.lastRedirectionDevice] : []))
  const call = callScript('a')
  t.same(from(call.started, call.queued, call.offered('1001')), [undefined, undefined, undefined])
  t.same(from(call.offerEnded('1001', 'missed'))[0], '1001')
  t.same(from(call.offered('1002')), ['1001'])
  t.same(from(call.offerEnded('1002', 'answered'), call.dequeued, call.established('1002')), ['1001'])
  t.same(from(call.transferred('1002', '1003'), call.held('1003')), ['1002', '1002'])
  const other = callScript('b')
  play(board, other.started, other.queued, other.offered('1001'))
  t.same(from(other.offerEnded('1001', 'callerGone'))[0], undefined, 'a caller who leaves is led nowhere')
  t.same(from(other.leftQueue), ['queue:service'])
})

t.test('leaving a queue without an agent is told, with the reason', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  play(board, call.started, call.answered, call.queued)
  t.match(only(play(board, call.leftQueue)), { type: 'diverted', cause: 'timeout', deviceId: 'queue:service' })
  t.same(states(board), ['13800000001 connected'])
  const deflected = { ...call.dequeued, exit: 'deflected', by: '1001', to: '1002' } as DomainEventBody
  play(board, call.queued)
  t.match(only(play(board, deflected)), { type: 'diverted', cause: 'redirected', newDestination: '1002' })
})

t.test(
  'a callback is told to who sees its queue; the agent hears it ring, and the customer is the one who is called',
  async (t) => {
    const board = emptyBoard()
    const call = callScript('a')
    const of = { callId: call.started.callId, contactId: call.started.contactId }
    const [booked] = play(board, { type: 'callback.booked', callback: someCallback() })
    t.match(booked, {
      subject: { kind: 'queue', queue: 'service' },
      body: { type: 'callbackBooked', callbackId: 'callback-1', number: '13800000001', state: 'waiting' }
    })
    play(board, { ...call.started, door: 'callback' }, call.offered('1001'), call.offerEnded('1001', 'answered'))
    const attempt = { at, callId: of.callId, agentId: '1001' as AgentId }
    const callback = someCallback({ state: 'calling', attempts: [attempt] })
    const device = call.started.caller as DeviceId
    t.match(
      play(board, { type: 'callback.dialed', callback, device, ...of }).map(({ body }) => body),
      [
        { type: 'callbackChanged', state: 'calling', attempts: [attempt] },
        { type: 'networkReached', deviceId: device }
      ]
    )
    t.same(states(board), ['13800000001 alerting', '1001 initiated'])
    const record = board.calls.get('a')
    if (record === undefined) throw new Error('The board has lost the call')
    t.same(allowedActions(viewerOf(userNamed('1001'), undefined, smallCentre), record), ['clearConnection'])
    play(board, call.answered)
    t.match(only(play(board, call.established('1001'))), { type: 'established', queue: 'service' })
    t.same(states(board), ['13800000001 connected', '1001 connected'])
    const over = someCallback({ state: 'done', outcome: 'talked', endedAt: at })
    t.match(only(play(board, { type: 'callback.ended', callback: over })), { type: 'callbackEnded', outcome: 'talked' })
  }
)

t.test('a transfer gives the old and the new connection', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  play(board, call.started, call.answered, call.queued, call.offered('1001'), call.established('1001'))
  t.match(only(play(board, call.transferred('1001', '55510'))), {
    type: 'transferred',
    transferringDevice: '1001',
    transferredToDevice: '55510',
    connectionMap: [
      { old: { callId: 'a', deviceId: '1001' }, new: { callId: 'a', deviceId: '55510' } },
      { old: { callId: 'a', deviceId: '13800000001' }, new: { callId: 'a', deviceId: '13800000001' } }
    ]
  })
  t.match(only(play(board, call.dialed('55510'))), { type: 'networkReached', deviceId: '55510' })
  t.match(only(play(board, call.connected('55510'))), { type: 'established', answeringDevice: '55510' })
  t.same(states(board), ['13800000001 connected', '55510 connected'])
  t.match(only(play(board, call.legEnded('55510', 17))), { type: 'connectionCleared', cause: 'busy' })
  t.match(
    only(play(board, call.transferred('1001', 'service'))),
    { transferredToDevice: 'queue:service', connectionMap: [{ new: { deviceId: 'queue:service' } }, {}] },
    'a queue has the name that it has as a device'
  )
  const deflected = { ...call.dequeued, exit: 'deflected', by: '1001', to: 'service' } as DomainEventBody
  t.match(only(play(board, deflected)), { newDestination: 'queue:service' })
})

t.test('who joins from no call has no old connection; all others keep theirs', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  play(board, call.started, call.answered, call.queued, call.offered('1001'), call.established('1001'))
  const { callId, contactId } = call.queued
  const who = { by: '2001' as DeviceId, device: '2001' as DeviceId }
  const joined = only(play(board, { type: 'call.conferenced', callId, contactId, ...who }))
  t.match(joined, {
    type: 'conferenced',
    addedDevice: '2001',
    connectionMap: ['13800000001', '1001'].map((deviceId) => ({ old: { callId, deviceId }, new: { callId, deviceId } }))
  })
  t.equal('connectionMap' in joined && joined.connectionMap.length, 2)
})

t.test('agents, phones and queues', async (t) => {
  const board = emptyBoard()
  const change = (previous: string, state: string) =>
    only(
      play(board, { type: 'agent.changed', status: { agentId: '1001', state, since: 7 }, previous } as unknown as DomainEventBody)
    )
  t.match(change('loggedOff', 'notReady'), { type: 'agentLoggedOn', state: 'notReady', name: 'Agent 1001', team: 'east' })
  t.match(change('notReady', 'ready'), { type: 'agentReady', since: 7 })
  t.match(change('ready', 'reserved'), { type: 'agentBusy', state: 'reserved' })
  t.match(change('reserved', 'busy'), { type: 'agentBusy', state: 'busy' })
  t.match(change('busy', 'workingAfterCall'), { type: 'agentWorkingAfterCall' })
  t.match(change('workingAfterCall', 'notReady'), { type: 'agentNotReady' })
  t.match(change('notReady', 'loggedOff'), { type: 'agentLoggedOff' })

  const phone = { type: 'phone.changed', device: '1001', agentId: '1001' } as const
  t.match(only(play(board, { ...phone, inService: true } as DomainEventBody)), { type: 'backInService', deviceId: '1001' })
  t.match(only(play(board, { ...phone, inService: false } as DomainEventBody)), { type: 'outOfService' })
  t.match(
    only(
      play(board, {
        type: 'queue.changed',
        status: { queue: 'sales', waiting: 2, callbacks: 0, loggedOn: 1, ready: 0, talking: 1, estimateMs: 9_000 }
      })
    ),
    {
      type: 'queueChanged',
      queue: 'sales',
      title: 'Sales',
      waiting: 2,
      estimateMs: 9_000
    }
  )
})

t.test('a flow that goes live is told to those who may read flows', async (t) => {
  const [told] = play(emptyBoard(), { type: 'flow.reloaded', flow: 'bank', version: '0123456789ab' })
  if (told === undefined) throw new Error('Nothing was told')
  t.match(told.body, { type: 'flowReloaded', flow: 'bank', version: '0123456789ab', time: new Date(at).toISOString() })
  const seenBy = (username: string, monitor?: Parameters<typeof viewerOf>[1]) =>
    maySee(viewerOf(userNamed(username), monitor, smallCentre), told.subject)
  t.same(
    ['1001', '2001', 'admin'].map((username) => seenBy(username)),
    [false, true, true]
  )
  t.equal(seenBy('crm', { agents: ['1001'] }), false)
  t.equal(seenBy('2001', { agents: ['1001'] }), true, 'a filter of agents is about agents')
})

t.test('a call that is over stays on the board until its agent has wrapped it up', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  const agent = (state: 'busy' | 'workingAfterCall' | 'ready', callId?: string): DomainEventBody => ({
    type: 'agent.changed',
    previous: 'busy',
    status: { agentId: '1001' as AgentId, state, since: 1, ...(callId !== undefined && { callId: callId as CallId }) }
  })
  play(board, call.started, call.answered, call.queued, call.offered('1001'), agent('busy', 'a'), call.established('1001'))
  play(board, call.ended)
  t.equal(board.calls.size, 1)
  play(board, agent('workingAfterCall', 'a'))
  const snapshot = takeSnapshot(board, viewerOf(userNamed('1001'), undefined, smallCentre))
  t.match(snapshot.calls, [{ callId: 'a', data: { intent: 'lost-card' }, allowed: [], connections: [] }])
  play(board, agent('ready'))
  t.equal(board.calls.size, 0)
})

t.test('what an agent may do depends on their part in the call', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  const allowed = (username: string) => {
    const record = board.calls.get('a')
    if (record === undefined) throw new Error('The call is gone')
    return allowedActions(viewerOf(userNamed(username), username === 'crm' ? {} : undefined, smallCentre), record)
  }
  play(board, call.started, call.answered)
  t.same(allowed('2001'), [], 'a call in a menu belongs to no team')
  play(board, call.queued)
  t.same(allowed('1001'), [])
  t.same(allowed('2001'), ['clearConnection', 'clearCall', 'associateData', 'pickupCall'])
  t.same(allowed('2002'), [], 'team west does not serve that queue')
  play(board, call.offered('1001'))
  t.same(allowed('1001'), ['answerCall', 'clearConnection', 'deflectCall'])
  play(board, call.established('1001'))
  t.same(allowed('1001'), [
    'clearConnection',
    'clearCall',
    'holdCall',
    'singleStepTransferCall',
    'consultationCall',
    'generateDigits',
    'associateData',
    'startRecording'
  ])
  t.same(allowed('1002'), [])
  t.same(allowed('admin'), ['clearConnection', 'clearCall', 'associateData', 'singleStepConferenceCall', 'startRecording'])
  t.same(allowed('2001'), ['clearConnection', 'clearCall', 'associateData', 'singleStepConferenceCall', 'startRecording'])
  t.same(allowed('2002'), [], 'not their team')
  t.same(allowed('crm'), ['associateData'])
  play(board, call.held('1001'))
  t.same(allowed('1001'), [
    'clearConnection',
    'clearCall',
    'retrieveCall',
    'singleStepTransferCall',
    'consultationCall',
    'associateData',
    'startRecording'
  ])
})

t.test('each desk sees whether a talk is recorded, and what it may do about it', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  const of = { callId: 'a' as CallId, contactId: 'a' as ContactId, recordingId: 'r' as RecordingId }
  const may = (username: string) => {
    const record = board.calls.get('a')
    const allowed = record && allowedActions(viewerOf(userNamed(username), undefined, smallCentre), record)
    return allowed?.filter((action) => action.endsWith('Recording'))
  }
  const shown = () => board.calls.get('a')?.view.recording
  play(board, call.started, call.answered, call.queued, call.offered('1001'), call.established('1001'))
  t.same([may('1001'), may('1002'), may('2001')], [['startRecording'], [], ['startRecording']])
  play(board, { type: 'recording.started', by: 'rule', ...of })
  t.equal(shown(), 'on')
  t.same([may('1001'), may('2001')], [['pauseRecording'], ['pauseRecording', 'stopRecording']], 'what a rule has begun')
  play(board, { type: 'recording.paused', by: '1001', ...of })
  t.equal(shown(), 'paused')
  t.same([may('1001'), may('2001')], [['resumeRecording'], ['resumeRecording', 'stopRecording']])
  play(
    board,
    { type: 'recording.resumed', by: '1001', ...of },
    { type: 'recording.stopped', cause: 'stopped', by: '2001', ...of }
  )
  t.equal(shown(), undefined)
  play(board, { type: 'recording.started', by: '1001', ...of })
  t.same(may('1001'), ['pauseRecording', 'stopRecording'], 'what they have begun themselves')
  play(board, { type: 'recording.stopped', cause: 'refused', ...of }, { type: 'recording.refused', by: 'flow', ...of })
  t.equal(shown(), 'never')
  t.same([may('1001'), may('2001'), may('admin')], [[], [], []], 'the caller does not want it')
})

t.test('agents may pick callers up from queues that say so, unless they are of a closed team', async (t) => {
  const service = smallCentre.queues.get('service')
  if (service === undefined) throw new Error('The small centre has changed')
  const open = { ...smallCentre, queues: new Map([...smallCentre.queues, ['service', { ...service, pickup: true }]]) }
  const closed = { ...open, closedTeams: new Set(['east']) }
  const board = emptyBoard()
  const call = callScript('a')
  const may = (username: string, centre: Centre = open) => {
    const record = board.calls.get('a')
    return record !== undefined && mayPickUp(viewerOf(userNamed(username), username === 'crm' ? {} : undefined, centre), record)
  }
  play(board, call.started, call.answered)
  t.notOk(may('1001'), 'in a menu')
  play(board, call.queued)
  t.same([may('1001'), may('1002'), may('1003')], [true, true, false], 'those who serve the queue')
  t.notOk(may('1001', smallCentre), 'the queue does not say so')
  t.notOk(may('1001', closed))
  t.notOk(may('crm'))
  play(board, call.offered('1002'))
  t.ok(may('1001'), 'while a colleague’s phone rings')
  const record = board.calls.get('a')
  t.same(record && allowedActions(viewerOf(userNamed('1002'), undefined, open), record), [
    'answerCall',
    'clearConnection',
    'deflectCall'
  ])
  play(board, call.offerEnded('1002', 'missed'))
  const missed = board.calls.get('a')
  t.same(missed && allowedActions(viewerOf(userNamed('1002'), undefined, open), missed), ['pickupCall'], 'who missed them')
  play(board, call.dequeued, call.established('1002'))
  t.notOk(may('1001'), 'they talk')
})

t.test('a call from the desk: the agent calls, and all that comes of it', async (t) => {
  const board = emptyBoard()
  const { callId, contactId } = callScript('a').started as { callId: CallId; contactId: ContactId }
  const of = { callId, contactId }
  const by = '1001' as AgentId
  const number = '13900000009' as DeviceId
  const started = {
    type: 'call.started',
    ...of,
    caller: number,
    callerName: '',
    dialed: '95588',
    door: 'desk',
    by,
    language: 'en'
  } as const
  t.match(only(play(board, started)), { type: 'originated', callingDevice: '1001', calledDevice: number, deviceId: '1001' })
  t.same(states(board), [`${number} initiated`, '1001 initiated'])
  const agent = viewerOf(userNamed('1001'), undefined, smallCentre)
  const record = board.calls.get('a')
  t.ok(record && maySeeCall(agent, record), 'the agent sees it at once')
  play(board, callScript('a').offered('1001'), callScript('a').offerEnded('1001', 'answered'))
  t.match(only(play(board, { type: 'call.dialed', ...of, device: number })), { type: 'networkReached', deviceId: number })
  t.same(states(board), [`${number} alerting`, '1001 initiated'])
  for (const [result, cause] of [
    ['busy', 'busy'],
    ['no-answer', 'callNotAnswered'],
    ['rejected', 'callRejected'],
    ['unreachable', 'destNotObtainable']
  ] as const)
    t.match(only(play(board, { type: 'call.unreached', ...of, device: number, result, cause: 0 })), { type: 'failed', cause })
  t.same(states(board), [`${number} fail`, '1001 initiated'])

  const colleague = { ...started, callId: 'b' as CallId, caller: '1001' as DeviceId, dialed: '1002' }
  t.match(only(play(board, colleague)), { callingDevice: '1001', calledDevice: '1002' })
  play(board, callScript('b').offered('1001'))
  t.same(states(board, 'b'), ['1001 alerting'], 'their own phone is the caller’s')
  t.match(board.calls.get('b')?.view.connections, [{ kind: 'caller', agentId: '1001' }])
  t.match(only(play(board, callScript('b').legEnded('1001'))), { type: 'connectionCleared', deviceId: '1001' })
  t.same(states(board, 'b'), ['1001 null'], 'their line is gone, the call not yet over')
  const theirs = board.calls.get('b')
  t.same(theirs && allowedActions(agent, theirs), [], 'and there is nothing left to do with it')
})

t.test('who listens to an agent is for supervisors to know; the agent is told when the configuration says so', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  play(board, call.started, call.answered, call.queued, call.offered('1001'), call.established('1001'))
  const { callId, contactId } = call.queued
  const who = { callId, contactId, supervisor: '2001', device: '2001' as DeviceId, agentId: '1001' as AgentId }
  const seenBy = (isTold: boolean) => {
    const told = play(board, { type: 'supervision.changed', ...who, isTold, mode: 'whisper' })
    t.match(only(told), { type: 'supervisionChanged', supervisor: '2001', agentId: '1001', mode: 'whisper' })
    const subject = told[0]?.subject
    return smallUsers
      .filter((user) => subject && maySee(viewerOf(user, user.role === 'crm' ? {} : undefined, smallCentre), subject))
      .map(({ username }) => username)
  }
  const shownTo = () =>
    smallUsers
      .filter(
        (user) => takeSnapshot(board, viewerOf(user, user.role === 'crm' ? {} : undefined, smallCentre)).supervisions.length > 0
      )
      .map(({ username }) => username)
  t.same(seenBy(false), ['2001', 'admin'])
  t.same(shownTo(), ['2001', 'admin'], 'whoever comes later is shown it by the snapshot')
  t.same(seenBy(true), ['1001', '2001', 'admin'])
  t.same(shownTo(), ['1001', '2001', 'admin'])
  t.same(takeSnapshot(board, viewerOf(userNamed('2001'), undefined, smallCentre)).supervisions, [
    { callId, contactId, supervisor: '2001', agentId: '1001', deviceId: '2001', mode: 'whisper' }
  ])
  t.match(only(play(board, { type: 'supervision.ended', ...who, isTold: false, result: 'left' })), {
    type: 'supervisionEnded',
    result: 'left'
  })
  t.same(shownTo(), [])
})

/** Any facts about three calls in any order, also those the core would never publish. A call that is over begins again. */
const anyFacts = fc
  .array(
    fc.record({
      call: fc.constantFrom('a', 'b', 'c'),
      queue: fc.constantFrom('service', 'sales'),
      agent: fc.constantFrom('1001', '1002', '1003'),
      kind: fc.nat(12)
    }),
    { maxLength: 60 }
  )
  .map((picks) => ['a', 'b', 'c'].map((id): DomainEventBody => callScript(id).started).concat(picks.flatMap(factsOf)))

function factsOf({ call, queue, agent, kind }: { call: string; queue: string; agent: string; kind: number }): DomainEventBody[] {
  const script = callScript(call, queue)
  const facts: DomainEventBody[][] = [
    [script.answered],
    [script.queued],
    [script.leftQueue],
    [script.dequeued],
    [script.offered(agent)],
    [script.offerEnded(agent, 'missed')],
    [script.established(agent)],
    [script.held(agent)],
    [script.retrieved(agent)],
    [script.transferred(agent, '55510')],
    [script.dialed('55510')],
    [script.legEnded(agent)],
    [script.ended, script.started]
  ]
  return facts[kind] ?? []
}

/** What a client does with the events: replaces its copy of the call, and keeps the data it has when none came. */
class Follower {
  readonly calls = new Map<string, Partial<CallView>>()

  follow({ body }: Translation): void {
    if (!('callingDevice' in body)) return
    if (body.type === 'callCleared') this.calls.delete(body.callId)
    else this.calls.set(body.callId, { data: this.calls.get(body.callId)?.data, ...body })
  }
}

const essence = ({ callId, connections, queue, data, establishedAt }: Partial<CallView>) =>
  JSON.stringify({ callId, connections, queue, data, establishedAt })

t.test('whoever follows the events knows what the snapshot says', async (t) => {
  fc.assert(
    fc.property(anyFacts, fc.constantFrom(...smallUsers), (facts, user) => {
      const viewer = viewerOf(user, user.role === 'crm' ? { queues: ['sales'] } : undefined, smallCentre)
      const board = emptyBoard()
      const follower = new Follower()
      for (const translation of play(board, ...facts)) if (maySee(viewer, translation.subject)) follower.follow(translation)
      const seen = [...board.calls.values()].filter((call) => maySeeCall(viewer, call)).map(({ view }) => view)
      assert.deepEqual([...follower.calls.values()].map(essence).sort(), seen.map(essence).sort())
    }),
    { numRuns: 500 }
  )
  t.pass('in 500 random histories')
})

/** Who has had to do with which call since it began. */
class Touched {
  readonly #marks = new Map<string, Set<string>>()

  note(fact: DomainEventBody): void {
    if (!('callId' in fact)) return
    if (fact.type === 'call.started') this.#marks.set(fact.callId, new Set())
    if ('device' in fact) this.#marks.get(fact.callId)?.add(fact.device)
    if (fact.type === 'call.queued') this.#marks.get(fact.callId)?.add(fact.queue)
  }

  has(callId: string, who: string): boolean {
    return this.#marks.get(callId)?.has(who) ?? false
  }
}

t.test('nobody sees what is not theirs, whatever happens', async (t) => {
  const agent = viewerOf(userNamed('1001'), undefined, smallCentre)
  const west = viewerOf(userNamed('2002'), undefined, smallCentre)
  const narrowed = viewerOf(userNamed('admin'), { agents: ['1003'] }, smallCentre)
  let seen = 0

  const check = (touched: Touched, { subject, body }: Translation) => {
    if (subject.kind !== 'call' || !('callingDevice' in body)) return
    const by = (who: string) => touched.has(body.callId, who)
    seen += Number(maySee(agent, subject))
    assert.ok(!maySee(agent, subject) || by('1001'), 'an agent sees the calls they were offered')
    assert.ok(!maySee(west, subject) || by('1003') || by('sales'), 'a supervisor sees their team and its queues')
    assert.ok(!maySee(narrowed, subject) || by('1003'), 'a filter narrows')
    assert.ok(allowedActions(west, subject.call).length === 0 || maySee(west, subject), 'who may act sees')
  }

  fc.assert(
    fc.property(anyFacts, (facts) => {
      const board = emptyBoard()
      const touched = new Touched()
      for (const fact of facts) {
        touched.note(fact)
        for (const translation of play(board, fact)) check(touched, translation)
      }
    }),
    { numRuns: 300 }
  )
  t.ok(seen > 20, `and there was something to see: ${seen}`)
})

t.test('every event fits its schema', async (t) => {
  const board = emptyBoard()
  const call = callScript('a')
  const facts: DomainEventBody[] = [
    call.started,
    call.answered,
    call.queued,
    call.offered('1001'),
    call.answerRequested('1001'),
    call.offerEnded('1001', 'missed'),
    call.offered('1002'),
    call.offerEnded('1002', 'unreachable'),
    call.offered('1002'),
    call.established('1002'),
    call.held('1002'),
    call.retrieved('1002'),
    call.transferred('1002', '55510'),
    call.dialed('55510'),
    call.connected('55510'),
    call.legEnded('55510'),
    call.ended,
    { type: 'queue.changed', status: { queue: 'sales', waiting: 0, callbacks: 0, loggedOn: 0, ready: 0, talking: 0 } }
  ]
  for (const { body } of play(board, ...facts)) {
    const whole = JSON.parse(JSON.stringify({ seq: 1, allowed: [], ...body }))
    const { error } = eventSchemas[body.type].safeParse(whole)
    t.equal(error, undefined, `${body.type} ${error?.message ?? ''}`)
  }
})

t.test('what a call costs does not grow with the calls that clients see', (t) => {
  const beside = (calls: number) => {
    const board = emptyBoard()
    for (let n = 0; n < calls; n++) play(board, ...eventsOf({ id: `waits-${n}`, startedAt: at }).slice(0, 10))
    return () => {
      for (let n = 0; n < 50; n++) play(board, ...eventsOf({ id: `comes-${n}`, startedAt: at }))
      if (board.calls.size !== calls) throw new Error('Calls are left')
    }
  }
  const times = growth(beside, 10, 5_000)
  // The cheapest walk of them all in each event made it 21.
  t.ok(times < 10, `${times} times as much beside five hundred times as many`)
  t.end()
})
