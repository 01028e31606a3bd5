import t from 'tap'
import type { CallRecord } from '../../src/cti/board/call-record.ts'
import type { CallView, CtiEvent } from '../../src/cti/messages.ts'
import { shownPast } from '../../src/cti/view/shown-data.ts'
import { viewerOf } from '../../src/cti/view/viewer.ts'
import type { User } from '../../src/domain/centre.ts'
import type { Customer } from '../../src/domain/customer.ts'
import type { ContactId, CustomerId, PromiseId } from '../../src/domain/ids.ts'
import type { PastContact } from '../../src/domain/past-contact.ts'
import type { GivenPromise } from '../../src/domain/promise.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { smallCentre, userNamed } from '../helpers/centre/small-centre.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { until } from '../helpers/until.ts'

type Called = Pick<CallView, 'customer' | 'data'>

const mei: Customer = {
  ...{ id: 'c1' as CustomerId, name: 'Mei Lin', numbers: ['13800000001'], segment: 'gold', flags: [], profile: { city: 'Wuhan' } }
}
const old = {
  kind: 'call',
  callId: 'old',
  contactId: 'contact-old',
  startedAt: 1_761_984_000_000,
  tags: [],
  queues: ['cards']
} as const
const promise: GivenPromise = {
  ...{ id: 'promise-1' as PromiseId, contactId: 'contact-old' as ContactId, madeAt: 1_761_984_060_000, state: 'open' },
  ...{ what: 'The new card is with them', until: '2026-11-27' }
}

t.test('customers are for those who have a call of theirs in sight, or may read one', async (t) => {
  const { app, url, bus, customers } = await startCtiApp()
  t.teardown(() => app.close())
  customers.kept.set(mei.id, mei)
  const past = { ...old, agents: ['1003'] }
  customers.past.push({ customer: 'c1', contact: past })
  const names = ['1001', '1002', '1003', '2001', '2002', 'admin']
  const clients = await Promise.all(names.map((name) => CtiClient.open(url, name)))
  const crm = await CtiClient.open(url, 'crm', { monitor: { queues: ['service'] } })
  const knows = async () => {
    const answers = await Promise.all(
      [...clients, crm].map(async (client, at) => {
        const got = await client.request('customer.get', { customerId: 'c1' })
        const { customers: found } = await client.result<{ customers: object[] }>('customer.find', { number: '13800000001' })
        const written = await client.request('customer.update', { customerId: 'c1', profile: { by: at } })
        const says = [got.error === undefined, found.length === 1, written.error === undefined]
        t.equal(new Set(says).size, 1, 'all of it or nothing')
        if (got.error !== undefined) t.equal(got.error.data?.code, 'CUSTOMER_UNKNOWN')
        return says[0] ? [[...names, 'crm'][at]] : []
      })
    )
    return answers.flat()
  }
  t.same(await knows(), ['1003', '2002', 'admin', 'crm'], 'who may read the old call')
  const call = callScript('a')
  const { callId, contactId } = call.started
  bus.publish(call.started)
  bus.publish({ type: 'call.identified', customer: mei, callId, contactId })
  bus.publish(call.queued)
  t.same(await knows(), ['1003', '2001', '2002', 'admin', 'crm'], 'and who sees the caller wait')
  bus.publish(call.offered('1001'))
  t.same(await knows(), ['1001', '1003', '2001', '2002', 'admin', 'crm'], 'and whose phone rings')

  const [agent, other] = clients
  t.same(await agent?.result('contact.history', { customerId: 'c1' }), { contacts: [] }, 'the calls of others stay theirs')
  t.same(await clients[2]?.result('contact.history', { customerId: 'c1' }), { contacts: [past] })
  t.same(await clients[2]?.result('contact.history', { contactId: 'contact-old', customerId: 'another' }), { contacts: [] })
  t.match(await agent?.request('contact.history', {}), { error: { code: -32602 } })
  t.match(await agent?.request('customer.update', { customerId: 'c1', segment: 'vip' }), {
    error: { data: { code: 'NOT_ALLOWED' } }
  })
  t.match(await agent?.request('customer.update', { customerId: 'c1', language: '!' }), {
    error: { data: { code: 'CUSTOMER_INVALID' } }
  })
  t.match(await agent?.request('customer.update', { customerId: 'c1', profile: { note: 'x'.repeat(17_000) } }), {
    error: { data: { code: /CUSTOMER_(INVALID|TOO_LARGE)/ } }
  })
  t.match(await crm.request('customer.update', { customerId: 'c1', segment: 'platinum', addFlags: ['vip'] }), {
    result: { segment: 'platinum', flags: ['vip'] }
  })
  t.match(await other?.request('customer.update', { customerId: 'c1', name: 'Nobody' }), {
    error: { data: { code: 'CUSTOMER_UNKNOWN' } }
  })
})

