import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import t from 'tap'
import type { AppError } from '../../src/domain/errors.ts'
import type { CallId } from '../../src/domain/ids.ts'
import type { KeptAgent, KeptCall } from '../../src/domain/kept-call.ts'
import type { Log } from '../../src/domain/log.ts'
import type { LiveStore } from '../../src/domain/ports/live-store.ts'
import { openLiveStore } from '../../src/store/open-live-store.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { limitFiles } from '../helpers/limit-files.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { startTestRedis } from '../helpers/store/redis.ts'
import { until } from '../helpers/until.ts'

const id = (name: string) => name as CallId
/** The stores look into nothing that they keep. */
const call = (name: string, more: object = {}) => ({ callId: id(name), startedAt: 1, ...more }) as unknown as KeptCall
const put = ({ calls }: LiveStore, kept: KeptCall) => calls.put(kept.callId, () => kept)
const byId = (calls: readonly KeptCall[]) => calls.toSorted((one, other) => (one.callId < other.callId ? -1 : 1))

const redis = await startTestRedis(16_100)
t.teardown(() => redis.close())
const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-test-live-'))
t.teardown(() => rm(dataDir, { recursive: true }))

/** What every live store promises. */
function conforms(name: string, open: (instance: string) => Promise<LiveStore>): void {
  t.test(`${name}: what was put is there for the next process`, async (t) => {
    const before = await open('next')
    put(before, call('a', { step: 'welcome' }))
    put(before, call('b'))
    put(before, call('a', { step: 'main', legs: ['x', 'y'] }))
    before.calls.delete(id('b'))
    before.calls.delete(id('never-there'))
    put(before, call('c', { name: '王 "芳"\n' }))
    await before.flush()
    t.same(byId(await before.calls.list()), [call('a', { step: 'main', legs: ['x', 'y'] }), call('c', { name: '王 "芳"\n' })])
    await before.close()

    const after = await open('next')
    t.teardown(() => after.close())
    t.same(byId(await after.calls.list()), [call('a', { step: 'main', legs: ['x', 'y'] }), call('c', { name: '王 "芳"\n' })])
  })

  t.test(`${name}: what is put is read in a later turn, and once however often it was put`, async (t) => {
    const store = await open('late')
    t.teardown(() => store.close())
    let reads = 0
    const live = { step: 'first' }
    const read = () => {
      reads++
      return call('late', live)
    }
    store.calls.put(id('late'), read)
    store.calls.put(id('late'), read)
    live.step = 'second'
    await store.flush()
    t.equal(reads, 1)
    t.same(await store.calls.list(), [call('late', { step: 'second' })])
  })

  t.test(`${name}: sealed, it is left to the next process as it was`, async (t) => {
    const store = await open('sealed')
    const live = { step: 'first' }
    store.calls.put(id('a'), () => call('a', live))
    put(store, call('b'))
    await store.flush()
    store.calls.put(id('c'), () => call('c', live))
    store.calls.seal()
    live.step = 'second'
    put(store, call('d'))
    put(store, call('a', live))
    store.calls.delete(id('b'))
    await store.close()
    const next = await open('sealed')
    t.teardown(() => next.close())
    t.same(byId(await next.calls.list()), [call('a', { step: 'first' }), call('b'), call('c', { step: 'first' })])
  })

  t.test(`${name}: what cannot be written costs the others nothing`, async (t) => {
    const store = await open('odd')
    store.calls.put(id('odd'), () => call('odd', { n: 1n }))
    put(store, call('even'))
    await store.flush()
    await store.close()
    const again = await open('odd')
    t.teardown(() => again.close())
    t.same(await again.calls.list(), [call('even')])
  })

  t.test(`${name}: agents are kept beside the calls`, async (t) => {
    const agent = (agentId: string, state: string) =>
      ({ form: 2, status: { agentId, state, since: 1 }, hasDesk: true }) as KeptAgent
    const before = await open('agents')
    before.agents.put('1001' as never, () => agent('1001', 'ready'))
    before.agents.put('1002' as never, () => agent('1002', 'busy'))
    before.agents.delete('1001' as never)
    put(before, call('a'))
    await before.flush()
    await before.close()
    const after = await open('agents')
    t.teardown(() => after.close())
    t.same(await after.agents.list(), [agent('1002', 'busy')])
    t.same(await after.calls.list(), [call('a')])
  })

  t.test(`${name}: thousands of changes end in the last state of each call`, async (t) => {
    const store = await open('many')
    for (let n = 0; n < 30_000; n++) {
      put(store, call(`call-${n % 100}`, { n }))
      if (n % 1000 === 0) await store.flush()
    }
    for (let n = 0; n < 50; n++) store.calls.delete(id(`call-${n}`))
    await store.close()
    const again = await open('many')
    t.teardown(() => again.close())
    const calls = await again.calls.list()
    t.equal(calls.length, 50)
    t.match(
      calls.find(({ callId }) => callId === 'call-99'),
      { n: 29_999 }
    )
  })
}

