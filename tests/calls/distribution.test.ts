import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { ToldTwice } from '../../src/calls/call/told-twice.ts'
import { Distribution, type Waiter } from '../../src/calls/offers/distribution.ts'
import { Timers } from '../../src/calls/offers/timers.ts'
import type { AgentProfile, Skills } from '../../src/domain/agent.ts'
import type { DomainEventBody } from '../../src/domain/events.ts'
import type { AgentId, CallId, ContactId, OfferId } from '../../src/domain/ids.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Offer, OfferResult, PriorityName, QueueSettings, WaitingCall } from '../../src/domain/queue.ts'
import { growth } from '../helpers/growth.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

const START = 1_000_000
const RING = 15_000
const WRAP_UP = 30_000

const queue = (name: string, settings: Partial<QueueSettings> = {}): QueueSettings => ({
  name,
  title: name,
  skills: {},
  ringMs: RING,
  wrapUpMs: WRAP_UP,
  maxWaitMs: 600_000,
  maxLength: 3,
  music: 'default',
  ...settings
})

const agent = (id: string, queues: readonly string[] = ['service'], skills: Skills = {}): AgentProfile => ({
  id: id as AgentId,
  name: id,
  team: 'one',
  queues,
  skills
})

/** A centre of three agents on virtual time, and everything that was said, in order. */
function centre(t: Pick<Test, 'teardown'>) {
  const clock = new VirtualClock(START)
  const said: string[] = []
  const events: DomainEventBody[] = []
  const faults: unknown[] = []
  const queues = [queue('service'), queue('sales', { wrapUpMs: 0 }), queue('cards', { skills: { cards: 3 } })]
  const agents = [agent('1001', ['service', 'sales']), agent('1002'), agent('1003', ['cards'], { cards: 4 })]
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void faults.push(fields), child: () => log }
  let id = 0
  const distribution = new Distribution({
    queues: new Map(queues.map((each) => [each.name, each])),
    agents: new Map(agents.map((each) => [each.id, each])),
    clock,
    publish(event) {
      events.push(event)
      said.push(sentence(event))
      onEvent(event)
    },
    newId: () => `o${++id}`,
    log
  })
  let onEvent: (event: DomainEventBody) => void = () => {}

  const offers: Offer[] = []
  const waiter: Waiter = {
    onOffer(offer) {
      offers.push(offer)
      said.push(`ring ${offer.agentId} for ${offer.callId}`)
    },
    onOfferEnded: (offer, result: OfferResult) => void said.push(`stop ${offer.agentId} for ${offer.callId}: ${result}`)
  }
  t.teardown(() => {
    distribution.dispose()
    if (distribution.timers() + clock.sleeping > 0) throw new Error('A timer is left')
    if (faults.length > 0) throw new Error('Something failed', { cause: faults[0] })
  })

  return {
    clock,
    distribution,
    events,
    faults,
    offers,
    waiter,
    listen(listener: typeof onEvent) {
      onEvent = listener
    },
    /** What was said since the last time. */
    heard: () => said.splice(0),
    heardSoFar: () => [...said],
    ready(...ids: string[]) {
      for (const each of ids) {
        distribution.logOn(each as AgentId)
        distribution.setState(each as AgentId, { state: 'ready' })
      }
      said.splice(0)
    },
    enqueue: (callId: string, options: Partial<WaitingCall> = {}, leaveIfNoAgents = false) =>
      distribution.enqueue(call(callId, { enqueuedAt: clock.now(), ...options }), waiter, { leaveIfNoAgents }),
    state(agentId: string) {
      const status = distribution.status(agentId as AgentId)
      return [status?.state, status?.reason].filter((part) => part !== undefined).join(' ')
    },
    lastOffer(): OfferId {
      const offer = offers.at(-1)
      if (offer === undefined) throw new Error('No offer was made')
      return offer.id
    }
  }
}

const call = (callId: string, options: Partial<WaitingCall> = {}): WaitingCall => ({
  callId: callId as CallId,
  contactId: `contact-${callId}` as ContactId,
  queue: 'service',
  priority: 'normal' as PriorityName,
  skills: {},
  enqueuedAt: START,
  ...options
})

function sentence(event: DomainEventBody): string {
  switch (event.type) {
    case 'agent.changed':
      return `${event.status.agentId} ${event.previous} → ${event.status.state}${event.status.reason ? ` (${event.status.reason})` : ''}`
    case 'offer.ended':
      return `offer ended: ${event.agentId} ${event.callId} ${event.result}`
    case 'queue.changed':
      return `queue ${event.status.queue}: ${event.status.waiting} waiting, ${event.status.ready}/${event.status.talking}/${event.status.loggedOn}`
    case 'agent.wrapped-up':
      return `wrapped up: ${[event.agentId, event.contactId, event.disposition ?? '-', event.notes ?? '-', ...(event.promises ?? []).map(({ what, until }) => `promises ${what} ${until}`)].join(' ')}`
    default:
      return event.type
  }
}

const id = (name: string) => name as AgentId & CallId

t.test('a caller is offered to a ready agent, who answers, talks, wraps up and is ready again', async (t) => {
  const { distribution, clock, enqueue, heard, ready, lastOffer, state } = centre(t)
  ready('1002')

  t.equal(enqueue('a'), 'waiting')
  t.same(heard(), ['1002 ready → reserved', 'ring 1002 for a', 'queue service: 1 waiting, 0/0/1'])
  t.equal(distribution.openOffers(), 1)

  t.equal(distribution.answered(lastOffer()), true)
  t.same(heard(), ['offer ended: 1002 a answered', '1002 reserved → busy', 'queue service: 0 waiting, 0/1/1'])
  t.equal(distribution.openOffers() + distribution.timers(), 0)

  distribution.talkOver(id('1002'), id('a'), 'service')
  t.same(heard(), ['1002 busy → workingAfterCall', 'queue service: 0 waiting, 0/0/1'])
  t.equal(distribution.status(id('1002'))?.until, clock.now() + WRAP_UP)

  await clock.advance(WRAP_UP - 1)
  t.equal(state('1002'), 'workingAfterCall')
  await clock.advance(1)
  t.same(heard(), ['wrapped up: 1002 contact-a - -', '1002 workingAfterCall → ready', 'queue service: 0 waiting, 1/0/1'])
  t.equal(distribution.stuck(), 0)
})

