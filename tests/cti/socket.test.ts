import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import type { CtiLimits } from '../../src/cti/cti-world.ts'
import { type CtiEvent, closeCodes, eventSchemas, type ResultOf, requestSchemas } from '../../src/cti/messages.ts'
import { GatheredWrites } from '../../src/cti/session/gathered-writes.ts'
import type { CallId, ContactId, DeviceId } from '../../src/domain/ids.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { until } from '../helpers/until.ts'

async function start(t: Test, limits: Partial<CtiLimits> = {}) {
  const world = await startCtiApp(limits)
  t.teardown(() => world.app.close())
  const play = (...facts: Parameters<typeof world.bus.publish>[0][]) => {
    for (const fact of facts) world.bus.publish(fact)
  }
  return { ...world, play }
}

const types = (client: CtiClient) => client.events.map(({ type }) => type)

t.test('an agent opens a session, gets ready, and is told of their own call only', async (t) => {
  const { url, play, calls } = await start(t)
  const agent = await CtiClient.open(url, '1001')
  const other = await CtiClient.open(url, '1003')

  t.match(agent.opened, { seq: 0, server: { name: 'switchboard', version: '0.0.0' } })
  t.match(agent.opened.snapshot, {
    me: { username: '1001', role: 'agent', agentId: '1001' },
    calls: [],
    agents: [{ agentId: '1001', state: 'loggedOff' }],
    phones: [{ deviceId: '1001', inService: true }],
    queues: [{ queue: 'service' }]
  })
  t.equal(requestSchemas['session.open'].result.safeParse(agent.opened).error, undefined)

  t.match(await agent.result('setAgentState', { state: 'loggedOn' }), {
    state: 'notReady',
    reason: 'logged-on',
    name: 'Agent 1001'
  })
  t.match(await agent.result('setAgentState', { state: 'ready' }), { state: 'ready' })

  const call = callScript('a')
  play(call.started, call.answered, call.queued, call.offered('1001'), call.answerRequested('1001'), call.established('1001'))
  await agent.saw('established')
  t.same(types(agent), ['agentLoggedOn', 'agentReady', 'delivered', 'answerRequested', 'established'])
  t.same(
    agent.events.map(({ seq }) => seq),
    [1, 2, 3, 4, 5]
  )
  t.match(agent.events[2], { data: { intent: 'lost-card' }, allowed: ['answerCall', 'clearConnection', 'deflectCall'] })
  for (const event of agent.events) t.equal(eventSchemas[event.type].safeParse(event).error, undefined, event.type)

  await agent.result('holdCall', { callId: 'a' })
  await agent.result('singleStepTransferCall', { callId: 'a', to: { kind: 'queue', queue: 'sales' } })
  await agent.result('associateData', { callId: 'a', data: { note: 1, gone: null } })
  await agent.result('generateDigits', { callId: 'a', digits: '12#' })
  for (const bad of [
    { digits: '' },
    { digits: '1x' },
    { digits: '12345678901234567890', toneMs: 150 },
    { digits: '1', toneMs: 5 }
  ])
    t.match(await agent.request('generateDigits', { callId: 'a', ...bad }), { error: { code: -32602 } }, JSON.stringify(bad))
  await agent.result('clearConnection', { callId: 'a' })
  t.same(calls.orders, [
    ['hold', 'a', '1001'],
    ['singleStepTransfer', 'a', '1001', { kind: 'queue', queue: 'sales' }],
    ['associateData', 'a', '1001', { note: 1, gone: null }],
    ['sendDigits', 'a', '1001', '12#', 100],
    ['clearConnection', 'a', '1001']
  ])
  t.same(other.events, [], 'the other team heard nothing')
})

