import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { type ClientOptions, CtiClient } from '../../src/client/public.ts'
import type { CtiLimits } from '../../src/cti/cti-world.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'
import { until } from '../helpers/until.ts'

async function start(t: Test, options: Partial<ClientOptions> = {}, limits: Partial<CtiLimits> = {}) {
  const room = await startCtiApp(limits)
  const { host, pathname } = new URL(room.url)
  const wire = await startTcpProxy(host)
  const url = `ws://${wire.address}${pathname}`
  const client = new CtiClient({ url, token: () => '1001', WebSocket, retry: { firstMs: 5, mostMs: 20 }, ...options })
  t.teardown(async () => {
    client.close()
    await wire.close()
    await room.app.close()
  })
  const play = (...facts: Parameters<typeof room.bus.publish>[0][]) => {
    for (const fact of facts) room.bus.publish(fact)
  }
  const inState = (state: string) =>
    until(() => client.connection.state === state, { what: () => `to be ${state} (${JSON.stringify(client.connection)})` })
  return { ...room, room, wire, client, play, inState, url }
}

const failure = (code: string, more: object = {}) => ({ name: 'RequestFailed', code, ...more })

t.test('the state is there once the session is open, and events change it before they are told', async (t) => {
  const { client, play, calls } = await start(t)
  const state = await client.opened()
  t.match(state.me, { username: '1001', role: 'agent', agentId: '1001' })
  t.equal(state.agents.get('1001')?.state, 'loggedOff')

  const told: unknown[] = []
  client.on('agentLoggedOn', ({ agentId, seq }) =>
    told.push(['agentLoggedOn', agentId, seq, client.state?.agents.get(agentId)?.state])
  )
  client.on('delivered', ({ callId, data }) =>
    told.push(['delivered', data?.customer?.name, client.state?.calls.get(callId)?.allowed.includes('answerCall')])
  )
  const stop = client.on('event', ({ type }) => told.push(type))
  t.match(await client.request('setAgentState', { state: 'loggedOn' }), { state: 'notReady' })
  const call = callScript('a')
  play(call.started, call.queued, call.offered('1001'))
  await until(() => told.length === 4, { what: 'four things told' })
  t.same(told, [['agentLoggedOn', '1001', 1, 'notReady'], 'agentLoggedOn', ['delivered', 'Mei Lin', true], 'delivered'])
  stop()
  play(call.established('1001'), call.held('1001'))
  await until(() => client.state?.calls.get('a')?.connections.some(({ state }) => state === 'hold'), { what: 'the call on hold' })
  t.equal(told.length, 4)
  t.match(client.state?.calls.get('a')?.data, { intent: 'lost-card' }, 'what an event leaves out is kept')
  await client.request('retrieveCall', { callId: 'a' })
  t.same(calls.orders, [['retrieve', 'a', '1001']])
  t.ok(Math.abs(client.serverTime - Date.now()) < 1000)
})

t.test('what the server refuses is told by its code, with what may be done instead', async (t) => {
  const { client } = await start(t)
  const refused = client.request('setAgentState', { state: 'ready' })
  await t.rejects(refused, failure('AGENT_LOGGED_OFF', { uncertain: false, failure: { data: { allowed: ['loggedOn'] } } }))
  await t.rejects(client.request('holdCall', { callId: '' }), failure('INVALID'))
})

t.test(
  'requests made while the connection is lost wait for it; what takes too long, or is not wanted any more, ends',
  async (t) => {
    const { client, wire, calls, play, inState } = await start(t)
    await client.opened()
    const call = callScript('a')
    play(call.started, call.queued, call.offered('1001'), call.established('1001'))
    wire.cut()
    await inState('lost')
    const late = client.request('holdCall', { callId: 'a' })
    const short = client.request('retrieveCall', { callId: 'a' }, { timeoutMs: 20 })
    const unwanted = new AbortController()
    const dropped = client.request('retrieveCall', { callId: 'a' }, { signal: unwanted.signal })
    await t.rejects(short, failure('TIMED_OUT', { uncertain: false }))
    unwanted.abort(new Error('Never mind'))
    await t.rejects(dropped, { message: 'Never mind' })
    await t.rejects(client.request('retrieveCall', { callId: 'a' }, { signal: unwanted.signal }), { message: 'Never mind' })
    wire.mend()
    t.same(await late, {})
    t.same(calls.orders, [['hold', 'a', '1001']], 'what was given up is never carried out')

    calls.hold = () => new Promise(() => {})
    const stuck = client.request('holdCall', { callId: 'a' }, { timeoutMs: 50 })
    await t.rejects(stuck, failure('TIMED_OUT', { uncertain: true }))
    const open = client.request('holdCall', { callId: 'a' })
    await client.request('queue.list', {})
    client.close()
    await t.rejects(open, failure('CLOSED', { uncertain: true }))
    await t.rejects(client.request('queue.list', {}), failure('CLOSED'))
  }
)

