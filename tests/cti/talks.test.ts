import t from 'tap'
import { CallBoard } from '../../src/cti/board/call-board.ts'
import { eventSchemas } from '../../src/cti/messages.ts'
import { translateEvent } from '../../src/cti/translate/translate-event.ts'
import { allowedActions } from '../../src/cti/view/allowed-actions.ts'
import { viewerOf } from '../../src/cti/view/viewer.ts'
import type { AgentId, CallId } from '../../src/domain/ids.ts'
import { OUTSIDE, TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'

const A = '1001' as AgentId

/** What agents' desks hear of a talk: the events since the last look, and how each call stands. */
class Desk {
  readonly #centre: TalkCentre
  readonly #board = new CallBoard(talkCentreSettings, { agents: [], queues: [], phones: [], newMessages: [] })
  #heard = 0

  constructor(centre: TalkCentre) {
    this.#centre = centre
  }

  /** `type deviceId` of the calls' events, each checked by its schema. */
  news(): string[] {
    const since = this.#heard
    this.#heard = this.#centre.facts.length
    return this.#centre.facts.slice(since).flatMap((fact) =>
      translateEvent(fact, this.#board.apply(fact), this.#board).flatMap(({ subject, body }) => {
        if (subject.kind !== 'call') return []
        eventSchemas[body.type].parse(JSON.parse(JSON.stringify({ seq: 1, allowed: [], ...body })))
        const { callId, deviceId = '' } = body as { callId: string; deviceId?: string }
        return [
          `${callId === this.#centre.told('call.started')[0]?.callId ? 'call' : 'consultation'} ${body.type} ${deviceId}`.trim()
        ]
      })
    )
  }

  last(type: string): unknown {
    const board = new CallBoard(talkCentreSettings, { agents: [], queues: [], phones: [], newMessages: [] })
    const all = this.#centre.facts.flatMap((fact) => translateEvent(fact, board.apply(fact), board))
    return all.filter(({ body }) => body.type === type).at(-1)?.body
  }

  connections(callId: string): readonly string[] | undefined {
    return this.#board.calls.get(callId)?.view.connections.map(({ deviceId, state }) => `${deviceId} ${state}`)
  }

  allowed(agent: string, callId: string): readonly string[] {
    const call = this.#board.calls.get(callId)
    const user = { username: agent, name: agent, role: 'agent', teams: ['east'] } as const
    return call === undefined ? [] : allowedActions(viewerOf(user, undefined, talkCentreSettings), call)
  }
}