t.test('an event is on its way to the client when publishing returns', async (t) => {
  const { url, play, server } = await start(t)
  await CtiClient.open(url, '1001')
  const sent: string[] = []
  const connection = server.accept({
    send: (text) => void sent.push(text),
    bufferedAmount: 0,
    close() {},
    ping() {},
    terminate() {}
  })
  t.teardown(() => connection.lost())
  connection.receive(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token: '1001' } }))
  await until(() => sent.length === 1, { what: 'the session to open' })

  const call = callScript('a')
  play(call.started, call.queued, call.offered('1001'))
  t.equal(sent.length, 2, 'without waiting for anything')
  t.match(JSON.parse(sent[1] ?? ''), { params: { type: 'delivered', data: { intent: 'lost-card' } } })
})

t.test('what nobody acts upon waits for what follows, and both go in one write, in order', (t) => {
  const writes: string[][] = []
  const wire = new Writable({
    write: (chunk, _encoding, done) => {
      writes.push([String(chunk)])
      done()
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)))
      done()
    }
  })
  const gathered = new GatheredWrites()
  for (const text of ['started', 'answered']) {
    gathered.hold(wire)
    wire.write(text)
  }
  t.same(writes, [], 'for a moment')
  wire.write('delivered')
  gathered.letGo(wire)
  t.same(writes, [['started', 'answered', 'delivered']], 'what somebody acts upon takes them along at once')

  gathered.hold(wire)
  wire.write('ended')
  return until(() => writes.length === 2, { what: 'the last one goes by itself' }).then(() => t.same(writes[1], ['ended']))
})

t.test('nobody commands what is not theirs', async (t) => {
  const { url, play, calls, agents } = await start(t)
  const call = callScript('a')
  play(call.started, call.answered, call.queued, call.offered('1001'), call.established('1001'))
  const [owner, colleague, east, west, admin] = await Promise.all(
    ['1001', '1002', '2001', '2002', 'admin'].map((username) => CtiClient.open(url, username))
  )
  if (!owner || !colleague || !east || !west || !admin) throw new Error('Not all are here')

  const onCall: [string, object][] = [
    ['answerCall', { callId: 'a' }],
    ['clearConnection', { callId: 'a' }],
    ['clearConnection', { callId: 'a', deviceId: '13800000001' }],
    ['clearCall', { callId: 'a' }],
    ['holdCall', { callId: 'a' }],
    ['retrieveCall', { callId: 'a' }],
    ['singleStepTransferCall', { callId: 'a', to: { kind: 'agent', agentId: '1002' } }],
    ['associateData', { callId: 'a', data: {} }],
    ['generateDigits', { callId: 'a', digits: '1' }],
    ['deflectCall', { callId: 'a', to: { kind: 'queue', queue: 'sales' } }],
    ['singleStepConferenceCall', { callId: 'a', mode: 'silent' }],
    ['pickupCall', { callId: 'a' }],
    ['snapshotCall', { callId: 'a' }]
  ]
  for (const client of [colleague, west]) {
    for (const [method, params] of onCall) {
      t.match(await client.request(method, params), { error: { code: -32010, data: { code: 'CALL_UNKNOWN' } } }, method)
    }
  }
  t.match(await owner.request('singleStepConferenceCall', { callId: 'a', mode: 'silent' }), {
    error: { data: { code: 'NOT_ALLOWED' } }
  })
  t.match(await owner.request('clearConnection', { callId: 'a', deviceId: '13800000001' }), {
    error: { data: { code: 'NOT_ALLOWED' } }
  })
  t.match(await east.request('holdCall', { callId: 'a' }), {
    error: { data: { code: 'NOT_ON_THIS_CALL', allowed: ['clearConnection', 'clearCall', 'associateData'] } }
  })
  t.match(await colleague.request('setAgentState', { state: 'ready', agentId: '1001' }), {
    error: { data: { code: 'NOT_ALLOWED' } }
  })
  t.match(await west.request('setAgentState', { state: 'ready', agentId: '1001' }), { error: { data: { code: 'NOT_ALLOWED' } } })
  t.match(await colleague.request('getAgentState', { agentId: '1001' }), { error: { data: { code: 'AGENT_UNKNOWN' } } })
  t.match(await colleague.request('snapshotDevice', { deviceId: '1001' }), { error: { data: { code: 'DEVICE_UNKNOWN' } } })
  t.match(await west.request('snapshotQueue', { queue: 'service' }), { error: { data: { code: 'QUEUE_UNKNOWN' } } })
  t.same([calls.orders, agents.orders], [[], []], 'nothing of it reached the core')
  calls.answerWith = { ok: false, code: 'NOT_ON_THIS_CALL' }
  t.match(await admin.request('clearConnection', { callId: 'a' }), { error: { data: { code: 'NOT_ON_THIS_CALL' } } })
  t.same(calls.orders.splice(0), [['stopSupervising', 'a', 'admin']], 'no device: their own listening is meant')
  calls.answerWith = { ok: true, value: undefined }

  await east.result('singleStepConferenceCall', { callId: 'a', mode: 'whisper' })
  t.same(calls.orders.splice(0), [['supervise', 'a', { username: '2001', phone: '2001' }, ['1001'], 'whisper']])
  await east.result('clearConnection', { callId: 'a', deviceId: '13800000001' })
  await east.result('setAgentState', { state: 'loggedOn', agentId: '1001' })
  t.same([calls.orders, agents.orders], [[['clearConnection', 'a', '13800000001']], [['logOn', '1001']]])
  t.match(await east.result('snapshotDevice', { deviceId: '1001' }), { phone: { inService: true }, calls: [{ callId: 'a' }] })
  t.match(await east.result('snapshotQueue', { queue: 'service' }), { queue: { title: 'Service' }, calls: [] })
  t.match(await east.result('agent.list'), { agents: [{ agentId: '1001' }, { agentId: '1002' }] })
  t.match(await west.result('queue.list'), { queues: [{ queue: 'sales' }] })
})

