import t, { type Test } from 'tap'
import type { CallbackView } from '../../src/domain/callback-view.ts'
import type { DomainEvent, DomainEventOf, DomainEventType } from '../../src/domain/events.ts'
import { startCuttable } from '../helpers/asterisk/cuttable-centre.ts'
import { keepsTheBooks } from '../helpers/centre/books.ts'
import { password } from '../helpers/centre/centre.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { DeskPhone } from '../helpers/phones/desk-phone.ts'
import type { TestCaller } from '../helpers/phones/test-caller.ts'
import { until } from '../helpers/until.ts'

/** Numbers of tests/centre/flows/call-me-back.yaml, and of desks.yaml for the same queue and skill. */
const CALL_ME_BACK = '7401'
const FORBIDDEN = '7402'
const HOTLINE = '7602'

const agentHz = 440
const customerHz = 880
/** `ring` of indications.conf, for agents. */
const ringingHz = 450

/** Every number of the trunk rings this phone: it belongs to whoever is called back. */
const customer: DeskPhone = await DeskPhone.outside({
  get sip() {
    return centre.asterisk.sipAddress
  },
  user: 'customer',
  password,
  voiceHz: customerHz
})
const { centre, proxy }: Awaited<ReturnType<typeof startCuttable>> = await startCuttable(t, {
  edit: (yaml) =>
    `${yaml}
callbacks:
  address: sip:{number}@127.0.0.1:${customer.port}
  caller_id: "95588"
  allowed: ["1xxxxxxxxxx"]
  denied: ["1900*"]
  attempts: 2
  retry_after: [1s]
  ring: 3s
`
})
const desks: DeskPhone[] = []
const facts: DomainEvent[] = []
const listen = () => void centre.server.bus.listen((event) => void facts.push(event))
listen()

t.setTimeout(280_000)
t.teardown(async () => customer.vanish())

/** A test after which nothing may be left, and the facts must add up. */
function scenario(name: string, play: (test: Test) => Promise<void>): void {
  t.test(name, { timeout: 60_000 }, async (test) => {
    await play(test).catch((error) => test.error(error))
    customer.hangup()
    customer.answer = 'by hand'
    customer.rings.length = 0
    for (const phone of desks.splice(0)) await phone.close()
    for (const { id } of centre.server.callbacks.open()) await centre.server.callbacks.cancel(id)
    await until(() => centre.server.callbacks.open().length === 0, {
      what: () => `no open callback (${JSON.stringify(centre.server.callbacks.open())})`
    })
    await centre.expectNothingLeft().finally(() => keepsTheBooks(test, facts.splice(0)))
  })
}

/** An agent who is ready, and answers by hand or at once. */
async function agent(user: string, answers: 'by hand' | 'at once' = 'by hand'): Promise<{ phone: DeskPhone; desk: Desk }> {
  const answer = answers === 'by hand' ? answers : ({ status: 200, afterMs: 0 } as const)
  const phone = await DeskPhone.register({ sip: centre.asterisk.sipAddress, user, password, voiceHz: agentHz, answer })
  desks.push(phone)
  await until(() => centre.server.telephony.phoneStatus(user) === 'in-service', { what: `phone ${user} in service` })
  return { phone, desk: await centre.readyAgent(user) }
}

async function told<Type extends DomainEventType>(
  type: Type,
  fits: (fact: DomainEventOf<Type>) => boolean = () => true,
  ms = 6000
): Promise<DomainEventOf<Type>> {
  const isWanted = (fact: DomainEvent): fact is DomainEventOf<Type> => fact.type === type && fits(fact as DomainEventOf<Type>)
  return until(() => facts.find(isWanted), { ms, what: () => `${type} (facts: ${facts.map((fact) => fact.type)})` })
}

/** Waits in the queue, has a callback booked, and hangs up. */
async function bookByCall(from: string): Promise<{ caller: TestCaller; booked: DomainEventOf<'callback.booked'> }> {
  const caller = await centre.call(CALL_ME_BACK, { from })
  const booked = await told('callback.booked', ({ callback }) => callback.number === from)
  await caller.ended()
  return { caller, booked }
}

