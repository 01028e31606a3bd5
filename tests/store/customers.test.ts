import t from 'tap'
import { customerDesk } from '../../src/assembly/customer-desk.ts'
import { customersIn, readCustomer } from '../../src/customers/find-customer.ts'
import { seedCustomers } from '../../src/customers/seed-customers.ts'
import { setFlags } from '../../src/customers/set-flags.ts'
import type { Customer } from '../../src/domain/customer.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { CallbackId, CallId, ContactId, CustomerId } from '../../src/domain/ids.ts'
import type { Interrupted } from '../../src/domain/interrupted.ts'
import { idOfPast } from '../../src/domain/past-contact.ts'
import type { CallReach } from '../../src/domain/ports/customer-desk.ts'
import type { Database } from '../../src/domain/ports/database.ts'
import { callbacksIn } from '../../src/records/callbacks.ts'
import { interruptedCallsIn } from '../../src/store/interrupted-calls.ts'
import { someCallback } from '../helpers/some-callback.ts'
import { contractCustomers, customersContract } from '../helpers/store/customers-contract.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'

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
    await interrupted.keep('2', place(22_000, 'again'), 0)
    t.same(await interrupted.take('2', 0), place(22_000, 'again'), 'who was nobody a moment ago')

    await interrupted.keep('3', place(30_000, 'old'), 0)
    await interrupted.keep('4', place(90_000, 'new'), 60_000)
    t.same(await database.query('select caller from interrupted_calls'), [{ caller: '4' }], 'what is too old is removed')
  })

  await t.test('who are cut off while the database is away are found all the same, and written when it is back', async (t) => {
    let isAway = true
    const gone = async () => {
      throw new AppError('DATABASE_UNAVAILABLE', 'upstream', 'The database does not answer')
    }
    const interrupted = interruptedCallsIn({
      ...database,
      query: (text, values) => (isAway ? gone() : database.query(text, values))
    })
    const place = (at: number): Interrupted => ({ at, positions: [{ flow: 'bank', step: 'menu', vars: {} }], language: 'en' })
    await interrupted.keep('11', place(100_000), 60_000)
    await interrupted.keep('12', place(100_001), 60_000)
    await interrupted.keep('13', place(100_002), 60_000)
    t.same(await interrupted.take('11', 0), place(100_000))
    await t.rejects(interrupted.take('11', 0), { code: 'DATABASE_UNAVAILABLE' }, 'it is offered once, and nobody knows of others')
    isAway = false
    t.same(await interrupted.take('12', 0), place(100_001))
    await interrupted.keep('14', place(100_003), 60_000)
    const rows = await database.query("select caller from interrupted_calls where caller in ('11', '12', '13', '14') order by 1")
    t.same(rows, [{ caller: '13' }, { caller: '14' }])
  })

  await t.test('who were cut off and call again while that is being written are found at once, and once', async (t) => {
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const interrupted = interruptedCallsIn({
      ...database,
      query: async (text, values) => {
        await gate
        return await database.query(text, values)
      }
    })
    const place: Interrupted = { at: 200_000, positions: [{ flow: 'bank', step: 'menu', vars: {} }], language: 'en' }
    const keeping = interrupted.keep('21', place, 0)
    t.same(await interrupted.take('21', 0), place)
    open()
    await keeping
    t.equal(await interrupted.take('21', 0), undefined)

    const refused = { ...place, positions: [{ flow: 'bank', step: '\u0000', vars: {} }] } as const
    await t.rejects(interrupted.keep('22', refused, 0), { code: 'DATABASE_REFUSED' })
    t.equal(await interrupted.take('22', 0), undefined)
    await interrupted.keep('23', place, 0)
    t.same(await interrupted.take('23', 0), place)
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
    const calls = async (customer: string) => (await desk.history({ customer }, undefined, 10)).map(idOfPast).sort()
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

  await t.test('have one list of calls, messages and callbacks, with what they were promised', async (t) => {
    const told: unknown[] = []
    const desk = customerDesk(customers, database, (event) => void told.push(event))
    const number = '13622220001'
    const { customer } = await customers.create(number, { name: 'Sun' }, signal)
    const at = (minute: number) => Date.UTC(2026, 10, 22, 8, minute)
    const call = (id: string, minute: number, agent: string) =>
      database.query(
        `insert into calls (call_id, contact_id, started_at, customer_id, queues, agents, result) values ($1, $2, $3, $4, '{cards}', $5, 'completed')`,
        [`h-${id}`, `contact-${id}`, new Date(at(minute)), customer.id, agent === '' ? [] : [agent]]
      )
    await call('old', 1, '1001')
    await call('one', 10, '1001')
    await call('two', 40, '1002')
    await database.query(
      `insert into recordings (recording_id, kind, call_id, contact_id, caller, caller_name, customer_id, queue, flow, created_at, duration_ms, bytes, checksum, file)
       values ('h-message', 'voicemail', 'h-one', 'contact-one', $1, '', $2, 'cards', 'f', $3, 4500, 1, 'x', 'x')`,
      [number, customer.id, new Date(at(20))]
    )
    const store = callbacksIn(database)
    const booked = {
      id: 'h-callback' as CallbackId,
      contactId: 'contact-two' as ContactId,
      number,
      queue: 'service',
      bookedAt: at(30)
    }
    await store.add(someCallback({ ...booked, bookedIn: 'h-two' as CallId }))
    const promises = `insert into promises (promise_id, contact_id, agent, made_at, what, until) values
      ('p-old', 'contact-old', '1001', $1, 'We call back', null), ('p-two', 'contact-two', '1002', $1, 'The card is sent', '2026-11-27')`
    await database.query(promises, [new Date(at(41))])
    const list = async (...args: Parameters<typeof desk.history>) => (await desk.history(...args)).map(idOfPast)

    const [newest, ...others] = await desk.history({ customer: customer.id }, undefined, 10)
    t.same(newest, {
      ...{
        kind: 'call',
        callId: 'h-two',
        contactId: 'contact-two',
        startedAt: at(40),
        queues: ['cards'],
        agents: ['1002'],
        tags: []
      },
      result: 'completed',
      promises: [
        {
          id: 'p-two',
          contactId: 'contact-two',
          madeAt: at(41),
          what: 'The card is sent',
          until: '2026-11-27',
          state: 'open'
        }
      ]
    })
    t.same(others.slice(0, 2), [
      {
        ...{
          kind: 'callback',
          callbackId: 'h-callback',
          contactId: 'contact-two',
          startedAt: at(30),
          queues: ['service'],
          agents: []
        },
        ...{ state: 'waiting', dueAt: 1000 }
      },
      {
        ...{
          kind: 'message',
          voicemailId: 'h-message',
          contactId: 'contact-one',
          startedAt: at(20),
          queues: ['cards'],
          agents: []
        },
        ...{ seconds: 4.5, state: 'new' }
      }
    ])
    t.same(others.map(idOfPast), ['h-callback', 'h-message', 'h-one', 'h-old'])
    t.same(await list({ contact: 'contact-one' }, undefined, 10), ['h-message', 'h-one'])
    t.same(await list({ customer: customer.id, contact: 'contact-two' }, undefined, 1), ['h-two'])
    const within = (agents: string[], queues: string[]) => list({ customer: customer.id }, { agents, queues }, 10)
    t.same(await within(['1001'], []), ['h-message', 'h-one', 'h-old'], 'with a call of their contact')
    t.same(await within(['1002'], []), ['h-two', 'h-callback'])
    t.same(await within([], ['service']), ['h-callback'], 'of their queue')
    t.same(await within(['1003'], ['sales']), [])
    t.same([await desk.mayRead({ customer: customer.id }, { agents: [], queues: ['service'] })], [false], 'no call of theirs')

    const past = async (notCall: string, limit: number) =>
      (await desk.pastOf(customer.id, notCall as CallId, limit)).map(idOfPast)
    t.same(await past('another', 2), ['h-two', 'h-callback', 'h-old'], 'an open promise is never too old')
    t.same(await past('h-two', 2), ['h-callback', 'h-message', 'h-old'])
    const open = async (reach: CallReach | undefined, limit = 10) => (await desk.openPromises(reach, limit)).map(({ id }) => id)
    t.same(await desk.openPromises(undefined, 1), [
      {
        ...{ id: 'p-two', contactId: 'contact-two', madeAt: at(41), what: 'The card is sent', until: '2026-11-27' },
        ...{ state: 'open', agentId: '1002' }
      }
    ])
    const more = `insert into promises (promise_id, contact_id, agent, made_at, what, until) values
      ('p-time', 'contact-two', '1002', $1, 'A call', '2026-11-26T09:00:00+08:00'), ('p-lost', 'contact-none', '1002', $1, 'A call', '2026-11-20')`
    await database.query(more, [new Date(at(42))])
    t.same(await open(undefined), ['p-time', 'p-two', 'p-old'], 'the soonest first, without a day last; none of unknown calls')
    t.same(await open({ agents: ['1002'], queues: [] }), ['p-time', 'p-two'])
    t.same(await open({ agents: ['1002'], queues: [] }, 1), ['p-time'])
    t.same(await open({ agents: ['1009'], queues: [] }), [])
    await database.query("delete from promises where promise_id in ('p-time', 'p-lost')")
    t.match(await desk.markPromise('p-old', 'kept', '1002'), {
      state: 'kept',
      stateAt: Number
    })
    t.same(await past('another', 2), ['h-two', 'h-callback'], 'one that was kept is')
    await desk.markPromise('p-old', 'kept', '1003')
    t.match(await database.query("select state_by from promises where promise_id = 'p-old'"), [{ state_by: '1002' }])
    t.match(told, [
      {
        type: 'promise.changed',
        by: '1002',
        promise: { id: 'p-old', state: 'kept' }
      }
    ])
    t.equal(told.length, 1)

    const { customer: other } = await customers.create('13622220002', {}, signal)
    await desk.merge(other.id, customer.id, 'crm')
    t.same(await list({ customer: other.id }, undefined, 10), ['h-two', 'h-callback', 'h-message', 'h-one', 'h-old'])
    t.same((await desk.pastOf(other.id, 'x' as CallId, 1)).map(idOfPast), ['h-two'], 'with the promise in it')
  })
})