t.test(
  'a waiting caller is taken by agents of the queue when it says so, and given by supervisors to agents of their teams',
  async (t) => {
    const { url, play, calls } = await start(t)
    const call = callScript('a')
    play(call.started, call.answered, call.queued)
    calls.waiting.set('service', [
      {
        callId: 'a' as CallId,
        contactId: 'a' as ContactId,
        caller: '1' as DeviceId,
        queue: 'service',
        priority: 'normal',
        enqueuedAt: 1,
        position: 1
      }
    ])
    const [agent, east, west] = await Promise.all(['1001', '2001', '2002'].map((username) => CtiClient.open(url, username)))
    if (!agent || !east || !west) throw new Error('Not all are here')
    const code = async (client: CtiClient, params: object) =>
      (await client.request('pickupCall', { callId: 'a', ...params })).error?.data?.code
    t.equal(await code(agent, {}), 'CALL_UNKNOWN', 'a queue without pickup')
    t.match(await agent.result('queue.callers', { queue: 'service' }), { callers: [] })
    t.equal(await code(west, { agentId: '1003' }), 'CALL_UNKNOWN')
    t.equal(await code(east, { agentId: '1003' }), 'NOT_ALLOWED', 'not an agent of theirs')
    t.equal(await code(east, {}), 'AGENT_UNKNOWN', 'no agent themselves')
    t.same(calls.orders, [])
    t.equal(await code(east, { agentId: '1001' }), undefined)
    t.same(calls.orders, [['pickUp', 'a', '1001']])
  }
)

