import { execFile } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { LiveFlows, type LiveFlowsAround } from '../../src/assembly/live-flows.ts'
import { prepareFlows } from '../../src/assembly/prepare-flows.ts'
import { diffFlows } from '../../src/commands/flows/diff-flows.ts'
import { remoteApi } from '../../src/commands/remote/remote-api.ts'
import { listRemoteFlows, listRemoteVersions, putRemoteFlow, rollBackRemoteFlow } from '../../src/commands/remote/remote-flows.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { DomainEventBody } from '../../src/domain/events.ts'
import type { PromptPart, Prompts } from '../../src/domain/ports/prompts.ts'
import { FlowFiles, loadFlows } from '../../src/flow/compile/load-flows.ts'
import { FlowLibrary } from '../../src/flow/library.ts'
import { lineDiff } from '../../src/flow/line-diff.ts'
import { seedUsers } from '../../src/http/users.ts'
import { type FlowVersion, keepFlowVersion, readLastFlowVersions } from '../../src/records/flow-versions.ts'
import { smallCentre, smallUsers } from '../helpers/centre/small-centre.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { buildHttpApp } from '../helpers/http/http-app.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { until } from '../helpers/until.ts'

const run = promisify(execFile)
const never = 3_600_000

/** A flow that says something. */
const says = (name: string, number: string, text: string) =>
  `flow: ${name}\ndescribe: A flow.\nlanguages: [en]\nnumbers: ["${number}"]\nstart: hello\nsteps:\n  hello: { play: { en: ${text} }, then: bye }\n  bye: { hangup: {} }\n`
/** A flow that runs another. */
const runs = (name: string, number: string, other: string, given = '') =>
  `flow: ${name}\ndescribe: A flow.\nlanguages: [en]\nnumbers: ["${number}"]\nstart: hello\nsteps:\n  hello: { run: ${other}, ${given}then: bye }\n  bye: { hangup: {} }\n`
const broken =
  'flow: bank\ndescribe: A flow.\nlanguages: [en]\nstart: hello\nsteps:\n  hello: { pla: { en: x }, then: bye }\n  bye: { hangup: {} }\n'

async function desk(t: Test, files: Record<string, string>, changes: Partial<LiveFlowsAround> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-flows-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)

  const facts: DomainEventBody[] = []
  const kept: FlowVersion[] = []
  const prepared: PromptPart[] = []
  const recordings = new Set<string>()
  const prompts: Prompts = {
    render: () => Promise.reject(new Error('Nobody speaks here')),
    prepare: async (parts) => void prepared.push(...parts),
    inVoice: () => prompts,
    hasAudio: (name) => recordings.has(name)
  }
  const log = collectedLog()
  const library = new FlowLibrary()
  let now = 1000
  const live = new LiveFlows({
    ...{ folder, library, centre: smallCentre, prompts, log, settleMs: 20, rescanMs: never },
    publish: (fact) => void facts.push(fact),
    clock: { now: () => ++now },
    keep: async (version) => {
      kept.push(version)
      return version.since
    },
    ...changes
  })
  await live.load()
  const path = (name: string) => join(folder, name)
  const write = (name: string, text: string) => writeFile(path(name), text)
  const errors = () => log.lines.filter(({ level }) => level === 'error')
  return { folder, facts, kept, prepared, recordings, library, live, path, write, errors }
}

const reloaded = (facts: readonly DomainEventBody[]) =>
  facts.map((fact) => (fact.type === 'flow.reloaded' ? fact.flow : fact.type))

t.test('a changed file is live for the next call; a call in progress keeps what it began with', async (t) => {
  const { library, live, write, facts, kept, prepared } = await desk(t, {
    'bank.yaml': says('bank', '1', 'Old'),
    'shop.yaml': says('shop', '2', 'Shop')
  })
  t.same(facts, [], 'a start is not a change')
  const inCall = library.asOfNow()
  const old = library.byNumber('1')

  await write('bank.yaml', says('bank', '1', 'New'))
  await live.reload()
  t.same(reloaded(facts), ['bank'], 'the other one is as it was')
  t.not(library.byNumber('1')?.version, old?.version)
  t.match(facts, [{ version: library.byNumber('1')?.version }])
  t.equal(inCall.byNumber('1'), old)
  t.equal(inCall.byName('bank'), old, 'also when it is reached by name')
  t.same(prepared, [{ kind: 'text', text: 'New' }], 'its audio was made first')
  t.same(
    kept.map(({ name, by, source }) => [name, by, /Old|New|Shop/.exec(source)?.[0]]),
    [
      ['bank', 'file', 'Old'],
      ['shop', 'file', 'Shop'],
      ['bank', 'file', 'New']
    ]
  )
  t.ok((live.since('bank') ?? 0) > (live.since('shop') ?? 0))
})