async function api(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${centre.url}/api/v1/callbacks${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await centre.signIn('admin')}`,
      ...(body !== undefined && { 'content-type': 'application/json' })
    },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

const stateOf = (id: string) => centre.server.callbacks.open().find((callback) => callback.id === (id as never))?.state

scenario('a place is kept without the caller: the agent rings first, then the customer, and they talk', async (t) => {
  const admin = await centre.desk('admin')
  const { booked } = await bookByCall('13800138000')
  await admin.saw('callbackBooked')
  const { id, contactId, enqueuedAt, bookedIn } = booked.callback
  t.match(booked.callback, { number: '13800138000', queue: 'service', skills: { sales: 1 }, bookedBy: 'flow', state: 'waiting' })
  await until(() => stateOf(id) === 'due', { what: 'the callback is due' })
  const queue = () => centre.server.distribution.queueStatus('service')
  t.match(queue(), { waiting: 0, callbacks: 1, oldestSince: undefined }, 'counted apart from callers on the line')

  const later = await centre.call(HOTLINE, { from: '13900139001' })
  await told('call.queued', ({ enqueuedAt: since }) => since > enqueuedAt + 300)
  t.match(queue(), { waiting: 1, callbacks: 1 })
  const { phone, desk } = await agent('1011')
  const made = await told('offer.made')
  t.match(made.data, { intent: 'new-card', callback: { id, number: '13800138000', attempt: 1, bookedBy: 'flow' } })
  t.equal(made.caller, '13800138000')
  t.equal(made.contactId, contactId, 'the enquiry is the same')
  await phone.ringing(1)
  t.equal(customer.rings.length, 0, 'nobody is called before an agent has picked up')
  phone.reply()
  const pickedUpAt = Date.now()
  const ring = await customer.ringing(1)
  t.match(ring.from, /sip:95588@/, 'the customer sees the number of the centre')
  await phone.ear.untilHears(ringingHz)
  t.equal(stateOf(id), 'calling')
  await until(() => Date.now() > pickedUpAt + 2500, { what: 'some ringing was heard' })

  customer.reply()
  const answeredAt = Date.now()
  await Promise.all([phone.ear.untilHears(customerHz), customer.ear.untilHears(agentHz)])
  t.ok(Date.now() - answeredAt < 2000, `they hear each other after ${Date.now() - answeredAt} ms`)
  await told('call.established', ({ contactId: of }) => of === contactId)
  const deadMs = phone.ear.longestSilenceMs(pickedUpAt)
  t.ok(deadMs < 2000, `the agent never hears a dead line for more than 2 s: ${deadMs} ms at most`)
  t.equal(stateOf(id), 'connected')
  t.equal((await api('DELETE', `/${id}`)).status, 409, 'too late to cancel')
  t.ok(
    desk.events.some((event) => event.type === 'callbackChanged' && event.state === 'calling'),
    'the desk was told'
  )

  phone.hangup()
  await customer.ended()
  const ended = await told('callback.ended')
  await admin.saw('callbackEnded')
  t.match(ended.callback, { state: 'done', outcome: 'talked', attempts: [{ agentId: '1011', result: 'answered' }] })
  const callId = ended.callback.attempts[0]?.callId as string
  t.match(await told('call.ended', (fact) => fact.callId === (callId as never)), {
    termination: { result: 'completed', reason: 'agent-hung-up' }
  })
  // Its beginning may be written before the rest.
  await centre.recorded()
  const story = await centre.get<{ call: object }>(`/api/v1/calls/${callId}`)
  t.match(story.call, { door: 'callback', caller: '13800138000', contactId, agents: ['1011'] })
  const first = await centre.get<{ call: object }>(`/api/v1/calls/${bookedIn}`)
  t.match(first.call, { termination: { result: 'completed', reason: 'flow-hangup' } }, 'not an abandoned call')

  const second = await phone.ringing(2)
  t.match(second.from, /13900139001/, 'who came later is served later')
  later.hangup()
})

scenario('a busy customer is tried again by the rule, and given up after the last attempt', async (t) => {
  customer.answer = { status: 486, afterMs: 50 }
  const { booked } = await bookByCall('13800138001')
  const { phone } = await agent('1011', 'at once')
  const first = await told('callback.attempted')
  t.match(first, { attempt: { result: 'busy' }, callback: { state: 'waiting', enqueuedAt: booked.callback.enqueuedAt } })
  await phone.ended()
  const ended = await told('callback.ended', undefined, 10_000)
  t.match(ended.callback, { state: 'failed', outcome: 'unreached', attempts: [{ result: 'busy' }, { result: 'busy' }] })
  const [one, two] = ended.callback.attempts
  t.ok((two?.at ?? 0) - (one?.at ?? 0) >= 1000, 'not before its time')
  t.equal(customer.rings.length, 2)
  const reasons = facts.flatMap((fact) => (fact.type === 'call.ended' ? fact.termination : []))
  t.match(reasons.slice(1), [{ reason: 'callback-unreached' }, { reason: 'callback-unreached' }])
  t.notOk(reasons.some(({ result }) => result === 'abandoned'))
  const states = facts.flatMap((fact) =>
    fact.type === 'agent.changed' ? `${fact.status.state} ${fact.status.reason ?? ''}` : []
  )
  t.notOk(
    states.some((state) => state.includes('missed')),
    'the agent has missed nothing'
  )
})

scenario('an agent who hangs up while the customer is called ends that call; the callback keeps its place', async (t) => {
  const { booked } = await bookByCall('13800138002')
  const one = await agent('1011')
  await one.phone.ringing(1)
  one.phone.reply()
  await customer.ringing(1)
  one.phone.hangup()
  await until(() => customer.rings[0]?.end === 'cancelled', { what: 'the customer is not rung any longer' })
  const attempted = await told('callback.attempted')
  t.match(attempted, { attempt: { result: 'agent-left' }, callback: { enqueuedAt: booked.callback.enqueuedAt } })

  const two = await agent('1012')
  await two.phone.ringing(1)
  two.phone.reply()
  await customer.ringing(2)
  customer.reply()
  await two.phone.ear.untilHears(customerHz)
  customer.hangup()
  await two.phone.ended()
  t.match(await told('callback.ended'), {
    callback: { outcome: 'talked', attempts: [{ result: 'agent-left' }, { result: 'answered' }] }
  })
  const [last] = facts.flatMap((fact) => (fact.type === 'call.ended' ? fact.termination.reason : [])).slice(-1)
  t.equal(last, 'caller-hung-up-after-talk')
})

scenario('who does not answer, and who cancels while the phone rings', async (t) => {
  const booked = await api('POST', '', {
    number: '138 0013-8003',
    queue: 'service',
    skills: { sales: 1 },
    data: { reason: 'card' }
  })
  t.equal(booked.status, 201)
  t.match(booked.json, { number: '13800138003', state: 'waiting', bookedBy: 'admin' })
  const { callbackId } = booked.json as CallbackView
  const again = await api('POST', '', { number: '13800138003', queue: 'service' })
  t.equal(again.status, 200, 'one for each number and queue')
  t.equal((again.json as CallbackView).callbackId, callbackId)
  t.match(await api('POST', '', { number: '19001234567', queue: 'service' }), {
    status: 422,
    json: { error: { details: { why: 'number-not-allowed' } } }
  })
  t.match(await api('POST', '', { number: '0044123456', queue: 'service' }), { status: 422 })
  t.match(await api('POST', '', { number: 'sip:x@evil.example', queue: 'service' }), { status: 422 })
  t.match(await api('POST', '', { number: '13800138003', queue: 'nowhere' }), {
    status: 422,
    json: { error: { details: { why: 'no-queue' } } }
  })

  const { phone, desk } = await agent('1011', 'at once')
  t.match(await desk.result('callback.list', {}), { callbacks: [{ callbackId }] })
  t.match(await told('offer.made'), { data: { collected: { reason: 'card' } } })
  t.match(await told('callback.attempted', undefined, 8000), { attempt: { result: 'no-answer' } })
  t.equal(customer.rings[0]?.end, 'cancelled', 'after the time that phones ring')
  await customer.ringing(2, 8000)
  t.equal((await api('DELETE', `/${callbackId}`)).status, 204)
  await until(() => customer.rings[1]?.end === 'cancelled', { what: 'the second ring is cancelled' })
  await phone.ended()
  t.match(await told('callback.ended'), {
    callback: { state: 'cancelled', outcome: 'cancelled', attempts: [{}, { result: 'cancelled' }] }
  })
  t.match(await api('GET', `/${callbackId}`), { status: 200, json: { state: 'cancelled' } })
  t.equal((await api('DELETE', `/${callbackId}`)).status, 409)
})

scenario('a number that nobody may call is refused, and a customer who calls in is not called', async (t) => {
  const refused = await centre.call(FORBIDDEN, { from: '13800138004' })
  await refused.ended()
  t.match(await told('step.left', ({ entry }) => entry.kind === 'callback'), {
    entry: { exit: 'refused', detail: 'number-not-allowed' }
  })
  t.equal(centre.server.callbacks.open().length, 0)

  await bookByCall('13800138005')
  // 1012 takes no calls of the callback's skill; the customer reaches the queue's other agents by themselves.
  const caller = await centre.call('7604', { from: '13800138005' })
  const { phone } = await agent('1001')
  await phone.ringing(1)
  phone.reply()
  await told('call.established')
  t.match(await told('callback.ended'), { callback: { state: 'done', outcome: 'called-in', attempts: [] } })
  caller.hangup()
})

scenario('who hangs up in the moment when the customer answers leaves nobody on a dead line', async (t) => {
  await bookByCall('13800138010')
  const { phone } = await agent('1011', 'at once')
  await customer.ringing(1)
  customer.reply()
  customer.hangup()
  const left = Date.now()
  await phone.ended(2000)
  t.comment(`the agent was let go ${Date.now() - left} ms after the customer had left`)
  const by = ({ callback }: { readonly callback: { readonly number: string } }) => callback.number === '13800138010'
  // Asterisk forgets an answer that a BYE catches up with (`__ast_read` looks for the hang-up first): then the customer has rejected it.
  const seen = ['answered', 'rejected']
  const { attempt } = await told('callback.attempted', by)
  t.ok(seen.includes(attempt.result ?? ''), `result ${attempt.result}`)

  // Whether they count as having talked or are tried again by the rule: it goes on.
  customer.answer = { status: 486, afterMs: 0 }
  const { callback } = await told('callback.ended', by, 10_000)
  t.ok(callback.outcome === 'talked' || callback.outcome === 'unreached', `outcome ${callback.outcome}`)
  t.equal(callback.attempts[0]?.result, attempt.result)

  customer.answer = 'by hand'
  const before = customer.rings.length
  await bookByCall('13800138011')
  await customer.ringing(before + 1)
  customer.reply()
  phone.answer = { status: 486, afterMs: 0 }
  phone.hangup()
  const hungUp = Date.now()
  // On the line, with their place: the next agent has them.
  const next = await agent('1012')
  await next.phone.ringing(1)
  next.phone.reply()
  await Promise.all([next.phone.ear.untilHears(customerHz), customer.ear.untilHears(agentHz)])
  const silentMs = customer.ear.longestSilenceMs(hungUp)
  t.ok(silentMs < 2000, `nor does the customer: ${silentMs} ms at most`)
  customer.hangup()
  await next.phone.ended()
  t.match(await told('callback.ended', ({ callback: { number } }) => number === '13800138011'), {
    callback: { outcome: 'talked', attempts: [{ agentId: '1011', result: 'answered' }] }
  })
})

scenario('Asterisk is away while the customer is called: one attempt, no phone rings on, and the callback stays', async (t) => {
  await bookByCall('13800138012')
  const { phone } = await agent('1011', 'at once')
  await customer.ringing(1)
  proxy.cut()
  const { telephony } = centre.server
  await until(() => !telephony.status().connected, { ms: 10_000, what: 'the cut is noticed' })
  proxy.mend()
  await until(() => telephony.status().connected, { ms: 10_000, what: 'the connection is back' })
  await until(() => customer.rings[0]?.end === 'cancelled', { ms: 6000, what: 'the phone rings no longer' })
  await phone.ended()
  const attempted = await told('callback.attempted')
  t.match(attempted.callback.attempts, [{ agentId: '1011' }])
  t.comment(`the attempt: ${attempted.attempt.result}, the callback: ${attempted.callback.state}`)
  t.notOk(
    facts.some((fact) => fact.type === 'callback.ended'),
    'it is called again'
  )
  t.equal(customer.rings.length, 1)
})

scenario('a restart finds every callback where it was, and an attempt under way is made again', async (t) => {
  const { phone, desk } = await agent('1011', 'at once')
  const later = new Date(Date.now() + 3_600_000).toISOString()
  const asleep = (await api('POST', '', { number: '13800138007', queue: 'sales', at: later })).json as CallbackView
  const ringing = (await api('POST', '', { number: '13800138006', queue: 'service', skills: { sales: 1 } })).json as CallbackView
  await customer.ringing(1)
  t.equal(stateOf(ringing.callbackId), 'calling')
  // Agents are after a restart what they were, and this one would be rung at once.
  await desk.result('setAgentState', { state: 'notReady', reason: 'break' })
  await centre.restart()
  listen()
  t.equal(customer.rings[0]?.end, 'cancelled', 'no phone rings on')
  await until(() => stateOf(ringing.callbackId) === 'due', { what: 'the callback is due again' })
  t.equal(stateOf(asleep.callbackId), 'waiting')
  const left = centre.server.callbacks.open().find(({ id }) => id === (ringing.callbackId as never))
  t.match(left, { enqueuedAt: ringing.enqueuedAt, attempts: [{ result: 'cancelled' }] })

  facts.length = 0
  phone.answer = 'by hand'
  await centre.readyAgent('1011')
  await phone.ringing(2)
  phone.reply()
  await customer.ringing(2)
  customer.reply()
  await phone.ear.untilHears(customerHz)
  // Sound may come before Asterisk's word that they are joined, and who leaves by then was not served.
  await told('call.established')
  customer.hangup()
  await told('callback.ended', ({ callback }) => callback.id === (ringing.callbackId as never))
  t.equal(customer.rings.length, 2, 'called twice in all')
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/centre/callback.test.ts')
})