t.test('supervisors act for the agents of their teams, who are told by whom', async (t) => {
  const { url, agents } = await start(t)
  const agent = await CtiClient.open(url, '1001')
  const east = await CtiClient.open(url, '2001')
  const west = await CtiClient.open(url, '2002')
  await agent.result('setAgentState', { state: 'loggedOn' })
  await east.result('setAgentState', { agentId: '1001', state: 'notReady', reason: 'training' })
  await east.result('setAgentState', { agentId: '1001', state: 'loggedOff', reason: 'shift' })
  const promises = [{ what: 'the contract', until: '2026-11-27T16:00:00+08:00' }, { what: 'a call' }]
  await east.request('contact.wrapUp', { agentId: '1001', disposition: 'sold', promises })
  await east.request('contact.extendWrapUp', { agentId: '1001' })
  await agent.request('contact.extendWrapUp')
  t.same(agents.orders, [
    ['logOn', '1001'],
    ['setState', '1001', { state: 'notReady', reason: 'training', by: '2001' }],
    ['setState', '1001', { state: 'loggedOff', reason: 'shift', by: '2001' }],
    ['wrapUp', '1001', { disposition: 'sold', promises, by: '2001' }],
    ['extendWrapUp', '1001'],
    ['extendWrapUp', '1001']
  ])
  await until(
    () => agent.events.some((event) => event.type === 'agentNotReady' && event.by === '2001' && event.reason === 'training'),
    {
      what: 'the agent to be told by whom'
    }
  )
  const before = agents.orders.length
  for (const [method, params] of [
    ['setAgentState', { state: 'ready' }],
    ['contact.wrapUp', {}],
    ['contact.extendWrapUp', {}]
  ] as const) {
    const refused = { error: { data: { code: 'NOT_ALLOWED' } } }
    t.match(await west.request(method, { agentId: '1001', ...params } as never), refused, method)
    t.match(await agent.request(method, { agentId: '1002', ...params } as never), refused, method)
  }
  t.equal(agents.orders.length, before)
  t.same(agent.opened.choices, {}, 'the centre has no lists')
})

t.test('an agent has a desk from the first connection to the last, and one that only moves is never gone', async (t) => {
  const { url, bus } = await start(t)
  const told: string[] = []
  bus.listen((event) => event.type === 'desk.changed' && told.push(`${event.agentId} ${event.connected}`))
  const page = await CtiClient.open(url, '1001')
  const program = await CtiClient.open(url, '1001')
  await CtiClient.open(url, '2001')
  t.same(told, ['1001 true'], 'a supervisor has no state that depends on it')
  await program.cut()
  const moved = await CtiClient.open(url, '1001', { resumeAfter: 0, sessionId: page.opened.sessionId })
  await page.closed()
  t.same(told, ['1001 true'])
  await moved.result('session.close')
  await until(() => told.length === 2, { what: 'the desk to be gone' })
  t.same(told, ['1001 true', '1001 false'])
})

t.test('what the core refuses is told with a code and with what may be done', async (t) => {
  const { url, play, calls, agents } = await start(t)
  const agent = await CtiClient.open(url, '1001')
  t.match(await agent.request('setAgentState', { state: 'ready' }), {
    error: { code: -32010, data: { code: 'AGENT_LOGGED_OFF', allowed: ['loggedOn'] } }
  })
  t.match(await agent.request('contact.wrapUp', { disposition: 'sold' }), { error: { data: { code: 'AGENT_NOT_IN_WRAP_UP' } } })
  t.same(agents.orders.at(-1), ['wrapUp', '1001', { disposition: 'sold' }])

  const call = callScript('a')
  play(call.started, call.queued, call.offered('1001'))
  calls.answerWith = { ok: false, code: 'PHONE_CANNOT_ANSWER' }
  t.match(await agent.request('answerCall', { callId: 'a' }), {
    error: { data: { code: 'PHONE_CANNOT_ANSWER', allowed: ['answerCall', 'clearConnection', 'deflectCall'] } }
  })

  calls.hold = () => Promise.reject(new Error('A secret of ours'))
  const fault = await agent.request('holdCall', { callId: 'a' })
  t.match(fault, { error: { code: -32603, data: { code: 'INTERNAL' } } })
  t.notMatch(JSON.stringify(fault), 'secret')
})