t.test('two agents cannot both claim one caller, nor one offer twice', async (t) => {
  const { distribution, clock, enqueue, ready, offers } = centre(t)
  ready('1001', '1002')
  enqueue('a')
  await clock.advance(RING)
  t.same(
    offers.map(({ agentId }) => agentId),
    ['1001', '1002'],
    'missed by the first, offered to the second'
  )
  const [first, second] = offers.map((offer) => offer.id)
  t.equal(distribution.answered(first as OfferId), false, 'the first picks up too late')
  t.equal(distribution.answered(second as OfferId), true)
  t.equal(distribution.answered(second as OfferId), false)
})

t.test('an offer that rings out makes the agent not ready and gives the caller to the next, at the first time', async (t) => {
  const { clock, enqueue, heard, ready, offers, distribution, state } = centre(t)
  ready('1002')
  enqueue('a')
  enqueue('b')
  heard()

  await clock.advance(RING)
  t.same(heard(), ['offer ended: 1002 a missed', 'stop 1002 for a: missed', '1002 reserved → notReady (missed)'])
  t.equal(distribution.queueStatus('service')?.oldestSince, START)
  t.equal(distribution.position(id('a')), 1)

  ready('1001')
  t.equal(offers.at(-1)?.callId, 'a', 'before the one who came later')
  t.equal(state('1001'), 'reserved')
})

t.test('each way an offer fails has its own result', async (t) => {
  const { distribution, enqueue, heard, ready, lastOffer, state } = centre(t)
  for (const [result, reason] of [
    ['rejected', 'rejected'],
    ['unreachable', 'phone-unreachable'],
    ['missed', 'missed']
  ] as const) {
    ready('1002')
    enqueue(result)
    heard()
    distribution.offerFailed(lastOffer(), result)
    distribution.offerFailed(lastOffer(), result)
    t.same(heard().slice(0, 3), [
      `offer ended: 1002 ${result} ${result}`,
      `stop 1002 for ${result}: ${result}`,
      `1002 reserved → notReady (${reason})`
    ])
    distribution.withdraw(id(result))
    t.equal(state('1002'), `notReady ${reason}`)
  }
})

t.test('a caller who leaves while the phone rings frees the agent at once, at their old turn', async (t) => {
  const { distribution, clock, enqueue, heard, ready, offers } = centre(t)
  ready('1002')
  await clock.advance(1_000)
  ready('1001')
  enqueue('a')
  heard()
  await clock.advance(5_000)

  distribution.withdraw(id('a'))
  distribution.withdraw(id('a'))
  t.same(heard(), [
    'offer ended: 1002 a callerGone',
    'stop 1002 for a: callerGone',
    '1002 reserved → ready',
    'queue service: 0 waiting, 2/0/2'
  ])
  t.match(distribution.status(id('1002')), { since: START + 6_000, idleSince: START })
  t.equal(distribution.openOffers() + distribution.timers(), 0, 'no zombie is left to ring out')

  enqueue('b')
  t.equal(offers.at(-1)?.agentId, '1002', 'still the longest idle')
})

t.test('an agent freed by a caller who left takes the next one', async (t) => {
  const { distribution, enqueue, ready, offers } = centre(t)
  ready('1002')
  enqueue('a')
  enqueue('b')
  distribution.withdraw(id('a'))
  t.match(offers.at(-1), { callId: 'b', agentId: '1002' })
  t.equal(distribution.openOffers(), 1)
})

t.test('an agent who logs off while the phone rings is gone at once; the caller goes to the next', async (t) => {
  const { distribution, enqueue, heard, ready } = centre(t)
  ready('1001', '1002')
  enqueue('a')
  heard()
  distribution.logOff(id('1001'))
  t.same(heard(), [
    '1001 reserved → loggedOff',
    'offer ended: 1001 a rejected',
    'stop 1001 for a: rejected',
    '1002 ready → reserved',
    'ring 1002 for a',
    'queue service: 1 waiting, 0/0/1',
    'queue sales: 0 waiting, 0/0/0'
  ])
})

t.test('a choice made while it rings is kept: applied when missed, and after the talk when answered', async (t) => {
  const { distribution, clock, enqueue, ready, lastOffer, state } = centre(t)
  ready('1002')
  enqueue('a')
  distribution.setState(id('1002'), { state: 'notReady', reason: 'lunch' })
  t.equal(state('1002'), 'reserved', 'the phone goes on ringing')
  await clock.advance(RING)
  t.equal(state('1002'), 'notReady lunch')

  ready('1002')
  distribution.setState(id('1002'), { state: 'notReady', reason: 'lunch' })
  t.equal(distribution.answered(lastOffer()), true)
  distribution.talkOver(id('1002'), id('a'), 'service')
  t.equal(state('1002'), 'workingAfterCall')
  await clock.advance(WRAP_UP)
  t.equal(state('1002'), 'notReady lunch')
})

t.test('the agent ends the wrap-up with notes, or by choosing a state; its deadline is set once', async (t) => {
  const { distribution, clock, enqueue, heard, ready, lastOffer, state } = centre(t)
  const talk = (callId: string) => {
    ready('1002')
    enqueue(callId)
    distribution.answered(lastOffer())
    distribution.talkOver(id('1002'), id(callId), 'service')
  }
  talk('a')
  await clock.advance(10_000)
  distribution.talkOver(id('1002'), id('a'), 'service')
  t.equal(distribution.status(id('1002'))?.until, START + WRAP_UP, 'told twice, set once')
  const promises = [{ what: 'a call', until: '2026-11-27' }]
  t.match(distribution.wrapUp(id('1002'), { disposition: 'card-blocked', notes: 'new card sent', promises }), {
    ok: true,
    value: { state: 'ready' }
  })
  t.ok(heard().includes('wrapped up: 1002 contact-a card-blocked new card sent promises a call 2026-11-27'))
  t.same(distribution.wrapUp(id('1002'), {}), { ok: false, code: 'AGENT_NOT_IN_WRAP_UP' })

  talk('b')
  distribution.setState(id('1002'), { state: 'notReady', reason: 'break' })
  t.equal(state('1002'), 'notReady break')
  t.equal(heard().filter((line) => line.startsWith('wrapped up')).length, 1)

  talk('c')
  await clock.advance(WRAP_UP - 1)
  t.equal(state('1002'), 'workingAfterCall', 'the deadline of an earlier wrap-up does not end this one')
})

