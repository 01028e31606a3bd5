import t, { type Test } from 'tap'
import type { CallbackId } from '../../src/domain/ids.ts'
import type { CallbackStore } from '../../src/domain/ports/callbacks.ts'
import { callbacksIn } from '../../src/records/callbacks.ts'
import { someCallback } from '../helpers/some-callback.ts'
import { MemoryCallbacks } from '../helpers/store/memory-callbacks.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'

const id = (name: string) => name as CallbackId

/** What every store of callbacks promises; the fake of other tests keeps it, too. */
async function conforms(t: Test, store: CallbackStore): Promise<void> {
  const first = someCallback({ id: id('a'), data: { ...someCallback().data, collected: { note: '王 "芳"' } } })
  t.same(await store.add(first), first)
  t.same(await store.get('a'), first, 'it is kept whole')
  t.equal(await store.get('nobody'), undefined)

  const twice = await Promise.all([
    store.add(someCallback({ id: id('b') })),
    store.add(someCallback({ id: id('c'), queue: 'sales', bookedAt: 2000 })),
    store.add(someCallback({ id: id('d'), queue: 'sales', bookedAt: 2000 }))
  ])
  t.equal(twice[0]?.id, 'a', 'an open one for that number and queue is the answer')
  t.equal(twice[1]?.id, twice[2]?.id, 'also for two that are booked at the same moment')

  t.equal(await store.save({ ...first, state: 'due', revision: 2 }), true)
  t.equal(await store.save({ ...first, state: 'cancelled', revision: 2 }), false, 'somebody else was first')
  t.match(await store.get('a'), { state: 'due', revision: 2 })
  t.equal(await store.save(someCallback({ id: id('nobody'), revision: 5 })), false)

  t.equal(await store.save({ ...first, state: 'done', outcome: 'talked', endedAt: 9, revision: 4 }), true)
  t.equal(await store.save({ ...first, state: 'due', revision: 9 }), false, 'what is over stays over')
  const again = someCallback({ id: id('e'), bookedAt: 3000 })
  t.equal((await store.add(again)).id, 'e', 'there is room for a new one')

  const ids = async (filter: Parameters<CallbackStore['list']>[0]) => (await store.list(filter)).map((one) => one.id)
  t.same(await ids({ limit: 10 }), ['e', twice[1]?.id, 'a'], 'newest first')
  t.same(await ids({ limit: 1 }), ['e'])
  t.same(await ids({ open: true, limit: 10 }), ['e', twice[1]?.id])
  t.same(await ids({ queues: ['service'], limit: 10 }), ['e', 'a'])
  t.same(await ids({ queues: [], limit: 10 }), [])
  t.same(await ids({ number: '13800000001', limit: 10 }), ['e', twice[1]?.id, 'a'])
  t.same(await ids({ number: '1', limit: 10 }), [])
}

t.test('callbacks in memory', (t) => conforms(t, new MemoryCallbacks()))

t.test('callbacks in PostgreSQL', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const store = callbacksIn(postgres.database)
  await conforms(t, store)

  const odd = someCallback({ id: id('odd'), number: '1', data: { ...someCallback().data, collected: { note: 'a\0b\ud800' } } })
  await store.add(odd)
  t.match(await store.get('odd'), { data: { collected: { note: 'a�b�' } } }, 'what no database stores is replaced, not refused')
})
