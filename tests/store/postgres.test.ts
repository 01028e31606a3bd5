import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { AppError } from '../../src/domain/errors.ts'
import type { Database } from '../../src/domain/ports/database.ts'
import { startEmbeddedPostgres } from '../../src/local/embedded-postgres.ts'
import { listTalks, listVoicemails } from '../../src/recordings/read-recordings.ts'
import { callbacksIn } from '../../src/records/callbacks.ts'
import { listCalls } from '../../src/records/read-calls.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openDatabase } from '../../src/store/postgres.ts'
import { openServerDatabase } from '../../src/store/server-database.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { until } from '../helpers/until.ts'

t.test('the embedded database', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const { database } = postgres

  await t.test('answers, and has the schema', async (t) => {
    await database.ping()
    const tables = await database.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'"
    )
    t.match(
      new Set(tables.map(({ name }) => name)),
      new Set(['calls', 'call_events', 'legs', 'call_steps', 'agent_states', 'wrap_ups', 'customers', 'users'])
    )
  })

  await t.test('is migrated once, also by two servers at the same time', async (t) => {
    await Promise.all([migrate(postgres.url, quietLog()), migrate(postgres.url, quietLog())])
    const rows = await database.query('select name from migrations')
    const files = await readdir(new URL('../../src/store/migrations', import.meta.url))
    t.equal(rows.length, files.length)
  })

  await t.test('a transaction that throws leaves nothing', async (t) => {
    await t.rejects(
      database.transaction(async (query) => {
        await query("insert into users (username, name, role) values ('x', 'X', 'agent')")
        throw new Error('changed my mind')
      }),
      { message: 'changed my mind' }
    )
    t.same(await database.query('select * from users'), [])
  })

  await t.test('a statement that the database refuses is our fault and named', async (t) => {
    await t.rejects(database.query("insert into users (username, name, role) values ('x', 'X', 'king')"), {
      code: 'DATABASE_REFUSED',
      details: { sqlState: '23514' }
    })
  })

  await t.test(
    'an outage is told as such, also in the middle of a transaction, and is over when the server is back',
    async (t) => {
      await t.rejects(
        database.transaction(async (query) => {
          await postgres.stop()
          await query('select 1')
        }),
        { code: 'DATABASE_UNAVAILABLE' }
      )
      await t.rejects(database.ping(), { code: 'DATABASE_UNAVAILABLE' })
      await postgres.start()
      await database.ping()
    }
  )

  await t.test('a server starts while it is away, and does what it has to do with it once it is back', async (t) => {
    const log = collectedLog()
    const done: string[] = []
    const note = (name: string) => async () => {
      await server.query('select 1')
      done.push(name)
    }
    await postgres.stop()
    const server = await openServerDatabase({ url: postgres.url, log, retryMs: 50 })
    t.teardown(() => server.close())
    await t.rejects(server.query('select 1'), { code: 'DATABASE_UNAVAILABLE' })
    await t.rejects(server.ping(), { code: 'DATABASE_UNAVAILABLE' })
    await server.first('one', note('one'))
    await server.first('refused', async () => void (await server.query('select * from nowhere')))
    await server.first('two', note('two'))
    t.same(done, [])

    await postgres.start()
    await until(() => done.length === 2, { ms: 20_000, what: 'what was left is done' })
    t.same(done, ['one', 'two'], 'in order, and what it refuses keeps nobody')
    t.match(
      log.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields),
      [{}, { name: 'refused' }]
    )
    await server.first('three', note('three'))
    t.same(done.at(-1), 'three', 'at once from now on')
    await t.rejects(
      server.first('wrong', async () => void (await server.query('select * from nowhere'))),
      {
        code: 'DATABASE_REFUSED'
      }
    )
  })

  await t.test('one that a newer version has brought up to date is refused, at the start and when it comes back', async (t) => {
    const newer = "insert into migrations (name, run_on) values ('9999_of_tomorrow', now())"
    await database.query(newer)
    await t.rejects(openServerDatabase({ url: postgres.url, log: quietLog() }), { code: 'DATABASE_TOO_NEW' })

    await postgres.stop()
    const log = collectedLog()
    const server = await openServerDatabase({ url: postgres.url, log, retryMs: 50 })
    t.teardown(() => server.close())
    await postgres.start()
    await until(() => log.lines.some(({ message }) => message.startsWith('The database cannot be used as it is')), {
      ms: 20_000,
      what: 'it is told'
    })
    await t.rejects(
      server.query('select 1'),
      { code: 'DATABASE_UNAVAILABLE', message: /by a newer version/ },
      'nothing is written to it'
    )
    await database.query("delete from migrations where name like '9999%'")
    await until(
      () =>
        server.ping().then(
          () => true,
          () => false
        ),
      { ms: 20_000, what: 'the right one is used' }
    )
  })
})

