import t from 'tap'
import { Centre, password } from '../helpers/centre.ts'
import { DeskPhone } from '../helpers/desk-phone.ts'
import { until } from '../helpers/until.ts'
import { Visits } from '../helpers/visits.ts'

/** Numbers of tests/centre/flows/waiting.yaml. */
const PLACE = '7701'
const OFFER = '7702'
const OVERFLOW = '7703'
const SHUT = '7704'
const HUM_HZ = 1000

const centre = await Centre.start()
const visits = new Visits(centre)
t.teardown(() => centre.stop())
t.setTimeout(180_000)

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
  t.ok(second.caller.ear.longestGapMs(told) < 500, 'music again')

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
  await phone.ringing()
  await until(() => Date.now() - (visit.factsOf('call.queued')[0]?.at ?? 0) > 1_500, { what: 'the offer is being said' })
  const answered = Date.now()
  phone.reply()
  const established = await visit.fact('call.established')
  t.match(visit.factsOf('call.announced'), [{ message: 1, whole: false }], 'it was being said')
  t.ok(established.at - answered < 500, `joined after ${established.at - answered} ms`)
  await visit.caller.ear.untilHears(HUM_HZ)
  t.ok(Date.now() - answered < 1_500, `heard after ${Date.now() - answered} ms`)
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
