import { chmod, lstat, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { centreUntilRestart, LiveConfiguration } from '../../src/assembly/live-configuration.ts'
import { toCentre } from '../../src/config/build-centre.ts'
import { type CentreFile, centreSchema } from '../../src/config/centre-schema.ts'
import { checkCentre } from '../../src/config/check-centre.ts'
import { editYaml, readYamlAt } from '../../src/config/edit-yaml.ts'
import { parseYaml } from '../../src/config/read-yaml.ts'
import type { Centre } from '../../src/domain/centre.ts'
import type { ConfigurationVersion } from '../../src/records/configuration-versions.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { until } from '../helpers/until.ts'

const SOURCE = `# The shop.
skills: [shoes] # and boots
queues:
  # Where callers wait.
  shop: { title: Shop, max_length: 5 }
  repair:
    title: Repair
    ring: 10s # short
teams:
  all: { title: All }
agents:
  - { id: "1001", team: all, queues: [shop], skills: { shoes: 3 } }
`

t.test('a value is changed and the rest keeps its comments', async (t) => {
  const shorter = editYaml(SOURCE, ['queues', 'shop'], { title: 'Shop', max_length: 2 })
  t.equal(shorter, SOURCE.replace('max_length: 5', 'max_length: 2'))
  t.equal(editYaml(SOURCE, ['queues', 'repair', 'ring'], '12s'), SOURCE.replace('10s # short', '12s # short'))
  const more = editYaml(SOURCE, ['calendars', 'week'], { time_zone: 'Asia/Shanghai', weekly: {} }) ?? ''
  for (const comment of ['# The shop.', '# and boots', '# Where callers wait.', '# short']) t.ok(more.includes(comment), comment)
  t.same(readYamlAt(more, ['calendars', 'week']), { time_zone: 'Asia/Shanghai', weekly: {} })
  t.equal(editYaml(SOURCE, ['queues', 'repair'], undefined)?.includes('Repair'), false)
  t.equal(editYaml(SOURCE, ['queues', 'nothing'], undefined), undefined)
  t.same(readYamlAt(SOURCE, ['skills']), ['shoes'])
  t.equal(readYamlAt(SOURCE, ['queues', 'nothing']), undefined)
})

async function configured(t: Test, options: { breaks?: (centre: Centre) => readonly string[] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-configuration-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const path = join(folder, 'centre.yaml')
  await writeFile(path, SOURCE)
  const log = collectedLog()
  const applied: Centre[] = []
  const kept: ConfigurationVersion[] = []
  const database = { isAway: false }
  const read = (text: string): CentreFile => parseYaml(path, text, centreSchema.superRefine(checkCentre), (raw) => raw)
  const started = toCentre(read(SOURCE))
  const configuration = new LiveConfiguration({
    path,
    source: SOURCE,
    read: (text) => {
      const file = read(text)
      return { file, centre: centreUntilRestart(file, started) }
    },
    apply: async (centre) => {
      const problems = options.breaks?.(centre) ?? []
      if (problems.length === 0) applied.push(centre)
      return problems
    },
    keep: async (version) => {
      if (database.isAway) throw new Error('the database is away')
      kept.push(version)
      return version.since
    },
    clock: { now: () => Date.now() },
    log,
    rescanMs: 20,
    retryMs: 50
  })
  const watch = configuration.watch()
  t.teardown(() => watch.close())
  await until(() => kept.length === 1, { what: 'the first version is written down' })
  return { path, log, applied, kept, database, configuration }
}

/** As editors do: whoever looks meanwhile never sees half of it. */
async function put(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

t.test('a file that is edited is applied; a broken one is told once and changes nothing', async (t) => {
  const { path, log, applied, kept, configuration } = await configured(t)
  await put(path, SOURCE.replace('max_length: 5', 'max_length: 7'))
  await until(() => applied.length === 1, { what: 'applied' })
  t.equal(applied[0]?.queues.get('shop')?.maxLength, 7)
  await until(() => kept.length === 2, { what: 'written down' })
  t.match(configuration.now(), { by: 'file', problems: [], afterRestart: [] })

  await put(path, SOURCE.replace('queues: [shop]', 'queues: [shoop]'))
  await until(() => configuration.problems().length > 0, { what: 'the problem is seen' })
  t.match(configuration.problems(), [/centre\.yaml:12:\d+ agents\.0\.queues\.0: unknown queue "shoop"/])
  await put(path, '{')
  await until(() => !configuration.problems()[0]?.includes('shoop'), { what: 'the other problem is seen' })
  t.equal(applied.length, 1)
  t.equal(log.lines.filter(({ level }) => level === 'error').length, 2)
  const value = { kind: 'value', path: ['queues', 'shop', 'max_length'], value: 9 } as const
  t.match(
    await configuration.change(value, 'admin'),
    { kind: 'wrong', problems: [/mend it/, /centre\.yaml/] },
    'what is being mended is not replaced'
  )
  t.equal(await readFile(path, 'utf8'), '{')
  await rm(path)
  await until(() => /ENOENT/.test(configuration.problems()[0] ?? ''), { what: 'the lost file is seen' })
  await put(path, SOURCE.replace('max_length: 5', 'max_length: 7'))
  await until(() => configuration.problems().length === 0, { what: 'all is well again' })
  t.equal(applied.length, 1, 'it is what was live')
})

t.test('a change over the API is checked, written and kept, with who made it', async (t) => {
  const { path, applied, kept, database, configuration } = await configured(t, {
    breaks: ({ queues }) => (queues.has('repair') ? [] : ['flows/shop.yaml:3:4 FLOW0016 there is no queue "repair"'])
  })
  const length = (max: unknown) => ({ kind: 'value', path: ['queues', 'shop', 'max_length'], value: max }) as const
  t.match(await configuration.change(length(9), 'admin'), { kind: 'live', afterRestart: [] })
  t.equal(await readFile(path, 'utf8'), SOURCE.replace('max_length: 5', 'max_length: 9'))
  t.equal(applied.at(-1)?.queues.get('shop')?.maxLength, 9)
  t.match(kept.at(-1), { by: 'admin', source: /max_length: 9/ })

  t.match(await configuration.change(length('many'), 'admin'), {
    kind: 'wrong',
    problems: [/centre\.yaml:5:\d+ queues\.shop\.max_length/]
  })
  t.match(await configuration.change({ kind: 'value', path: ['queues', 'repair'] }, 'admin'), {
    kind: 'wrong',
    problems: [/FLOW0016/]
  })
  t.match(await configuration.change({ kind: 'value', path: ['queues', 'none'] }, 'admin'), { kind: 'nothing-there' })
  t.equal(await readFile(path, 'utf8'), SOURCE.replace('max_length: 5', 'max_length: 9'), 'what was wrong is not on disk')
  t.equal(applied.length, 1)
  t.same(configuration.problems(), [])

  t.match(await configuration.change({ kind: 'source', source: `${SOURCE}http: { session: 1h }\n` }, 'admin'), {
    afterRestart: ['http']
  })
  const alive = `${SOURCE}resume_within: 3m\nabsence: { desk_not_ready: 5s }\ncallbacks: { caller_id: "95588", allowed: ["1x*"] }\n`
  t.match(await configuration.change({ kind: 'source', source: alive }, 'admin'), { kind: 'live', afterRestart: [] })
  t.match(applied.at(-1), {
    resumeWithinMs: 180_000,
    absence: { desk: { notReadyAfterMs: 5_000 } },
    dialRules: { callerId: '95588' }
  })
  const elsewhere = `${alive}values: { bank: "http://bank:2" }\nallowed_requests: ["http://crm:3/api"]\nemergency_group: ["1001"]\n`
  t.match(await configuration.change({ kind: 'source', source: elsewhere }, 'admin'), { kind: 'live', afterRestart: [] })
  t.match(applied.at(-1), {
    values: { bank: 'http://bank:2' },
    allowedRequests: ['http://crm:3/api', 'http://bank:2'],
    emergencyGroup: ['1001']
  })
  t.match(await configuration.change({ kind: 'source', source: alive }, 'admin'), { kind: 'live', afterRestart: [] })
  database.isAway = true
  t.match(
    await configuration.change({ kind: 'source', source: SOURCE }, 'admin'),
    { kind: 'live' },
    'a database that is away delays nobody'
  )
  const before = kept.length
  database.isAway = false
  await until(() => kept.length > before, { what: 'written down later' })
  t.match(kept.at(-1), { by: 'admin', source: SOURCE })

  await rm(path)
  t.match(await configuration.change(length(3), 'admin'), { kind: 'not-written' })
})

t.test('a file that repeats itself without end is a wrong one like others, and is mended as they are', async (t) => {
  const { path, applied, configuration } = await configured(t)
  const aliases = Array.from({ length: 200 }, () => '*shoes').join(', ')
  await writeFile(path, `${SOURCE}values: &shoes { a: b }\nreasons: [${aliases}]\n`)
  await until(() => configuration.problems().length > 0, { what: 'the problem is seen' })
  t.match(configuration.problems(), [/centre\.yaml:1:1 .*alias/])
  t.match(await configuration.change({ kind: 'source', source: await readFile(path, 'utf8') }, 'admin'), { kind: 'wrong' })
  await writeFile(path, SOURCE.replace('max_length: 5', 'max_length: 8'))
  await until(() => applied.length === 1, { what: 'the next one is applied' })
})

t.test(
  'a file that a flow was against goes live by itself once the flow is not, and a fault of ours does not end the watch',
  async (t) => {
    let isAgainst: 'no' | 'yes' | 'broken' = 'yes'
    const { path, log, applied, configuration } = await configured(t, {
      breaks: () => {
        if (isAgainst === 'broken') throw new Error('a fault of ours')
        return isAgainst === 'yes' ? ['flows/shop.yaml:3:4 FLOW0016 there is no queue "repair"'] : []
      }
    })
    const changed = SOURCE.replace('max_length: 5', 'max_length: 6')
    await writeFile(path, changed)
    await until(() => configuration.problems().length > 0, { what: 'the problem is seen' })
    isAgainst = 'broken'
    await until(() => /the log says why/.test(configuration.problems()[0] ?? ''), { what: 'the fault is seen' })
    await t.rejects(configuration.change({ kind: 'source', source: `${changed}# more\n` }, 'admin'), {
      message: 'a fault of ours'
    })
    t.equal(await readFile(path, 'utf8'), changed, 'what was not applied is not on disk')
    isAgainst = 'no'
    await until(() => applied.length === 1, { what: 'applied' })
    await until(() => configuration.problems().length === 0, { what: 'all is well' })
    t.ok(log.lines.some(({ message }) => message === 'The configuration on disk could not be applied'))
  }
)

t.test('a change over the API keeps an edit of a moment ago', async (t) => {
  const { path, applied, configuration } = await configured(t)
  for (let ring = 11; ring < 16; ring++) {
    await writeFile(path, (await readFile(path, 'utf8')).replace(/ring: \d+s/, `ring: ${ring}s`))
    t.match(await configuration.change({ kind: 'value', path: ['queues', 'shop', 'max_length'], value: ring }, 'admin'), {
      kind: 'live'
    })
    t.match(await readFile(path, 'utf8'), new RegExp(`max_length: ${ring}[^]*ring: ${ring}s`))
  }
  t.match(applied.at(-1)?.queues.get('repair'), { ringMs: 15_000 })
})

t.test('where nothing can stand, nothing is put', async (t) => {
  const { path, configuration } = await configured(t)
  const set = (...place: string[]) => configuration.change({ kind: 'value', path: place, value: 'x' }, 'admin')
  t.match(await set('skills', 'first'), { kind: 'wrong', problems: [/^skills\.first: /] })
  t.match(await set('queues', 'shop', 'title', 'x'), { kind: 'wrong', problems: [/^queues\.shop\.title\.x: /] })
  t.match(await configuration.change({ kind: 'value', path: ['skills', 'first'] }, 'admin'), { kind: 'nothing-there' })
  t.equal(configuration.read(['skills', 'first']), undefined)
  t.equal(configuration.read(['constructor']), undefined)

  const shared = SOURCE.replace('{ title: Shop, max_length: 5 }', '&shop { title: Shop }').replace(
    'repair:\n',
    'stock: *shop\n  repair:\n'
  )
  t.match(await configuration.change({ kind: 'source', source: shared }, 'admin'), { kind: 'live' })
  t.match(await configuration.change({ kind: 'value', path: ['queues', 'shop'] }, 'admin'), {
    kind: 'wrong',
    problems: [/alias/]
  })
  t.equal(await readFile(path, 'utf8'), shared)
})

t.test('who may read the file stays the same, and a link stays a link', async (t) => {
  const { path, configuration } = await configured(t)
  const real = `${path}.real`
  await rename(path, real)
  await chmod(real, 0o640)
  await symlink(real, path)
  t.match(await configuration.change({ kind: 'source', source: `${SOURCE}# new\n` }, 'admin'), { kind: 'live' })
  t.equal(await readFile(real, 'utf8'), `${SOURCE}# new\n`)
  t.equal((await stat(real)).mode & 0o777, 0o640)
  t.ok((await lstat(path)).isSymbolicLink())
})
