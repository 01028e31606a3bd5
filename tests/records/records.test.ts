import { randomBytes, randomUUID } from 'node:crypto'
import { appendFile, cp, type FileHandle, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { endForgotten } from '../../src/assembly/end-forgotten.ts'
import { tellStory } from '../../src/commands/remote/tell-story.ts'
import { CallBoard } from '../../src/cti/board/call-board.ts'
import { translateEvent } from '../../src/cti/translate/translate-event.ts'
import { EventBus } from '../../src/domain/event-bus.ts'
import type { AgentId, CallId, ContactId, CustomerId, DeviceId, PromiseId } from '../../src/domain/ids.ts'
import type { Database } from '../../src/domain/ports/database.ts'
import { entryOf } from '../../src/records/entry.ts'
import { nameOfStart } from '../../src/records/open-records.ts'
import { markPromise } from '../../src/records/promises.ts'
import { type CallStory, readCall } from '../../src/records/read-call.ts'
import { listCalls } from '../../src/records/read-calls.ts'
import { type Recorder, type RecorderOptions, startRecorder } from '../../src/records/recorder.ts'
import { servedBeforeIn } from '../../src/records/served-before.ts'
import { SpillFile } from '../../src/records/spill-file.ts'
import { writeBatch } from '../../src/records/write-batch.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { eventsOf } from '../helpers/publish-call.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { realClock } from '../helpers/real-clock.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { until } from '../helpers/until.ts'

const START = Date.UTC(2026, 10, 22, 8)
const journals = ['records-journal.jsonl', 'records-journal-2.jsonl']
const soon = () => AbortSignal.timeout(10_000)

/** A recorder with a bus in front of it. */
async function startBus(
  database: Database,
  spillDir: string,
  options: Partial<RecorderOptions> = {}
): Promise<{ bus: EventBus; recorder: Recorder }> {
  const recorder = await startRecorder({
    database,
    log: quietLog(),
    clock: realClock,
    instance: randomUUID(),
    spillDir,
    everyMs: 20,
    ...options
  })
  const bus = new EventBus(realClock, (error) => {
    throw error
  })
  bus.listen(recorder.listener)
  return { bus, recorder }
}

const restored = {
  type: 'call.restored',
  contactId: 'contact-restored' as ContactId,
  caller: '13800138000' as DeviceId,
  callerName: '',
  dialed: '95588',
  door: 'trunk',
  startedAt: START,
  phase: 'flow',
  data: { path: [], collected: {}, waited: { totalMs: 0, queues: [] }, language: 'en', priority: 'normal' }
} as const

async function countOf(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ count: string }>(`select count(*) as count from ${table}`)
  return Number(row?.count)
}