t.test('a consultation is a call of its own, and becomes one with the caller’s', async (t) => {
  const centre = new TalkCentre()
  const desk = new Desk(centre)
  const { caller, callId } = await centre.talk()
  desk.news()
  const consulted = await centre.desk.consult(callId, A, { kind: 'agent', agentId: '1002' })
  const other = (consulted.ok ? consulted.value : '') as CallId
  await centre.pass(100)
  t.same(desk.news(), ['call held 1001', 'consultation originated 1001', 'call callInformation', 'consultation delivered 1002'])
  t.same(desk.connections(callId), ['13800000001 connected', '1001 hold'])
  t.same(desk.connections(other), ['1001 connected', '1002 alerting'])
  t.same(desk.allowed('1001', callId), ['clearConnection', 'reconnectCall', 'transferCall', 'associateData', 'startRecording'])
  t.same(desk.allowed('1001', other), ['clearConnection', 'reconnectCall', 'transferCall'])
  t.same(desk.allowed('1002', other), ['answerCall', 'clearConnection'])
  t.same(desk.allowed('1002', callId), [], 'the caller’s call is not theirs yet')

  centre.pickUp('1002')
  await centre.pass(100)
  t.same(desk.news(), ['consultation established 1002', 'call callInformation'])
  const answered = ['clearConnection', 'alternateCall', 'reconnectCall', 'transferCall', 'conferenceCall']
  t.same(desk.allowed('1001', callId), [...answered, 'associateData', 'startRecording'])
  t.same(desk.allowed('1001', other), [...answered, 'generateDigits'])

  await centre.desk.alternate(other, A)
  t.same(desk.news(), ['call retrieved 1001', 'consultation held 1001'])
  t.same(desk.connections(other), ['1001 hold', '1002 connected'])
  await centre.desk.conference(other, A)
  t.same(desk.news(), ['call conferenced 1002', 'call established 1002', 'consultation callCleared'])
  t.match(desk.last('conferenced'), {
    cause: 'conference',
    conferencingDevice: '1001',
    addedDevice: '1002',
    connectionMap: [
      { old: { callId: other, deviceId: '1002' }, new: { callId, deviceId: '1002' } },
      { old: { callId: other, deviceId: '1001' }, new: { callId, deviceId: '1001' } },
      { old: { callId, deviceId: '13800000001' }, new: { callId, deviceId: '13800000001' } },
      { old: { callId, deviceId: '1001' }, new: { callId, deviceId: '1001' } }
    ]
  })
  t.same(desk.connections(callId), ['13800000001 connected', '1001 connected', '1002 connected'])
  t.equal(desk.connections(other), undefined)
  t.equal(centre.distribution.status('1002' as AgentId)?.callId, callId)
  t.ok(desk.allowed('1002', callId).includes('consultationCall'))
  t.ok(desk.allowed('1001', callId).includes('holdCall'))
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test('a transfer while it rings moves the ring into the caller’s call', async (t) => {
  const centre = new TalkCentre()
  const desk = new Desk(centre)
  const { caller, callId } = await centre.talk()
  const consulted = await centre.desk.consult(callId, A, { kind: 'agent', agentId: '1002' })
  const other = (consulted.ok ? consulted.value : '') as CallId
  await centre.pass(100)
  desk.news()
  await centre.desk.transferConsulted(callId, A)
  await centre.pass(100)
  t.same(desk.news(), ['call transferred 1002', 'consultation callCleared', 'call connectionCleared 1001'])
  t.match(desk.last('transferred'), {
    cause: 'transfer',
    transferringDevice: '1001',
    transferredToDevice: '1002',
    connectionMap: [
      { old: { callId: other, deviceId: '1002' }, new: { callId, deviceId: '1002' } },
      { old: { callId, deviceId: '13800000001' }, new: { callId, deviceId: '13800000001' } }
    ]
  })
  t.same(desk.connections(callId), ['13800000001 connected', '1002 alerting'])
  t.equal(centre.distribution.status('1002' as AgentId)?.callId, callId)
  centre.pickUp('1002')
  await centre.pass(100)
  t.same(desk.news(), ['call established 1002'])
  caller.leave()
  await centre.pass(2000)
  t.match(desk.news(), ['call connectionCleared 1002', 'call callCleared'])
})

t.test('somebody outside is consulted, and let go', async (t) => {
  const centre = new TalkCentre()
  const desk = new Desk(centre)
  const { caller, callId } = await centre.talk()
  desk.news()
  await centre.desk.consult(callId, A, { kind: 'sip', uri: OUTSIDE })
  await centre.pass(100)
  centre.pickUp(OUTSIDE)
  await centre.pass(100)
  await centre.desk.reconnect(callId, A)
  await centre.pass(100)
  t.same(desk.news(), [
    'call held 1001',
    'consultation originated 1001',
    'call callInformation',
    `consultation networkReached ${OUTSIDE}`,
    `consultation established ${OUTSIDE}`,
    'call callInformation',
    'call retrieved 1001',
    `consultation connectionCleared ${OUTSIDE}`,
    'consultation callCleared',
    'call callInformation'
  ])
  t.ok(desk.allowed('1001', callId).includes('consultationCall'), 'and another may be asked')
  t.match(await centre.desk.consult(callId, A, { kind: 'sip', uri: 'sip:thief@elsewhere.test' }), { code: 'TARGET_UNKNOWN' })
  t.match(await centre.desk.consult(callId, A, { kind: 'agent', agentId: '1001' }), { code: 'TARGET_NOT_AVAILABLE' })
  t.match(await centre.desk.alternate(callId, A), { code: 'NOT_CONSULTING' })
  caller.leave()
  await centre.pass(2000)
  t.same(centre.left(), {})
})

t.test(
  'an agent waits in a queue for somebody to consult: their call is queued, offered and answered like a caller’s',
  async (t) => {
    const centre = new TalkCentre()
    const desk = new Desk(centre)
    const { caller, callId } = await centre.talk()
    centre.distribution.setState('1002' as AgentId, { state: 'notReady' })
    desk.news()
    const consulted = await centre.desk.consult(callId, A, { kind: 'queue', queue: 'experts' })
    const other = (consulted.ok ? consulted.value : '') as CallId
    await centre.pass(100)
    t.same(desk.news(), [
      'call held 1001',
      'consultation originated 1001',
      'call callInformation',
      'consultation queued queue:experts'
    ])
    t.match(desk.last('queued'), { queue: 'experts', position: 1, calledDevice: 'queue:experts', consultationOf: callId })
    t.same(desk.connections(other), ['1001 connected', 'queue:experts queued'])
    t.same(desk.allowed('1001', other), ['clearConnection', 'reconnectCall', 'transferCall'])
    centre.ready('1002')
    await centre.pass(100)
    t.same(desk.news(), ['consultation delivered 1002'])
    t.match(desk.last('delivered'), { cause: 'distributed', data: { waited: {} } })
    t.same(desk.allowed('1001', other), ['clearConnection', 'reconnectCall', 'transferCall'], 'nobody has answered')
    t.same(desk.allowed('1002', other), ['answerCall', 'clearConnection'])
    centre.pickUp('1002')
    await centre.pass(100)
    t.same(desk.news(), ['consultation established 1002', 'call callInformation'])
    t.same(desk.connections(other), ['1001 connected', '1002 connected'])
    t.ok(desk.allowed('1001', other).includes('conferenceCall'))
    await centre.desk.reconnect(callId, A)
    await centre.pass(100)
    desk.news()

    await centre.desk.consult(callId, A, { kind: 'queue', queue: 'experts' })
    await centre.pass(100)
    await centre.desk.reconnect(callId, A)
    await centre.pass(100)
    const news = desk.news()
    t.ok(news.includes('consultation diverted queue:experts'), news.join())
    t.equal(news.filter((one) => one === 'consultation callCleared').length, 1)
    caller.leave()
    await centre.pass(2000)
    t.same(centre.left(), {})
  }
)