t.test('another centre is for all flows at once, unless it breaks one that is live', async (t) => {
  const waits =
    'flow: waits\ndescribe: A flow.\nlanguages: [en]\nnumbers: ["3"]\nstart: wait\nsteps:\n  wait: { queue: service, timeout: bye, full: bye }\n  bye: { hangup: {} }\n'
  const { library, live, write } = await desk(t, { 'waits.yaml': waits, 'bank.yaml': says('bank', '1', 'Old') })
  const before = library.asOfNow()
  let swaps = 0
  const without = { ...smallCentre, queues: new Map([...smallCentre.queues].filter(([name]) => name !== 'service')) }
  t.match(await live.recentre(without, () => void swaps++), [{ code: 'FLOW0016', file: /waits\.yaml/ }])
  t.equal(swaps, 0)
  t.equal(library.byNumber('3'), before.byNumber('3'))

  // A file that is broken already, and waits for the queue that comes.
  const service = smallCentre.queues.get('service')
  if (service === undefined) throw new Error('The small centre has a queue "service"')
  await write(
    'bank.yaml',
    waits.replace('flow: waits', 'flow: bank').replace('"3"', '"1"').replace('queue: service', 'queue: later')
  )
  await live.reload()
  t.equal(live.problems().length, 1)
  const more = { ...smallCentre, queues: new Map([...smallCentre.queues, ['later', { ...service, name: 'later' }]]) }
  t.same(await live.recentre(more, () => void swaps++), [])
  t.equal(swaps, 1)
  t.same(live.problems(), [], 'what was wrong for want of it is live now')
  t.ok(library.byNumber('1')?.steps.has('wait'))
})

t.test('a broken file leaves the old version live and is told with its place, once', async (t) => {
  const { library, live, path, write, facts, errors } = await desk(t, {
    'bank.yaml': says('bank', '1', 'Old'),
    'shop.yaml': says('shop', '2', 'Shop')
  })
  const old = library.byNumber('1')
  await write('bank.yaml', broken)
  await write('shop.yaml', says('shop', '2', 'New shop'))
  await live.reload()
  await live.reload({ anyway: true })
  t.equal(library.byNumber('1')?.version, old?.version)
  t.same(reloaded(facts), ['shop'], 'what is right goes live beside it')
  t.same(live.problems().length, 1)
  t.match(live.problems()[0], new RegExp(`^${path('bank.yaml')}:6:\\d+ FLOW\\d{4} `))
  t.match(errors(), [{ fields: { file: path('bank.yaml'), line: 6 } }])
  t.equal(errors().length, 1)

  await write('bank.yaml', says('bank', '1', 'Right again'))
  await live.reload()
  t.same(live.problems(), [])
  t.same(reloaded(facts), ['shop', 'bank'])
})

t.test('a file that was never right keeps the others waiting for nothing', async (t) => {
  const { library, live, write } = await desk(t, { 'bank.yaml': broken, 'shop.yaml': says('shop', '2', 'Shop') })
  t.same([library.byName('bank'), library.byName('shop')?.name], [undefined, 'shop'])
  t.equal(live.problems().length, 1)
  await write('shop.yaml', says('shop', '2', 'New'))
  await write('clinic.yaml', says('clinic', '2', 'Wants a number that is taken'))
  await live.reload()
  t.equal(library.byNumber('2')?.name, 'shop')
  t.equal(live.problems().length, 2)
})

t.test('a change that would break a flow that uses it is not made', async (t) => {
  const greet = `${says('greet', '9', 'Hi')}params: { who: "" }\n`
  const { library, live, path, write, facts } = await desk(t, {
    'bank.yaml': runs('bank', '1', 'greet', 'with: { who: x }, '),
    'greet.yaml': greet
  })
  t.same(live.problems(), [])
  const before = library.list()
  await write('greet.yaml', says('greet', '9', 'No parameters'))
  await live.reload()
  t.match(live.problems(), [new RegExp(`^${path('bank.yaml')}.*FLOW0031`)])
  t.same(
    library.list().map(({ version }) => version),
    before.map(({ version }) => version)
  )
  await rm(path('greet.yaml'))
  await live.reload()
  t.match(live.problems(), [/FLOW0019/])
  t.ok(library.byName('greet'), 'a flow that is used is not taken away')

  await write('bank.yaml', says('bank', '1', 'Alone'))
  await live.reload()
  t.same(live.problems(), [])
  t.equal(library.byName('greet'), undefined)
  t.same(reloaded(facts), ['bank'])
})

