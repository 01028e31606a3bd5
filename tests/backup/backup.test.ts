import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { checkArchive } from '../../src/backup/archive-reader.ts'
import { ArchiveWriter } from '../../src/backup/archive-writer.ts'
import { FORMAT, HEADER } from '../../src/backup/manifest.ts'
import { tablesInOrder } from '../../src/backup/schema.ts'
import { makeBackup } from '../../src/commands/backup/make-backup.ts'
import { restoreBackup } from '../../src/commands/backup/restore-backup.ts'
import { type Config, loadConfig } from '../../src/config/load-config.ts'
import { EventBus } from '../../src/domain/event-bus.ts'
import type { Database } from '../../src/domain/ports/database.ts'
import { startRecorder } from '../../src/records/recorder.ts'
import { knownMigrations, migrate } from '../../src/store/migrate.ts'
import { openDatabase } from '../../src/store/postgres.ts'
import { eventsOf } from '../helpers/publish-call.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { realClock } from '../helpers/real-clock.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { startTestPostgres, type TestPostgres } from '../helpers/store/postgres.ts'

const run = promisify(execFile)

interface Site {
  readonly postgres: TestPostgres
  readonly folder: string
  readonly config: Config
}

/** A centre's database and folders, without its server. */
async function site(t: Test, { migrated = true, isFresh = false } = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-backup-'))
  await chmod(folder, 0o755)
  const postgres = await startTestPostgres({ migrated })
  t.teardown(async () => {
    await postgres.close()
    await rm(folder, { recursive: true, force: true })
  })
  await writeFile(join(folder, 'centre.yaml'), await readFile('config/switchboard.yaml'))
  const config = loadConfig({
    ...{ DATA_DIR: join(folder, 'data'), CONFIG: join(folder, 'centre.yaml'), FLOWS: join(folder, 'flows') },
    ...{ DATABASE_URL: postgres.url, RECORDINGS: join(folder, 'recordings') }
  })
  if (isFresh) await rm(join(folder, 'centre.yaml'))
  return { postgres, folder, config }
}

const odd = `a "quoted" \\ back\\\\slash, {braces} (and) 'more'\nsecond line\t\u{1F600} 王芳`

/** A centre with some of everything. */
async function fill({ postgres: { database }, folder }: Site): Promise<void> {
  const recorder = await startRecorder({
    ...{ database, clock: realClock, log: quietLog(), instance: 'test', spillDir: join(folder, 'spill') }
  })
  const bus = new EventBus(realClock, (error) => t.fail(String(error)))
  bus.listen(recorder.listener)
  for (let index = 0; index < 300; index++)
    for (const event of eventsOf({ id: `call-${index}`, startedAt: 1_700_000_000_000 + index, callerName: odd }))
      bus.publish(event)
  await recorder.close()
  await database.query(
    `insert into customers (id, name, segment, profile) values ('odd', $1, '', '{"none": null}'), ('plain', 'Li', 'gold', '{}')`,
    [odd]
  )
  await database.query(`insert into customer_numbers (number, customer_id) values ('13900000001', 'odd')`)
  await database.query(`insert into ended_sign_ins (sign_in, expires_at) values ('revoked', now() + interval '1 day')`)
  const files = ['2026/11/one.sealed', '2026/11/two.sealed']
  await mkdir(join(folder, 'recordings/2026/11'), { recursive: true })
  await mkdir(join(folder, 'flows/audio/zh-CN'), { recursive: true })
  await writeFile(join(folder, 'flows/main.yaml'), 'flow: main\n')
  await writeFile(join(folder, 'flows/audio/zh-CN/欢迎.wav'), randomBytes(1_000))
  for (const [index, file] of [...files, '2026/11/gone.sealed'].entries()) {
    if (files.includes(file)) await writeFile(join(folder, 'recordings', file), randomBytes(700_000 + index))
    await database.query(
      `insert into recordings (recording_id, kind, call_id, contact_id, caller, caller_name, queue, flow, created_at, duration_ms, bytes, checksum, file)
       values ($1, 'voicemail', 'call-1', 'contact-1', '139', '', 'service', 'main', now(), 1, 1, 'x', $2)`,
      [`rec-${index}`, file]
    )
  }
  // In progress: not in the database yet.
  await writeFile(join(folder, 'recordings/2026/11/part.tmp'), 'half')
}

async function contentsOf(database: Database): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {}
  for (const table of await tablesInOrder(database.query)) {
    const rows = await database.query<{ row: string }>(`select t::text as row from "${table}" t order by 1`)
    contents[table] = rows.map(({ row }) => row)
  }
  return contents
}

async function codeOf(work: Promise<unknown>): Promise<{ code: string; details: Record<string, unknown> }> {
  try {
    await work
  } catch (error) {
    const { code, details } = error as { code: string; details: Record<string, unknown> }
    return { code, details }
  }
  return { code: 'none', details: {} }
}

