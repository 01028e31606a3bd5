import { readFile, rename, writeFile } from 'node:fs/promises'
import t from 'tap'
import { Centre, password } from '../helpers/centre/centre.ts'
import { Visits } from '../helpers/centre/visits.ts'
import { DeskPhone } from '../helpers/phones/desk-phone.ts'
import { until } from '../helpers/until.ts'

/** Numbers of tests/centre/flows/waiting.yaml. */
const PLACE = '7701'
const OFFER = '7702'
const OVERFLOW = '7703'
const SHUT = '7704'
const HUM_HZ = 1000

const centre = await Centre.start()
const visits = new Visits(centre)
t.teardown(() => centre.stop())
t.setTimeout(280_000)

t.afterEach(async () => {
  await centre.expectNothingLeft()
  t.same(visits.endedBadly(), [], 'every call ended once, and nothing was told of it after that')
})

const phoneOf = async (user: string) => {
  const phone = await DeskPhone.register({ sip: centre.asterisk.sipAddress, user, password, voiceHz: HUM_HZ })
  await until(() => centre.server.telephony.phoneStatus(user) === 'in-service', { what: `phone ${user} in service` })
  return phone
}

t.test('callers hear their place over the music, again when it got better, and leave by a key', async (t) => {
  const first = await visits.call(PLACE)
  await first.fact('call.announced')
  const second = await visits.call(PLACE)
  t.match(await second.fact('call.announced'), { queue: 'card-security', position: 2, whole: true })
  const told = Date.now()
  await second.caller.ear.untilSound()
  t.ok(second.caller.ear.longestGapMs(told) < 1_500, 'music again')

  await first.caller.press('0')
  t.equal(await first.ending(), 'completed flow-hangup')
  t.same(first.path(), ['which:when', 'place:left', 'gone'])
  t.match(first.factsOf('call.dequeued'), [{ exit: 'left' }])
  t.match(await second.fact('call.announced', ({ position }) => position === 1, 7_000), { whole: true })
  second.caller.hangup()
  t.equal(await second.ending(), 'abandoned caller-hung-up-in-queue')
  t.equal(second.factsOf('call.announced').length, 2)
})

t.test('a key ends what is being said', async (t) => {
  const visit = await visits.call(OFFER)
  await visit.fact('call.queued')
  await until(() => Date.now() - (visit.factsOf('call.queued')[0]?.at ?? 0) > 1_500, { what: 'the offer is being said' })
  const pressed = Date.now()
  await visit.caller.press('1')
  t.match(await visit.fact('call.dequeued'), { exit: 'callback' })
  t.ok(Date.now() - pressed < 1_000, `left after ${Date.now() - pressed} ms`)
  t.match(visit.factsOf('call.announced'), [{ message: 1, whole: false }])
  await visit.ending()
  t.same(visit.path(), ['which:when', 'offer:callback', 'booked'])
})

t.test('an agent who answers is not kept waiting by what is being said', async (t) => {
  const phone = await phoneOf('1001')
  const desk = await centre.desk('1001')
  await desk.result('setAgentState', { state: 'loggedOn' })
  const visit = await visits.call(OFFER)
  await visit.fact('call.queued')
  await desk.result('setAgentState', { state: 'ready' })
  await phone.ringing(1)
  await until(() => Date.now() - (visit.factsOf('call.queued')[0]?.at ?? 0) > 1_500, { what: 'the offer is being said' })
  const answered = Date.now()
  phone.reply()
  const established = await visit.fact('call.established')
  t.match(visit.factsOf('call.announced'), [{ message: 1, whole: false }], 'it was being said')
  t.ok(established.at - answered < 1_500, `joined after ${established.at - answered} ms`)
  await visit.caller.ear.untilHears(HUM_HZ)
  t.ok(Date.now() - answered < 3_000, `heard after ${Date.now() - answered} ms`)
  visit.caller.hangup()
  await visit.ending()
  await phone.close()
  await desk.result('setAgentState', { state: 'loggedOff' })
})

t.test('who hangs up while something is said leaves nothing behind', async (t) => {
  const visit = await visits.call(OFFER)
  await visit.fact('call.queued')
  await until(() => Date.now() - (visit.factsOf('call.queued')[0]?.at ?? 0) > 1_000, { what: 'the offer is being said' })
  visit.caller.hangup()
  t.equal(await visit.ending(), 'abandoned caller-hung-up-in-queue')
  t.match(visit.factsOf('call.announced'), [{ whole: false }])
})