t.test('a lost recording is told, and its flow stays', async (t) => {
  const { library, live, recordings, write } = await desk(t, { 'bank.yaml': says('bank', '1', 'Old') })
  recordings.add('beep')
  await write('bank.yaml', says('bank', '1', 'x').replace('{ en: x }', '{ audio: beep }'))
  await live.reload()
  const withBeep = library.byName('bank')
  recordings.delete('beep')
  await live.reload({ anyway: true })
  t.match(live.problems(), [/FLOW0015/])
  t.equal(library.byName('bank'), withBeep)
  recordings.add('beep')
  await live.reload({ anyway: true })
  t.same(live.problems(), [])
})

t.test('a file that a restart finds broken is served as it was when it was last live', async (t) => {
  const kept = (name: string, source: string, file = `${name}.yaml`): FlowVersion => ({
    ...{ name, file, source, version: name, since: 5, by: 'file' }
  })
  const greet = (text: string) => `${says('greet', '9', text)}params: { who: "" }\n`
  const files = {
    'bank.yaml': broken,
    'clinic.yaml': 'flow: [clinic',
    'new.yaml': broken.replace('bank', 'new'),
    'shop.yaml': says('shop', '2', 'Right on disk'),
    'greet.yaml': greet('Hi').replace('play:', 'pla:'),
    'user.yaml': runs('user', '8', 'greet', 'with: { whoo: x }, ')
  }
  const lastKept = async () => [
    kept('bank', says('bank', '1', 'Old')),
    kept('clinic', says('clinic', '3', 'Old')),
    kept('shop', says('shop', '2', 'Older')),
    kept('greet', greet('Old')),
    kept('user', runs('user', '8', 'greet', 'with: { who: x }, ')),
    kept('gone', says('gone', '7', 'Its file was taken away'))
  ]
  const { library, live, errors, write, facts } = await desk(t, files, { lastKept })
  t.same(
    library
      .list()
      .map(({ name }) => name)
      .sort(),
    ['bank', 'clinic', 'greet', 'shop', 'user'],
    'also the one that cannot be read; those that need each other together'
  )
  t.equal(live.problems().length >= 4, true, 'readiness tells all the same')
  t.equal(errors().filter(({ message }) => /live last is served/.test(message)).length, 4, 'and so does the log')

  await live.reload({ anyway: true })
  t.ok(library.byNumber('1'), 'it stays')
  await write('bank.yaml', says('bank', '1', 'Mended'))
  await live.reload()
  t.same(reloaded(facts), ['bank'])

  const { library: clashing } = await desk(
    t,
    { 'bank.yaml': broken, 'shop.yaml': says('shop', '1', 'Has its number now') },
    { lastKept: async () => [kept('bank', says('bank', '1', 'Old'))] }
  )
  t.equal(clashing.byNumber('1')?.name, 'shop', 'what is right on disk comes first')
  const { library: onDisk } = await desk(
    t,
    { 'bank.yaml': broken, 'shop.yaml': says('shop', '2', 'Shop') },
    { lastKept: () => Promise.reject(new Error('no database')) }
  )
  t.same(
    onDisk.list().map(({ name }) => name),
    ['shop'],
    'without them the server starts as well'
  )
})

t.test(
  'a file that a restart finds broken while the database is away is served as it was when the database is back',
  async (t) => {
    const away = new AppError('DATABASE_UNAVAILABLE', 'upstream', 'The database does not answer')
    const version = (name: string, number: string): FlowVersion => ({
      ...{ name, file: `${name}.yaml`, version: 'old', since: 5, by: 'file' },
      source: says(name, number, 'Old')
    })
    let kept: readonly FlowVersion[] | undefined
    const { library, live, write, facts, errors } = await desk(
      t,
      { 'bank.yaml': broken, 'shop.yaml': says('shop', '2', 'Newer') },
      { lastKept: async () => kept ?? Promise.reject(away) }
    )
    t.equal(live.lacksEarlier, true)
    await t.rejects(live.standIn(), { code: 'DATABASE_UNAVAILABLE' })
    const newer = library.byName('shop')?.version
    await write('shop.yaml', broken.replace('bank', 'shop'))
    await live.reload()

    kept = [version('bank', '1'), version('shop', '2')]
    await live.standIn()
    t.equal(library.byNumber('1')?.name, 'bank')
    t.equal(library.byName('shop')?.version, newer, 'what went live since stays')
    t.equal(live.lacksEarlier, false)
    t.same(reloaded(facts), ['bank'])
    t.equal(errors().filter(({ message }) => /live last is served/.test(message)).length, 2, 'of what is right nothing is told')
    t.equal(errors().filter(({ message }) => /Earlier versions of flows cannot be read/.test(message)).length, 1)
    await write('bank.yaml', says('bank', '1', 'Mended'))
    await live.reload()
    t.same(reloaded(facts), ['bank', 'bank'])
  }
)