t.test('without wrap-up the agent goes straight on to the next caller, or to what they chose', async (t) => {
  const { distribution, enqueue, ready, lastOffer, state, offers } = centre(t)
  ready('1001')
  enqueue('a', { queue: 'sales' })
  enqueue('b', { queue: 'sales' })
  distribution.answered(lastOffer())
  distribution.talkOver(id('1001'), id('a'), 'sales')
  t.equal(offers.at(-1)?.callId, 'b')
  distribution.answered(lastOffer())
  distribution.logOff(id('1001'))
  t.equal(state('1001'), 'busy', 'nobody is torn from a caller')
  distribution.talkOver(id('1001'), id('b'), 'sales')
  t.equal(state('1001'), 'loggedOff')
  distribution.talkOver(id('1001'), id('b'), 'sales')
  t.equal(state('1001'), 'loggedOff')
})

t.test('a full queue and a queue without agents turn callers away, but not those who had a place', async (t) => {
  const { distribution, waiter, enqueue, ready } = centre(t)
  t.equal(enqueue('x', {}, true), 'no_agents')
  t.equal(distribution.queueStatus('service')?.waiting, 0)
  t.equal(distribution.callers(), 0)
  const back = { leaveIfNoAgents: true, keepsPlace: true }
  t.equal(distribution.enqueue(call('back'), waiter, back), 'waiting', 'who comes back waits all the same')
  distribution.withdraw(id('back'))
  distribution.logOn(id('1002'))
  t.equal(enqueue('a', {}, true), 'waiting', 'a logged-on agent is enough')
  t.equal(enqueue('b'), 'waiting')
  t.equal(enqueue('c'), 'waiting')
  t.equal(enqueue('d'), 'full')
  t.equal(distribution.enqueue(call('d'), waiter, { leaveIfNoAgents: false, keepsPlace: true }), 'waiting')
  t.equal(distribution.queueStatus('service')?.waiting, 4)
  ready('1002')
  t.equal(distribution.queueStatus('service')?.waiting, 4, 'who is being offered still waits')
  t.throws(() => enqueue('e', { queue: 'nowhere' }), { code: 'QUEUE_UNKNOWN' })
  distribution.withdraw(id('b'))
  distribution.withdraw(id('c'))
  t.throws(() => enqueue('a'), { code: 'CALL_ALREADY_QUEUED' })
})

t.test('a call is offered straight to a named agent, who is then nobody else’s', async (t) => {
  const { distribution, clock, waiter, enqueue, heard, ready, state, offers } = centre(t)
  const straight = { callId: id('t'), contactId: 'contact-t' as ContactId }
  t.equal(distribution.reserve(id('1002'), straight, 10_000, waiter), undefined, 'not while logged off')
  ready('1002')
  const offer = distribution.reserve(id('1002'), straight, 10_000, waiter)
  t.match(offer, { agentId: '1002', callId: 't', queue: '', deadline: START + 10_000 })
  t.same(heard().slice(0, 2), ['1002 ready → reserved', 'ring 1002 for t'])
  ready('1001')
  t.equal(distribution.reserve(id('1001'), straight, 10_000, waiter), undefined, 'one offer for one caller')
  enqueue('a')
  t.equal(offers.at(-1)?.agentId, '1001')

  await clock.advance(10_000)
  t.equal(state('1002'), 'notReady missed')
  ready('1002')
  t.ok(distribution.reserve(id('1002'), straight, 10_000, waiter), 'the agent may be asked again')
  distribution.withdraw(id('t'))
  t.equal(state('1002'), 'ready')
  const last = distribution.reserve(id('1002'), straight, 10_000, waiter)
  t.equal(distribution.answered(last?.id as OfferId), true)
  distribution.talkOver(id('1002'), id('t'), undefined)
  t.equal(state('1002'), 'ready', 'no queue, no wrap-up')
})

t.test('an agent picks up a caller out of turn, also while a colleague’s phone rings, and is as before afterwards', async (t) => {
  const { distribution, clock, enqueue, heard, ready, state, offers, lastOffer, waiter } = centre(t)
  ready('1001', '1002')
  enqueue('a')
  enqueue('b')
  enqueue('c')
  distribution.logOn(id('1003'))
  t.same(distribution.pickUp(id('c'), id('1003')), { ok: false, code: 'NOT_QUALIFIED' }, 'not an agent of that queue')
  t.same(distribution.pickUp(id('c'), id('1002')), { ok: false, code: 'AGENT_ON_CALL' }, 'whose own phone rings')
  t.same(distribution.pickUp(id('nobody'), id('1003')), { ok: false, code: 'NOT_WAITING' })
  t.same(distribution.pickUp(id('c'), id('nobody')), { ok: false, code: 'AGENT_UNKNOWN' })
  distribution.logOff(id('1001'))
  t.same(distribution.pickUp(id('a'), id('1001')), { ok: false, code: 'AGENT_LOGGED_OFF' })
  distribution.logOn(id('1001'))
  distribution.setState(id('1001'), { state: 'notReady', reason: 'lunch' })
  t.equal(state('1002'), 'reserved')
  const ringsFor = offers.findLast(({ agentId }) => agentId === '1002')?.callId
  heard()

  t.same(distribution.pickUp(id('c'), id('1001')), { ok: true, value: undefined }, 'the last one, from not ready')
  t.same(heard(), ['1001 notReady → reserved', 'ring 1001 for c'])
  t.match(offers.at(-1), { callId: 'c', agentId: '1001', asked: true })
  distribution.offerFailed(lastOffer(), 'rejected')
  t.equal(state('1001'), 'notReady lunch', 'declining it is no fault')

  await clock.advance(1000)
  heard()
  t.same(distribution.pickUp(id(ringsFor ?? ''), id('1001')), { ok: true, value: undefined })
  t.same(heard().slice(0, 5), [
    `offer ended: 1002 ${ringsFor} answeredElsewhere`,
    `stop 1002 for ${ringsFor}: answeredElsewhere`,
    '1002 reserved → ready',
    '1002 ready → reserved',
    `ring 1002 for ${offers.findLast(({ agentId }) => agentId === '1002')?.callId}`
  ])
  const picked = offers.findLast(({ agentId }) => agentId === '1001')
  t.equal(picked?.callId, ringsFor)
  t.equal(distribution.answered(picked?.id as OfferId), true)
  t.same(distribution.pickUp(id(ringsFor ?? ''), id('1002')), { ok: false, code: 'AGENT_ON_CALL' })
  distribution.talkOver(id('1001'), id(ringsFor ?? ''), 'service')
  t.equal(state('1001'), 'workingAfterCall')
  await clock.advance(WRAP_UP)
  t.equal(state('1001'), 'notReady lunch', 'as before')

  const own = { callId: id('own'), contactId: 'own' as ContactId }
  t.equal(distribution.reserve(id('1001'), own, 5_000, waiter), undefined, 'others’ calls are not for who is not ready')
  t.match(distribution.reserve(id('1001'), own, 5_000, waiter, 'asked'), { agentId: '1001', asked: true })
  distribution.setState(id('1001'), { state: 'ready' })
  t.equal(distribution.answered(lastOffer()), true)
  distribution.talkOver(id('1001'), id('own'), undefined)
  t.not(state('1001'), 'notReady lunch', 'a choice made meanwhile counts')
  distribution.pause()
  t.same(distribution.pickUp(id('b'), id('1003')), { ok: false, code: 'ASTERISK_UNAVAILABLE' })
  distribution.resume()
  for (const left of ['a', 'b', 'c']) distribution.withdraw(id(left))
})

