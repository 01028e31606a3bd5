import t from 'tap'
import { customerDesk } from '../../src/assembly/customer-desk.ts'
import { customersIn, readCustomer } from '../../src/customers/find-customer.ts'
import { seedCustomers } from '../../src/customers/seed-customers.ts'
import { setFlags } from '../../src/customers/set-flags.ts'
import type { Customer } from '../../src/domain/customer.ts'
import type { CustomerId } from '../../src/domain/ids.ts'
import type { Interrupted } from '../../src/domain/interrupted.ts'
import type { Database } from '../../src/domain/ports/database.ts'
import { interruptedCallsIn } from '../../src/store/interrupted-calls.ts'
import { contractCustomers, customersContract } from '../helpers/customers-contract.ts'
import { startTestPostgres } from '../helpers/postgres.ts'

const wang: Customer = {
  id: 'c-1' as CustomerId,
  name: 'Wang Fang',
  numbers: ['+8613800138000', '13800138000'],
  segment: 'gold',
  flags: [],
  language: 'zh-CN',
  profile: { since: 2014 }
}
const jack: Customer = {
  id: 'c-2' as CustomerId,
  name: 'Jack',
  numbers: ['1'],
  segment: 'standard',
  flags: ['card-lost'],
  profile: {}
}
const signal = new AbortController().signal