t.test('a recording that is replaced is made ready for the flows that play it', async (t) => {
  const beep = says('bank', '1', 'x').replace('{ en: x }', '{ audio: beep }')
  const { folder, live, prepared, recordings, library, facts } = await desk(t, { 'shop.yaml': says('shop', '2', 'Shop') })
  recordings.add('beep')
  await mkdir(join(folder, 'audio', 'en'), { recursive: true })
  await writeFile(join(folder, 'audio', 'en', 'beep.wav'), 'first')
  await writeFile(join(folder, 'bank.yaml'), beep)
  await live.reload()
  t.same(reloaded(facts), ['bank'])
  prepared.length = 0
  await live.reload()
  t.same(prepared, [], 'nothing is made again for nothing')

  const version = library.byName('bank')?.version
  await writeFile(join(folder, 'audio', 'en', 'beep.wav'), 'second one')
  await live.reload()
  t.same(prepared, [{ kind: 'audio', name: 'beep' }], 'found by looking again, no event needed')
  t.equal(library.byName('bank')?.version, version)
  await writeFile(join(folder, 'audio', 'other.wav'), 'of nobody')
  prepared.length = 0
  await live.reload()
  t.same(prepared, [])
})

t.test('looking again at files that are as they were compiles nothing', async (t) => {
  let asked = 0
  const prompts: Prompts = {
    render: () => Promise.reject(new Error('Nobody speaks here')),
    prepare: async () => {},
    inVoice: () => prompts,
    hasAudio: () => ++asked > 0
  }
  const beep = says('bank', '1', 'x').replace('{ en: x }', '{ audio: beep }')
  const { live, write } = await desk(t, { 'bank.yaml': beep }, { prompts })
  const atStart = asked
  t.ok(atStart > 0)
  await live.reload()
  t.equal(asked, atStart)
  await write('shop.yaml', says('shop', '2', 'Shop'))
  await live.reload()
  const withShop = asked
  t.ok(withShop > atStart)
  await live.reload()
  t.equal(asked, withShop)
  await live.reload({ anyway: true })
  t.ok(asked > withShop, 'unless recordings may have changed')
})

t.test('files that are as they were are not read again, unless they may have changed within a tick of the clock', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'flow-files-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const files = new FlowFiles(folder)
  const file = join(folder, 'bank.yaml')
  await writeFile(file, 'old')
  t.same(await files.load(), await loadFlows(folder))
  // Same length, and the same time of modification: only within the tick can the time of change be the same as well.
  const { atime, mtime } = await stat(file)
  await writeFile(file, 'new')
  await utimes(file, atime, mtime)
  t.match(await files.load(), [{ file, text: 'new' }])
  await writeFile(join(folder, 'shop.yaml'), 'x')
  t.same(
    (await files.load()).map(({ text }) => text),
    ['new', 'x']
  )
  await rm(file)
  t.same(
    (await files.load()).map(({ text }) => text),
    ['x']
  )
})

t.test('a folder that is empty or away takes no flow from callers', async (t) => {
  const { library, live, folder, path, errors } = await desk(t, { 'bank.yaml': says('bank', '1', 'Old') })
  await rm(path('bank.yaml'))
  await live.reload()
  await live.reload()
  t.match(live.problems(), [/holds no flow/])
  await rename(folder, `${folder}-away`)
  t.teardown(() => rm(`${folder}-away`, { recursive: true, force: true }))
  await live.reload()
  t.match(live.problems(), [/ENOENT/])
  t.ok(library.byNumber('1'))
  t.equal(errors().length, 2)
})

t.test('prompts hold a change up for no longer than their limit, and not when they cannot be made', async (t) => {
  const nobody = { render: () => Promise.reject(new Error('no')), prepare: async () => {}, hasAudio: () => true }
  const prepare = { ...nobody, inVoice: (): Prompts => ({ ...nobody, inVoice: () => prepare.inVoice() }) }
  for (const prompts of [
    { ...prepare, prepare: () => new Promise<void>(() => {}) },
    { ...prepare, prepare: () => Promise.reject(new Error('espeak is away')) }
  ]) {
    const { live, write, facts } = await desk(t, { 'bank.yaml': says('bank', '1', 'Old') }, { prompts, prepareLimitMs: 30 })
    await write('bank.yaml', says('bank', '1', 'New'))
    await live.reload()
    t.same(reloaded(facts), ['bank'])
  }
})