t.test('a caller sent elsewhere while the phone rings leaves the agent ready, at their old turn', async (t) => {
  const { distribution, clock, enqueue, heard, ready, waiter } = centre(t)
  ready('1001', '1002')
  enqueue('a')
  heard()
  await clock.advance(2_000)
  distribution.withdraw(id('a'), 'deflected')
  t.same(heard().slice(0, 3), ['offer ended: 1001 a deflected', 'stop 1001 for a: deflected', '1001 reserved → ready'])
  t.match(distribution.status(id('1001')), { idleSince: START })
  t.match(
    distribution.reserve(id('1002'), { callId: id('a'), contactId: 'contact-a' as ContactId }, 5_000, waiter),
    { agentId: '1002' },
    'in the same breath it is offered to somebody else'
  )
  distribution.withdraw(id('a'))
})

t.test('who is not ready is not rung', async (t) => {
  const { distribution, enqueue, heard, ready, offers } = centre(t)
  ready('1001', '1002')
  distribution.setState(id('1002'), { state: 'notReady', reason: 'break' })
  t.same(heard(), ['1002 ready → notReady (break)', 'queue service: 0 waiting, 1/0/2'])
  distribution.logOff(id('1001'))
  enqueue('a')
  t.same(offers, [])
  heard()
  distribution.withdraw(id('a'))
  t.same(heard(), ['queue service: 0 waiting, 0/0/1'])
})

t.test('skills of the queue and of the call are both needed', async (t) => {
  const { enqueue, ready, offers } = centre(t)
  ready('1001', '1002', '1003')
  enqueue('a', { queue: 'cards', skills: { cards: 5 } })
  t.equal(offers.length, 0)
  enqueue('b', { queue: 'cards' })
  t.match(offers, [{ callId: 'b', agentId: '1003' }])
})

t.test('a caller is spared the agent who failed them, until nobody else can come or some time has passed', async (t) => {
  const { distribution, clock, enqueue, ready, offers, lastOffer, state } = centre(t)
  ready('1002')
  distribution.logOn(id('1001'))
  enqueue('a')
  distribution.offerFailed(lastOffer(), 'rejected')
  ready('1002')
  t.equal(state('1002'), 'ready', 'not the same caller again')
  t.equal(distribution.stuck(), 0)
  enqueue('b')
  t.match(offers.at(-1), { callId: 'b', agentId: '1002' }, 'another caller may come')
  distribution.withdraw(id('b'))

  await clock.advance(10_000)
  t.match(offers.at(-1), { callId: 'a', agentId: '1002' }, 'after a while the same one')
  distribution.offerFailed(lastOffer(), 'rejected')
  ready('1002')
  t.equal(state('1002'), 'ready')
  distribution.logOff(id('1001'))
  t.match(offers.at(-1), { callId: 'a', agentId: '1002' }, 'nobody else is left')
  t.equal(offers.length, 4)
  distribution.withdraw(id('a'))
  t.equal(distribution.timers(), 0)
})

t.test('a command given by a listener takes effect at once and is told after what came before', async (t) => {
  const { distribution, enqueue, heard, heardSoFar, ready, listen, waiter, lastOffer } = centre(t)
  ready('1002')
  listen((event) => {
    if (event.type === 'agent.changed' && event.status.state === 'reserved') {
      t.equal(distribution.answered(event.status.offerId as OfferId), true)
      t.equal(distribution.status(id('1002'))?.state, 'busy')
      t.notOk(heardSoFar().includes('ring 1002 for a'), 'nothing is told while a listener speaks')
    }
  })
  enqueue('a')
  t.same(heard(), [
    '1002 ready → reserved',
    'ring 1002 for a',
    'offer ended: 1002 a answered',
    '1002 reserved → busy',
    'queue service: 0 waiting, 0/1/1'
  ])
  listen(() => {})
  distribution.talkOver(id('1002'), id('a'), 'service')

  waiter.onOffer = (offer) => distribution.offerFailed(offer.id, 'unreachable')
  enqueue('b')
  heard()
  distribution.setState(id('1002'), { state: 'ready' })
  t.same(heard(), [
    'wrapped up: 1002 contact-a - -',
    '1002 workingAfterCall → ready',
    '1002 ready → reserved',
    'offer ended: 1002 b unreachable',
    'stop 1002 for b: unreachable',
    '1002 reserved → notReady (phone-unreachable)'
  ])
  t.ok(lastOffer())
})

