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