t.test('a prompt that cannot be made is told, and the others are made', async (t) => {
  const made: string[] = []
  const prompts: Prompts = {
    render: () => Promise.reject(new Error('Nobody speaks here')),
    prepare: async ([part]) => {
      const text = part?.kind === 'text' ? part.text : ''
      if (text === 'Bad') throw new AppError('SPEECH_FAILED', 'upstream', 'A program that makes speech failed')
      made.push(text)
    },
    inVoice: () => prompts,
    hasAudio: () => true
  }
  const files = { 'a.yaml': says('a', '1', 'Bad'), 'b.yaml': says('b', '2', 'Good'), 'c.yaml': says('c', '3', 'Better') }
  const { library } = await desk(t, files, { prompts })
  const log = collectedLog()
  await prepareFlows(library.list(), { prompts, centre: smallCentre, log })
  t.same(made, ['Good', 'Better'])
  t.match(log.lines, [{ level: 'warn', message: 'Prompts of a flow could not be made' }])
})

t.test('versions are written down when the database is back', async (t) => {
  let away = true
  const kept: string[] = []
  const { live, library } = await desk(
    t,
    { 'bank.yaml': says('bank', '1', 'Old') },
    {
      keep: async ({ name }) => {
        if (away) throw new Error('The database is away')
        kept.push(name)
        return 5
      }
    }
  )
  t.ok(library.byNumber('1'))
  away = false
  await live.reload()
  await live.reload()
  t.same(kept, ['bank'])
  t.equal(live.since('bank'), 5, 'live since before this process')
})

t.test('changes are noticed', async (t) => {
  t.test('by the events of the system, also of files that are replaced and of folders that are new', async (t) => {
    const { live, write, path, library, facts } = await desk(t, { 'bank.yaml': says('bank', '1', 'Old') })
    const watching = live.watch()
    t.teardown(() => watching.close())
    // The watch begins in the background.
    await until(
      async () => {
        await write('bank.yaml', says('bank', '1', `Words ${facts.length + 1}`))
        return facts.length > 0
      },
      { what: 'the first change to be noticed' }
    )
    for (const text of ['Second', 'Third']) {
      await writeFile(path('new'), says('bank', '1', text))
      const before = library.byName('bank')
      await rename(path('new'), path('bank.yaml'))
      await until(() => library.byName('bank')?.version !== before?.version, { what: `${text} to be noticed` })
    }
  })

  t.test('by looking again, when no event comes', async (t) => {
    const { live, write, path, library } = await desk(
      t,
      { 'bank.yaml': says('bank', '1', 'Old') },
      { settleMs: never, rescanMs: 20 }
    )
    const watching = live.watch()
    t.teardown(() => watching.close())
    await mkdir(path('more'))
    await write('more/shop.yaml', says('shop', '2', 'Shop'))
    await until(() => library.byNumber('2'), { what: 'the new flow' })
  })
})

t.test('a flow put over the API is checked, written whole and live at once', async (t) => {
  const { live, path, folder, library, kept, facts, write } = await desk(t, { 'bank.yaml': says('bank', '1', 'Old') })
  t.match(await live.put('bank', broken, 'ann'), { kind: 'wrong', findings: [{ line: 6, severity: 'error' }] })
  t.match(await live.put('bank', says('shop', '1', 'x'), 'ann'), { kind: 'other-name', name: 'shop' })
  t.equal(await readFile(path('bank.yaml'), 'utf8'), says('bank', '1', 'Old'), 'nothing was written')
  t.same(facts, [])

  await write('clinic.yaml', says('clinic', '3', 'Came by hand at the same time'))
  const put = await live.put('bank', says('bank', '1', 'New'), 'ann')
  t.match(put, { kind: 'live', version: library.byName('bank')?.version })
  t.equal(await readFile(path('bank.yaml'), 'utf8'), says('bank', '1', 'New'))
  t.match(await live.put('shop', says('shop', '2', 'A new one'), 'ben'), { kind: 'live' })
  t.same((await readdir(folder)).sort(), ['bank.yaml', 'clinic.yaml', 'shop.yaml'])
  t.same(
    kept.map(({ name, by }) => `${name} ${by}`),
    ['bank file', 'bank ann', 'clinic file', 'shop ben']
  )
  await live.reload()
  t.same(reloaded(facts), ['bank', 'clinic', 'shop'])

  await write('nights.yaml', says('evenings', '4', 'In a file of another name'))
  await live.reload()
  t.match(await live.put('nights', says('nights', '5', 'x'), 'ann'), { kind: 'other-name', name: 'evenings' })
  t.ok(library.byNumber('4'))
})