t.test('a client that lost its connection gets what it missed, and nothing twice', async (t) => {
  const { url, play } = await start(t)
  let client: CtiClient & { opened: { sessionId: string } } = await CtiClient.open(url, 'admin')
  const seen: CtiEvent[] = []
  const expected: string[] = []
  let last = 0

  for (let flap = 0; flap < 100; flap++) {
    const call = callScript(`flap-${flap}`)
    play(call.started, call.queued)
    if (flap % 3 === 0) await until(() => client.events.length > 0, { what: 'an event' })
    client.socket.terminate()
    play(call.offered('1001'), call.ended)
    expected.push('originated', 'queued', 'delivered', 'callCleared')

    seen.push(...client.events)
    last = seen.at(-1)?.seq ?? last
    const { sessionId } = client.opened
    client = await CtiClient.open(url, 'admin', { resumeAfter: last, ...(flap % 2 === 0 && { sessionId }) })
    t.match(client.opened, { sessionId, snapshot: null })
  }
  await until(() => client.events.at(-1)?.seq === 400, { what: 'the last event' })
  seen.push(...client.events)
  t.same(
    seen.map(({ seq }) => seq),
    Array.from({ length: 400 }, (_, at) => at + 1)
  )
  t.same(
    seen.map(({ type }) => type),
    expected
  )
})

t.test('what is no longer kept is answered with a snapshot', async (t) => {
  const { url, play, pass, server } = await start(t, { entriesMax: 10 })
  const first = await CtiClient.open(url, 'admin')
  const { sessionId } = first.opened
  await first.cut()
  for (let at = 0; at < 20; at++) play(callScript(`c${at}`).started)

  const tooLate = await CtiClient.open(url, 'admin', { resumeAfter: 0, sessionId })
  t.match(tooLate.opened, { sessionId, seq: 20 })
  t.equal(tooLate.opened.snapshot?.calls.length, 20)
  await tooLate.cut()

  const inTime = await CtiClient.open(url, 'admin', { resumeAfter: 15, sessionId })
  t.equal(inTime.opened.snapshot, null)
  await until(() => inTime.events.length === 5, { what: 'five events' })
  await inTime.cut()

  const fromTheFuture = await CtiClient.open(url, 'admin', { resumeAfter: 99, sessionId })
  t.ok(fromTheFuture.opened.snapshot)
  await fromTheFuture.cut()

  const stranger = await CtiClient.open(url, '2001', { resumeAfter: 0, sessionId })
  t.not(stranger.opened.sessionId, sessionId, "nobody resumes another one's session")
  const filtered = await CtiClient.open(url, 'admin', { resumeAfter: 20, sessionId, monitor: { queues: ['sales'] } })
  t.match(filtered.opened, { sessionId, snapshot: { calls: [] } }, 'another view cannot be replayed')
  await filtered.cut()

  pass(6 * 60_000)
  await until(() => server.size.sessions === 1, { ms: 15_000, what: 'old sessions to be forgotten' })
  const fresh = await CtiClient.open(url, 'admin', { resumeAfter: 20, sessionId })
  t.not(fresh.opened.sessionId, sessionId)
})

t.test('a session opened elsewhere replaces the older connection', async (t) => {
  const { url, play } = await start(t)
  const older = await CtiClient.open(url, 'admin')
  const newer = await CtiClient.open(url, 'admin', { resumeAfter: 0, sessionId: older.opened.sessionId })
  t.equal((await older.closed()).code, closeCodes.replaced)
  play(callScript('a').started)
  await newer.saw('originated')
  t.same(older.events, [])
})

t.test('who does not sign in is sent away', async (t) => {
  const { url } = await start(t, { openMs: 100 })
  const silent = await CtiClient.connect(url)
  const wrong = await CtiClient.connect(url)
  wrong.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token: 'nobody' } }))
  const rude = await CtiClient.connect(url)
  rude.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'agent.list' }))
  const blind = await CtiClient.connect(url)
  blind.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token: 'crm' } }))

  t.equal((await silent.closed()).code, 4408)
  t.equal((await wrong.closed()).code, 4401)
  t.equal((await rude.closed()).code, 4401)
  t.equal((await blind.closed()).code, 4403)
})

