import t, { type Test } from 'tap'
import type { CallsOffice } from '../../src/calls/call/office.ts'
import { OutsideCalls } from '../../src/calls/call/outside-calls.ts'
import { afterAttempt } from '../../src/calls/callbacks/after-attempt.ts'
import { CallbackBook } from '../../src/calls/callbacks/callback-book.ts'
import { Distribution } from '../../src/calls/offers/distribution.ts'
import { type AttemptResult, type Callback, type CallbackState, isOver, mayFollow } from '../../src/domain/callback.ts'
import { addressOf, type DialRules, isAllowedNumber, plainNumber } from '../../src/domain/dial-rules.ts'
import type { DomainEvent, DomainEventBody } from '../../src/domain/events.ts'
import type { AgentId, CallbackId, CallId, ContactId } from '../../src/domain/ids.ts'
import type { CallbackDraft } from '../../src/domain/ports/callbacks.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { NUMBER_OUTSIDE, TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { someCallback } from '../helpers/some-callback.ts'
import { MemoryCallbacks } from '../helpers/store/memory-callbacks.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

const hour = 3_600_000

const rules: DialRules = {
  endpoint: 'trunk',
  address: 'sip:{number}@10.0.0.1',
  callerId: '95588',
  allowed: ['1xxxxxxxxxx', '+86*', 'sip:phone@127.0.0.1:*'],
  denied: ['1900*', '+8600*'],
  attemptsMax: 3,
  retryAfterMs: [300_000, 1_800_000],
  ringMs: 30_000,
  withinMs: 24 * hour,
  aheadMs: 14 * 24 * hour
}

t.test('from each state a callback goes only where it can', (t) => {
  const states: readonly CallbackState[] = ['waiting', 'due', 'reserved', 'calling', 'connected', 'done', 'failed', 'cancelled']
  const table = states.map((from) => `${from}: ${states.filter((to) => mayFollow(from, to)).join(' ')}`.trim())
  t.same(table, [
    'waiting: due done failed cancelled',
    'due: waiting reserved done failed cancelled',
    'reserved: waiting due calling done failed cancelled',
    'calling: waiting due connected done failed cancelled',
    'connected: waiting due done failed cancelled',
    'done:',
    'failed:',
    'cancelled:'
  ])
  t.same(states.filter(isOver), ['done', 'failed', 'cancelled'])
  t.end()
})

t.test('nothing outside of the rules can be dialled', (t) => {
  for (const [number, address] of [
    ['13800138000', 'sip:13800138000@10.0.0.1'],
    ['+8613800138000', 'sip:+8613800138000@10.0.0.1'],
    ['sip:phone@127.0.0.1:5070', 'sip:phone@127.0.0.1:5070'],
    ['1380013800', undefined],
    ['138001380001', undefined],
    ['19001234567', undefined],
    ['+860012345', undefined],
    ['0044123456', undefined],
    ['sip:phone@127.0.0.1.evil.example', undefined],
    ['sip:phone@127.0.0.1:5070;transport=tcp', undefined],
    ['sip:phone@127.0.0.1:5070&PJSIP/1001', undefined],
    ['sip:phone@127.0.0.1:5070?X=1', undefined],
    ['13800138000@evil.example', undefined],
    ['1380013800*', undefined],
    ['', undefined]
  ] as const) {
    t.equal(addressOf(number, rules), address, number)
  }
  t.equal(plainNumber(' +86 (138) 0013-8000 '), '+8613800138000', 'as people write it')
  t.equal(plainNumber('138 0013 8000x'), undefined)
  t.equal(plainNumber('12'), undefined)
  const { address: _, ...addresses } = rules
  t.equal(isAllowedNumber('13800138000', { ...addresses, address: undefined }), false, 'without a way for numbers')
  t.end()
})

const attempt = (result: AttemptResult) => ({ at: 1, callId: 'c' as CallId, agentId: '1001' as AgentId, result })