t.test('flows over the API: what is live, its history, changes and the way back', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const { database } = postgres
  await seedUsers(database, smallUsers, 'correct horse')
  const { live, library, path, write, facts } = await desk(
    t,
    { 'bank.yaml': says('bank', '1', 'Old') },
    { keep: (version) => keepFlowVersion(database, version) }
  )
  const { app } = await buildHttpApp(database, { flows: () => library.list(), flowEditing: live })
  t.teardown(() => app.close())
  const tokens = new Map<string, string>()
  for (const username of ['1001', '2001', 'admin']) {
    const payload = { username, password: 'correct horse' }
    tokens.set(username, (await app.inject({ method: 'POST', url: '/api/v1/session', payload })).json().token)
  }
  const ask = async (method: 'GET' | 'PUT' | 'POST', url: string, payload?: object, username = 'admin') => {
    const headers = { authorization: `Bearer ${tokens.get(username)}` }
    const answer = await app.inject({ method, url: `/api/v1/flows${url}`, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() }
  }

  const old = library.byName('bank')?.version ?? ''
  t.match(await ask('GET', ''), { body: { items: [{ name: 'bank', version: old, since: /^1970/ }], findings: [] } })

  const wrong = await ask('PUT', '/bank', { source: broken })
  t.match(wrong, {
    status: 422,
    body: { error: { code: 'FLOW_WRONG', details: { findings: [{ line: 6, code: /^FLOW/, frame: /pla/ }] } } }
  })
  t.match(await ask('PUT', '/bank', { source: says('shop', '1', 'x') }), { status: 422, body: { error: { code: 'OTHER_NAME' } } })
  t.match(await ask('PUT', '/..%2Fbank', { source: says('bank', '1', 'x') }), { status: 400 })
  t.equal(library.byName('bank')?.version, old)

  await t.test('a name that is none writes nothing anywhere', async (t) => {
    const outside = await mkdtemp(join(tmpdir(), 'switchboard-outside-'))
    t.teardown(() => rm(outside, { recursive: true }))
    await write('notes.yaml', 'not a flow\n')
    const filesBefore = (await readdir(path('.'))).sort()
    const parentBefore = (await readdir(path('..'))).includes('bank.yaml')
    await app.listen({ port: 0, host: '127.0.0.1' })
    const port = (app.server.address() as AddressInfo).port
    // As it is written: clients usually resolve such paths before they send them.
    const putRaw = (url: string, source: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { authorization: `Bearer ${tokens.get('admin')}`, 'content-type': 'application/json' }
        const asked = request({ port, host: '127.0.0.1', method: 'PUT', path: `/api/v1/flows/${url}`, headers }, (answer) => {
          answer.resume()
          answer.once('end', () => resolve(answer.statusCode ?? 0))
        })
        asked.once('error', reject)
        asked.end(JSON.stringify({ source }))
      })
    for (const name of [
      ...['..', '../bank', '../../bank', '%2e%2e', '%2e%2e%2fbank', '..%5Cbank', '.', '%2F', '', '/'],
      ...[encodeURIComponent(join(outside, 'bank')), `/${join(outside, 'bank')}`, '%00', 'bank%00', 'bank%00.yaml', 'bank%0a'],
      ...['bank.yaml', 'bank.test', 'Bank', '-bank', '1bank', 'con:', '__proto__', '%E9%93%B6', '%', '%zz'],
      ...['b'.repeat(101), 'b'.repeat(5000), 'b'.repeat(20_000)]
    ]) {
      const status = await putRaw(name, says('bank', '1', 'Elsewhere'))
      t.ok(status >= 400 && status < 500, `${name.slice(0, 40)}: ${status}`)
    }
    t.equal((await ask('PUT', '/long', { source: `${says('long', '1', 'x')}${'#'.repeat(2_000_000)}` })).status, 413)
    t.same((await readdir(path('.'))).sort(), filesBefore)
    t.same(await readdir(outside), [])
    t.equal((await readdir(path('..'))).includes('bank.yaml'), parentBefore)
    t.equal(library.byName('bank')?.version, old)

    await t.test('names of objects and of other files are names of flows like others', async (t) => {
      const long = 'b'.repeat(100)
      for (const name of ['constructor', 'nul', 'audio', long]) {
        t.equal(await putRaw(name, says(name, '77', 'x')), 200, name.slice(0, 20))
        t.equal(await readFile(path(`${name}.yaml`), 'utf8'), says(name, '77', 'x'))
        await rm(path(`${name}.yaml`))
        await live.reload()
        t.equal(library.byName(name), undefined)
      }
      await writeFile(join(outside, 'target.yaml'), says('linked', '78', 'x'))
      await symlink(join(outside, 'target.yaml'), path('linked.yaml'))
      await live.reload()
      t.equal(await putRaw('linked', says('linked', '78', 'new')), 200)
      t.equal(
        await readFile(join(outside, 'target.yaml'), 'utf8'),
        says('linked', '78', 'x'),
        'nothing is written through a link'
      )
      t.equal((await lstat(path('linked.yaml'))).isSymbolicLink(), false)
      await rm(path('linked.yaml'))
      await rm(path('notes.yaml'))
      await live.reload()
      facts.length = 0
    })
  })

  const put = await ask('PUT', '/bank', { source: says('bank', '1', 'New') })
  t.match(put, { status: 200, body: { name: 'bank', version: library.byName('bank')?.version, findings: [] } })
  t.same(reloaded(facts), ['bank'])
  t.match(await ask('GET', '/bank/versions'), {
    body: {
      items: [
        { version: put.body.version, by: 'admin', file: 'bank.yaml' },
        { version: old, by: 'file' }
      ]
    }
  })
  t.match(await ask('GET', `/bank/versions/${old}`), { body: { version: old, source: says('bank', '1', 'Old') } })
  const { body } = await ask('GET', `/bank/versions/${old}/diff`)
  t.match(body, { from: old, to: put.body.version })
  t.same(body.changes, [{ about: 'step', name: 'hello', change: 'changed', field: 'prompt (en)', before: 'Old', after: 'New' }])
  t.same(
    body.lines.filter((line: string) => !line.startsWith(' ')),
    ['-  hello: { play: { en: Old }, then: bye }', '+  hello: { play: { en: New }, then: bye }']
  )

  t.match(await ask('POST', '/bank/rollback', { version: old }), { status: 200, body: { version: old } })
  t.equal(library.byName('bank')?.version, old)
  t.equal(await readFile(path('bank.yaml'), 'utf8'), says('bank', '1', 'Old'))
  const { items } = (await ask('GET', '/bank/versions')).body
  t.same(
    items.map(({ version, by }: FlowVersion) => [version, by]),
    [
      [old, 'admin'],
      [put.body.version, 'admin'],
      [old, 'file']
    ]
  )

  await write('bank.yaml', broken)
  await live.reload()
  t.match(await ask('GET', ''), { body: { items: [{ version: old, problem: /^6:\d+ FLOW/ }], findings: [{ line: 6 }] } })

  t.equal((await ask('GET', '/bank/versions/nothing')).status, 404)
  t.equal((await ask('GET', '/shop/versions')).status, 404)
  t.equal((await ask('POST', '/bank/rollback', { version: 'nothing' })).status, 404)
  t.equal((await ask('GET', '/bank/versions', undefined, '2001')).status, 200)
  t.equal((await ask('GET', '/bank/versions', undefined, '1001')).status, 403)
  t.equal((await ask('PUT', '/bank', { source: 'x' }, '2001')).status, 403)
  t.equal((await ask('POST', '/bank/rollback', { version: old }, '2001')).status, 403)

  const again = await keepFlowVersion(database, {
    name: 'bank',
    version: old,
    file: 'bank.yaml',
    source: '',
    since: 9e9,
    by: 'file'
  })
  t.ok(again < 9e9, 'a server that starts with the version that was live adds nothing')
  t.equal((await ask('GET', '/bank/versions')).body.items.length, 3)
  t.match(await readLastFlowVersions(database), [{ name: 'bank', version: old, source: says('bank', '1', 'Old') }])
})

