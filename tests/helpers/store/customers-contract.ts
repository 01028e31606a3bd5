import type { Test } from 'tap'
import type { Customer, Customers } from '../../../src/domain/customer.ts'
import type { CustomerId } from '../../../src/domain/ids.ts'

const signal = new AbortController().signal

/** Three to begin with. Two share a city; member numbers are written as a text and as a number. */
export const contractCustomers: readonly Customer[] = [
  {
    id: 'k-1',
    name: 'Ana',
    numbers: ['+8613700000001'],
    segment: 'gold',
    flags: ['vip'],
    profile: { member: '4711', city: 'Wuhan' }
  },
  { id: 'k-2', name: 'Ben', numbers: ['13700000002'], segment: 'standard', flags: [], profile: { member: 4712, city: 'Wuhan' } },
  { id: 'k-3', name: 'Cai', numbers: ['13700000003'], segment: 'standard', flags: [], language: 'zh-CN', profile: {} }
].map((customer) => ({ ...customer, id: customer.id as CustomerId }))

/** What every store of customers does, the real one and the one of simulated calls. It holds `contractCustomers` and may hold others. */
export async function customersContract(test: Test, customers: Customers): Promise<void> {
  const found = async (key: Parameters<Customers['find']>[0]) => (await customers.find(key, signal))?.name
  test.equal(await found({ by: 'number', number: '+8613700000001' }), 'Ana')
  test.equal(await found({ by: 'number', number: '8613700000001' }), undefined)
  test.equal(await found({ by: 'id', id: 'k-2' }), 'Ben')
  test.equal(await found({ by: 'profile', field: 'member', value: '4711' }), 'Ana')
  test.equal(await found({ by: 'profile', field: 'member', value: 4711 }), 'Ana', 'a number that is written as a text')
  test.equal(await found({ by: 'profile', field: 'member', value: '4712' }), 'Ben', 'a text that is written as a number')
  test.equal(await found({ by: 'profile', field: 'member', value: '04712' }), undefined)
  test.equal(await found({ by: 'profile', field: 'member', value: '' }), undefined)
  test.equal(await found({ by: 'profile', field: 'city', value: 'Wuhan' }), undefined, 'two fit, so nobody does')
  test.equal(await found({ by: 'profile', field: 'name', value: "x' or true --" }), undefined)

  const made = await customers.create('13700000009', { name: "D'Arc", addFlags: ['new'], profile: { a: 1 } }, signal)
  test.match(made, { created: true, customer: { name: "D'Arc", numbers: ['13700000009'], flags: ['new'], profile: { a: 1 } } })
  test.same(await customers.findByNumber('13700000009', signal), made.customer)
  const again = await customers.create('13700000009', { name: 'Somebody else' }, signal)
  test.same(again, { created: false, customer: made.customer }, 'a number that is taken stays with its customer')
  const both = await Promise.all([1, 2, 3, 4].map((n) => customers.create('13700000010', { name: `call ${n}` }, signal)))
  test.equal(both.filter(({ created }) => created).length, 1, 'calls at the same moment make one customer')
  test.equal(new Set(both.map(({ customer }) => customer.id)).size, 1)

  const { id } = made.customer
  const changes = {
    segment: 'gold',
    language: 'en',
    addFlags: ['vip', 'new'],
    removeFlags: ['nothing'],
    profile: { b: [2], a: null }
  }
  const changed = await customers.update(id, changes, signal)
  test.same(changed, { ...made.customer, segment: 'gold', language: 'en', flags: ['new', 'vip'], profile: { b: [2] } })
  test.same(await customers.findByNumber('13700000009', signal), changed)
  await Promise.all([1, 2, 3].map((n) => customers.update(id, { addFlags: [`flag-${n}`], profile: { [`p${n}`]: n } }, signal)))
  test.match(await customers.findByNumber('13700000009', signal), {
    flags: { length: 5 },
    profile: { b: [2], p1: 1, p2: 2, p3: 3 }
  })
  test.equal(await customers.update('nobody' as CustomerId, { name: 'x' }, signal), undefined)

  const flags = Array.from({ length: 46 }, (_, index) => `more-${index}`)
  await test.rejects(customers.update(id, { addFlags: flags }, signal), { code: 'CUSTOMER_TOO_LARGE' })
  await test.rejects(customers.update(id, { profile: { long: 'x'.repeat(17_000) } }, signal), { code: 'CUSTOMER_TOO_LARGE' })
  const broken = { profile: { odd: [{ half: 'a\ud83d' }] } }
  await test.rejects(
    customers.update(id, broken, signal),
    { code: 'CUSTOMER_TOO_LARGE' },
    'no database has room for half a letter'
  )
  test.match(await customers.findByNumber('13700000009', signal), { flags: { length: 5 } }, 'and nothing of it is kept')
  const written = { profile: { note: 'as in \\u0000, and 😀' } }
  test.match(await customers.update(id, written, signal), written, 'what only looks like it is a text as others')
}