t.test('a waiter that fails is reported and stops nobody', async (t) => {
  const { clock, enqueue, heard, ready, waiter, faults, state } = centre(t)
  ready('1002')
  const broken = new Error('broken')
  waiter.onOffer = () => {
    throw broken
  }
  enqueue('a')
  t.match(faults.splice(0), [{ err: broken }])
  t.ok(heard().includes('queue service: 1 waiting, 0/0/1'))
  await clock.advance(RING)
  t.equal(state('1002'), 'notReady missed')
})

t.test('every command is safe to repeat, and refused with a reason where it makes no sense', async (t) => {
  const { distribution, heard, ready } = centre(t)
  t.same(distribution.logOn(id('9999')), { ok: false, code: 'AGENT_UNKNOWN' })
  t.same(distribution.setState(id('1002'), { state: 'ready' }), { ok: false, code: 'AGENT_LOGGED_OFF' })
  t.match(distribution.logOff(id('1002')), { ok: true, value: { state: 'loggedOff' } })
  t.same(heard(), [])
  t.match(distribution.logOn(id('1002')), { ok: true, value: { state: 'notReady', reason: 'logged-on' } })
  ready('1002')
  distribution.logOn(id('1002'))
  distribution.setState(id('1002'), { state: 'ready' })
  t.same(heard(), [])
  t.equal(distribution.answered('o99' as OfferId), false)
  distribution.offerFailed('o99' as OfferId, 'missed')
  distribution.talkOver(id('1002'), id('zz'), 'service')
  t.same(heard(), [])
  t.equal(distribution.list().length, 3)
  t.equal(distribution.queueStatus('nowhere'), undefined)
})

t.test('new settings of queues hold for those who wait', async (t) => {
  const { distribution, enqueue, heard, ready, offers } = centre(t)
  ready('1002')
  enqueue('a', { queue: 'cards' })
  t.equal(offers.length, 0)
  distribution.updateQueues(
    new Map([
      ['cards', queue('cards')],
      ['service', queue('service', { ringMs: 5_000 })],
      ['new', queue('new')]
    ])
  )
  enqueue('b')
  t.match(offers, [{ callId: 'b', deadline: START + 5_000 }])
  t.ok(heard().includes('queue new: 0 waiting, 0/0/0'))
  ready('1003')
  t.match(offers.at(-1), { callId: 'a', agentId: '1003' })
  t.equal(distribution.queueStatus('sales'), undefined)
})

t.test('a timer runs once, at the time set last, and never after it was cancelled', async (t) => {
  const clock = new VirtualClock(START)
  const faults: unknown[] = []
  const ran: string[] = []
  const timers = new Timers(clock, (error) => void faults.push(error))
  const run = (name: string) => () => void ran.push(`${name} at ${clock.now() - START}`)

  timers.set('a', START + 100, run('a'))
  timers.set('a', START + 200, run('later a'))
  timers.set('b', START + 50, run('b'))
  timers.set('c', START - 50, run('c'))
  t.equal(timers.size, 3)
  t.equal(clock.sleeping, 3, 'what was replaced sleeps no more')
  await clock.advance(500)
  t.same(ran.splice(0), ['c at 0', 'b at 50', 'later a at 200'])
  t.equal(timers.size, 0)

  timers.set('same', clock.now() + 10, () => timers.cancel('other'))
  timers.set('other', clock.now() + 10, run('other'))
  clock.jump(10)
  await clock.advance(0)
  t.same(ran, [], 'cancelled between its bell and its turn')

  timers.set('broken', clock.now() + 1, () => {
    throw new Error('broken')
  })
  timers.set('left', clock.now() + 10_000, run('left'))
  await clock.advance(1)
  t.match(faults, [{ message: 'broken' }])
  timers.dispose()
  timers.set('too late', clock.now() + 1, run('too late'))
  await clock.advance(20_000)
  t.equal(timers.size + clock.sleeping, 0)
  t.same(ran, [])
  t.equal(faults.length, 1, 'a cancelled timer is no fault')
})

const agentIds = ['1001', '1002', '1003'] as const
interface Command {
  readonly do: string
  readonly queue?: string
  readonly who?: (typeof agentIds)[number]
  readonly which?: number
  readonly ms?: number
}
const anybody = fc.constantFrom(...agentIds)
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('enqueue'), queue: fc.constantFrom('service', 'service', 'sales', 'cards') })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('logOn', 'ready', 'ready', 'ready', 'notReady', 'logOff', 'wrapUp', 'reserve', 'ask'),
      who: anybody
    })
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('answer', 'answer', 'reject', 'lose', 'talkOver', 'talkOver', 'withdraw'),
      which: fc.nat({ max: 9 })
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('pickUp', 'pickUp', 'pickUp', 'deflect'),
      who: anybody,
      which: fc.nat({ max: 9 })
    })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('configure'), which: fc.nat({ max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1, 1_000, 9_000, RING, WRAP_UP) }) }
) as fc.Arbitrary<Command>

t.test('whatever happens, nobody is lost, stuck or with two others', async (t) => {
  const reached = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
      const floor = centre({ teardown: () => {} })
      const { distribution, clock, waiter, events } = floor
      const ringing = new Map<CallId, Offer>()
      let calls = 0
      const callers: CallId[] = []
      waiter.onOffer = (offer) => {
        if (ringing.has(offer.callId)) throw new Error('Two offers for one caller')
        ringing.set(offer.callId, offer)
      }
      waiter.onOfferEnded = (offer) => {
        if (ringing.get(offer.callId) !== offer) throw new Error('An end without a beginning')
        ringing.delete(offer.callId)
      }
      for (const who of agentIds) {
        distribution.logOn(id(who))
        distribution.setState(id(who), { state: 'ready' })
      }

      for (const step of commands) {
        await play(step, floor, ringing, callers, id(`c${++calls}`))
        check(floor, ringing)
      }

      for (const callId of [...callers, ...ringing.keys()]) distribution.withdraw(callId)
      if (distribution.callers() + distribution.openOffers() > 0) throw new Error('Somebody is left')
      for (const event of events) {
        const what = event.type === 'offer.ended' ? event.result : event.type
        reached.set(what, (reached.get(what) ?? 0) + 1)
      }
      distribution.dispose()
      if (clock.sleeping > 0) throw new Error('A timer is left')
    }),
    { numRuns: 150, seed: 3 }
  )
  const results = ['answered', 'missed', 'rejected', 'unreachable', 'callerGone', 'deflected', 'answeredElsewhere']
  for (const what of [...results, 'agent.wrapped-up']) {
    t.ok((reached.get(what) ?? 0) > 20, `${what}: ${reached.get(what)} times`)
  }
})

