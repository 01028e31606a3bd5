import t, { type Test } from 'tap'
import type { CtiLimits } from '../../src/cti/cti-world.ts'
import type { Centre } from '../../src/domain/centre.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { smallCentre, smallUsers } from '../helpers/centre/small-centre.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { until } from '../helpers/until.ts'

async function start(t: Test, limits: Partial<CtiLimits> = {}, centre?: Centre) {
  const world = await startCtiApp(limits, centre)
  t.teardown(() => world.app.close())
  const play = (...facts: Parameters<typeof world.bus.publish>[0][]) => {
    for (const fact of facts) world.bus.publish(fact)
  }
  return { ...world, play }
}

const without = (username: string) => smallUsers.filter((user) => user.username !== username)

t.test('a session ends with its token, and goes on without a break when that is renewed', async (t) => {
  const { url, pass, play } = await start(t)
  const [lasting, ending] = [await CtiClient.open(url, '1001/60000'), await CtiClient.open(url, '1001/60000')]
  t.ok(lasting.opened.expiresAt - Date.now() > 50_000)
  const { expiresAt } = await lasting.result<{ expiresAt: number }>('session.renew', { token: '1001/7200000' })
  t.ok(expiresAt - Date.now() > 7_000_000)
  t.match(await lasting.request('session.renew', { token: 'nobody' }), {
    error: { code: -32010, data: { code: 'TOKEN_INVALID' } }
  })
  t.match(await lasting.request('session.renew', { token: 'admin' }), { error: { data: { code: 'NOT_ALLOWED' } } })
  t.match(await lasting.request('session.renew', {}), { error: { code: -32602 } })

  pass(61_000)
  t.same(await ending.closed(), { code: 4401, reason: 'The token has expired' })
  const call = callScript('a')
  play(call.started, call.queued, call.offered('1001'))
  await lasting.saw('delivered')
  t.equal(lasting.closedWith, undefined)
  const refused = await CtiClient.connect(url)
  refused.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token: '1001/0' } }))
  t.equal((await refused.closed()).code, 4401)
})

t.test('what is ended ends at once: not even what is on its way is carried out', async (t) => {
  const { url, doorkeeper, server, agents } = await start(t)
  const [first, second] = [await CtiClient.open(url, '1001'), await CtiClient.open(url, '1001/7200000')]
  doorkeeper.ended.add('1001')
  server.follow({ all: false })
  first.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'setAgentState', params: { state: 'loggedOn' } }))
  t.same(await first.closed(), { code: 4401, reason: 'The sign-in was ended' })
  await second.result('session.ping')
  t.same(agents.orders, [])
  t.equal(server.size.sessions, 1, 'it cannot be resumed')
  t.equal(second.closedWith, undefined, 'another sign-in of the same user goes on')
})

t.test('who is gone from the configuration is sent away', async (t) => {
  const { url, doorkeeper, server } = await start(t)
  const [gone, stays] = [await CtiClient.open(url, '1001'), await CtiClient.open(url, '1002')]
  const away = await CtiClient.open(url, '1001')
  await away.cut()
  doorkeeper.users = without('1001')
  server.follow({ all: false })
  t.equal((await gone.closed()).code, 4403)
  await stays.result('session.ping')
  t.equal(server.size.sessions, 1, 'nor is what waited for them to come back')
  const back = await CtiClient.connect(url)
  back.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.open', params: { token: '1001' } }))
  t.equal((await back.closed()).code, 4401)
})

t.test('other teams or another role are another view at once, and nothing of the old one is replayed', async (t) => {
  const { url, doorkeeper, server, play } = await start(t)
  const leader = await CtiClient.open(url, '2001')
  const cut = await CtiClient.open(url, '2001')
  const bystander = await CtiClient.open(url, '2002')
  const [service, sales] = [callScript('a'), callScript('b', 'sales')]
  play(service.started, service.queued, sales.started, sales.queued)
  await until(() => leader.events.length === 2, { what: 'both calls' })
  await cut.cut()

  doorkeeper.users = [...without('2001'), { username: '2001', name: 'Leader', role: 'supervisor', teams: ['west'] }]
  server.follow({ all: false })
  const changed = await leader.saw('session.viewChanged')
  if (changed.type !== 'session.viewChanged') throw new Error('unreachable')
  t.match(changed, {
    seq: 3,
    snapshot: { me: { name: 'Leader' }, agents: [{ agentId: '1003' }], queues: [], calls: [{ callId: 'b' }] }
  })
  t.equal(changed.snapshot.calls.length, 1)
  play(service.offered('1001'), sales.offered('1003'))
  await leader.saw('delivered')
  t.same(
    leader.events.slice(3).map((event) => 'callId' in event && event.callId),
    ['b'],
    'nothing of the team they led'
  )
  t.match(await leader.request('clearConnection', { callId: 'a', deviceId: '1001' }), {
    error: { data: { code: 'CALL_UNKNOWN' } }
  })

  const { sessionId } = cut.opened
  const back = await CtiClient.open(url, '2001', { sessionId, resumeAfter: 0 })
  t.match(back.opened, { sessionId, snapshot: { calls: [{ callId: 'b' }] } })
  t.same(back.events, [])
  await leader.cut()
  const unaware = await CtiClient.open(url, '2001', { sessionId: leader.opened.sessionId, resumeAfter: 2 })
  t.ok(unaware.opened.snapshot, 'whoever missed the change is given a snapshot')
  await unaware.cut()
  const aware = await CtiClient.open(url, '2001', { sessionId: leader.opened.sessionId, resumeAfter: 3 })
  t.equal(aware.opened.snapshot, null)
  await aware.saw('delivered')
  t.same(
    bystander.events.filter(({ type }) => type === 'session.viewChanged'),
    [],
    'for others nothing has changed'
  )
})

t.test('a changed centre is told to whoever sees it differently', async (t) => {
  const agents = new Map(smallCentre.agents)
  const centre: Centre = { ...smallCentre, agents }
  const { url, board, server, doorkeeper } = await start(t, {}, centre)
  const [own, leader, admin] = await Promise.all(['1001', '2001', 'admin'].map((name) => CtiClient.open(url, name)))
  if (!own || !leader || !admin) throw new Error('Not all are here')
  const changes = (client: CtiClient) => client.events.filter(({ type }) => type === 'session.viewChanged').length

  server.follow({ all: board.follow() })
  await Promise.all([own, leader, admin].map((client) => client.result('session.ping')))
  t.same([own, leader, admin].map(changes), [0, 0, 0], 'the same again is no change')

  const moved = agents.get('1002')
  if (moved === undefined) throw new Error('The small centre has no 1002')
  agents.set('1002', { ...moved, team: 'west', queueLevels: { service: 2 } })
  server.follow({ all: false })
  await leader.saw('session.viewChanged')
  t.same([own, leader, admin].map(changes), [0, 1, 0], 'a team that lost somebody')
  server.follow({ all: board.follow() })
  t.match(await admin.saw('session.viewChanged'), {
    snapshot: { agents: [{}, { agentId: '1002', team: 'west', levels: { service: 2 } }, {}] },
    choices: {}
  })
  agents.set('1002', { ...moved, team: 'west' })
  t.equal(board.follow(), true, 'another level is seen')
  t.notOk('levels' in (board.agents.get('1002') ?? {}))

  doorkeeper.users = [{ username: '2001', name: 'x', role: 'crm', teams: [] }]
  server.follow({ all: false })
  t.equal((await leader.closed()).code, 4403, 'a crm client must say what it wants')
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/cti/sessions.test.ts')
})