t.test('what somebody looks for among years of records is found by an index', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const { database } = postgres
  const ROWS = 20_000
  const n = 15_000
  const time = "now() - n * interval '1 minute'"
  await database.query(`insert into calls (call_id, contact_id, started_at, caller, dialed, customer_id, flows, queues, agents, tags, result, reason)
    select 'call-' || n, 'contact-' || n, ${time}, 'caller-' || n, 'dialed-' || n, 'customer-' || n,
      array['flow-' || n % 10], array['queue-' || n % 20], array['agent-' || n % 200], array['tag-' || n % 30], 'result-' || n, 'reason-' || n
    from generate_series(1, ${ROWS}) n`)
  // Long ago, and few among many others.
  await database.query(`update calls set flows = '{flow-${n}}', queues = '{queue-${n}}', agents = '{agent-${n}}', tags = '{tag-${n}}'
    where call_id in ('call-${n}', 'call-${n + 1}')`)
  await database.query(`insert into callbacks (id, number, queue, booked_at, open, revision, body)
    select 'cb-' || n, 'number-' || n, 'queue-' || n % 5, ${time}, n % 1000 = 0, 1, '{}' from generate_series(1, ${ROWS}) n`)
  for (const kind of ['voicemail', 'talk']) {
    await database.query(
      `insert into recordings (recording_id, kind, call_id, contact_id, caller, caller_name, customer_id, queue, flow, created_at, duration_ms, bytes, checksum, file, agents)
       select $1 || n, $1, 'call-' || n, 'contact-' || n, 'caller-' || n, '', 'customer-' || n, 'queue-' || n, 'flow', ${time}, 1, 1, '', '', array['agent-' || n]
       from generate_series(1, ${ROWS}) n`,
      [kind]
    )
  }
  await database.query('analyze')

  /** Rows that the listing reads and does not tell. */
  const wasted = async (list: (database: Database) => Promise<unknown>): Promise<number> => {
    let plan = ''
    await list({
      ...database,
      query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
        const lines = await database.query<{ 'QUERY PLAN': string }>(`explain (analyze, timing off) ${text}`, values)
        plan += lines.map((line) => line['QUERY PLAN']).join('\n')
        return await database.query<Row>(text, values)
      }
    })
    const each = [...plan.matchAll(/Rows Removed by (?:Filter|Index Recheck): (\d+)/g)].map(([, rows]) => Number(rows))
    return each.reduce((sum, rows) => sum + rows, 0)
  }
  const one = { limit: 10 }
  for (const name of ['caller', 'dialed', 'agent', 'queue', 'flow', 'result', 'reason', 'customer', 'contact', 'tag']) {
    const looked = await wasted((database) => listCalls(database, { ...one, [name]: `${name}-${n}` }))
    t.ok(looked < 1000, `calls by ${name}: ${looked} in vain`)
  }
  for (const filter of [{ number: `number-${n}` }, { queues: ['queue-3'] }, { open: true }]) {
    const looked = await wasted((database) => callbacksIn(database).list({ ...one, ...filter }))
    t.ok(looked < 1000, `callbacks by ${Object.keys(filter)}: ${looked} in vain`)
  }
  for (const filter of [{ caller: `caller-${n}` }, { call: `call-${n}` }, { queue: `queue-${n}` }]) {
    const looked = await wasted((database) => listVoicemails(database, { ...one, ...filter, within: undefined }))
    t.ok(looked < 1000, `messages by ${Object.keys(filter)}: ${looked} in vain`)
  }
  for (const name of ['caller', 'call', 'contact', 'agent', 'customer', 'queue']) {
    const looked = await wasted((database) => listTalks(database, { ...one, [name]: `${name}-${n}`, scope: undefined }))
    t.ok(looked < 1000, `talks by ${name}: ${looked} in vain`)
  }
})

t.test('a statement longer than its limit is cut off', async (t) => {
  const postgres = await startTestPostgres({ migrated: false })
  t.teardown(() => postgres.close())
  const database = openDatabase({ url: postgres.url, log: quietLog(), statementTimeoutMs: 100 })
  t.teardown(() => database.close())
  const error = await database.query('select pg_sleep(5)').catch((error: unknown) => error)
  t.ok(error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE')
})

t.test('an idle connection that is lost is told in short, without its keys', async (t) => {
  const postgres = await startTestPostgres({ migrated: false })
  t.teardown(() => postgres.close())
  const lines: string[] = []
  const database = openDatabase({ url: postgres.url, log: pino({}, { write: (line) => lines.push(line) }) })
  t.teardown(() => database.close())
  const [{ pid = 0 } = {}] = await database.query<{ pid: number }>('select pg_backend_pid() as pid')
  await postgres.database.query('select pg_terminate_backend($1)', [pid])
  const line = await until(() => lines[0], { what: 'the loss is told' })
  t.match(JSON.parse(line), { err: { details: { sqlState: '57P01' } }, msg: 'An idle database connection was lost' })
  t.notMatch(line, /secretKey|connectionParameters/)
})

t.test('a server that a killed supervisor left behind is adopted and can be stopped', async (t) => {
  const dataDir = await mkdtemp('/tmp/switchboard-test-adopt-')
  await chmod(dataDir, 0o755)
  t.teardown(() => rm(dataDir, { recursive: true }))
  const first = await startEmbeddedPostgres({ dataDir })
  const second = await startEmbeddedPostgres({ dataDir })
  t.equal(second.pid, first.pid)
  await second.stop()
  await first.ended
})

t.test('a deep folder is no obstacle: the socket finds a short place', async (t) => {
  const dataDir = await mkdtemp('/tmp/switchboard-test-deep-')
  await chmod(dataDir, 0o755)
  t.teardown(() => rm(dataDir, { recursive: true }))
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'a'.repeat(60), 'b'.repeat(60)) })
  t.teardown(() => server.stop())
  const database = openDatabase({ url: server.url, log: quietLog() })
  await database.ping()
  await database.close()
})