/** Gives one command, to whoever it suits at the moment. `next` is the caller to come. */
async function play(
  { do: what, queue = 'service', who = '1001', which = 0, ms = 0 }: Command,
  floor: ReturnType<typeof centre>,
  ringing: Map<CallId, Offer>,
  callers: CallId[],
  next: CallId
): Promise<void> {
  const { distribution, clock, waiter } = floor
  const agent = id(who)
  const offer = [...ringing.values()].at(which % (ringing.size || 1))
  const talks = distribution.list().filter((status) => status.state === 'busy')
  const talk = talks.at(which % (talks.length || 1))
  const caller = callers.at(which % (callers.length || 1))
  const commands: Record<string, () => unknown> = {
    enqueue: () => floor.enqueue(next, { queue }) === 'waiting' && callers.push(next),
    logOn: () => distribution.logOn(agent),
    logOff: () => distribution.logOff(agent),
    ready: () => distribution.setState(agent, { state: 'ready' }),
    notReady: () => distribution.setState(agent, { state: 'notReady', reason: 'break' }),
    wrapUp: () => distribution.wrapUp(agent, {}),
    reserve: () => distribution.reserve(agent, { callId: next, contactId: next as unknown as ContactId }, 5_000, waiter),
    ask: () => distribution.reserve(agent, { callId: next, contactId: next as unknown as ContactId }, 5_000, waiter, 'asked'),
    pickUp: () => distribution.pickUp(offer?.callId ?? caller ?? next, agent),
    deflect: () => offer && distribution.withdraw(offer.callId, 'deflected'),
    answer: () => offer && distribution.answered(offer.id) && ringing.delete(offer.callId),
    reject: () => offer && distribution.offerFailed(offer.id, 'rejected'),
    lose: () => offer && distribution.offerFailed(offer.id, 'unreachable'),
    talkOver: () => talk?.callId && distribution.talkOver(talk.agentId, talk.callId, 'service'),
    withdraw: () => caller && distribution.withdraw(caller),
    configure: () => configure(distribution, callers, which),
    wait: () => clock.advance(ms)
  }
  await commands[what]?.()
}

/** Other lengths, strategies, skills and times; with an odd number agent 1003 serves everything, and at 4 and 5 agent 1002 is gone for a while. */
function configure(distribution: Distribution, callers: readonly CallId[], which: number): void {
  const settings: Partial<QueueSettings> = {
    maxLength: 1 + (which % 3),
    ringMs: RING + which * 1_000,
    strategy: which > 2 ? 'most-skilled' : 'round-robin'
  }
  const queues = [queue('service', settings), queue('sales', settings), queue('cards', { ...settings, skills: { cards: which } })]
  const agents = [
    agent('1001', ['service', 'sales'], { cards: which }),
    ...(which > 3 ? [] : [agent('1002')]),
    agent('1003', which % 2 === 0 ? ['cards'] : ['cards', 'service', 'sales'], { cards: 5 })
  ]
  const waiting = () => callers.filter((callId) => distribution.position(callId) !== undefined)
  const talking = () =>
    distribution.list().flatMap(({ state, agentId, callId }) => (state === 'busy' ? [`${agentId} ${callId}`] : []))
  const [waited, talked] = [waiting(), talking()]
  distribution.updateQueues(new Map(queues.map((each) => [each.name, each])))
  distribution.updateAgents(new Map(agents.map((each) => [each.id, each])))
  if (!isDeepStrictEqual(waiting(), waited)) throw new Error('A caller has lost their place')
  if (!isDeepStrictEqual(talking(), talked)) throw new Error('A talk was lost')
}

/** What must be true between any two commands. */
function check({ distribution, events, faults }: ReturnType<typeof centre>, ringing: ReadonlyMap<CallId, Offer>): void {
  const statuses = distribution.list()
  const reserved = statuses.filter((status) => status.state === 'reserved')
  const wrapUps = statuses.filter((status) => status.state === 'workingAfterCall').length
  const timers = distribution.timers() - wrapUps - ringing.size
  const told = new Map(events.flatMap((event) => (event.type === 'queue.changed' ? [[event.status.queue, event.status]] : [])))
  const ended = events.filter((event) => event.type === 'offer.ended').map((event) => event.offerId)
  const rules: Record<string, boolean> = {
    'nothing failed': faults.length === 0,
    'nobody is stuck': distribution.stuck() === 0,
    'every ring has its agent': reserved.length === ringing.size && distribution.openOffers() === ringing.size,
    'each agent rings for their caller': reserved.every(
      ({ agentId, callId, offerId }) => callId && ringing.get(callId)?.agentId === agentId && ringing.get(callId)?.id === offerId
    ),
    'each deadline has one timer, and sparing at most one': timers === 0 || timers === 1,
    'each offer ends once': new Set(ended).size === ended.length,
    'the last news of a queue is true': [...told].every(([name, status]) =>
      isDeepStrictEqual(distribution.queueStatus(name), status)
    )
  }
  const broken = Object.keys(rules).filter((name) => !rules[name])
  if (broken.length > 0) throw new Error(`Not true: ${broken.join(', ')}`)
}