t.test('an answer that was on its way when the wire was cut is asked for again and not brought about twice', async (t) => {
  const { client, wire, calls, play } = await start(t)
  await client.opened()
  const call = callScript('a')
  play(call.started, call.queued, call.offered('1001'), call.established('1001'))
  const orders: string[] = []
  calls.hold = async (callId) => {
    orders.push(callId)
    wire.cut()
    wire.mend()
    return { ok: true, value: undefined }
  }
  t.same(await client.request('holdCall', { callId: 'a' }), {})
  t.same(orders, ['a'])
})

t.test('many requests at once are spread below the limits of the server', async (t) => {
  const { client } = await start(t, { requestTimeoutMs: 30_000 }, { messagesBurst: 160, messagesPerSecond: 50 })
  const lost: unknown[] = []
  client.on('connection', (connection) => connection.state === 'lost' && lost.push(connection))
  const answers = await Promise.all(Array.from({ length: 230 }, () => client.request('queue.list', {})))
  t.equal(answers.length, 230)
  t.same(lost, [])
})

t.test(
  'another filter brings another state, also over a lost connection, and one that does not fit leaves the old one',
  async (t) => {
    const { client, wire, play, inState } = await start(t, { token: () => 'admin', monitor: { queues: ['service'] } })
    const state = await client.opened()
    t.same([...state.queues.keys()], ['service'])
    const snapshots: number[] = []
    client.on('snapshot', ({ queues }) => snapshots.push(queues.length))
    await client.setMonitor({ queues: ['sales'] })
    t.same([...state.queues.keys()], ['sales'])
    await t.rejects(client.setMonitor({ queues: ['x'.repeat(65)] }), failure('INVALID'))

    wire.cut()
    await inState('lost')
    play(
      callScript('sold', 'sales').started,
      callScript('sold', 'sales').queued,
      callScript('served').started,
      callScript('served').queued
    )
    wire.mend()
    await until(() => client.state?.calls.size === 1, { what: 'the call of the queue that was asked for' })
    t.same(snapshots, [1], 'the wire brought events and no second snapshot')

    wire.cut()
    await inState('lost')
    const changed = client.setMonitor({ queues: ['service', 'sales'] })
    wire.mend()
    await changed
    t.same([...state.queues.keys()], ['service', 'sales'])
    t.same([...state.calls.keys()].sort(), ['served', 'sold'])
  }
)

t.test('a token that is not taken is asked for anew; the same one again, or none, is the end', async (t) => {
  const tokens = ['nobody', '1001']
  const renewed = await start(t, { token: async () => tokens.shift() })
  t.match((await renewed.client.opened()).me, { username: '1001' })

  const same = await start(t, { token: () => 'nobody' })
  await t.rejects(same.client.opened(), failure('CLOSED'))
  t.match(same.client.connection, { state: 'closed', why: 'notAuthenticated' })
  const none = await start(t, { token: () => undefined })
  await none.inState('closed')
  const filterless = await start(t, { token: () => 'crm' })
  await filterless.inState('closed')
  t.match(filterless.client.connection, { why: 'notAllowed' })
  const odd = await start(t, { monitor: { agents: ['x'.repeat(65)] } })
  await odd.inState('closed')
  t.match(odd.client.connection, { why: 'refused' })

  let away = 2
  const told: unknown[] = []
  const patient = await start(t, {
    token: () => {
      if (away-- > 0) throw new Error('The sign-in is away')
      return '1001'
    }
  })
  patient.client.on(
    'connection',
    (connection) => connection.state === 'lost' && told.push([connection.attempt, String(connection.problem)])
  )
  await patient.client.opened()
  t.same(told, [
    [1, 'Error: The sign-in is away'],
    [2, 'Error: The sign-in is away']
  ])
})