t.test('a page of another origin cannot open the socket', async (t) => {
  const { url } = await start(t)
  const host = new URL(url).host
  const status = async (headers: Record<string, string>, protocol = 'switchboard.cti.v1') => {
    const socket = new WebSocket(url, protocol, { headers })
    socket.on('error', () => {})
    const answer = await Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(([, response]) => response.statusCode)
    ])
    socket.terminate()
    return answer
  }
  t.equal(await status({ origin: 'https://evil.example' }), 403)
  t.equal(await status({ origin: 'null' }), 403)
  t.equal(await status({ origin: `http://${host}` }), 101)
  t.equal(await status({ origin: 'https://crm.example' }), 101)
  t.equal(await status({}, 'chat'), 400)
})

t.test('who sends too fast is sent away', async (t) => {
  const { url } = await start(t, { messagesBurst: 20, messagesPerSecond: 1 })
  const client = await CtiClient.open(url, '1001')
  for (let at = 0; at < 30; at++) client.socket.send(JSON.stringify({ jsonrpc: '2.0', id: at, method: 'session.ping' }))
  t.equal((await client.closed()).code, 4429)
  t.ok(client.answers.length <= 20, 'no more than the burst was answered')
})

t.test('a repeated request is answered again and not carried out again', async (t) => {
  const { url, agents } = await start(t)
  const client = await CtiClient.open(url, '1001')
  const first = await client.request('setAgentState', { state: 'loggedOn' }, 'x')
  t.same(await client.request('setAgentState', { state: 'loggedOn' }, 'x'), first)
  await client.cut()
  const again = await CtiClient.open(url, '1001', { resumeAfter: 1, sessionId: client.opened.sessionId })
  t.same(await again.request('setAgentState', { state: 'loggedOn' }, 'x'), first, 'also after a lost connection')
  t.equal(agents.orders.length, 1)
  await again.request('setAgentState', { state: 'ready' }, 'x')
  t.equal(agents.orders.length, 2, 'other words are another request')

  await again.cut()
  const reloaded = await CtiClient.open(url, '1001', { resumeAfter: 2 })
  t.equal(reloaded.opened.sessionId, client.opened.sessionId)
  await reloaded.request('setAgentState', { state: 'ready' }, 'x')
  t.equal(agents.orders.length, 3, 'a page that has forgotten its session counts from the beginning')
})

t.test('nonsense is answered and harms nobody', async (t) => {
  const { url, play, log } = await start(t)
  const witness = await CtiClient.open(url, 'admin')
  const client = await CtiClient.open(url, '1001')
  const errorTo = async (text: string) => {
    const before = client.answers.length
    client.socket.send(text)
    return until(() => client.answers[before], { what: `an answer to ${text.slice(0, 40)}` })
  }
  t.match(await errorTo('{"jsonrpc":'), { id: null, error: { code: -32700 } })
  t.match(await errorTo('[]'), { id: null, error: { code: -32600 } })
  t.match(await errorTo('{"id":7,"method":"x"}'), { id: 7, error: { code: -32600 } })
  t.match(await errorTo('['.repeat(30_000)), { error: { code: -32700 } })
  t.match(await errorTo(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), { error: { code: -32600 } })
  t.match(await client.request('toString'), { error: { code: -32601 } })
  t.match(await client.request('__proto__'), { error: { code: -32601 } })
  t.match(await client.request('holdCall', { callId: 5 }), { error: { code: -32602, data: { detail: /callId/ } } })
  t.match(await client.request('holdCall', { callId: 'a', more: 1 }), { error: { code: -32602 } })
  t.match(await client.request('session.open', { token: '1001' }), { error: { code: -32600 } })
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const data = `{"jsonrpc":"2.0","id":"deep","method":"associateData","params":{"callId":"a","data":{"deep":${deep}}}}`
  t.match(await errorTo(data), { id: 'deep', error: { code: -32602 } })

  client.socket.send('x'.repeat(70_000))
  t.equal((await client.closed()).code, 1009, 'too long')
  play(callScript('a').started)
  await witness.saw('originated')
  t.same(log.lines, [])
})