t.test('a centre is the same after back-up under load and restore into an empty one', async (t) => {
  const source = await site(t)
  await fill(source)
  const { database } = source.postgres
  let isLoaded = true
  let written = 0
  const load = (async () => {
    for (; isLoaded; written++)
      await database.transaction(async (query) => {
        await query(`insert into customers (id, name, segment) values ($1, 'Load', 'gold')`, [`load-${written}`])
        await query('insert into customer_numbers (number, customer_id) values ($1, $2)', [`7${written}`, `load-${written}`])
      })
  })()
  const before = await contentsOf(database)
  const file = join(source.folder, 'centre.tar')
  const atStart = written
  const told = await makeBackup(file, source.config)
  const atEnd = written
  isLoaded = false
  await load
  t.match(told, /calls +300\n/)
  t.match(told, /Not in it: .*secrets\.json/)
  t.equal((await stat(file)).mode & 0o777, 0o600)
  const listing = (await run('tar', ['tf', file])).stdout
  t.match(
    listing,
    /^switchboard-backup\.json\nconfiguration\/switchboard\.yaml\ndatabase\/.*manifest\.json\n$/s,
    'any tar lists it'
  )
  t.notMatch(listing, /part\.tmp|secrets/)

  const target = await site(t, { migrated: false, isFresh: true })
  const restored = await restoreBackup(file, {}, target.config.environment)
  t.match(restored, /thrown away while it was written: 1\n/)
  const after = await contentsOf(target.postgres.database)
  for (const [table, rows] of Object.entries(before)) {
    if (!table.startsWith('customer')) t.same(after[table], rows, `${rows.length} rows of ${table}`)
  }
  t.ok(after.customers?.some((row) => row.includes('王芳')))
  const unknown = await target.postgres.database.query(
    `select relname from pg_stat_user_tables where last_analyze is null and relname <> 'migrations'`
  )
  t.same(unknown, [], 'PostgreSQL knows what it has been given')
  const halves = await target.postgres.database.query(
    `select id from customers c where id like 'load-%' and (select count(*) from customer_numbers n where n.customer_id = c.id) <> 1`
  )
  t.same(halves, [], 'no half of what was written meanwhile')
  const loads = after.customers?.filter((row) => row.startsWith('(load-')).length ?? 0
  t.ok(loads >= atStart && loads <= atEnd, `${loads} of ${atStart} to ${atEnd} customers`)

  for (const path of [
    'flows/main.yaml',
    'flows/audio/zh-CN/欢迎.wav',
    'recordings/2026/11/one.sealed',
    'recordings/2026/11/two.sealed'
  ])
    t.ok((await readFile(join(source.folder, path))).equals(await readFile(join(target.folder, path))), path)
  t.same(await readFile(join(target.folder, 'centre.yaml')), await readFile(join(source.folder, 'centre.yaml')))
  t.same(await readdir(join(target.folder, 'data')), ['secrets.json'], 'nothing is left beside it')
  const next = await target.postgres.database.query<{ next: boolean }>(
    `insert into flow_versions (name, version, file, source, since, made_by) values ('n', 'v', 'f', 's', now(), 'x')
     returning number > (select coalesce(max(number), 0) from flow_versions) as next`
  )
  t.match(next, [{ next: true }], 'what counts goes on counting')

  const again = await codeOf(restoreBackup(file, {}, target.config.environment))
  t.equal(again.code, 'CENTRE_NOT_EMPTY')
  t.match(again.details.problems, /table calls has rows.*recordings has 2 files/s)
  await writeFile(join(target.folder, 'flows/own.yaml'), 'flow: own\n')
  const running = openDatabase({ url: target.postgres.url, log: quietLog() })
  await running.ping()
  t.equal((await codeOf(restoreBackup(file, { force: true }, target.config.environment))).code, 'SERVER_RUNNING')
  await running.close()
  t.match(await restoreBackup(file, { force: true }, target.config.environment), /What was there before is in .*before-restore/)
  t.same((await readdir(join(target.folder, 'flows'))).sort(), ['audio', 'main.yaml'])
  const kept = (await readdir(join(target.folder, 'data'))).find((name) => name.startsWith('before-restore'))
  t.equal(
    await readFile(join(target.folder, 'data', kept ?? '', 'flows/own.yaml'), 'utf8'),
    'flow: own\n',
    'nothing is thrown away'
  )
  t.same((await contentsOf(target.postgres.database)).calls, before.calls)

  t.equal((await codeOf(makeBackup(file, source.config))).code, 'BACKUP_EXISTS')
  t.equal((await codeOf(makeBackup(join(source.folder, 'no/folder.tar'), source.config))).code, 'BACKUP_NOT_WRITABLE')
  await writeFile(join(source.folder, 'flows', 'x'.repeat(120)), '')
  t.equal((await codeOf(makeBackup(join(source.folder, 'other.tar'), source.config))).code, 'BACKUP_NAME_TOO_LONG')
  t.same(
    (await readdir(source.folder)).filter((name) => name.startsWith('other')),
    [],
    'a back-up that failed leaves nothing'
  )

  await t.test('what is cut off or damaged is refused before anything is touched', async (t) => {
    const whole = await readFile(file)
    const broken = join(source.folder, 'broken.tar')
    const tried = async (bytes: Buffer, what: string) => {
      await writeFile(broken, bytes)
      t.equal((await codeOf(checkArchive(broken))).code, 'BACKUP_BROKEN', what)
    }
    const random = new SeededRandom(7)
    for (let tenth = 0; tenth < 10; tenth++)
      await tried(whole.subarray(0, Math.floor((whole.length * tenth) / 10)), `${tenth} tenths of it`)
    await tried(whole.subarray(0, -2 * 512), 'all but its end')
    await tried(Buffer.concat([whole.subarray(0, 512), whole.subarray(1024)]), 'a block less')
    await tried(randomBytes(5_000), 'noise')
    await tried(Buffer.alloc(0), 'nothing')
    const { manifest } = await checkArchive(file)
    const start = whole.indexOf(Buffer.from('recordings/2026/11/one.sealed')) + 512
    t.ok(start > 512 && manifest.files.length > 5)
    for (let flip = 0; flip < 12; flip++) {
      const bytes = Buffer.from(whole)
      const at = start + Math.floor(random.next() * 600_000)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await tried(bytes, `one bit of a recording, at ${at}`)
    }
    const rows = whole.indexOf(Buffer.from('database/calls/')) + 512 + 100
    const bytes = Buffer.from(whole)
    bytes[rows] = (bytes[rows] ?? 0) ^ 0x40
    await tried(bytes, 'one bit of the calls')
    t.equal((await codeOf(restoreBackup(broken, { force: true }, target.config.environment))).code, 'BACKUP_BROKEN')
    t.same((await contentsOf(target.postgres.database)).calls, before.calls, 'what is there stays')
    t.equal(
      (await codeOf(restoreBackup(join(source.folder, 'none.tar'), {}, target.config.environment))).code,
      'BACKUP_UNREADABLE'
    )
    t.match(await restoreBackup(file, { check: true }, target.config.environment), /It is whole/)
  })

  await t.test('archives of other versions, and those that lead elsewhere, are refused in words', async (t) => {
    const made = async (name: string, header: object, files: Record<string, string> = {}) => {
      const path = join(source.folder, name)
      const archive = await ArchiveWriter.create(path, 0)
      await archive.add(HEADER, Buffer.from(JSON.stringify(header)))
      for (const [file, text] of Object.entries(files)) await archive.add(file, Buffer.from(text))
      await archive.finish({ tables: {}, counters: {}, gone: [] })
      return await codeOf(restoreBackup(path, { force: true }, target.config.environment))
    }
    const header = { format: FORMAT, version: '9.0.0', instance: 'x', at: new Date(0).toISOString(), migrations: [] }
    t.match(await made('format.tar', { ...header, format: FORMAT + 1 }), {
      code: 'BACKUP_FORMAT_UNKNOWN',
      details: { version: '9.0.0', format: FORMAT + 1 }
    })
    t.match(await made('newer.tar', { ...header, migrations: ['0099_of_tomorrow'] }), {
      code: 'BACKUP_NEWER',
      details: { unknown: ['0099_of_tomorrow'] }
    })
    t.match(await made('older.tar', { ...header, migrations: (await knownMigrations()).slice(0, 3) }), { code: 'SCHEMA_DIFFERS' })
    t.match(await made('evil.tar', header, { 'flows/../../evil.yaml': 'x' }), { code: 'BACKUP_BROKEN' })
    t.match(await made('root.tar', header, { '/etc/evil.yaml': 'x' }), { code: 'BACKUP_BROKEN' })
    t.same((await contentsOf(target.postgres.database)).calls, before.calls, 'what is there stays')

    const sized = async (size: string) => {
      const bytes = await readFile(join(source.folder, 'root.tar'))
      bytes.write(size.padEnd(12, '\0'), 124)
      const sum = bytes.subarray(0, 512).reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0)
      bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
      await writeFile(join(source.folder, 'sized.tar'), bytes)
      return await codeOf(checkArchive(join(source.folder, 'sized.tar')))
    }
    for (const size of ['-0000001000', '', 'x', '0x10', '-1', '77777777777'])
      t.match(await sized(size), { code: 'BACKUP_BROKEN' }, `a header that says ${size || 'nothing'} of its size`)
  })
})

t.test('a back-up of an earlier version is brought up to this one', async (t) => {
  const migrations = await knownMigrations()
  const source = await site(t, { migrated: false })
  await migrate(source.postgres.url, quietLog(), migrations.length - 1)
  await source.postgres.database.query(`insert into customers (id, name, segment) values ('early', 'Early', 'gold')`)
  const file = join(source.folder, 'early.tar')
  await makeBackup(file, source.config)
  t.equal((await checkArchive(file)).header.migrations.length, migrations.length - 1)

  const target = await site(t, { migrated: false })
  await restoreBackup(file, {}, target.config.environment)
  const { database } = target.postgres
  t.match(await database.query('select name from customers'), [{ name: 'Early' }])
  const done = await database.query<{ name: string }>('select name from migrations order by id')
  t.same(
    done.map(({ name }) => name),
    migrations
  )
})