t.test('records', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const { database } = postgres
  const spillDir = await mkdtemp(join(tmpdir(), 'switchboard-test-spill-'))
  t.teardown(() => rm(spillDir, { recursive: true }))
  t.beforeEach(() => database.query('truncate calls, call_events, legs, call_steps, agent_states, wrap_ups, promises'))

  await t.test('who served a customer last is found by them or their number, and nobody when the records are away', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    const HOUR = 3_600_000
    for (const [id, caller, agent, hours, customer] of [
      ['lb-old', '13900000001', '1003', 100, undefined],
      ['lb-two', '13900000001', '1001', 3, 'lb-c'],
      ['lb-new', '13900000002', '1002', 2, 'lb-c'],
      ['lb-none', '13900000001', '', 1, 'lb-c'],
      ['lb-other', '13900000003', '1004', 1, undefined]
    ] as const) {
      const at = START - hours * HOUR
      await database.query(
        `insert into calls (call_id, contact_id, started_at, caller, agent, customer_id)
         values ($1, $1, to_timestamp($2::double precision / 1000.0), $3, nullif($4, ''), $5)`,
        [id, at, caller, agent, customer ?? null]
      )
    }
    const log = collectedLog()
    const clock = { now: () => START }
    const before = servedBeforeIn(database, clock, log)
    const signal = new AbortController().signal
    const last = (customerId: string | undefined, number: string, hours = 720) =>
      before.lastAgent({ customerId: customerId as CustomerId | undefined, number }, hours * HOUR, signal)
    t.equal(await last(undefined, '13900000001'), '1001', 'a call that nobody answered says nothing')
    t.equal(await last('lb-c', ''), '1002', 'whatever number they called from')
    t.equal(await last('lb-c', '13900000003'), '1004', 'the later of both')
    t.equal(await last(undefined, '13900000001', 2.5), undefined, 'too long ago')
    t.equal(await last(undefined, ''), undefined, 'a caller without a number is not all the others without one')
    t.equal(await last('lb-nobody', "1' or '1'='1"), undefined)

    for (const event of eventsOf({ id: 'lb-real', caller: '13900000009', agent: '1001', startedAt: START })) bus.publish(event)
    await recorder.flush(soon())
    t.equal(
      await servedBeforeIn(database, realClock, log).lastAgent({ customerId: undefined, number: '13900000009' }, 1e12, signal),
      '1001'
    )

    const away: Database = { ...database, query: () => Promise.reject(new Error('away')) }
    t.equal(await servedBeforeIn(away, clock, log).lastAgent({ customerId: undefined, number: '1' }, 1, signal), undefined)
    t.match(log.lines, [{ level: 'warn' }])
    const gone = AbortSignal.abort(new Error('hung up'))
    await t.rejects(before.lastAgent({ customerId: undefined, number: '1' }, 1, gone), { message: 'hung up' })
  })

  await t.test('a call that nobody holds after a kill is ended once, by the server whose call it was', async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'switchboard-test-killed-'))
    t.teardown(() => rm(dir, { recursive: true }))
    const ids = ['held', 'over', 'restored', 'forgotten'] as const
    const begun = (id: string) => eventsOf({ id, startedAt: START }).slice(0, 2)
    const start = async (server: string, spillDir: string, over: Database = database) => {
      const instance = nameOfStart(server, randomUUID())
      const started = await startBus(over, spillDir, { instance })
      const end = (held: readonly string[] = []) =>
        endForgotten(
          {
            ...{ recorder: started.recorder, database: over, server, thisStart: instance },
            held: new Set(held as CallId[]),
            ...{ clock: realClock, publish: started.bus.publish, log: quietLog() }
          },
          soon()
        )
      return { ...started, end }
    }
    const endOf = async (id: string) => {
      const rows = await database.query<{ reason: string }>(
        "select body->'termination'->>'reason' as reason from call_events where type = 'call.ended' and call_id = $1",
        [id]
      )
      return rows.map(({ reason }) => reason)
    }

    // Servers that are alive: one of another name that begins like ours, and one of before their names were written.
    for (const instance of [nameOfStart('main-2', randomUUID()), randomUUID()]) {
      const other = await startBus(database, join(dir, instance.slice(-12)), { instance })
      for (const event of begun(`of ${instance}`)) other.bus.publish(event)
      await other.recorder.flush(soon())
      await other.recorder.close()
    }
    // A process that is killed: its database does not answer, so all is in its journal and goes nowhere else while that is copied.
    let fail: (reason: Error) => void = () => undefined
    const hanging = new Promise<never>((_, reject) => {
      fail = reject
    })
    const away: Database = { ...database, transaction: () => hanging }
    const killedDir = join(dir, 'killed')
    const killed = await start('main', killedDir, away)
    for (const id of ids) for (const event of begun(id)) killed.bus.publish(event)
    for (const event of eventsOf({ id: 'over', startedAt: START }).slice(-1)) killed.bus.publish(event)
    const written = async () =>
      (await readFile(join(killedDir, 'records-journal.jsonl'), 'utf8').catch(() => '')).trimEnd().split('\n')
    await until(async () => (await written()).length === 2 * ids.length + 1, { what: 'all is in the journal' })
    const left = join(dir, 'left')
    await cp(killedDir, left, { recursive: true })
    fail(new Error('away'))
    await killed.recorder.close()

    // The database is away at first: nothing is decided before what was left is in it.
    let isAway = true
    const late: Database = {
      ...database,
      transaction: (work) => (isAway ? Promise.reject(new Error('away')) : database.transaction(work))
    }
    const next = await start('main', left, late)
    for (const id of ['restored', 'never written']) next.bus.publish({ ...restored, callId: id as CallId })
    for (const event of begun('new')) next.bus.publish(event)
    const ending = next.end(['held'])
    await until(() => next.recorder.stats().failing, { what: 'the database is found to be away' })
    t.same(await endOf('forgotten'), [])
    const told: string[] = []
    const board = new CallBoard(smallCentre, { agents: [], queues: [], phones: [], newMessages: [] })
    next.bus.listen((event) => {
      for (const { body } of translateEvent(event, board.apply(event), board))
        if ('callingDevice' in body) told.push(`${body.type} ${body.callId} ${body.callingDevice}`)
    })
    isAway = false
    await ending
    await next.recorder.flush(soon())
    t.same(await Promise.all([...ids, 'new'].map(endOf)), [[], ['agent-hung-up'], [], ['server-restarted'], []])
    const whole = { startedAt: '2026-11-22T08:00:00.000Z', caller: '13800138000', dialed: '95588', language: 'en' }
    t.match((await readCall(database, 'never written'))?.call, whole, 'a call whose beginning died with the process')
    await next.end(['held'])
    await next.recorder.flush(soon())
    t.same(await endOf('forgotten'), ['server-restarted'], 'done twice, it does nothing')
    t.same(told, ['callCleared forgotten 13800138000'], 'clients and webhooks are told once that it is over')
    const others = await database.query("select call_id from calls where call_id like 'of %' and result is not null")
    t.same(others, [])
    await next.recorder.close()
  })

  await t.test('a call is told whole: itself, its legs, its path, its events and what was noted', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    for (const event of eventsOf({ id: 'one', startedAt: START })) bus.publish(event)
    bus.publish({
      type: 'agent.wrapped-up',
      agentId: '1001' as AgentId,
      contactId: 'contact-one' as ContactId,
      disposition: 'solved',
      promises: [
        {
          id: 'promise-a' as PromiseId,
          what: 'The card is sent',
          until: '2026-11-27'
        },
        { id: 'promise-b' as PromiseId, what: 'We call \u001b[2J back\0' }
      ]
    })
    await recorder.flush(soon())
    t.match(await markPromise(database, 'promise-a', 'kept', '1002'), {
      isNews: true,
      promise: { state: 'kept' }
    })
    t.match(await markPromise(database, 'promise-a', 'kept', '1003'), {
      isNews: false,
      promise: { state: 'kept' }
    })
    t.equal(await markPromise(database, 'another', 'kept', '1003'), undefined)

    const story = await readCall(database, 'one')
    t.match(story?.call, {
      callId: 'one',
      contactId: 'contact-one',
      startedAt: '2026-11-22T08:00:00.000Z',
      caller: '13800138000',
      dialed: '95588',
      language: 'en',
      customer: { id: 'c-1', name: 'Wang Fang' },
      flow: { name: 'bank-hotline', version: 'v1' },
      queue: 'service',
      agent: '1001',
      agents: ['1001'],
      fastPath: 'lost-card-key',
      intent: 'balance',
      tags: ['complaint', 'from-one'],
      termination: { result: 'completed', reason: 'agent-hung-up', cause: 16, error: null },
      totals: { queuedMs: 5000, talkedMs: 60_000, heldMs: 0 }
    })
    t.match(story?.legs, [
      { kind: 'caller', device: '13800138000', result: 'agent-hung-up', cause: 16, connectedAt: String, endedAt: String },
      { kind: 'agent', device: '1009', agent: '1009', result: 'missed', connectedAt: null, endedAt: String },
      {
        kind: 'agent',
        device: '1001',
        queue: 'service',
        result: 'answered',
        ringingAt: String,
        connectedAt: String,
        endedAt: String,
        cause: 16
      }
    ])
    t.match(story?.path, [{ flow: 'bank-hotline', step: 'main', kind: 'menu', exit: '2', detail: '2', tookMs: 1200 }])
    t.same(
      story?.events.map(({ type }) => type),
      eventsOf({ id: 'one', startedAt: START }).map(({ type }) => type)
    )
    t.match(story?.wrapUps, [{ agent: '1001', disposition: 'solved', notes: null }])
    const made = { agent: '1001', madeAt: String }
    t.match(story?.promises, [
      {
        ...made,
        id: 'promise-a',
        what: 'The card is sent',
        until: '2026-11-27',
        state: 'kept',
        stateAt: String,
        stateBy: '1002'
      },
      {
        ...made,
        id: 'promise-b',
        what: 'We call \u001b[2J back\ufffd',
        until: null,
        state: 'open',
        stateAt: null,
        stateBy: null
      }
    ])
    t.equal(await readCall(database, 'two'), undefined)

    const told = tellStory(story as CallStory)
    for (const line of [
      /agent 1001 promises until 2026-11-27: The card is sent\n/,
      /1002 says that it is kept: The card is sent\n/,
      /agent 1001 promises: We call ·\[2J back/
    ])
      t.match(told, line)
  })

  await t.test('a call that is written in many batches reads as one that is written in one', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    for (const event of eventsOf({ id: 'split', startedAt: START })) {
      bus.publish(event)
      await recorder.flush(soon())
    }
    for (const event of eventsOf({ id: 'whole', startedAt: START })) bus.publish(event)
    await recorder.flush(soon())
    const [split, whole] = await Promise.all([readCall(database, 'split'), readCall(database, 'whole')])
    const timeless = (text: unknown) =>
      JSON.stringify(text)
        .replaceAll(/split|whole/g, 'x')
        .replaceAll(/"20[\dT:.-]+Z"/g, '"T"')
        .replaceAll(/"number":\d+/g, '')
    t.equal(timeless(split), timeless(whole))
  })

  await t.test('the same batch twice leaves one of each', async (t) => {
    const instance = randomUUID()
    const events = eventsOf({ id: 'twice', startedAt: START })
    for (let time = 0; time < 2; time++) {
      const { bus, recorder } = await startBus(database, spillDir, { instance })
      for (const event of events) bus.publish(event)
      await recorder.close()
    }
    t.equal(await countOf(database, 'call_events'), events.length)
    t.equal(await countOf(database, 'legs'), 3)
    t.equal(await countOf(database, 'call_steps'), 1)
  })

  await t.test('of facts of two processes in one batch, some known and some twice, each counts once', async (t) => {
    const told = (instance: string, id: string) =>
      eventsOf({ id, startedAt: START }).map((event, index) =>
        entryOf(instance, { ...event, at: START + index, number: index + 1 })
      )
    const [one, other] = [told(randomUUID(), 'mixed-1'), told(randomUUID(), 'mixed-2')]
    await writeBatch(database, one.slice(0, 8))
    // What a known fact says is not said again: the customer has another name by now.
    await database.query("update calls set customer_name = 'Li Na'")
    await writeBatch(database, [...one.slice(2, 12), ...other, ...one.slice(6), ...other])
    t.equal(await countOf(database, 'call_events'), one.length + other.length)
    t.equal(await countOf(database, 'calls where ended_at is not null'), 2)
    t.equal(await countOf(database, 'legs'), 6)
    t.same(await database.query('select call_id, step, kind, at, took_ms, exit, detail from call_steps order by call_id'), [
      { call_id: 'mixed-1', step: 'main', kind: 'menu', at: new Date(START), took_ms: 1200, exit: '2', detail: '2' },
      { call_id: 'mixed-2', step: 'main', kind: 'menu', at: new Date(START), took_ms: 1200, exit: '2', detail: '2' }
    ])
    t.equal((await readCall(database, 'mixed-1'))?.call.customer?.name, 'Li Na')
    t.equal((await readCall(database, 'mixed-2'))?.call.customer?.name, 'Wang Fang')
  })

  await t.test('during an outage calls go on, and everything arrives once when the database is back', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir, { batchMax: 50 })
    t.teardown(() => recorder.close())
    const publish = (from: number, to: number) => {
      for (let n = from; n < to; n++)
        for (const event of eventsOf({ id: `outage-${n}`, startedAt: START + n })) bus.publish(event)
    }
    publish(0, 20)
    await postgres.stop()
    publish(20, 60)
    await until(() => recorder.stats().failing && recorder.stats().spilledBytes > 0, { what: 'facts on disk' })
    const promises = [{ id: 'promise-outage' as PromiseId, what: 'We call back' }]
    bus.publish({
      type: 'agent.wrapped-up',
      agentId: '1001' as AgentId,
      contactId: 'contact-outage-1' as ContactId,
      promises
    })
    publish(60, 80)
    await postgres.start()
    publish(80, 100)
    await recorder.flush(soon())
    t.equal(await countOf(database, 'calls where ended_at is not null'), 100)
    t.equal(await countOf(database, 'call_events'), 1900)
    t.equal(await countOf(database, 'legs where ended_at is not null'), 300)
    t.match((await readCall(database, 'outage-1'))?.promises, [{ id: 'promise-outage', what: 'We call back', state: 'open' }])
    t.match(recorder.stats(), { pending: 0, spilledBytes: 0, rejected: 0, lost: 0, failing: false })
  })

  await t.test('what waits on disk outlives the process, and a half-written line spoils no other', async (t) => {
    await postgres.stop()
    const before = await startBus(database, spillDir)
    for (const event of eventsOf({ id: 'before', startedAt: START })) before.bus.publish(event)
    await until(() => before.recorder.stats().spilledBytes > 0, { what: 'facts on disk' })
    await before.recorder.close()
    await appendFile(join(spillDir, 'records-waiting.jsonl'), '{"instance":"x","event":{"type":"call.sta')

    await postgres.start()
    const log = quietLog()
    const after = await startBus(database, spillDir, { log })
    for (const event of eventsOf({ id: 'after', startedAt: START })) after.bus.publish(event)
    await after.recorder.flush(soon())
    t.match((await readCall(database, 'before'))?.call.termination, { reason: 'agent-hung-up' })
    t.match((await readCall(database, 'after'))?.call.termination, { reason: 'agent-hung-up' })
    t.match(log.lines, [{ message: 'A record on disk was cut off and is skipped' }])
    await after.recorder.close()
    t.equal(await readFile(join(spillDir, 'records-waiting.jsonl'), 'utf8'), '')
  })

  await t.test('of two ends of a call the first stands, in one batch and in two', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    const restarted = { result: 'failed', reason: 'server-restarted' } as const
    for (const id of ['at once', 'later']) {
      const events = eventsOf({ id, startedAt: START })
      const ended = events.find((event) => event.type === 'call.ended')
      if (ended?.type !== 'call.ended') throw new Error('A call ends')
      for (const event of events) bus.publish(event)
      if (id === 'later') await recorder.flush(soon())
      bus.publish({ ...ended, termination: restarted, totals: { queuedMs: 0, talkedMs: 0, heldMs: 0 } })
      await recorder.flush(soon())
      const read = (await readCall(database, id))?.call
      t.match(read?.termination, { reason: 'agent-hung-up' })
      t.ok((read?.totals?.talkedMs ?? 0) > 0)
    }
  })

  await t.test('a process that is killed has told nothing that is not recorded, and nothing twice', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-killed-'))
    t.teardown(() => rm(folder, { recursive: true }))
    // Too slow to be in the database before the end; never closed, as a killed one is not.
    const killed = await startBus(database, folder, { everyMs: 3_600_000 })
    t.teardown(() => killed.recorder.close())
    for (const event of eventsOf({ id: 'killed', startedAt: START })) killed.bus.publish(event)
    const path = join(folder, 'records-journal.jsonl')
    await until(async () => (await readFile(path, 'utf8')).includes('call.ended'), { what: 'the journal' })
    await appendFile(path, '{"instance":"half')
    t.equal(await countOf(database, 'call_events'), 0)

    for (const again of ['first', 'second']) {
      const journal = await readFile(path, 'utf8')
      const next = await startBus(database, folder)
      await next.recorder.flush(soon())
      t.match((await readCall(database, 'killed'))?.call.termination, { reason: 'agent-hung-up' })
      t.equal(await countOf(database, 'call_events'), 19, `each once, the ${again} time`)
      t.equal(await readFile(path, 'utf8'), '', 'what is safe is forgotten')
      await next.recorder.close()
      await writeFile(path, journal)
    }
  })

  await t.test(
    'a process that is killed while a batch is on its way: what was told meanwhile is not forgotten, either',
    async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-killed-'))
      t.teardown(() => rm(folder, { recursive: true }))
      let fail: (reason: Error) => void = () => undefined
      const hanging = new Promise<never>((_, reject) => {
        fail = reject
      })
      let asked = 0
      const transaction = () => {
        asked++
        return hanging
      }
      const running = join(folder, 'running')
      const killed = await startBus({ ...database, transaction }, running)
      const events = eventsOf({ id: 'on-its-way', startedAt: START })
      const half = Math.ceil(events.length / 2)
      for (const event of events.slice(0, half)) killed.bus.publish(event)
      await until(() => asked > 0, { what: 'a batch is on its way' })
      for (const event of events.slice(half)) killed.bus.publish(event)
      const linesOf = async (name: string) => (await readFile(join(running, name), 'utf8')).split('\n').length - 1
      await until(async () => (await Promise.all(journals.map(linesOf))).reduce((sum, lines) => sum + lines) === events.length, {
        what: 'all is in the journals'
      })
      t.same((await Promise.all(journals.map(linesOf))).sort(), [half, events.length - half].sort(), 'each in its own')

      const left = join(folder, 'left')
      await cp(running, left, { recursive: true })
      fail(new Error('away'))
      await killed.recorder.close()
      const next = await startBus(database, left)
      await next.recorder.flush(soon())
      t.equal(await countOf(database, "call_events where call_id = 'on-its-way'"), events.length)
      t.match((await readCall(database, 'on-its-way'))?.call, { termination: { reason: 'agent-hung-up' } })
      t.same(await Promise.all(journals.map((name) => readFile(join(left, name), 'utf8'))), ['', ''])
      await next.recorder.close()
    }
  )

  await t.test('a busy server writes few batches, and its journal does not grow', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-busy-'))
    t.teardown(() => rm(folder, { recursive: true }))
    let batches = 0
    const slow: Database = {
      ...database,
      async transaction(work) {
        batches++
        await new Promise((resolve) => setTimeout(resolve, 30))
        return await database.transaction(work)
      }
    }
    const { bus, recorder } = await startBus(slow, folder, { everyMs: 100 })
    const sizes = async () => {
      const files = await Promise.all(journals.map((name) => readFile(join(folder, name), 'utf8')))
      return files.join('').length
    }
    let calls = 0
    let told = 0
    // Never so long without a fact that all could be written.
    const telling = setInterval(() => {
      for (const event of eventsOf({ id: `busy-${calls++}`, startedAt: START })) {
        bus.publish(event)
        told += JSON.stringify(event).length
      }
    }, 5)
    t.teardown(() => clearInterval(telling))
    const began = performance.now()
    await until(() => calls >= 300, { what: 'facts of 300 calls' })
    // Each 500 facts, and each 400 ms; one after the other they would be one in 35 ms.
    const most = 5 + (19 * calls) / 500 + (performance.now() - began) / 400
    t.ok(batches < most, `${batches} batches, at most ${most}`)
    const largest = await sizes()
    t.ok(largest < told, `${largest} of ${told} characters are in the journals`)
    await recorder.flush(soon())
    t.pass('what was told until then is written, though more is told')
    clearInterval(telling)
    await recorder.flush(soon())
    t.equal(await sizes(), 0)
    t.equal(await countOf(database, "calls where ended_at is not null and call_id like 'busy-%'"), calls)
    await recorder.close()
  })

  await t.test('a disk that takes nothing costs the journal and no record', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-full-'))
    t.teardown(() => rm(folder, { recursive: true }))
    for (const name of journals) await symlink('/dev/full', join(folder, name))
    const log = collectedLog()
    const { bus, recorder } = await startBus(database, folder, { log })
    for (const event of eventsOf({ id: 'full-1', startedAt: START })) bus.publish(event)
    await recorder.flush(soon())
    for (const event of eventsOf({ id: 'full-2', startedAt: START })) bus.publish(event)
    await until(() => log.lines.length > 0, { what: 'it is told' })
    await recorder.flush(soon())
    t.equal(await countOf(database, 'calls where ended_at is not null'), 2)
    t.match(log.lines, [{ message: 'The journal of records cannot be written' }], 'once')
    await recorder.close()
  })

  await t.test('a fact that the database can never take stands aside alone', async (t) => {
    const log = quietLog()
    const { bus, recorder } = await startBus(database, spillDir, { log })
    t.teardown(() => recorder.close())
    const events = eventsOf({ id: 'odd', startedAt: START })
    for (const event of events) {
      const broken = event.type === 'step.left' ? { ...event, tookMs: 1e12 } : event
      bus.publish(broken)
    }
    await recorder.flush(soon())
    t.match(recorder.stats(), { rejected: 1, written: events.length - 1 })
    t.match(log.lines, [{ level: 'error' }])
    t.match(await readFile(join(spillDir, 'records-rejected.jsonl'), 'utf8'), /"step.left"/)
  })

  await t.test('a caller whose number no index can hold does not keep the others from being recorded', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    // Random, as PostgreSQL compresses what repeats: an index entry takes 2704 bytes (nbtree.h, BTMaxItemSize).
    const caller = randomBytes(4000).toString('hex')
    for (const event of eventsOf({ id: 'endless', startedAt: START, caller })) bus.publish(event)
    for (const event of eventsOf({ id: 'other', startedAt: START })) bus.publish(event)
    await recorder.flush(soon())
    t.match(recorder.stats(), { failing: false, spilledBytes: 0, rejected: 1 })
    t.match((await readCall(database, 'other'))?.call.termination, { reason: 'agent-hung-up' })
  })

  await t.test('a disk that fills up in the middle of a write loses nothing that fits later', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-full-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const path = join(folder, 'records.jsonl')
    const damaged: string[] = []
    const spill = await SpillFile.open(path, (line) => void damaged.push(line))
    t.teardown(() => spill.close())
    const instance = 'full'
    const [first, second] = eventsOf({ id: 'full', startedAt: START }).map((event, index) =>
      entryOf(instance, { ...event, at: START, number: index + 1 })
    )
    if (first === undefined || second === undefined) throw new Error('A call has more than one fact')
    // The disk of this test: it takes 20 bytes of one write, as a full one does.
    const handle = await open(path)
    const files = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const { appendFile: append } = files
    files.appendFile = async function (this: FileHandle, data) {
      files.appendFile = append
      await append.call(this, (data as Buffer).subarray(0, 20))
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    t.teardown(() => {
      files.appendFile = append
    })
    await t.rejects(spill.append([first]), { code: 'ENOSPC' })
    await spill.append([first, second])
    t.same((await spill.peek(10)).entries, JSON.parse(JSON.stringify([first, second])))
    t.same(damaged, [])
  })

  await t.test('a caller name with characters that PostgreSQL has no room for is recorded all the same', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    for (const event of eventsOf({ id: 'name', startedAt: START, callerName: 'a\0b\ud83d 王😀\\u0000' })) bus.publish(event)
    await recorder.flush(soon())
    t.equal((await readCall(database, 'name'))?.call.callerName, 'a�b� 王😀\\u0000')
    t.equal(recorder.stats().rejected, 0)
  })

  await t.test('calls are listed newest first, page by page, and a new call moves nothing', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    const publish = (id: string, more: object) => {
      for (const event of eventsOf({ id, startedAt: START, ...more })) bus.publish(event)
    }
    // Several calls begin in the same millisecond: the call id then decides.
    for (let n = 0; n < 25; n++) publish(`page-${String(n).padStart(2, '0')}`, { startedAt: START - Math.floor(n / 10) * 1000 })
    await recorder.flush(soon())

    const seen: string[] = []
    let page = await listCalls(database, { limit: 10 })
    publish('newer', { startedAt: START + 5000 })
    await recorder.flush(soon())
    for (;;) {
      seen.push(...page.calls.map(({ callId }) => callId))
      if (page.next === undefined) break
      page = await listCalls(database, { limit: 10, cursor: page.next })
    }
    const wanted = [...seen].toSorted()
    t.equal(seen.length, 25)
    t.same(
      wanted,
      Array.from({ length: 25 }, (_, n) => `page-${String(n).padStart(2, '0')}`)
    )
    t.equal(seen[0], 'page-09')
    await t.rejects(listCalls(database, { limit: 10, cursor: 'nonsense' }), { code: 'CURSOR_INVALID' })
  })

  await t.test('each filter finds its calls and no others', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    const calls = [
      { id: 'a', startedAt: START },
      { id: 'b', startedAt: START - 1000, caller: '1', dialed: '955881', queue: 'card-security', agent: '1002', flow: 'cards' },
      { id: 'c', startedAt: START - 2000, abandoned: true }
    ]
    for (const call of calls) for (const event of eventsOf(call)) bus.publish(event)
    await recorder.flush(soon())
    const found = async (filter: object) =>
      (await listCalls(database, { limit: 10, ...filter })).calls.map(({ callId }) => callId)

    t.same(await found({}), ['a', 'b', 'c'])
    t.same(await found({ caller: '1' }), ['b'])
    t.same(await found({ dialed: '955881' }), ['b'])
    t.same(await found({ agent: '1001' }), ['a'])
    t.same(await found({ agent: '1009' }), [], 'who was rung and did not answer has not talked')
    t.same(await found({ queue: 'card-security' }), ['b'])
    t.same(await found({ flow: 'cards' }), ['b'])
    t.same(await found({ result: 'abandoned' }), ['c'])
    t.same(await found({ reason: 'agent-hung-up', queue: 'service' }), ['a'])
    t.same(await found({ tag: 'from-a' }), ['a'])
    t.same(await found({ from: START - 1000 }), ['a', 'b'])
    t.same(await found({ to: START - 1000 }), ['c'])
    t.same(await found({ customer: 'c-1', contact: 'contact-c' }), ['c'])
  })

  await t.test('the agent timeline is kept', async (t) => {
    const { bus, recorder } = await startBus(database, spillDir)
    t.teardown(() => recorder.close())
    const agentId = '1001' as AgentId
    bus.publish({
      type: 'agent.changed',
      previous: 'loggedOff',
      status: { agentId, state: 'notReady', reason: 'logged-on', since: START }
    })
    bus.publish({ type: 'agent.changed', previous: 'notReady', status: { agentId, state: 'ready', since: START + 1000 } })
    bus.publish({
      type: 'queue.changed',
      status: { queue: 'service', waiting: 0, callbacks: 0, loggedOn: 1, ready: 1, talking: 0 }
    })
    await recorder.flush(soon())
    const rows = await database.query('select agent, state, reason, since from agent_states order by since')
    t.same(rows, [
      { agent: '1001', state: 'notReady', reason: 'logged-on', since: new Date(START) },
      { agent: '1001', state: 'ready', reason: null, since: new Date(START + 1000) }
    ])
  })
})