t.test('what follows an attempt', (t) => {
  const after = (results: readonly AttemptResult[], expiresAt = 10 * hour) =>
    afterAttempt(someCallback({ attempts: results.map(attempt), expiresAt }), rules, 1000)
  t.same(after(['busy']), { state: 'waiting', dueAt: 301_000 })
  t.same(after(['busy', 'no-answer']), { state: 'waiting', dueAt: 1_801_000 })
  t.same(after(['busy', 'no-answer', 'rejected']), { state: 'failed', outcome: 'unreached' })
  t.same(after(['agent-left']), { state: 'waiting', dueAt: 1000 }, 'not the customer’s doing')
  t.same(after(['busy', 'agent-left', 'agent-left', 'no-answer']), { state: 'waiting', dueAt: 1_801_000 })
  t.same(after(Array(6).fill('agent-left')), { state: 'failed', outcome: 'unreached' }, 'not for ever')
  t.same(after(['interrupted']), { state: 'waiting', dueAt: 31_000 })
  t.same(after(['busy'], 200_000), { state: 'failed', outcome: 'expired' })
  t.end()
})

/** Monday to Sunday from 9 to 10 o'clock, UTC. */
const morning = ['09:00-10:00']
const calendar = {
  name: 'day',
  timeZone: 'UTC',
  weekly: { mon: morning, tue: morning, wed: morning, thu: morning, fri: morning, sat: morning, sun: morning },
  exceptions: {}
}
const midnight = Date.parse('2026-11-23T00:00:00Z')

/** A book on virtual time in a centre without agents: nobody is ever called here. */
function bookIn(t: Pick<Test, 'teardown'>, { store = new MemoryCallbacks(), callsBack = true } = {}) {
  const clock = new VirtualClock(midnight)
  const log = quietLog()
  const facts: DomainEventBody[] = []
  const live = new Map<CallId, string>()
  let ids = 0
  const newId = () => `id-${++ids}`
  const [service, sales] = [smallCentre.queues.get('service'), smallCentre.queues.get('sales')]
  if (service === undefined || sales === undefined) throw new Error('The small centre has changed')
  const queues = new Map([
    ['service', { ...service, callingHours: 'day' }],
    ['sales', sales]
  ])
  const publish = (fact: DomainEventBody) => void facts.push(fact)
  const distribution = new Distribution({ queues, agents: smallCentre.agents, clock, publish, newId, log })
  const centre: { dialRules: DialRules | undefined } & Omit<typeof smallCentre, 'dialRules'> = {
    ...{ ...smallCentre, queues, calendars: new Map([['day', calendar]]) },
    dialRules: callsBack ? rules : undefined
  }
  const office = {
    distribution,
    clock,
    publish,
    newId,
    log,
    centre,
    outside: new OutsideCalls({ centre, clock, log }),
    telephony: { channel: (id: string) => ({ id, release: () => undefined }) }
  } as unknown as CallsOffice
  const calls = { adopt: () => ({ [Symbol.dispose]: () => undefined }), callerOf: (id: CallId) => live.get(id) }
  const book = new CallbackBook({ office, store, calls })
  t.teardown(async () => {
    store.broken = false
    await book.close()
    distribution.dispose()
  })
  const types = () => facts.flatMap((fact) => (fact.type.startsWith('callback.') ? stateIn(fact) : []))
  return { book, clock, store, distribution, facts, types, live, log, centre }
}

function stateIn(fact: DomainEventBody): string {
  return 'callback' in fact ? `${fact.type} ${(fact.callback as Callback).state}` : fact.type
}

const draft = (given: Partial<CallbackDraft> = {}): CallbackDraft => {
  const { number, queue, priority, skills, contactId, language, data, dialed } = someCallback({ queue: 'sales' })
  return { number, queue, priority, skills, contactId, language, data, dialed, bookedBy: 'flow', ...given }
}