t.test(
  'who is offered a call is shown the last contacts of the customer, without whose they were; closed teams their own',
  async (t) => {
    const { app, url, bus, customers, log } = await startCtiApp()
    t.teardown(() => app.close())
    for (let n = 1; n <= 6; n++)
      customers.past.push({
        customer: 'c1',
        contact: {
          ...{ ...old, callId: `old-${n}`, contactId: `contact-${n}`, agents: [n % 2 === 0 ? '1001' : '1003'] },
          ...(n === 1
            ? { door: 'trunk', result: 'completed', disposition: 'card-blocked', intent: 'lost-card', caller: '13800000001' }
            : {}),
          ...(n === 1 && { promises: [promise] })
        }
      })
    const leftAt = { contactId: 'contact-m', startedAt: old.startedAt, queues: ['cards'], agents: [] } as const
    customers.past.push({
      customer: 'c1',
      contact: { kind: 'message', ...leftAt, voicemailId: 'm-1', seconds: 9, state: 'new' }
    })
    const [agent, other] = await Promise.all(['1001', 'admin'].map((name) => CtiClient.open(url, name)))
    const call = callScript('a')
    const { callId, contactId } = call.started
    bus.publish(call.started)
    bus.publish({ type: 'call.identified', customer: mei, callId, contactId })
    await until(async () => ((await other?.result<Called>('snapshotCall', { callId }))?.customer?.id ?? '') === 'c1', {
      what: 'they are known'
    })
    bus.publish(call.queued)
    bus.publish(call.offered('1001'))
    const data = ((await agent?.saw('delivered')) as Called | undefined)?.data
    const { id: promiseId, contactId: _, ...promised } = promise
    t.same(data?.history?.[0], {
      ...{ kind: 'call', contactId: 'contact-1', startedAt: old.startedAt, queues: ['cards'] },
      ...{ door: 'trunk', intent: 'lost-card', result: 'completed', disposition: 'card-blocked' },
      promises: [{ promiseId, ...promised }]
    })
    const { agents: _agents, ...message } = leftAt
    t.same(data?.history?.[6], { kind: 'message', ...message, voicemailId: 'm-1', seconds: 9, state: 'new' })
    t.equal(data?.history?.length, 7)
    t.same((await agent?.result<Called>('snapshotCall', { callId }))?.data?.history, data?.history)
    const { opened } = await CtiClient.open(url, '1001')
    t.same(opened.snapshot?.calls[0]?.data?.history, data?.history)

    const team = smallCentre.agents.get('1001')?.team ?? ''
    const record = { past: customers.past.map(({ contact }) => contact), view: {} } as unknown as CallRecord
    const shownTo = (closed: readonly string[], user: User) => {
      const viewer = viewerOf(user, undefined, { ...smallCentre, closedTeams: new Set(closed) })
      return shownPast(viewer, record).map(({ contactId: of }) => of)
    }
    const own = ['contact-2', 'contact-4', 'contact-6']
    t.equal(shownTo([], userNamed('1001')).length, 7)
    t.same(shownTo([team], userNamed('1001')), own, 'an agent of a closed team')
    t.same(
      shownTo([team], { ...userNamed('2001'), role: 'supervisor', teams: [team] }).filter((one) => own.includes(one)),
      own
    )
    t.equal(shownTo([team], userNamed('admin')).length, 7)

    const late = callScript('b')
    for (const fact of [late.started, late.queued, late.offered('1001')]) bus.publish(fact)
    bus.publish({ type: 'call.identified', customer: mei, callId: late.started.callId, contactId: late.started.contactId })
    const isLate = (event: CtiEvent) =>
      event.type === 'callInformation' && event.callId === 'b' && event.data?.history?.length === 7
    await until(() => agent?.events.some(isLate), { what: 'what the records tell late is told' })

    customers.pastOf = async () => {
      throw new Error('The records are away')
    }
    const without = callScript('c')
    bus.publish(without.started)
    bus.publish({ type: 'call.identified', customer: mei, callId: without.started.callId, contactId: without.started.contactId })
    await until(() => log.lines.length > 0, { what: 'it is in the log' })
    bus.publish(without.queued)
    bus.publish(without.offered('1001'))
    const offered = await until(() => agent?.events.find((event) => event.type === 'delivered' && event.callId === 'c'), {
      what: 'the offer without it'
    })
    t.notOk((offered as unknown as Called).data?.history)
  }
)