t.test('reasons and dispositions come from the lists of the centre', async (t) => {
  const { distribution, clock, enqueue, ready, lastOffer, heard } = centre(t)
  ready('1001')
  const title = { en: 'x', 'zh-CN': 'x' }
  distribution.updateChoices({
    reasons: [{ name: 'lunch', title }],
    dispositions: [
      { name: 'solved', title },
      { name: 'sold', title, queues: ['sales'] }
    ]
  })
  const unknownReason = { ok: false, code: 'REASON_UNKNOWN' }
  t.same(distribution.setState(id('1001'), { state: 'notReady', reason: 'nap' }), unknownReason)
  t.same(distribution.setState(id('1001'), { state: 'notReady', reason: 'missed' }), unknownReason, 'ours are not theirs to give')
  t.match(distribution.setState(id('1001'), { state: 'notReady' }), { ok: true }, 'no reason is always possible')
  t.match(distribution.setState(id('1001'), { state: 'notReady', reason: 'lunch' }), { ok: true })
  distribution.setState(id('1001'), { state: 'ready' })

  enqueue('a')
  distribution.answered(lastOffer())
  distribution.talkOver(id('1001'), id('a'), 'service')
  t.match(distribution.status(id('1001')), { state: 'workingAfterCall', queue: 'service' })
  for (const disposition of ['nonsense', 'sold'])
    t.same(distribution.wrapUp(id('1001'), { disposition }), { ok: false, code: 'DISPOSITION_UNKNOWN' }, disposition)
  t.same(distribution.wrapUp(id('1001'), { disposition: 'solved', next: { state: 'notReady', reason: 'nap' } }), unknownReason)
  t.match(distribution.status(id('1001')), { state: 'workingAfterCall' }, 'what is refused changes nothing')
  heard()
  t.match(distribution.wrapUp(id('1001'), { disposition: 'solved' }), { ok: true })
  t.equal(heard()[0], 'wrapped up: 1001 contact-a solved -')
  await clock.advance(WRAP_UP)
  distribution.updateChoices({})
  t.match(distribution.setState(id('1001'), { state: 'notReady', reason: 'nap' }), { ok: true }, 'without a list any word')
})

t.test('a wrap-up is made longer as its queue says, and told once when it is over', async (t) => {
  const { distribution, clock, enqueue, ready, lastOffer, heard, events, state } = centre(t)
  ready('1002')
  enqueue('a')
  distribution.answered(lastOffer())
  t.same(distribution.extendWrapUp(id('1002')), { ok: false, code: 'AGENT_NOT_IN_WRAP_UP' })
  distribution.talkOver(id('1002'), id('a'), 'service')
  t.same(distribution.extendWrapUp(id('1002')), { ok: false, code: 'WRAP_UP_LIMIT' }, 'the queue allows none')
  distribution.updateQueues(new Map([['service', queue('service', { wrapUpExtension: { byMs: 20_000, maxMs: 60_000 } })]]))
  heard()
  t.match(distribution.extendWrapUp(id('1002')), { value: { until: START + WRAP_UP + 20_000 } })
  t.same(heard(), ['1002 workingAfterCall → workingAfterCall'])
  await clock.advance(WRAP_UP)
  t.equal(state('1002'), 'workingAfterCall', 'the first deadline is forgotten')
  distribution.talkOver(id('1002'), id('a'), 'service')
  distribution.extendWrapUp(id('1002'))
  t.equal(distribution.status(id('1002'))?.until, START + 60_000)
  await clock.advance(30_000)
  t.equal(state('1002'), 'ready')
  t.equal(events.filter(({ type }) => type === 'agent.wrapped-up').length, 1)
})

t.test('a queue says how many missed offers in a row are too many; faults and callers who leave are none', async (t) => {
  const { distribution, clock, enqueue, ready, lastOffer, state } = centre(t)
  distribution.updateQueues(new Map([['service', queue('service', { missedMax: 2 })]]))
  ready('1002')
  enqueue('a')
  await clock.advance(RING)
  t.equal(state('1002'), 'reserved', 'offered once more: there is nobody else')
  distribution.withdraw(id('a'))
  t.match(distribution.status(id('1002')), { state: 'ready', missed: 1 })
  enqueue('b')
  distribution.pause()
  await clock.advance(RING)
  distribution.resume()
  t.match(distribution.status(id('1002')), { state: 'reserved', missed: 1 }, 'Asterisk was away')
  distribution.offerFailed(lastOffer(), 'missed')
  t.equal(state('1002'), 'notReady missed')
  distribution.withdraw(id('b'))
})

t.test('agents change live: places, rings and talks stay, and who waited is rung at once', async (t) => {
  const { clock, distribution, ready, enqueue, state, offers, lastOffer, heard } = centre(t)
  const agents = (...each: readonly AgentProfile[]) => new Map(each.map((one) => [one.id, one]))
  ready('1001', '1002')
  enqueue('talking')
  distribution.answered(lastOffer())
  enqueue('ringing')
  enqueue('waiting', { queue: 'cards', skills: { cards: 2 } })
  enqueue('waiting-too')
  heard()

  distribution.updateAgents(agents(agent('1002', ['sales']), agent('1003', ['service']), agent('1004')))
  t.match(distribution.status(id('1001')), { state: 'busy', pending: { state: 'loggedOff' } })
  t.equal(state('1002'), 'reserved', 'rings on for a queue that is no longer theirs')
  t.same(heard(), ['1001 busy → busy', 'queue service: 2 waiting, 0/1/1', 'queue sales: 0 waiting, 0/1/2'])
  t.same(distribution.queueStatus('cards'), {
    queue: 'cards',
    waiting: 1,
    callbacks: 0,
    oldestSince: START,
    loggedOn: 0,
    ready: 0,
    talking: 0
  })

  distribution.answered(lastOffer())
  distribution.talkOver(id('1002'), id('ringing'), 'sales')
  t.equal(state('1002'), 'ready')
  ready('1004')
  t.match(offers.at(-1), { agentId: '1004', callId: 'waiting-too' }, 'a new agent works like any other')
  distribution.updateAgents(agents(agent('1002', ['cards', 'sales'], { cards: 3 }), agent('1004', ['sales'])))
  t.match(offers.at(-1), { agentId: '1002', callId: 'waiting' }, 'who has learnt is rung at once')
  t.equal(distribution.position(id('waiting-too')), 1)
  t.equal(distribution.stuck(), 0)

  distribution.talkOver(id('1001'), id('talking'), 'service')
  await clock.advance(WRAP_UP)
  t.equal(distribution.status(id('1001')), undefined)
  t.equal(distribution.logOn(id('1001')).ok, false)
  distribution.withdraw(id('waiting'))
  distribution.withdraw(id('waiting-too'))
  t.equal(distribution.queueStatus('sales')?.loggedOn, 2)
})