async function booked(answer: Promise<Awaited<ReturnType<CallbackBook['add']>>>): Promise<Callback> {
  const given = await answer
  if (given.exit !== 'booked') throw new Error(`Not booked: ${given.why}`)
  return given.callback
}

t.test('a callback waits for its time and keeps the place it had', async (t) => {
  const { book, clock, distribution, store } = bookIn(t)
  const at = midnight + 2 * hour
  const { id, enqueuedAt } = await booked(book.add(draft({ at, enqueuedAt: midnight - 5000 })))
  t.equal(enqueuedAt, midnight - 5000)
  await clock.advance(2 * hour - 1)
  t.equal(distribution.queueStatus('sales')?.callbacks, 0)
  await clock.advance(1)
  t.match(distribution.queueStatus('sales'), { waiting: 0, callbacks: 1, oldestSince: undefined })
  t.match(store.kept.get(id), { state: 'due', enqueuedAt: midnight - 5000 }, 'and the store knows')
  t.equal(await book.cancel(id), 'cancelled')
  await clock.advance(0)
  t.match(store.kept.get(id), { state: 'cancelled', outcome: 'cancelled' })
  t.equal(distribution.callers(), 0, 'nobody is left in the queue')
  t.equal(await book.cancel(id), 'over')
  t.equal(await book.cancel('nobody' as CallbackId), 'unknown')
})

t.test('nobody is called outside of the hours of their queue', async (t) => {
  const { book, clock, distribution, types } = bookIn(t)
  await booked(book.add(draft({ queue: 'service' })))
  await clock.advance(9 * hour - 60_000)
  t.equal(distribution.queueStatus('service')?.callbacks, 0, 'before nine')
  await clock.advance(120_000)
  t.equal(distribution.queueStatus('service')?.callbacks, 1, 'after nine')
  await clock.advance(hour)
  t.equal(distribution.queueStatus('service')?.callbacks, 0, 'after ten')
  await clock.advance(15 * hour)
  t.same(types(), ['callback.booked waiting', 'callback.changed due', 'callback.changed waiting', 'callback.ended failed'])
})

t.test('a wish that is not within the rules is refused, and nothing is kept of it', async (t) => {
  const { book, store, clock } = bookIn(t)
  const why = async (given: Partial<CallbackDraft>) => {
    const answer = await book.add(draft(given))
    return answer.exit === 'refused' ? answer.why : answer.exit
  }
  t.equal(await why({ number: '0044123456' }), 'number-not-allowed')
  t.equal(await why({ number: 'anonymous' }), 'no-number')
  t.equal(await why({ queue: 'nowhere' }), 'no-queue')
  t.equal(await why({ at: clock.now() + 15 * 24 * hour }), 'time-not-allowed')
  t.equal(await why({ at: Number.NaN }), 'time-not-allowed')
  t.equal(await why({ withinMs: 0 }), 'time-not-allowed')
  t.equal(store.kept.size, 0)
  const off = bookIn(t, { callsBack: false })
  t.same(await off.book.add(draft()), { exit: 'refused', why: 'off' })
})

t.test('other rules hold at once, for who waits already too', async (t) => {
  const { book, clock, centre, types } = bookIn(t)
  const { id } = await booked(book.add(draft({ at: midnight + hour })))
  await booked(book.add(draft({ number: '13900139009' })))
  await clock.advance(1000)
  centre.dialRules = { ...rules, allowed: ['150xxxxxxxx'] }
  t.match(await book.add(draft({ number: '13900139000' })), { exit: 'refused', why: 'number-not-allowed' })
  t.match(await book.add(draft({ number: '15000139000' })), { exit: 'booked' })
  await clock.advance(30_000)
  t.equal(types().filter((type) => type === 'callback.ended failed').length, 1, 'who stood in the queue')
  await clock.advance(hour)
  t.equal(types().filter((type) => type === 'callback.ended failed').length, 2, 'whose time comes')
  t.equal(await book.cancel(id), 'over')
  centre.dialRules = undefined
  t.match(await book.add(draft({ number: '15000139001' })), { exit: 'refused', why: 'off' })
})