t.test('who is shown an open promise says what became of it; all who see the call are told', async (t) => {
  const { app, url, bus, customers } = await startCtiApp()
  t.teardown(() => app.close())
  customers.past.push({
    customer: 'c1',
    contact: { ...old, agents: ['1003'], promises: [promise] }
  })
  const names = ['1001', '1002', '1003', '2001', 'admin']
  const [agent, other, former, boss, admin] = await Promise.all(names.map((name) => CtiClient.open(url, name)))
  const kept = { promiseId: promise.id, state: 'kept' }
  const refused = { error: { data: { code: 'PROMISE_UNKNOWN' } } }
  t.match(await agent?.request('promise.update', kept), refused, 'nobody has called yet')
  const call = callScript('a')
  const { callId, contactId } = call.started
  bus.publish(call.started)
  bus.publish({ type: 'call.identified', customer: mei, callId, contactId })
  await until(async () => ((await admin?.result<Called>('snapshotCall', { callId }))?.customer?.id ?? '') === 'c1', {
    what: 'they are known'
  })
  bus.publish(call.queued)
  bus.publish(call.offered('1001'))
  await agent?.saw('delivered')
  const { id: promiseId, contactId: _, ...rest } = promise
  t.match(await other?.request('promise.update', kept), refused, 'who does not see the call')
  t.match(await agent?.request('promise.update', { ...kept, state: 'forgotten' }), { error: { code: -32602 } })
  t.same(customers.marks, [])
  t.same(await agent?.result('promise.update', kept), {
    promiseId,
    ...rest,
    state: 'kept',
    stateAt: 2000
  })
  t.match(await former?.request('promise.update', { ...kept, state: 'open' }), { result: { state: 'open' } }, 'who made it')
  t.match(await boss?.request('promise.update', { ...kept, state: 'dropped' }), { result: { state: 'dropped' } })
  t.match(await admin?.request('promise.update', { ...kept, promiseId: 'another' }), refused)
  t.same(customers.marks, [
    [promiseId, 'kept', '1001'],
    [promiseId, 'open', '1003'],
    [promiseId, 'dropped', '2001']
  ])

  bus.publish({
    type: 'promise.changed',
    promise: { ...promise, state: 'kept', stateAt: 2000 },
    by: '1001'
  })
  const isTold = (event: CtiEvent) => {
    const [past] = event.type === 'callInformation' ? (event.data?.history ?? []) : []
    return past?.kind === 'call' && past.promises?.[0]?.state === 'kept'
  }
  for (const client of [agent, boss, admin]) await until(() => client?.events.some(isTold), { what: 'they are told' })
  t.notOk(other?.events.some(isTold))
  t.match(await agent?.result('snapshotCall', { callId }), {
    data: { history: [{ promises: [{ state: 'kept' }] }] }
  })
})

t.test('open promises are listed for those who may read their contact, as many as they ask for', async (t) => {
  const { app, url, customers } = await startCtiApp()
  t.teardown(() => app.close())
  const promised = (n: number, more: Partial<GivenPromise> = {}) =>
    ({ ...promise, id: `promise-${n}` as PromiseId, contactId: `contact-${n}` as ContactId, ...more }) as const
  const contactOf = (n: number, agent: string, ...promises: GivenPromise[]) =>
    customers.past.push({ customer: 'c1', contact: { ...old, contactId: `contact-${n}`, agents: [agent], promises } })
  contactOf(1, '1003', promised(1), promised(2, { contactId: 'contact-1' as ContactId, state: 'kept' }))
  contactOf(3, '1001', promised(3))
  const names = ['1001', '1002', '1003', '2001', '2002', 'admin']
  const clients = await Promise.all(names.map((name) => CtiClient.open(url, name)))
  const listed = async (client: CtiClient, params: object = {}) => {
    const { promises, more } = await client.result<{ promises: { promiseId: string }[]; more: boolean }>('promise.list', params)
    return [...promises.map(({ promiseId }) => promiseId), ...(more ? ['more'] : [])]
  }
  const told = await Promise.all(clients.map(async (client, at) => [names[at], await listed(client)] as const))
  const [one, three] = ['promise-1', 'promise-3']
  t.same(Object.fromEntries(told), {
    ...{ 1001: [three], 1002: [], 1003: [one], 2001: [three], 2002: [one], admin: [one, three] }
  })
  const [agent] = clients
  if (agent === undefined) return t.fail('nobody is there')
  const { id: promiseId, ...rest } = promised(3)
  t.same((await agent.result<{ promises: object[] }>('promise.list', {})).promises, [{ promiseId, ...rest, agentId: '1001' }])
  t.match(await agent.request('promise.list', { limit: 201 }), { error: { code: -32602 } })
  const admin = clients.at(-1)
  t.same(admin && (await listed(admin, { limit: 1 })), [one, 'more'])
  t.same(admin && (await listed(admin, { limit: 2 })), [one, three])
})