t.test('a client that stops reading gets a snapshot later, and delays nobody', async (t) => {
  const { url, play, bus } = await start(t, { bufferMax: 200_000 })
  const swift = await CtiClient.open(url, 'admin')
  const stalled = await CtiClient.open(url, 'admin')
  stalled.socket.pause()

  const padding = 'x'.repeat(5_000)
  let slowest = 0
  for (let at = 0; at < 3_000; at++) {
    const call = callScript(`s${at}`)
    const began = performance.now()
    bus.publish(call.started)
    bus.publish({ ...call.queued, data: { ...call.queued.data, collected: { padding } } })
    bus.publish(call.ended)
    slowest = Math.max(slowest, performance.now() - began)
    // Both ends share this process: without these pauses even the swift one would be a client that does not read.
    if (at % 20 === 19) await until(() => swift.events.length === 3 * (at + 1), { what: 'the swift client to have read' })
  }
  t.ok(slowest < 500, `no publishing waited for it (${slowest.toFixed(1)} ms)`)
  play(callScript('last').started)
  await until(() => swift.events.at(-1)?.seq === 9_001, { ms: 20_000, what: 'the swift client to have it all' })
  t.equal(swift.events.length, 9_001)

  stalled.socket.resume()
  const overrun = await stalled.saw('session.overrun')
  if (overrun.type !== 'session.overrun') throw new Error('unreachable')
  t.equal(overrun.seq, 9_001)
  t.same(
    overrun.snapshot.calls.map(({ callId }) => callId),
    ['last']
  )
  t.equal(overrun.dropped, 9_001 - stalled.events.filter(({ type }) => type !== 'session.overrun').length)
  play(callScript('next').started)
  await until(() => stalled.events.at(-1)?.seq === 9_002, { what: 'the next event' })
})

t.test('a dead connection is noticed, a live one is told its health', async (t) => {
  const { url, server } = await start(t, { heartbeatMs: 50 })
  const alive = await CtiClient.open(url, '1001')
  t.match(await alive.saw('session.health'), { seq: 0, everyMs: 50 })

  const key = Buffer.from('0123456789abcdef').toString('base64')
  const dead = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => dead.destroy())
  dead.write(
    `GET /cti/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: switchboard.cti.v1\r\n\r\n`
  )
  await until(() => server.size.connections === 2, { what: 'the connection' })
  await until(() => server.size.connections === 1, { what: 'the server to give it up' })
  t.equal(alive.closedWith, undefined)
})

t.test('a filter narrows what comes, and can be changed', async (t) => {
  const { url, play } = await start(t)
  const crm = await CtiClient.open(url, 'crm', { monitor: { queues: ['sales'], events: ['queued', 'callCleared'] } })
  const [service, sales] = [callScript('a', 'service'), callScript('b', 'sales')]
  play(service.started, sales.started, service.queued, sales.queued, service.ended, sales.ended)
  await crm.saw('callCleared')
  t.same(
    crm.events.map((event) => 'callId' in event && `${event.type} ${event.callId}`),
    ['queued b', 'callCleared b']
  )
  t.match(await crm.result('changeMonitorFilter', { monitor: { agents: ['1001'] } }), {
    seq: 2,
    snapshot: { agents: [{ agentId: '1001' }] }
  })
})

t.test('a session can be closed, and the server says when it restarts', async (t) => {
  const { url, app, server } = await start(t)
  const leaving = await CtiClient.open(url, '1001')
  t.match(await leaving.result('session.ping'), { seq: 0 })
  await leaving.result('session.close')
  t.equal((await leaving.closed()).code, 1000)
  t.equal(server.size.sessions, 0)

  const staying = await CtiClient.open(url, '1001')
  await app.close()
  t.equal((await staying.closed()).code, 1012)
})

t.test('a supervisor who listens stops by hanging up without naming a device', async (t) => {
  const { url, play, calls } = await start(t)
  const [boss, agent] = await Promise.all(['2001', '1001'].map((name) => CtiClient.open(url, name)))
  const call = callScript('a')
  play(call.started, call.queued, call.offered('1001'), call.established('1001'))
  await boss?.result('clearConnection', { callId: 'a' })
  await boss?.result('clearConnection', { callId: 'a', deviceId: '2001' })
  await boss?.result('clearConnection', { callId: 'a', deviceId: '1001' })
  await agent?.result('clearConnection', { callId: 'a' })
  t.same(calls.orders, [
    ['stopSupervising', 'a', '2001'],
    ['stopSupervising', 'a', '2001'],
    ['clearConnection', 'a', '1001'],
    ['clearConnection', 'a', '1001']
  ])
  t.match(await boss?.request('clearConnection', { callId: 'b' }), { error: { data: { code: 'CALL_UNKNOWN' } } })
})