t.test('a shortcut that a telephone dials from its memory works over the music, and its keys count once', async (t) => {
  const visit = await visits.call(PLACE)
  await visit.fact('call.announced')
  await visit.caller.press('*9', { durationMs: 40, gapMs: 20 })
  t.match(await visit.fact('call.dequeued'), { exit: 'left' })
  await until(() => Date.now() - (visit.factsOf('call.dequeued')[0]?.at ?? 0) > 1_000, { what: 'a key told twice is there' })
  await visit.caller.press('1')
  await visit.ending()
  t.same(visit.path(), ['which:when', 'place:shortcut', 'ask:1', 'served'])
})

t.test('a caller goes on to another queue with the time they have waited', async (t) => {
  const alone = await visits.call(OVERFLOW)
  const phone = await phoneOf('1011')
  await alone.fact('call.queued')
  const desk = await centre.readyAgent('1011')
  // Nobody was there to go to when the time had come; the rule is looked at again.
  await phone.ringing(1, 9_000)
  const [first, second] = alone.factsOf('call.queued')
  t.match(
    [first, second],
    [
      { queue: 'card-security', priority: 'high' },
      { queue: 'service', priority: 'high', enqueuedAt: first?.enqueuedAt }
    ]
  )
  t.match(alone.factsOf('call.dequeued'), [{ queue: 'card-security', exit: 'overflow' }])
  t.match(alone.factsOf('offer.made'), [{ queue: 'service', data: { waited: { queues: ['card-security', 'service'] } } }])
  phone.reply()
  await alone.fact('call.established')
  phone.hangup()
  t.equal(await alone.ending(), 'completed flow-hangup')
  t.same(alone.path(), ['which:when', 'overflow:answered', 'served'])
  await phone.close()
  await desk.result('setAgentState', { state: 'loggedOff' })
})

t.test('a queue that is closed, and one whose agents are away, let their callers go', async (t) => {
  const visit = await visits.call(SHUT)
  t.equal(await visit.ending(), 'completed flow-hangup')
  // The first step says nothing of closed hours: its caller goes on as after its longest wait.
  t.same(visit.path(), ['which:when', 'shut:closed', 'unstaffed:no_agents', 'gone'])
  const [stay] = visit.factsOf('call.dequeued')
  t.match(stay, { queue: 'unstaffed', exit: 'no_agents' })
  t.ok((stay?.waitedMs ?? 0) >= 1_000 && (stay?.waitedMs ?? 0) < 2_000, `after ${stay?.waitedMs} ms`)
})

t.test('a supervisor sees who waits, and takes one of them out', async (t) => {
  const first = await visits.call(PLACE)
  await first.fact('call.queued')
  const second = await visits.call(PLACE)
  await second.fact('call.queued')
  const path = '/api/v1/queues/card-security/callers'
  const order = async (username: string, method: string, rest = '') =>
    fetch(`${centre.url}${path}${rest}`, { method, headers: { authorization: `Bearer ${await centre.signIn(username)}` } })

  const { items } = (await (await order('2001', 'GET')).json()) as { items: object[] }
  t.match(items, [
    { callId: first.callId, position: 1, priority: 'normal', enqueuedAt: String },
    { callId: second.callId, position: 2 }
  ])
  t.equal((await order('1001', 'GET')).status, 403, 'agents do not')
  t.equal((await order('teamlead', 'GET')).status, 404, 'nor who leads another team')
  t.equal((await order('2001', 'DELETE', `/${first.callId}`)).status, 204)
  t.match(await first.fact('call.dequeued'), { exit: 'withdrawn', by: '2001' })
  t.equal(await first.ending(), 'completed flow-hangup')
  t.same(first.path(), ['which:when', 'place:withdrawn', 'gone'])
  t.equal((await order('2001', 'DELETE', `/${first.callId}`)).status, 404)

  const desk = await centre.desk('2001')
  t.match(await desk.result('queue.callers', { queue: 'card-security' }), { callers: [{ callId: second.callId, position: 1 }] })
  await desk.result('queue.withdraw', { callId: second.callId ?? '' })
  t.match(await second.fact('call.dequeued'), { exit: 'withdrawn', by: '2001' })
  await second.ending()
})

t.test('who is cut off has their place back when they call again; who hangs up has not', async (t) => {
  const from = '13755550002'
  const first = await visits.call(PLACE, { from })
  const { enqueuedAt } = await first.fact('call.queued')
  const other = await visits.call(PLACE)
  await other.fact('call.queued')
  first.caller.hangup('Q.850;cause=38;text="Network out of order"')
  t.equal(await first.ending(), 'abandoned caller-hung-up-in-queue')

  const second = await visits.call(PLACE, { from })
  t.match(await second.fact('call.queued'), { enqueuedAt, position: 1, resumes: first.callId })
  t.equal(centre.server.distribution.position(other.callId ?? ('' as never)), 2)
  second.caller.hangup()
  await second.ending()
  const third = await visits.call(PLACE, { from })
  const again = await third.fact('call.queued')
  t.match(again, { position: 2 })
  t.notOk('resumes' in again)
  other.caller.hangup()
  third.caller.hangup()
  await other.ending()
  await third.ending()
  t.same(await centre.postgres.database.query('select caller from kept_places'), [])
})