t.test('one for each number and queue; not before the call is over in which it was booked', async (t) => {
  const { book, clock, distribution, live } = bookIn(t)
  live.set('call-1' as CallId, '13800000001')
  const first = await booked(book.add(draft({ bookedIn: 'call-1' as CallId })))
  t.match(await book.add(draft({ number: '138-0000-0001' })), { exit: 'booked', existing: true, callback: { id: first.id } })
  await clock.advance(hour)
  t.equal(distribution.queueStatus('sales')?.callbacks, 0, 'the customer is still on the line')
  book.listener({ type: 'call.ended', callId: 'call-2' } as DomainEvent)
  await clock.advance(0)
  t.equal(distribution.queueStatus('sales')?.callbacks, 0)
  live.delete('call-1' as CallId)
  book.listener({ type: 'call.ended', callId: 'call-1' } as DomainEvent)
  await clock.advance(0)
  t.equal(distribution.queueStatus('sales')?.callbacks, 1)

  live.set('call-3' as CallId, '+8613800000001')
  const reached = { type: 'call.established', callId: 'call-3', contactId: 'x' as ContactId } as DomainEvent
  book.listener({ ...reached, queue: 'service' } as DomainEvent)
  t.equal(book.open().length, 1, 'about something else')
  book.listener({ ...reached, queue: 'sales' } as DomainEvent)
  await clock.advance(0)
  t.equal(book.open().length, 0, 'served by their own call')
})

t.test('who has reached an agent before a start could read its callbacks is not called back for the same', async (t) => {
  const store = new MemoryCallbacks()
  const left = (id: string, more: Partial<Callback>) =>
    store.add(
      someCallback({
        id: id as CallbackId,
        number: '13800000001',
        queue: 'sales',
        bookedAt: midnight - 1,
        expiresAt: midnight + hour,
        ...more
      })
    )
  await left('same', {})
  await left('other queue', { queue: 'service' })
  await left('other number', { number: '13800000002' })
  await left('booked since', { bookedAt: midnight + 60_000 })
  const { book, clock, live } = bookIn(t, { store })
  live.set('call-1' as CallId, '+8613800000001')
  book.listener({ type: 'call.established', callId: 'call-1', contactId: 'x' as ContactId, queue: 'sales' } as DomainEvent)
  await clock.advance(120_000)
  await book.restore()
  await clock.advance(0)
  t.same(
    [...store.kept.values()].flatMap(({ id, outcome }) => (outcome === undefined ? [] : [`${id}: ${outcome}`])),
    ['same: called-in']
  )
})

t.test('what the database does not take is written when it is back; a booking it does not take is none', async (t) => {
  const { book, clock, store, log } = bookIn(t)
  const { id } = await booked(book.add(draft({ at: midnight + 1000 })))
  store.broken = true
  await t.rejects(book.add(draft({ number: '13900139000' })), { message: 'The database does not answer' })
  await clock.advance(10_000)
  t.equal(store.kept.get(id)?.state, 'waiting')
  t.equal(book.open()[0]?.state, 'due', 'it goes on all the same')
  t.equal(log.lines.length, 1, 'told once')
  store.broken = false
  await clock.advance(2_000)
  t.equal(store.kept.get(id)?.state, 'due')
})