t.test('monitors beside the filter of a session: each event says which of them want it', async (t) => {
  const { url, play } = await start(t)
  const crm = await CtiClient.open(url, 'crm', { monitor: { agents: [], queues: [] } })
  const call = callScript('a')
  play(call.started, call.queued)
  t.match(await crm.request('monitorStart', { monitor: { calls: ['nobody'] } }), { error: { data: { code: 'CALL_UNKNOWN' } } })
  const queue = await crm.result<Started>('monitorStart', { monitor: { queues: ['service'] } })
  t.match(queue.snapshot, { calls: [{ callId: 'a' }], queues: [{ queue: 'service' }] })
  const ofCall = await crm.result<Started>('monitorStart', { monitor: { calls: ['a'] } })
  t.match(ofCall.snapshot, { calls: [{ callId: 'a' }], agents: [], queues: [] }, 'nothing but the call')
  play(call.dataChanged)
  t.match(await crm.saw('callInformation'), { monitors: [queue.monitorCrossRefId, ofCall.monitorCrossRefId] })

  const ids = { monitorCrossRefId: queue.monitorCrossRefId }
  await crm.result('changeMonitorFilter', { ...ids, monitor: { queues: ['service'], events: ['held'] } })
  play(call.offered('1001'), call.established('1001'))
  t.match(await crm.saw('established'), { monitors: [ofCall.monitorCrossRefId] })
  await crm.cut()
  const { sessionId, seq } = crm.opened
  const back = await CtiClient.open(url, 'crm', { monitor: { agents: [], queues: [] }, sessionId, resumeAfter: seq })
  t.match(back.opened, {
    snapshot: null,
    monitors: [ids, { monitorCrossRefId: ofCall.monitorCrossRefId, monitor: { calls: ['a'] } }]
  })
  play(call.held('1001'))
  t.match(await back.saw('held'), { monitors: [queue.monitorCrossRefId, ofCall.monitorCrossRefId] })
  t.match(await back.result('monitorStop', ids), { snapshot: { calls: [{ callId: 'a' }], queues: [] } })
  t.match(await back.request('monitorStop', ids), { error: { data: { code: 'MONITOR_UNKNOWN' } } })
  t.match(await back.request('changeMonitorFilter', { ...ids, monitor: {} }), { error: { data: { code: 'MONITOR_UNKNOWN' } } })
  play(call.ended)
  t.match(await back.saw('monitorEnded'), { monitorCrossRefId: ofCall.monitorCrossRefId })
  t.same(types(back).slice(-2), ['callCleared', 'monitorEnded'])
  const other = callScript('b')
  play(other.started, other.queued)
  t.match(await back.result('session.ping'), { seq: back.events.at(-1)?.seq }, 'and nothing is heard any more')

  const all = await CtiClient.open(url, 'admin')
  const one = await all.result<Started>('monitorStart', { monitor: { calls: ['b'], events: ['callCleared'] } })
  play(other.dataChanged, other.ended)
  await all.saw('monitorEnded')
  const marks = all.events.map((event) => [event.type, event.monitors])
  t.same(marks, [
    ['callInformation', undefined],
    ['callCleared', [one.monitorCrossRefId]],
    ['monitorEnded', undefined]
  ])
  for (let count = 0; count < 50; count++) await all.result('monitorStart', { monitor: {} })
  t.match(await all.request('monitorStart', { monitor: {} }), { error: { data: { code: 'MONITOR_LIMIT' } } })
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/cti/socket.test.ts')
})

type Started = ResultOf<'monitorStart'>