t.test('the configuration changes while people wait and talk, and nobody loses anything', async (t) => {
  const path = centre.config.environment.CONFIG
  const before = await readFile(path, 'utf8')
  const change = async (method: string, rest: string, body?: object) =>
    fetch(`${centre.url}/api/v1/configuration${rest}`, {
      method,
      headers: {
        authorization: `Bearer ${await centre.signIn('admin')}`,
        ...(body && { 'content-type': 'application/json' })
      },
      ...(body && { body: JSON.stringify(body) })
    })
  const phone = await phoneOf('1002')
  const desk = await centre.readyAgent('1002')
  const talking = await visits.call(PLACE)
  await phone.ringing(1)
  phone.reply()
  await talking.fact('call.established')
  const first = await visits.call(PLACE)
  const { enqueuedAt } = await first.fact('call.queued')
  const second = await visits.call(PLACE)
  await second.fact('call.queued')
  const position = (visit: typeof first) => centre.server.distribution.position(visit.callId ?? ('' as never))

  // Shorter than those who wait, other skills and strategy, and a new agent: over the API.
  const queue = {
    title: 'Cards',
    skills: { 'card-security': 5 },
    strategy: 'round-robin',
    ring: '3s',
    wrap_up: '0s',
    max_length: 1
  }
  const put = await change('PUT', '/queues/card-security', { value: queue })
  t.equal(put.status, 200, JSON.stringify(await put.clone().json()))
  t.same([position(first), position(second)], [1, 2])
  const third = await visits.call(PLACE)
  await third.ending()
  t.same(third.path(), ['which:when', 'place:full', 'gone'], 'the new length holds for who comes')

  // What breaks a flow is refused, and nothing of it stays.
  const gone = await change('DELETE', '/queues/card-security')
  t.equal(gone.status, 422)
  t.match(await gone.json(), { error: { details: { problems: [/card-security/] } } })

  // The file, as an editor saves it: an agent is new, who knows enough; the one who talks is gone.
  const now = await readFile(path, 'utf8')
  const agents = now
    .replace('range: 1001-1010', 'range: 1003-1010')
    .replace('emergency_group: ["1001"]', 'emergency_group: ["1003"]')
    .replace('agents:\n', 'agents:\n  - { id: "1030", team: cards, queues: [card-security], skills: { card-security: 5 } }\n')
  await writeFile(`${path}.part`, agents)
  await rename(`${path}.part`, path)
  const isLive = async () => (await centre.get<{ source: string }>('/api/v1/configuration')).source === agents
  await until(isLive, { what: 'the file is live' })
  t.equal(talking.factsOf('call.ended').length, 0, 'who talks goes on talking')
  t.same([position(first), position(second)], [1, 2])
  const other = await phoneOf('1030')
  const newDesk = await centre.readyAgent('1030')
  await other.ringing(1)
  other.reply()
  t.match(await first.fact('call.established'), { agentId: '1030' })
  t.match(first.factsOf('call.queued'), [{ enqueuedAt }])
  t.equal(position(second), 1)

  talking.caller.hangup()
  await talking.ending()
  await until(() => centre.server.distribution.status('1002' as never) === undefined, { what: 'who was gone is off', ms: 5_000 })
  await until(async () => (await centre.asterisk.ari('GET', 'asterisk/config/dynamic/res_pjsip/endpoint/1002')).status === 404, {
    what: 'and so is their phone'
  })

  await writeFile(path, 'queues: [')
  await until(async () => !(await centre.ready()), { what: 'readiness tells of a broken file', ms: 5_000 })
  const readiness = await fetch(`${centre.url}/health/ready`)
  t.match(await readiness.json(), { checks: { configuration: { ok: false, why: /centre\.yaml:1/ } } })
  t.equal(position(second), 1, 'what was live stays')
  const { items } = await centre.get<{ items: { version: string; by: string }[] }>('/api/v1/configuration/versions')
  t.match(items, [{ by: 'file' }, { by: 'admin' }, { by: 'file' }])
  const back = await change('POST', '/rollback', { version: items[2]?.version ?? '' })
  t.equal(back.status, 200)
  t.equal(await readFile(path, 'utf8'), before, 'rolled back, on disk too')
  t.ok(await centre.ready())
  second.caller.hangup()
  first.caller.hangup()
  await Promise.all([first.ending(), second.ending()])
  await Promise.all([phone.close(), other.close()])
  for (const { client } of [desk, newDesk])
    await until(() => client.connection.state === 'closed', { what: 'whoever is no agent any more has no desk' })
})