t.test('a session is renewed before it ends, without a break; who does not renew is asked to sign in anew', async (t) => {
  const asked: string[] = []
  const renewing = await start(t, {
    token: (why) => {
      asked.push(why)
      if (asked.length === 2) throw new Error('Try again')
      return why === 'opening' ? '1001/2200' : '1001/60000'
    }
  })
  const told: unknown[] = []
  renewing.client.on('connection', ({ state }) => told.push(state))
  renewing.client.on('renewalFailed', (problem) => told.push(String(problem)))
  const leaving: string[] = []
  const other = await start(t, {
    token: (why) => {
      leaving.push(why)
      return why === 'opening' ? '1002/1500' : undefined
    }
  })
  await other.inState('closed')
  t.same(leaving, ['opening', 'expiring', 'refused'])
  await until(() => asked.length === 3, { what: 'the second attempt to renew' })
  await new Promise((resolve) => setTimeout(resolve, 400))
  t.same(asked, ['opening', 'expiring', 'expiring'])
  t.same(told, ['live', 'Error: Try again'])
  t.match(await renewing.client.request('getAgentState', {}), { agentId: '1001' })
})

t.test('whose session is taken over elsewhere does not fight for it', async (t) => {
  const { client, url, inState } = await start(t)
  await client.opened()
  const socket = new WebSocket(url, 'switchboard.cti.v1')
  await new Promise((resolve) => socket.once('open', resolve))
  const { sessionId } = client
  socket.send(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token: '1001', sessionId, resumeAfter: 0 } })
  )
  await inState('closed')
  t.match(client.connection, { why: 'replaced' })
  socket.terminate()
})

t.test('a wire on which nothing comes any more is given up, and the next one taken', async (t) => {
  const { client, wire, inState } = await start(t, {}, { heartbeatMs: 40 })
  const health: number[] = []
  client.on('session.health', ({ roundTripMs }) => health.push(roundTripMs))
  await until(() => health.length > 1, { what: 'signs of life' })
  t.match(client.connection, { state: 'live', roundTripMs: health.at(-1) })
  wire.freeze()
  await inState('lost')
  wire.cut()
  wire.mend()
  await inState('live')
})

t.test('closing ends the session at the server too, by hand or by a signal', async (t) => {
  const stop = new AbortController()
  const { client, server } = await start(t, { signal: stop.signal })
  await client.opened()
  t.same(server.size, { connections: 1, sessions: 1 })
  stop.abort()
  t.match(client.connection, { state: 'closed', why: 'closed' })
  await until(() => server.size.sessions === 0 && server.size.connections === 0, { what: 'the session to be gone' })
  const never = new CtiClient({ url: 'ws://127.0.0.1:9/', token: () => '1001', WebSocket, signal: stop.signal })
  t.match(never.connection, { state: 'closed' })
})

t.test('whoever restarts the server is told apart from who cannot be reached, and the client comes back by itself', async (t) => {
  const { client, room, agents, bus } = await start(t)
  await client.opened()
  const problems: unknown[] = []
  client.on('connection', (connection) => connection.state === 'lost' && problems.push(connection.problem))
  bus.publish(callScript('a').started)
  await room.restart(() => agents.logOn('1001' as never))
  await until(() => client.connection.state === 'live', { what: 'to be back' })
  t.equal(problems[0], 1012)
  t.equal(client.state?.agents.get('1001')?.state, 'notReady', 'the snapshot told what no event did')
})

t.test('a listener that throws spoils nothing for the others, and its mistake is not hidden', async (t) => {
  const script = `
    import { Listeners } from './src/client/listeners.ts'
    const listeners = new Listeners()
    const told = []
    process.on('uncaughtException', (error) => console.log(error.message, told.join()))
    listeners.on('x', () => { throw new Error('mine') })
    const twice = (value) => told.push(value)
    const stop = listeners.on('x', twice)
    listeners.on('x', twice)
    listeners.tell('x', 1)
    stop()
    listeners.tell('x', 2)`
  const { stdout } = spawnSync(process.execPath, ['--import=tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })
  t.equal(stdout, 'mine 1,1,2\nmine 1,1,2\n')
})

t.test('a platform without websockets, and an address that is none, are told at once', async (t) => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  Reflect.deleteProperty(globalThis, 'WebSocket')
  t.throws(() => new CtiClient({ url: 'ws://127.0.0.1:9/', token: () => '1' }), /option `WebSocket`/)
  Reflect.defineProperty(globalThis, 'WebSocket', { value: WebSocket, configurable: true, writable: true })
  t.throws(() => new CtiClient({ url: 'nowhere', token: () => '1' }), /address/)
  new CtiClient({ url: 'ws://127.0.0.1:9/', token: () => undefined }).close()
  if (kept === undefined) Reflect.deleteProperty(globalThis, 'WebSocket')
  else Reflect.defineProperty(globalThis, 'WebSocket', kept)
})