t.test('flows of a running server from the command line', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const { database } = postgres
  await seedUsers(database, smallUsers, 'correct horse')
  const { live, library, folder, path } = await desk(
    t,
    { 'bank.yaml': says('bank', '1', 'Old') },
    { keep: (version) => keepFlowVersion(database, version) }
  )
  const { app } = await buildHttpApp(database, { flows: () => library.list(), flowEditing: live })
  t.teardown(() => app.close())
  const server = await app.listen({ host: '127.0.0.1', port: 0 })
  const outside = await mkdtemp(join(tmpdir(), 'switchboard-desk-'))
  t.teardown(() => rm(outside, { recursive: true, force: true }))
  const as = (changes: Record<string, string> = {}, at = server) =>
    remoteApi({ server: at }, { SWITCHBOARD_PASSWORD: 'correct horse', ...changes })
  const old = library.byName('bank')?.version ?? ''
  const [right, wrong] = [join(outside, 'right.yaml'), join(outside, 'wrong.yaml')]
  await writeFile(right, says('bank', '1', 'New'))
  await writeFile(wrong, broken)

  const put = await putRemoteFlow(as(), right)
  t.match(put, `bank ${library.byName('bank')?.version} is live`)
  t.not(library.byName('bank')?.version, old)
  t.equal(await readFile(path('bank.yaml'), 'utf8'), says('bank', '1', 'New'), 'written into the folder of the server')
  t.match(await listRemoteFlows(as()), new RegExp(`^bank +${library.byName('bank')?.version} +1970-01-01 .* 1$`, 'm'))
  const inChinese = (await listRemoteFlows(as({ LANG: 'zh_CN.UTF-8' }))).split('\n')
  t.match(inChinese[0], /^流程 +版本 +上线时间（UTC） +号码$/)
  t.match(inChinese[1], /^bank +\w+ +1970-01-01 00:00:\d\d +1$/)
  t.match(await putRemoteFlow(as({ LANG: 'zh_CN.UTF-8' }), right), /^bank \w+ 已上线/)
  t.match(JSON.parse(await listRemoteVersions(as(), 'bank', true)), [{ by: 'admin' }, { version: old, by: 'file' }])
  t.match(await listRemoteVersions(as(), 'bank'), new RegExp(`^${old} .* file +bank\\.yaml$`, 'm'))
  const { text } = await diffFlows(`bank@${old}`, 'bank@live', 'text', as)
  t.equal(text, 'flow bank\n  ~ step hello: prompt (en): Old → New\n')
  t.match(await diffFlows('bank@live', right, 'json', as), { same: true, text: '[]\n' })

  await t.rejects(putRemoteFlow(as(), wrong), {
    message: 'The flow has errors; nothing was changed',
    details: { problems: [/:6:\d+ error FLOW0004/, / 4 /, / 5 /, /hello: \{ pla/] }
  })
  await t.rejects(putRemoteFlow(as({ LANG: 'zh_CN.UTF-8' }), wrong), {
    code: 'FLOW_WRONG',
    message: '流程有错误，未做任何更改',
    details: { problems: [/:6:\d+ 错误 FLOW0004：此步骤没有写明要做什么/, / 4 /, / 5 /, /hello: \{ pla/] }
  })
  await t.rejects(putRemoteFlow(as(), join(outside, 'nothing.yaml')), { code: 'FLOW_FILE_UNKNOWN' })
  await t.rejects(rollBackRemoteFlow(as(), 'bank', 'nothing'), { code: 'VERSION_UNKNOWN' })
  await t.rejects(listRemoteVersions(as(), 'shop'), { code: 'VERSION_UNKNOWN' })
  await t.rejects(diffFlows('shop@live', right, 'text', as), { code: 'FLOW_UNKNOWN' })
  await t.rejects(listRemoteFlows(as({ SWITCHBOARD_PASSWORD: 'wrong horse' })), { code: 'WRONG_PASSWORD' })
  await t.rejects(listRemoteFlows(as({ SWITCHBOARD_TOKEN: 'made-up' })), { code: 'NOT_AUTHENTICATED' })
  await t.rejects(rollBackRemoteFlow(as({ SWITCHBOARD_USER: '1001' }), 'bank', old), { code: 'NOT_ALLOWED' })
  await t.rejects(listRemoteFlows(as({}, `${server.replace(/:\d+$/, '')}:1`)), { code: 'SERVER_UNREACHABLE' })
  const other = createServer((_request, response) => response.end('<html>'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.teardown(() => other.close())
  const { port } = other.address() as { port: number }
  await t.rejects(listRemoteFlows(as({}, `http://127.0.0.1:${port}`)), { code: 'NOT_SWITCHBOARD' })

  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
  const env = { ...process.env, SWITCHBOARD_PASSWORD: 'correct horse', HTTP_ADDRESS: server.replace('http://', '') }
  const { stdout } = await run(process.execPath, ['--import=tsx', cli, 'flow', 'rollback', 'bank', old], { env })
  t.equal(stdout, `bank ${old} is live: the next call hears it\n`)
  t.equal(library.byName('bank')?.version, old)
  t.equal(await readFile(join(folder, 'bank.yaml'), 'utf8'), says('bank', '1', 'Old'))
  await t.rejects(
    run(process.execPath, ['--import=tsx', cli, 'flow', 'list'], { env: { ...env, SWITCHBOARD_PASSWORD: '' } }),
    { code: 1, stderr: /SWITCHBOARD_TOKEN/ },
    'nobody is asked where there is no terminal'
  )
})

t.test('differences of two texts', async (t) => {
  t.same(lineDiff('a\nb\nc\nd\n', 'a\nx\nc\ny\nd\n'), [' a', '-b', '+x', ' c', '+y', ' d'])
  t.same(lineDiff('', 'a\n'), ['+a'])
  t.same(lineDiff('a\na\n', 'a\n'), [' a', '-a'])
  t.same(lineDiff('same', 'same'), [' same'])
  const many = (mark: string) => Array.from({ length: 3000 }, (_, at) => `${mark}${at}`).join('\n')
  t.equal(lineDiff(many('a'), many('b')).length, 6000, 'texts with nothing in common cost no time')
})
