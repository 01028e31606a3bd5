import t from 'tap'
import type { Customer } from '../../src/domain/customer.ts'
import type { CustomerId } from '../../src/domain/ids.ts'
import { callScript } from '../helpers/call-script.ts'
import { startCtiApp } from '../helpers/cti-app.ts'
import { CtiClient } from '../helpers/cti-client.ts'

const mei: Customer = {
  ...{ id: 'c1' as CustomerId, name: 'Mei Lin', numbers: ['13800000001'], segment: 'gold', flags: [], profile: { city: 'Wuhan' } }
}
const old = { callId: 'old', contactId: 'contact-old', startedAt: 1_761_984_000_000, tags: [], customer: 'c1' }

t.test('customers are for those who have a call of theirs in sight, or may read one', async (t) => {
  const { app, url, bus, customers } = await startCtiApp()
  t.teardown(() => app.close())
  customers.kept.set(mei.id, mei)
  customers.calls.push({ ...old, agents: ['1003'], queues: ['cards'] })
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
  t.same(await agent?.result('contact.history', { customerId: 'c1' }), { calls: [] }, 'the calls of others stay theirs')
  const { customer: _, ...told } = { ...old, agents: ['1003'], queues: ['cards'] }
  t.same(await clients[2]?.result('contact.history', { customerId: 'c1' }), { calls: [told] })
  t.same(await clients[2]?.result('contact.history', { contactId: 'contact-old', customerId: 'another' }), { calls: [] })
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