const openMemory = (instance: string) => openLiveStore({ dataDir: join(dataDir, instance), instance, log: quietLog() })
conforms('memory', openMemory)
const folder = (name: string) => join(dataDir, `with-redis-${name}`)
const openRedis = (instance: string, { machine = '', log = quietLog() }: { machine?: string; log?: Log } = {}) =>
  openLiveStore({ redisUrl: redis.url, dataDir: folder(instance + machine), instance, log })
conforms('redis', openRedis)
let machines = 0
conforms('redis, each process on another machine', (instance) => openRedis(`other-${instance}`, { machine: String(machines++) }))

t.test('memory: the journal does not grow without end, and a cut-off last line does no harm', async (t) => {
  const journal = join(dataDir, 'many', 'live-calls.jsonl')
  t.ok((await stat(journal)).size < 1_000_000)
  await appendFile(journal, '{"put":{"callId":"call-99","n":')
  const store = await openMemory('many')
  t.teardown(() => store.close())
  t.equal((await store.calls.list()).length, 50)
})

t.test('memory: a journal of an earlier version is read', async (t) => {
  const folder = join(dataDir, 'earlier')
  await mkdir(folder)
  const lines = [{ put: call('a', { phase: 'flow' }) }, { put: call('b') }, { delete: 'b' }, null, 5]
  await writeFile(join(folder, 'live-calls.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const store = await openMemory('earlier')
  t.teardown(() => store.close())
  t.same(await store.calls.list(), [call('a', { phase: 'flow' })])
})

t.test('memory: a line that was damaged from outside is told, and costs nothing but its change', async (t) => {
  const folder = join(dataDir, 'damaged')
  await mkdir(folder)
  const line = (name: string) => `${JSON.stringify({ id: name, put: call(name) })}\n`
  const lines = [line('a'), line('b'), line('c').replace('startedAt":', 'start'), '\0\0\0\0\n', line('d')]
  await writeFile(join(folder, 'live-calls.jsonl'), lines.join(''))
  const log = collectedLog()
  const store = await openLiveStore({ dataDir: folder, instance: 'damaged', log })
  t.same(byId(await store.calls.list()), [call('a'), call('b'), call('d')])
  t.equal(store.damaged(), 2)
  t.match(
    log.lines.map(({ level, fields }) => ({ level, ...fields })),
    [
      { level: 'error', id: 'c' },
      { level: 'error', characters: 4 }
    ]
  )
  await store.close()
  const next = await openLiveStore({ dataDir: folder, instance: 'damaged', log: quietLog() })
  t.teardown(() => next.close())
  t.equal(next.damaged(), 0, 'it was written anew')
})

/** What a process that is killed now leaves. */
async function leftNow(instance: string): Promise<readonly KeptCall[]> {
  const copy = await mkdtemp(join(dataDir, 'copy-'))
  await cp(join(dataDir, instance), copy, { recursive: true })
  const store = await openLiveStore({ dataDir: copy, instance, log: quietLog() })
  await store.close()
  return byId(await store.calls.list())
}

t.test('memory: what a full disk did not take is written when there is room, and half of nothing meanwhile', async (t) => {
  const log = collectedLog()
  const store = await openLiveStore({ dataDir: join(dataDir, 'full'), instance: 'full', log })
  t.teardown(() => store.close())
  for (const name of ['changes', 'ends', 'stays']) put(store, call(name))
  await store.flush()
  const { size } = await stat(join(dataDir, 'full', 'live-calls.jsonl'))
  const before = await leftNow('full')
  const disk = limitFiles(t, size + 20)
  put(store, call('changes', { step: 'first' }))
  put(store, call('new'))
  store.calls.delete(id('ends'))
  await until(() => log.lines.length > 0, { what: 'it is told' })
  put(store, call('changes', { step: 'second' }))
  const meanwhile = { unwritten: store.unwritten(), size: (await stat(join(dataDir, 'full', 'live-calls.jsonl'))).size }
  disk.lift()
  t.same(meanwhile, { unwritten: 3, size }, 'each thing counts once, and half a line is taken back')
  t.same(await leftNow('full'), before)
  await store.flush()
  t.equal(store.unwritten(), 0)
  t.same(await leftNow('full'), [call('changes', { step: 'second' }), call('new'), call('stays')])
  t.match(
    log.lines.map(({ level }) => level),
    ['error', 'info'],
    'told once, and that it is over'
  )
})

t.test('memory: a start on a full disk goes on with the journal as it is, without the half line at its end', async (t) => {
  const before = await openMemory('full-start')
  put(before, call('a'))
  put(before, call('b'))
  await before.close()
  const journal = join(dataDir, 'full-start', 'live-calls.jsonl')
  await appendFile(journal, '{"put":{"callId":"b","n":')
  const disk = limitFiles(t, 1)
  const log = collectedLog()
  const store = await openLiveStore({ dataDir: join(dataDir, 'full-start'), instance: 'full-start', log })
  const found = await store.calls.list()
  put(store, call('c'))
  await until(() => log.lines.some(({ level }) => level === 'error'), { what: 'it is tried' })
  disk.lift()
  t.same(byId(found), [call('a'), call('b')])
  t.same(await leftNow('full-start'), [call('a'), call('b')])
  await store.close()
  t.same(await leftNow('full-start'), [call('a'), call('b'), call('c')], 'the last attempt is at the end')
  t.same((await readdir(join(dataDir, 'full-start'))).sort(), ['live-agents.jsonl', 'live-calls.jsonl'])
})

t.test('memory: what was flushed survives kill -9', async (t) => {
  const script = `
    import { openLiveStore } from '${new URL('../../src/store/open-live-store.ts', import.meta.url)}'
    const log = { error: console.error }
    const store = await openLiveStore({ dataDir: '${join(dataDir, 'killed')}', instance: 'killed', log })
    store.calls.put('one', () => ({ callId: 'one', startedAt: 1 }))
    await store.flush()
    console.log('flushed')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const store = await openMemory('killed')
  t.teardown(() => store.close())
  t.same(await store.calls.list(), [call('one')])
})

/** What Redis itself has. */
const asked = new Redis(redis.url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
asked.on('error', () => undefined)
t.teardown(() => asked.disconnect())
async function inRedis(instance: string): Promise<readonly KeptCall[]> {
  const { '#stamp': _, ...things } = await asked.hgetall(`switchboard:live-calls:${instance}`)
  return byId(Object.values(things).map((text) => JSON.parse(text)))
}

/** As a kill leaves it: nothing is closed, and nothing of it is written any more. */
async function killed(store: LiveStore): Promise<void> {
  store.calls.seal()
  store.agents.seal()
}

t.test('redis: an outage blocks no call, and what was put meanwhile arrives afterwards, told once', async (t) => {
  const log = collectedLog()
  const store = await openRedis('outage', { log })
  t.teardown(() => store.close())
  put(store, call('before'))
  await store.flush()
  await redis.stop()
  put(store, call('during', { n: 1 }))
  await until(() => log.lines.some(({ message }) => message === 'Redis did not take what is in progress'), { what: 'it is told' })
  put(store, call('during', { n: 2 }))
  store.calls.delete(id('before'))
  await until(() => store.unwritten() === 0, { what: 'the journal has it' })
  await redis.start()
  await store.flush()
  t.same(await inRedis('outage'), [call('during', { n: 2 })])
  const told = log.lines.filter(({ message }) => message !== 'Redis cannot be reached')
  t.same(told.filter(({ message }) => message.startsWith('Redis did not take')).length, 1, 'and once that it takes nothing')
})

t.test('redis: a start without it goes on with what this machine has, which Redis gets when it is back', async (t) => {
  const before = await openRedis('away')
  put(before, call('ends'))
  put(before, call('goes on', { step: 'first' }))
  await before.flush()
  t.same(await inRedis('away'), [call('ends'), call('goes on', { step: 'first' })])
  await redis.stop()
  before.calls.delete(id('ends'))
  put(before, call('goes on', { step: 'second' }))
  put(before, call('new'))
  await until(() => before.unwritten() === 0, { what: 'the journal has it' })
  await killed(before)

  const log = collectedLog()
  const began = performance.now()
  const after = await openRedis('away', { log })
  t.teardown(() => after.close())
  t.ok(performance.now() - began < 2_000, 'without waiting for it')
  t.same(byId(await after.calls.list()), [call('goes on', { step: 'second' }), call('new')])
  t.ok(log.lines.some(({ level, message }) => level === 'error' && message.startsWith('Redis does not answer')))
  put(after, call('newer'))
  await redis.start()
  // The killed one would write its last changes as well: its process is gone in truth.
  void before.close()
  await after.flush()
  await until(async () => (await inRedis('away')).length === 3, { what: 'Redis has all' })
  t.same(await inRedis('away'), [call('goes on', { step: 'second' }), call('new'), call('newer')])
})

t.test('redis: one that takes connections and says nothing keeps nobody waiting', async (t) => {
  const before = await openRedis('hangs')
  put(before, call('a'))
  await before.flush()
  redis.hang()
  put(before, call('a', { step: 'second' }))
  t.teardown(() => redis.goOn())
  const began = performance.now()
  await before.close()
  const after = await openRedis('hangs')
  put(after, call('b'))
  t.same(byId(await after.calls.list()), [call('a', { step: 'second' }), call('b')])
  await after.close()
  t.ok(performance.now() - began < 6_000, `${performance.now() - began} ms`)
})

t.test('redis: what another machine had last counts, and not what was left here before', async (t) => {
  const here = await openRedis('moved')
  put(here, call('of old'))
  put(here, call('goes on', { step: 'first' }))
  await here.close()
  const there = await openRedis('moved', { machine: 'two' })
  t.same(byId(await there.calls.list()), [call('goes on', { step: 'first' }), call('of old')])
  there.calls.delete(id('of old'))
  put(there, call('goes on', { step: 'second' }))
  await there.close()
  const back = await openRedis('moved')
  t.same(await back.calls.list(), [call('goes on', { step: 'second' })])
  await back.close()
  await redis.stop()
  const again = await openRedis('moved')
  t.same(await again.calls.list(), [call('goes on', { step: 'second' })], 'and is in the journal here')
  await again.close()
  await redis.start()
})

t.test('redis: one that was away at the end, and is back at the start, does not bring back what is over', async (t) => {
  const before = await openRedis('behind')
  put(before, call('over'))
  await before.flush()
  await redis.stop()
  before.calls.delete(id('over'))
  put(before, call('late'))
  await before.close()
  await redis.start()
  const after = await openRedis('behind')
  t.teardown(() => after.close())
  t.same(await after.calls.list(), [call('late')])
  await after.flush()
  t.same(await inRedis('behind'), [call('late')])
})

t.test('redis: what a full disk did not take is in Redis', async (t) => {
  const before = await openRedis('full')
  put(before, call('a', { step: 'first' }))
  await before.flush()
  const disk = limitFiles(t, 1)
  put(before, call('a', { step: 'second' }))
  await until(async () => JSON.stringify(await inRedis('full')).includes('second'), { what: 'Redis has it' })
  const unwritten = before.unwritten()
  await killed(before)
  const copy = await mkdtemp(join(dataDir, 'copy-'))
  disk.lift()
  cpSync(folder('full'), copy, { recursive: true })
  t.equal(unwritten, 0, 'it is safe')
  const after = await openLiveStore({ redisUrl: redis.url, dataDir: copy, instance: 'full', log: quietLog() })
  t.teardown(() => after.close())
  t.same(await after.calls.list(), [call('a', { step: 'second' })])
  void before.close()
})

t.test('redis: switched on and off, what the last process left counts', async (t) => {
  const alone = () => openLiveStore({ dataDir: folder('switched'), instance: 'switched', log: quietLog() })
  const one = await alone()
  put(one, call('a'))
  await one.close()
  const two = await openRedis('switched')
  t.same(await two.calls.list(), [call('a')], 'of a journal')
  put(two, call('b'))
  await two.close()
  const three = await alone()
  t.same(byId(await three.calls.list()), [call('a'), call('b')], 'of both')
  t.equal(three.damaged(), 0)
  three.calls.delete(id('a'))
  await three.close()
  const four = await openRedis('switched')
  t.teardown(() => four.close())
  t.same(await four.calls.list(), [call('b')], 'of a journal again')
})

t.test('redis: what an earlier version left there is gone on with', async (t) => {
  await asked.hset('switchboard:live-calls:earlier', 'a', JSON.stringify(call('a')))
  const store = await openRedis('earlier')
  t.teardown(() => store.close())
  t.same(await store.calls.list(), [call('a')])
})

t.test('redis: neither its password nor what is kept is told when it refuses', async (t) => {
  const log = collectedLog()
  const locked = await startTestRedis(16_101, 'the-right-password')
  t.teardown(() => locked.close())
  const admin = new Redis(locked.url)
  t.teardown(() => admin.disconnect())
  const wrong = openLiveStore({
    redisUrl: locked.url.replace('the-right', 'canary'),
    dataDir: folder('locked'),
    instance: 'locked',
    log
  })
  const refused = await wrong.then(
    () => undefined,
    (error: AppError) => error
  )
  t.equal(refused?.code, 'REDIS_UNAVAILABLE')

  const store = await openLiveStore({ redisUrl: locked.url, dataDir: folder('locked'), instance: 'locked', log })
  t.teardown(() => store.close())
  await store.flush()
  await admin.set('switchboard:live-calls:locked', 'no hash')
  put(store, call('of-the-locked', { caller: 'canary-of-a-caller' }))
  await until(() => log.lines.some(({ message }) => message === 'Redis did not take what is in progress'), {
    ms: 20_000,
    what: 'Redis refuses'
  })
  await admin.del('switchboard:live-calls:locked')
  await store.flush()
  const told = log.lines.map((line) => inspect(line, { depth: 9 })).join('\n') + inspect(refused, { depth: 9 })
  t.match(told, 'WRONGPASS')
  t.notMatch(told, /canary|the-right-password/)
})

t.test('redis: one that is not there is told at the start where nothing is known without it', async (t) => {
  await t.rejects(
    openLiveStore({ redisUrl: 'redis://127.0.0.1:16199', dataDir: folder('new'), instance: 'x', log: quietLog() }),
    {
      code: 'REDIS_UNAVAILABLE'
    }
  )
})