t.test('customers', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const { database } = postgres
  const customers = customersIn(database)
  await seedCustomers(database, [wang, jack])

  await t.test('are found by each of their numbers', async (t) => {
    t.same(await customers.findByNumber('13800138000', signal), wang)
    t.same(await customers.findByNumber('+8613800138000', signal), wang)
    t.same(await customers.findByNumber('1', signal), jack)
    t.equal(await customers.findByNumber('999', signal), undefined)
  })

  await t.test('have a flag in the moment after it was set', async (t) => {
    t.match(await setFlags(database, 'c-1', ['card-lost', 'card-lost']), { flags: ['card-lost'] })
    t.match(await customers.findByNumber('13800138000', signal), { flags: ['card-lost'] })
    t.equal(await setFlags(database, 'nobody', ['x']), undefined)
  })

  await t.test('keep what other systems changed when the server starts again', async (t) => {
    await seedCustomers(database, [wang, jack])
    t.match(await readCustomer(database, 'c-1'), { flags: ['card-lost'], numbers: wang.numbers })
  })

  await t.test('are found, created and changed as every store of customers does it', async (t) => {
    await seedCustomers(database, contractCustomers)
    await customersContract(t, customers)
  })

  await t.test('who were cut off are kept until they call again, or until it is too late', async (t) => {
    const interrupted = interruptedCallsIn(database)
    const place = (at: number, step: string): Interrupted => ({
      at,
      positions: [{ flow: 'bank', step, vars: { n: 1 } }],
      language: 'en'
    })
    await interrupted.keep('+861', place(10_000, 'early'), 0)
    await interrupted.keep('+861', place(20_000, 'late'), 0)
    await interrupted.keep('+861', place(15_000, 'told late'), 0)
    await interrupted.keep('2', place(21_000, 'other'), 0)
    t.same(await interrupted.take('+861', 20_000), place(20_000, 'late'), 'the last place counts')
    t.equal(await interrupted.take('+861', 0), undefined, 'it is offered once')
    t.equal(await interrupted.take('2', 21_001), undefined, 'too late')
    t.equal(await interrupted.take('2', 0), undefined)

    await interrupted.keep('3', place(30_000, 'old'), 0)
    await interrupted.keep('4', place(90_000, 'new'), 60_000)
    t.same(await database.query('select caller from interrupted_calls'), [{ caller: '4' }], 'what is too old is removed')
  })

  await t.test('are unknown, not awaited, when the database is slow', async (t) => {
    const slow: Database = {
      ...database,
      query: (text, values) => database.query('select pg_sleep(1)').then(() => database.query(text, values))
    }
    const before = Date.now()
    await t.rejects(customersIn(slow).findByNumber('1', signal), { code: 'CUSTOMER_LOOKUP_TIMEOUT' })
    t.ok(Date.now() - before < 900)
  })

  await t.test('are no longer looked for when the caller has hung up', async (t) => {
    const call = new AbortController()
    const found = customersIn(database).findByNumber('1', call.signal)
    call.abort(new Error('hung up'))
    await t.rejects(found, { message: 'hung up' })
  })

  await t.test('are made one with all that is theirs, and two again', async (t) => {
    const told: unknown[] = []
    const desk = customerDesk(customers, database, (event) => void told.push(event))
    const name = (customer: string) => ({ id: customer as CustomerId })
    const { customer: one } = await customers.create('13611110001', { name: 'Zhao', profile: { city: 'Xian' } }, signal)
    const changes = { addFlags: ['vip'], profile: { city: 'Wuhan', since: 2020 } }
    const { customer: two } = await customers.create('13611110002', changes, signal)
    const insert = `insert into calls (call_id, contact_id, started_at, customer_id, customer_name) values ($1, $1, now(), $2, '')`
    await database.query(insert, ['m-1', one.id])
    await database.query(insert, ['m-2', two.id])

    t.equal(await desk.merge(one.id, name('nobody').id, 'crm'), undefined)
    t.same(await customers.find({ by: 'id', id: one.id }, signal), one, 'nothing of it has happened')
    const [merged, again] = await Promise.all([desk.merge(one.id, two.id, 'crm'), desk.merge(one.id, two.id, 'crm')])
    const [done] = [merged, again].flatMap((result) => result ?? [])
    t.equal([merged, again].filter((result) => result === undefined).length, 1, 'once, whoever asks at the same time')
    t.match(done?.customer, { name: 'Zhao', flags: ['vip'], profile: { city: 'Xian', since: 2020 } })
    t.same(await customers.findByNumber('13611110002', signal), done?.customer)
    t.equal(await customers.find({ by: 'id', id: two.id }, signal), undefined)
    // A call that went on meanwhile is written late, with who it was then.
    await database.query(insert, ['m-3', two.id])
    const calls = async (customer: string) => (await desk.history({ customer }, undefined, 10)).map(({ callId }) => callId).sort()
    t.same(await calls(one.id), ['m-1', 'm-2', 'm-3'])
    t.match(told, [{ type: 'customer.changed', merged: two.id, by: 'crm', customer: { id: one.id } }])

    const { customer: third } = await customers.create('13611110003', {}, signal)
    const upwards = await desk.merge(third.id, one.id, 'admin')
    t.same(await calls(third.id), ['m-1', 'm-2', 'm-3'], 'also of who was merged before')
    t.equal(await desk.unmerge(done?.mergeId ?? '', 'crm'), undefined, 'not while who was kept is gone')
    await desk.unmerge(upwards?.mergeId ?? '', 'admin')
    await customers.update(one.id, { profile: { since: 2021, note: 'later' } }, signal)
    t.equal(await desk.keptBy(done?.mergeId ?? ''), one.id)
    const apart = await desk.unmerge(done?.mergeId ?? '', 'crm')
    t.same(apart?.restored, two)
    t.match(apart?.kept, { numbers: ['13611110001'], flags: [], profile: { city: 'Xian', since: 2021, note: 'later' } })
    t.same([await calls(one.id), await calls(two.id)], [['m-1'], ['m-2', 'm-3']])
    t.equal(await desk.unmerge(done?.mergeId ?? '', 'crm'), undefined, 'once')
    t.equal(await desk.keptBy(done?.mergeId ?? ''), undefined)
    t.match(await database.query('select made_by, undone_by from customer_merges order by number'), [
      { made_by: 'crm', undone_by: 'crm' },
      { made_by: 'admin', undone_by: 'admin' }
    ])
    const large = { profile: { text: 'x'.repeat(9000) } }
    await customers.update(one.id, large, signal)
    await customers.update(two.id, { profile: { other: 'y'.repeat(9000) } }, signal)
    await t.rejects(desk.merge(one.id, two.id, 'crm'), { code: 'CUSTOMER_TOO_LARGE' })
    t.match(await customers.findByNumber('13611110002', signal), { id: two.id }, 'both are as they were')
  })
})