t.test('who answers and hangs up at once is not called again at once', async (t) => {
  const { number } = NUMBER_OUTSIDE
  const address = `sip:${number}@net.test`
  const twice = { ...(talkCentreSettings.dialRules as DialRules), attemptsMax: 2 }
  const resultOf = async (isBeforeTheReply: boolean) => {
    const centre = new TalkCentre({ settings: { ...talkCentreSettings, dialRules: twice } })
    if (isBeforeTheReply)
      centre.telephony.fails = ({ name, channel }) => {
        if (name !== 'dial' || channel !== address) return undefined
        const customer = [...centre.telephony.channels.values()].find(({ endpoint }) => endpoint === address)
        customer?.events.on(({ type }) => {
          if (type !== 'ringing') return
          customer.pickUp()
          customer.leave()
        })
        return undefined
      }
    centre.ready('1001')
    await booked(centre.callbacks.add(draft({ queue: 'service', number })))
    await centre.pass(100)
    centre.pickUp('1001')
    await centre.pass(100)
    if (!isBeforeTheReply) {
      centre.pickUp(address)
      centre.phone(address).leave()
      await centre.pass(100)
    }
    const [attempted] = centre.told('callback.attempted')
    t.equal(centre.told('offer.made').length, 1, 'the wait that the rule asks for')
    await centre.callbacks.close()
    await centre.calls.drain({ result: 'failed', reason: 'server-draining' })
    return attempted?.attempt.result
  }
  t.equal(await resultOf(false), 'answered')
  t.equal(await resultOf(true), 'rejected', 'gone before Asterisk has answered our command')
})

t.test('a restart takes up what is left, in whatever state it was', async (t) => {
  const store = new MemoryCallbacks()
  const left = (id: string, state: CallbackState, more: Partial<Callback> = {}) =>
    store.add(
      someCallback({
        id: id as CallbackId,
        number: `1380000000${store.kept.size}`,
        queue: 'sales',
        expiresAt: midnight + hour,
        state,
        ...more
      })
    )
  const { result: _, ...ringing } = attempt('busy')
  await left('waits', 'waiting', { dueAt: midnight + hour / 2 })
  await left('due', 'due')
  await left('reserved', 'reserved')
  await left('calling', 'calling', { attempts: [attempt('busy'), ringing] })
  await left('talks', 'connected', { attempts: [attempt('answered')] })
  await left('done', 'done')
  await left('late', 'due', { expiresAt: midnight - 1 })
  await left('gone', 'due', { queue: 'closed-down' })
  const { book, clock } = bookIn(t, { store })
  await book.restore()
  await clock.advance(0)
  const states = () =>
    Object.fromEntries([...store.kept.values()].map(({ id, state, outcome }) => [id, `${state} ${outcome ?? ''}`.trim()]))
  t.same(states(), {
    waits: 'waiting',
    due: 'due',
    reserved: 'due',
    calling: 'due',
    talks: 'done talked',
    done: 'done',
    late: 'failed expired',
    gone: 'failed not-allowed'
  })
  t.match(store.kept.get('calling'), { attempts: [{ result: 'busy' }, { result: 'interrupted' }] })
  await book.close()
  t.equal(states().due, 'waiting', 'and so does the next one')
})

t.test('a colleague who joins a talk of another queue does not serve what the customer is to be called for', async (t) => {
  const a = '1001' as AgentId
  const colleague = { kind: 'agent', agentId: '1003' } as const
  for (const how of ['conference', 'transfer', 'single step'] as const) {
    const centre = new TalkCentre()
    const { number } = NUMBER_OUTSIDE
    await centre.callbacks.book({ number, queue: 'experts', at: centre.clock.now() + hour / 2 } as never, 'x')
    centre.ready('1001')
    const { callId } = await centre.call(number)
    await centre.pass(100)
    centre.pickUp('1001')
    await centre.pass(100)
    centre.ready('1003')
    if (how === 'single step') await centre.desk.singleStepTransfer(callId, a, colleague)
    else await centre.desk.consult(callId, a, colleague)
    await centre.pass(3000)
    centre.pickUp('1003')
    await centre.pass(100)
    if (how === 'conference') await centre.desk.conference(callId, a)
    if (how === 'transfer') await centre.desk.transferConsulted(callId, a)
    await centre.pass(3000)
    t.match(centre.told('call.established').at(-1), { agentId: '1003', joins: true }, how)
    t.equal(centre.callbacks.open().length, 1, `${how}: they are called as promised`)
  }
})