t.test(
  'who leaves its calls to another process offers nothing any more, also when Asterisk is lost and found meanwhile',
  async (t) => {
    const { distribution, ready, enqueue, state, lastOffer } = centre(t)
    ready('1001')
    enqueue('a')
    distribution.retire()
    distribution.pause()
    distribution.resume()
    enqueue('b')
    ready('1002')
    t.equal(state('1002'), 'ready', 'nobody is rung')
    t.equal(distribution.openOffers(), 1)
    t.ok(distribution.answered(lastOffer()), 'who rings already may answer')
    distribution.talkOver(id('1001'), id('a'), undefined)
    t.equal(state('1001'), 'ready')
    t.same(distribution.pickUp(id('b'), id('1001')), { ok: false, code: 'ASTERISK_UNAVAILABLE' })
    distribution.withdraw(id('b'))
  }
)

t.test('while Asterisk is away nobody is offered a call, and a ring that fails is no agent’s fault', async (t) => {
  const { clock, distribution, ready, enqueue, state, offers, lastOffer } = centre(t)
  ready('1001')
  enqueue('a')
  distribution.pause()
  ready('1002')
  enqueue('b', { priority: 'emergency' })
  t.equal(offers.length, 1, 'the open offer is the only one')
  t.equal(distribution.reserve('1002' as AgentId, call('c'), RING, { onOffer() {}, onOfferEnded() {} }), undefined)

  distribution.offerFailed(lastOffer(), 'unreachable')
  t.equal(state('1001'), 'ready')
  t.equal(offers.length, 1)
  t.equal(distribution.stuck(), 0, 'nothing is wrong with that')

  distribution.resume()
  t.same(
    offers.slice(1).map(({ callId }) => callId),
    ['b', 'a'],
    'the most urgent first, each once'
  )
  distribution.withdraw('b' as CallId)
  distribution.pause()
  await clock.advance(RING)
  t.equal(state('1001'), 'ready', 'a deadline that passes meanwhile blames nobody either')
  t.equal(state('1002'), 'ready')
  distribution.resume()
  t.equal(offers.length, 4)
  distribution.withdraw('a' as CallId)
})

t.test('how long callers have to wait is known after a few talks, and how far that missed', async (t) => {
  const { clock, distribution, enqueue, ready, lastOffer } = centre(t)
  const status = () => distribution.queueStatus('service')
  const talk = async (callId: string, ms: number) => {
    const offerId = lastOffer()
    distribution.answered(offerId)
    await clock.advance(ms)
    distribution.talkOver('1002' as AgentId, callId as CallId, 'service')
    await clock.advance(WRAP_UP)
  }
  ready('1002')
  for (let talks = 1; talks <= 5; talks++) {
    t.notOk('estimateMs' in (status() ?? {}), `too little is known after ${talks - 1} talks`)
    enqueue(`c${talks}`)
    await talk(`c${talks}`, 60_000)
  }
  t.match(status(), { estimateMs: 0 }, 'an agent is free')

  enqueue('first')
  enqueue('second')
  enqueue('third')
  // A talk and its wrap-up take 90 s, and one agent is at work. The first is being rung already.
  t.same(
    ['first', 'second', 'third'].map((id) => distribution.estimateMs(id as CallId)),
    [90_000, 90_000, 180_000]
  )
  t.match(status(), { waiting: 3, estimateMs: 270_000 })
  await talk('first', 60_000)
  await talk('second', 60_000)
  t.equal(status()?.estimateErrorMs, 0, 'who was second in line waited as long as was expected')
  t.equal(distribution.estimateMs('first' as CallId), undefined, 'nobody waits there')
  distribution.withdraw('third' as CallId)
  distribution.logOff('1002' as AgentId)
  t.notOk('estimateMs' in (status() ?? {}), 'nobody is at work')
})

t.test('a key that Asterisk tells twice counts once', async (t) => {
  const keys = new ToldTwice()
  t.notOk(keys.isSecond('*', 40, 0, true))
  t.notOk(keys.isSecond('9', 40, 60, true))
  t.ok(keys.isSecond('9', 40, 170, true))
  t.notOk(keys.isSecond('9', 60, 250, true), 'held for another time: another key')
  t.ok(keys.isSecond('9', 60, 400, false), 'told again when the music has ended')
  t.notOk(keys.isSecond('9', 60, 500, false))
  t.notOk(keys.isSecond('5', 80, 1_000, true))
  t.notOk(keys.isSecond('5', 80, 1_400, true), 'later than that it is pressed again')
  const prompted = new ToldTwice()
  t.notOk(prompted.isSecond('1', 80, 0, false))
  t.notOk(prompted.isSecond('1', 80, 160, false), 'while a file plays each key is told once')
})

t.test('what a caller costs does not grow with those who wait', (t) => {
  const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
  const waiter: Waiter = { onOffer() {}, onOfferEnded() {} }
  const beside = (callers: number) => {
    const distribution = new Distribution({
      queues: new Map([['service', queue('service', { maxLength: 1_000_000 })]]),
      agents: new Map([['1001' as AgentId, agent('1001')]]),
      clock: new VirtualClock(START),
      publish() {},
      newId: () => 'offer',
      log
    })
    t.teardown(() => distribution.dispose())
    const waits = (callId: string, enqueuedAt: number) =>
      distribution.enqueue(call(callId, { enqueuedAt }), waiter, { leaveIfNoAgents: false })
    for (let n = 0; n < callers; n++) waits(`waits-${n}`, START + n)
    return () => {
      for (let n = 0; n < 500; n++) {
        // In the middle of them, each somewhere else.
        const callId = `comes-${n}` as CallId
        if (waits(callId, START + ((n * 7919) % callers)) !== 'waiting') throw new Error('There is no place')
        distribution.position(callId)
        distribution.estimateMs(callId)
        distribution.queueStatus('service')
        distribution.withdraw(callId)
      }
    }
  }
  const times = growth(beside, 10, 10_000)
  // The cheapest walk of them all made it 31; the index grows with the logarithm.
  t.ok(times < 20, `${times} times as much beside a thousand times as many`)
  t.end()
})