t.test('a promise that is marked while a call is told the past of its customer is shown as it stands now', async (t) => {
  const { app, url, bus, customers } = await startCtiApp()
  t.teardown(() => app.close())
  const admin = await CtiClient.open(url, 'admin')
  let answer: (past: readonly PastContact[]) => void = () => t.fail('nobody has asked')
  customers.pastOf = () => new Promise((resolve) => (answer = resolve))
  const { started, queued } = callScript('a')
  const { callId, contactId } = started
  for (const fact of [started, queued]) bus.publish(fact)
  bus.publish({ type: 'call.identified', customer: mei, callId, contactId })
  bus.publish({ type: 'promise.changed', promise: { ...promise, state: 'kept', stateAt: 2000 }, by: '1001' })
  answer([{ ...old, agents: ['1003'], promises: [promise] }])
  const isTold = (event: CtiEvent) => event.type === 'callInformation' && event.data?.history !== undefined
  const told = await until(() => admin.events.find(isTold), { what: 'the past contacts' })
  t.match(told, { data: { history: [{ promises: [{ promiseId: promise.id, state: 'kept', stateAt: 2000 }] }] } })
})

t.test('crm clients and administrators make two customers one; who sees them is told', async (t) => {
  const { app, url, bus, customers } = await startCtiApp()
  t.teardown(() => app.close())
  const twin: Customer = { ...mei, id: 'c2' as CustomerId, numbers: ['13800000002'], flags: ['vip'] }
  for (const one of [mei, twin]) customers.kept.set(one.id, one)
  const call = callScript('a')
  const { callId, contactId } = call.started
  for (const fact of [call.started, call.queued, call.offered('1001')]) bus.publish(fact)
  bus.publish({ type: 'call.identified', customer: twin, callId, contactId })
  const [agent, other] = await Promise.all(['1001', '1003'].map((name) => CtiClient.open(url, name)))
  const crm = await CtiClient.open(url, 'crm', { monitor: {} })
  const both = { customerId: 'c1', otherId: 'c2' }
  t.match(await other?.request('customer.merge', both), { error: { data: { code: 'CUSTOMER_UNKNOWN' } } })
  t.match(await agent?.request('customer.merge', both), { error: { data: { code: 'CUSTOMER_UNKNOWN' } } }, 'knows one of them')
  t.match(await agent?.request('customer.merge', { customerId: 'c2', otherId: 'c2' }), {
    error: { data: { code: 'NOT_ALLOWED' } }
  })
  t.match(await crm.request('customer.merge', { customerId: 'c2', otherId: 'c2' }), {
    error: { data: { code: 'CUSTOMER_INVALID' } }
  })
  const merged = await crm.result<{ mergeId: string; customer: Customer }>('customer.merge', both)
  t.same(merged.customer, { ...mei, numbers: ['13800000001', '13800000002'], flags: ['vip'] })

  bus.publish({ type: 'customer.changed', customer: merged.customer, merged: twin.id, by: 'crm' })
  t.match(await agent?.saw('customerChanged'), { customer: { id: 'c1', flags: ['vip'] }, mergedId: 'c2', by: 'crm' })
  await crm.saw('customerChanged')
  t.match(await agent?.result('snapshotCall', { callId: 'a' }), {
    customer: { id: 'c1' },
    data: { customer: { flags: ['vip'] } }
  })
  t.notOk(other?.events.some(({ type }) => type === 'customerChanged'))
  const { mergeId } = merged
  t.match(await other?.request('customer.unmerge', { mergeId }), { error: { data: { code: 'MERGE_UNKNOWN' } } })
  t.match(await agent?.request('customer.unmerge', { mergeId }), { error: { data: { code: 'NOT_ALLOWED' } } })
  t.same(await crm.result('customer.unmerge', { mergeId }), { kept: mei, restored: twin })
  t.match(await crm.request('customer.unmerge', { mergeId }), { error: { data: { code: 'MERGE_UNKNOWN' } } })
})
