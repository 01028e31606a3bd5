import { createHash, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { EventBus } from '../../src/domain/event-bus.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import type { AgentId, CallId, ContactId, DeviceId, RecordingId } from '../../src/domain/ids.ts'
import type { ExpectedRecording, StoredRecording } from '../../src/domain/recording.ts'
import { byteRange } from '../../src/http/byte-range.ts'
import type { HttpOptions } from '../../src/http/http-options.ts'
import { seedUsers } from '../../src/http/users.ts'
import { addRecording } from '../../src/recordings/add-recording.ts'
import { newVoicemails, readTalk, readVoicemail } from '../../src/recordings/read-recordings.ts'
import { RecordingKeys } from '../../src/recordings/recording-keys.ts'
import { RecordingStore } from '../../src/recordings/recording-store.ts'
import { Talks } from '../../src/recordings/talks.ts'
import { Voicemails } from '../../src/recordings/voicemails.ts'
import { readCall } from '../../src/records/read-call.ts'
import { startRecorder } from '../../src/records/recorder.ts'
import { smallCentre, smallUsers } from '../helpers/centre/small-centre.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { buildHttpApp } from '../helpers/http/http-app.ts'
import { readWav } from '../helpers/phones/read-wav.ts'
import { telephoneWav } from '../helpers/phones/telephone-wav.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { realClock } from '../helpers/real-clock.ts'
import { HeldFiles } from '../helpers/store/held-files.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'

const postgres = await startTestPostgres()
const { database } = postgres
const dir = await mkdtemp(join(tmpdir(), 'switchboard-recordings-'))
const events: DomainEvent[] = []
const bus = new EventBus(realClock, (error) => {
  throw error
})
const recorder = await startRecorder({
  ...{ database, log: quietLog(), clock: realClock, instance: randomUUID(), everyMs: 20 },
  spillDir: join(dir, 'records')
})
bus.listen(recorder.listener)
bus.listen((event) => void events.push(event))
t.teardown(async () => {
  await recorder.close()
  await postgres.close()
  await rm(dir, { recursive: true, force: true })
})

/** Says what will come; the name under which Asterisk is to hold it. */
const hold = async (store: RecordingStore, recording: ExpectedRecording) => (await store.expect(recording, 1000))[0] ?? ''

/** A store as one process has it; the same folder is the next process of the same server. */
function storeIn(folder: string, held = new HeldFiles(), keys = new RecordingKeys(undefined)) {
  const log = collectedLog()
  const world = { databaseAway: false }
  const addRow = (recording: StoredRecording) =>
    world.databaseAway ? Promise.reject(new Error('The database is away')) : addRecording(database, recording)
  const store = new RecordingStore({
    folder,
    heldBelow: 'switchboard-main',
    held,
    keys,
    addRow,
    publish: bus.publish,
    log
  })
  return { store, held, log, folder, world }
}

function freshStore() {
  return storeIn(join(dir, randomUUID()))
}

function expected(changes: Partial<ExpectedRecording> = {}): ExpectedRecording {
  const id = randomUUID()
  return {
    id: id as RecordingId,
    kind: 'voicemail',
    callId: `call-${id}` as CallId,
    contactId: `contact-${id}` as ContactId,
    caller: '13800138000' as DeviceId,
    callerName: 'Mei Lin',
    queue: 'service',
    flow: 'night',
    createdAt: Date.UTC(2026, 10, 22, 8),
    ...changes
  }
}

const told = (id: string) => events.filter((event) => event.type === 'voicemail.left' && event.recording.id === id)

/** A message of two seconds of tone, kept and recorded. */
async function leave(changes: Partial<ExpectedRecording> = {}, { store, held } = freshStore()) {
  const recording = expected(changes)
  const name = await hold(store, recording)
  held.files.set(name, telephoneWav({ toneMs: 2000, after: 500 }))
  const stored = await store.keep(recording.id)
  if (stored === undefined) throw new Error('The message was not kept')
  return { stored, path: store.pathOf(stored) }
}

t.test('a message is taken from Asterisk, checked, and told', async (t) => {
  const { store, held, folder } = freshStore()
  const recording = expected({ customer: { id: 'c-1', name: 'Mei Lin' } })
  const name = await hold(store, recording)
  t.equal(name, `switchboard-main/voicemail/${recording.id}`)
  const wav = telephoneWav({ before: 300, toneMs: 2000, after: 700 })
  held.files.set(name, wav)

  const stored = await store.keep(recording.id)
  t.match(stored, { durationMs: 3000, bytes: wav.length, file: `voicemail/2026-11/${recording.id}.wav` })
  t.equal(stored?.checksum, createHash('sha256').update(wav).digest('hex'))
  t.same(await readFile(join(folder, stored?.file ?? '')), wav)
  t.equal(held.files.size, 0, 'Asterisk holds it no longer')
  t.equal(told(recording.id).length, 1)
  t.same(await readdir(join(folder, 'expected')), [], 'nothing is left to be done')
  await recorder.flush(AbortSignal.timeout(10_000))
  t.match(await readCall(database, recording.callId), {
    messages: [{ id: recording.id, queue: 'service', seconds: 3, state: 'new' }],
    events: [{ type: 'voicemail.left' }]
  })
  await store.tidy()
  t.equal(told(recording.id).length, 1, 'and nothing is told twice')
})

t.test('what holds too little speech is no message', async (t) => {
  const { store, held, folder } = freshStore()
  for (const wav of [telephoneWav({ after: 4200 }), telephoneWav({ before: 500, toneMs: 900, after: 3000 }), telephoneWav()]) {
    const recording = expected()
    held.files.set(await hold(store, recording), wav)
    t.equal(await store.keep(recording.id), undefined)
    t.equal(told(recording.id).length, 0)
  }
  t.equal(held.files.size, 0)
  t.same(await readdir(folder, { recursive: true }), ['expected'], 'nothing is kept of it')
})

t.test('an Asterisk that was killed leaves a file without sizes, which is mended', async (t) => {
  const { store, held } = freshStore()
  const recording = expected()
  held.files.set(await hold(store, recording), telephoneWav({ toneMs: 1500, sizes: false }))
  const stored = await store.keep(recording.id)
  const file = await readFile(store.pathOf(stored as { file: string }))
  t.equal(readWav(file).ms, 1500)
  t.equal(stored?.checksum, createHash('sha256').update(file).digest('hex'), 'the checksum is that of the mended file')
})

t.test('what cannot be taken now is taken later, and told then', async (t) => {
  const { store, held, log } = freshStore()
  const recording = expected()
  const name = await hold(store, recording)
  held.files.set(name, telephoneWav({ toneMs: 2000 }))

  held.away = true
  await t.rejects(store.keep(recording.id), { code: 'RECORDING_NOT_TAKEN', blame: 'upstream' })
  await store.tidy()
  held.away = false
  held.breaksAfter = 8000
  await store.tidy()
  t.match(log.lines.at(-1), { message: 'A recording could not be taken over; it is tried again' })
  t.equal(told(recording.id).length, 0)
  t.ok(held.files.has(name), 'Asterisk holds it until we have it')
  held.breaksAfter = undefined
  await store.tidy()
  t.equal(told(recording.id).length, 1)
})

t.test('a full or broken disk is told at once, before anybody speaks in vain', async (t) => {
  const folder = join(dir, 'no-folder')
  await writeFile(folder, 'a file where the folder should be')
  const { store, log } = storeIn(folder)
  await t.rejects(hold(store, expected()), {
    code: 'RECORDING_NOT_STORED',
    blame: 'server'
  })
  t.match(log.lines, [{ level: 'error', message: 'Recordings cannot be stored' }])
})

t.test('a disk that fails after the message leaves it in Asterisk', async (t) => {
  const { store, held, folder } = freshStore()
  const recording = expected()
  const name = await hold(store, recording)
  held.files.set(name, telephoneWav({ toneMs: 2000 }))
  await writeFile(join(folder, 'voicemail'), 'a file where the folder should be')
  await t.rejects(store.keep(recording.id), { code: 'RECORDING_NOT_STORED' })
  t.ok(held.files.has(name))
  await rm(join(folder, 'voicemail'))
  await store.tidy()
  t.equal(told(recording.id).length, 1, 'it is there as soon as there is room')
})

t.test('a server that stops leaves what it has not come to yet to the next one', async (t) => {
  const first = freshStore()
  const messages = [expected(), expected(), expected()]
  for (const message of messages) first.held.files.set(await hold(first.store, message), telephoneWav({ toneMs: 2000 }))
  const second = storeIn(first.folder, first.held)
  const toldOf = () => messages.filter(({ id }) => told(id).length === 1).length
  const tidying = second.store.tidy()
  second.store.leaveOff()
  await tidying
  t.ok(toldOf() <= 1, 'at most the one that was being taken over')
  await storeIn(first.folder, first.held).store.tidy()
  t.equal(toldOf(), 3)
})

t.test('a server that dies leaves messages to the next one', async (t) => {
  const first = freshStore()
  const [recorded, short, speaking, never] = [expected(), expected(), expected(), expected()]
  const name = await hold(first.store, recorded)
  first.held.files.set(name, telephoneWav({ toneMs: 2000 }))
  first.held.files.set(await hold(first.store, short), telephoneWav({ after: 2000 }))
  const live = await hold(first.store, speaking)
  first.held.underWay.add(live)
  first.held.files.set(live, telephoneWav({ toneMs: 3000 }))
  await hold(first.store, never)
  await first.store.tidy()
  t.equal(told(recorded.id).length, 0, 'a call that goes on looks after its own')

  const next = storeIn(first.folder, first.held)
  await next.store.tidy()
  t.equal(told(recorded.id).length, 1)
  t.equal(told(speaking.id).length, 1, 'one in progress is ended and kept')
  t.equal(told(short.id).length + told(never.id).length, 0)
  t.equal(first.held.files.size, 0)
  t.same(await readdir(join(first.folder, 'expected')), [])
})

t.test('while the database is away a message is stored and told; its row comes later', async (t) => {
  const here = freshStore()
  const recording = expected()
  here.held.files.set(await hold(here.store, recording), telephoneWav({ toneMs: 2000 }))
  here.world.databaseAway = true
  t.match(await here.store.keep(recording.id), { durationMs: 2000 })
  t.equal(told(recording.id).length, 1)
  await here.store.tidy()
  t.equal(await readVoicemail(database, recording.id), undefined)
  here.world.databaseAway = false
  await here.store.tidy()
  t.match(await readVoicemail(database, recording.id), { state: 'new', duration_ms: 2000 })
  t.equal(told(recording.id).length, 1, 'once')
  t.same(await readdir(join(here.folder, 'expected')), [])
})

t.test('a process that dies before the database was back leaves that to the next one, which tells it again', async (t) => {
  const first = freshStore()
  const recording = expected()
  first.held.files.set(await hold(first.store, recording), telephoneWav({ toneMs: 2000 }))
  first.world.databaseAway = true
  await first.store.keep(recording.id)

  const next = storeIn(first.folder, first.held)
  await next.store.tidy()
  await next.store.tidy()
  t.match(await readVoicemail(database, recording.id), { state: 'new' })
  t.equal(told(recording.id).length, 2, 'once for each process')
  t.same(await readdir(join(first.folder, 'expected')), [])
})

t.test('a note that is not ours to read is left for a person', async (t) => {
  const { store, folder, log } = freshStore()
  await mkdir(join(folder, 'expected'), { recursive: true })
  await writeFile(join(folder, 'expected/odd.json'), '{ half')
  await store.tidy()
  t.match(log.lines, [{ level: 'error', message: 'A note of a recording cannot be read' }])
  t.same(await readdir(join(folder, 'expected')), ['odd.json'])
})

/** Requests below that path of the API, by users of the small centre. */
async function askedBy(path: string, options: Partial<HttpOptions>, t: Test) {
  await seedUsers(database, smallUsers, 'correct horse')
  const { app } = await buildHttpApp(database, options)
  t.teardown(() => app.close())
  const tokens = new Map<string, string>()
  const tokenOf = async (username: string) => {
    const payload = { username, password: 'correct horse' }
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload
    })
    tokens.set(username, answer.json().token)
    return tokens.get(username)
  }
  return async (username: string, method: 'GET' | 'HEAD' | 'PATCH' | 'DELETE', rest: string, more: object = {}, headers = {}) => {
    const authorization = `Bearer ${tokens.get(username) ?? (await tokenOf(username))}`
    return app.inject({
      method,
      url: `/api/v1/${path}${rest}`,
      headers: { authorization, ...headers },
      ...more
    })
  }
}

t.test('messages are listed, heard, dealt with and deleted by those who may', async (t) => {
  await database.query('delete from recordings')
  const around = freshStore()
  const voicemails = new Voicemails({
    database,
    clock: realClock,
    publish: bus.publish,
    files: around.store
  })
  const ask = await askedBy('voicemails', { voicemails }, t)
  const ids = async (username: string, search = '') =>
    (await ask(username, 'GET', search)).json().items.map((item: { id: string }) => item.id)

  const minute = 60_000
  const one = await leave({ createdAt: 1000 * minute, customer: { id: 'c-1', name: 'Mei Lin' } }, around)
  const two = await leave({ createdAt: 1001 * minute, queue: 'sales', caller: '13900139000' as DeviceId }, around)
  const three = await leave({ createdAt: 1002 * minute }, around)
  const [a, b, c] = [one.stored.id, two.stored.id, three.stored.id]

  t.same(await ids('admin'), [c, b, a], 'newest first')
  t.same(await ids('1001'), [c, a], 'an agent: of their queues')
  t.same(await ids('1003'), [b])
  t.same(await ids('2001'), [c, b, a], 'a supervisor: of the queues of their teams')
  t.same(await ids('2002'), [b])
  t.equal((await ask('crm', 'GET', '')).statusCode, 403)
  t.same(await ids('admin', '?queue=sales'), [b])
  t.same(await ids('admin', '?caller=13900139000'), [b])
  t.same(await ids('1001', '?queue=sales'), [], 'a filter opens no door')
  const page = (await ask('admin', 'GET', '?limit=2')).json()
  t.same(await ids('admin', `?limit=2&cursor=${page.next}`), [a])
  t.equal((await ask('admin', 'GET', '?cursor=nonsense')).statusCode, 400)
  t.match((await ask('1001', 'GET', `/${a}`)).json(), {
    ...{ id: a, queue: 'service', callerName: 'Mei Lin', seconds: 2.5, state: 'new', stateBy: null },
    customer: { id: 'c-1', name: 'Mei Lin' }
  })
  for (const method of ['GET', 'PATCH'] as const)
    t.equal((await ask('1003', method, `/${a}`, { ...(method === 'PATCH' && { payload: { state: 'done' } }) })).statusCode, 404)

  const audio = await readFile(one.path)
  const whole = await ask('1001', 'GET', `/${a}/audio`)
  t.equal(whole.headers['content-type'], 'audio/wav')
  t.equal(whole.headers['cache-control'], 'private, no-store')
  t.ok(whole.rawPayload.equals(audio))
  t.match(events.at(-1), { type: 'recording.played', recordingId: a, by: '1001', callId: one.stored.callId })
  const plays = () => events.filter(({ type }) => type === 'recording.played').length
  const before = plays()
  const part = await ask('1001', 'GET', `/${a}/audio`, {}, { range: 'bytes=44-1043' })
  t.match(part, { statusCode: 206 })
  t.equal(part.headers['content-range'], `bytes 44-1043/${audio.length}`)
  t.ok(part.rawPayload.equals(audio.subarray(44, 1044)))
  const tail = await ask('1001', 'GET', `/${a}/audio`, {}, { range: 'bytes=-100', 'if-range': String(whole.headers.etag) })
  t.ok(tail.rawPayload.equals(audio.subarray(-100)))
  const other = await ask('1001', 'GET', `/${a}/audio`, {}, { range: 'bytes=-100', 'if-range': '"another"' })
  t.match(other, { statusCode: 200 })
  t.equal(plays(), before + 3, 'every part is on record')
  const beyond = await ask('1001', 'GET', `/${a}/audio`, {}, { range: `bytes=${audio.length}-` })
  t.match(beyond, { statusCode: 416 })
  t.equal(beyond.headers['content-range'], `bytes */${audio.length}`)
  const head = await ask('1001', 'HEAD', `/${a}/audio`)
  t.match(head, { statusCode: 200, payload: '' })
  t.equal(head.headers['content-length'], String(audio.length))
  t.equal(head.headers['accept-ranges'], 'bytes')
  t.equal((await ask('1003', 'GET', `/${a}/audio`)).statusCode, 404, 'not of their queues')
  t.equal(plays(), before + 3, 'who heard nothing is not on record')

  const claim = { payload: { state: 'done', was: 'new' } }
  const [first, second] = await Promise.all([ask('1001', 'PATCH', `/${a}`, claim), ask('1002', 'PATCH', `/${a}`, claim)])
  t.same([first.statusCode, second.statusCode].toSorted(), [200, 409], 'two at once: one of them')
  const [winner, loser] = first.statusCode === 200 ? ['1001', second] : ['1002', first]
  t.match(loser.json(), { error: { code: 'VOICEMAIL_CHANGED', details: { state: 'done', by: winner } } })
  const changes = events.filter((event) => event.type === 'voicemail.changed' && event.recordingId === a)
  t.match(changes, [{ state: 'done', by: winner, queue: 'service' }])
  t.equal((await ask('2001', 'PATCH', `/${a}`, { payload: { state: 'done' } })).statusCode, 200, 'no change is no conflict')
  t.equal((await ask('2001', 'PATCH', `/${a}`, { payload: { state: 'lost' } })).statusCode, 400)
  t.same((await newVoicemails(database)).map(({ id }) => id).toSorted(), [b, c].toSorted())

  t.equal((await ask('2001', 'DELETE', `/${b}`)).statusCode, 403)
  t.equal((await ask('admin', 'DELETE', `/${b}`)).statusCode, 204)
  t.equal((await ask('admin', 'DELETE', `/${b}`)).statusCode, 404)
  await t.rejects(readFile(two.path), { code: 'ENOENT' })
  t.match(events.at(-1), { type: 'voicemail.changed', state: 'deleted', by: 'admin' })
  await rm(three.path)
  t.equal((await ask('1001', 'GET', `/${c}/audio`)).statusCode, 404, 'its audio is gone')

  const young = await leave({ createdAt: Date.now() }, around)
  t.equal(
    await voicemails.sweep({ keepMs: 24 * 60 * minute, byQueue: new Map() }),
    2,
    'what is too old goes, its audio being there or not'
  )
  t.same(await ids('admin'), [young.stored.id])
  t.match(events.at(-1), { type: 'voicemail.changed', state: 'deleted', by: 'retention' })
})

const listening = { keepVoicemailMs: 1, keepTalksMs: 1, agentsListen: true }
const sealing = new RecordingKeys(Buffer.alloc(32, 7).toString('base64'))

/** A talk that is to be recorded. */
function expectedTalk(changes: Partial<ExpectedRecording> = {}, agents: readonly string[] = ['1001']): ExpectedRecording {
  return expected({
    kind: 'talk',
    talk: { agents: agents as AgentId[], startedBy: 'rule', pauses: [] },
    ...changes
  })
}

/** A talk of two seconds: the caller's tone is 500 Hz, what they hear is 900 Hz. */
async function talkOf(changes: Partial<ExpectedRecording> = {}, agents: readonly string[] = ['1001'], around = freshStore()) {
  const recording = expectedTalk(changes, agents)
  const [said = '', heard = ''] = await around.store.expect(recording, 0)
  around.held.files.set(said, telephoneWav({ toneMs: 2000, hertz: 500 }))
  around.held.files.set(heard, telephoneWav({ toneMs: 1900, hertz: 900 }))
  const stored = await around.store.keep(recording.id)
  if (stored === undefined) throw new Error('The talk was not kept')
  return stored
}

const kept = (id: string) => events.filter((event) => event.type === 'recording.kept' && event.recording.id === id)

t.test('a talk is taken as two tracks and stored as one, sealed when there is a key', async (t) => {
  const around = storeIn(join(dir, randomUUID()), new HeldFiles(), sealing)
  const recording = expectedTalk({
    customer: { id: 'c-1', name: 'Mei Lin' }
  })
  const [said = '', heard = ''] = await around.store.expect(recording, 0)
  t.same(
    [said, heard],
    ['said', 'heard'].map((side) => `switchboard-main/talk/${recording.id}-${side}`)
  )
  await around.store.note(recording.id, {
    ...{
      agents: ['1001' as AgentId, '1002' as AgentId],
      startedBy: 'rule',
      cause: 'talk-over'
    },
    pauses: [{ from: 500, to: 1000 }]
  })
  around.held.files.set(said, telephoneWav({ toneMs: 2000, hertz: 500 }))
  around.held.files.set(heard, telephoneWav({ toneMs: 1900, hertz: 900, sizes: false }))
  around.store.keepSoon(recording.id)
  await around.store.settled()
  t.equal(around.held.files.size, 0)
  t.match(kept(recording.id), [
    {
      recording: {
        durationMs: 2000,
        file: `talk/2026-11/${recording.id}.wav.sealed`
      }
    }
  ])
  t.equal(JSON.stringify(kept(recording.id)).includes('windowMs'), false, 'nobody is sent the picture who did not ask')
  const row = await readTalk(database, recording.id)
  t.match(row, {
    queue: 'service',
    agents: ['1001', '1002'],
    started_by: 'rule',
    cause: 'talk-over',
    channels: 2
  })
  t.same(row?.pauses, [{ from: 500, to: 1000 }])
  t.equal(row?.peaks?.channels.length, 2)
  await recorder.flush(AbortSignal.timeout(10_000))
  t.match(await readCall(database, recording.callId), {
    messages: [],
    recordings: [{ id: recording.id, seconds: 2, agents: ['1001', '1002'] }]
  })
  const message = expected()
  around.held.files.set(await hold(around.store, message), telephoneWav({ toneMs: 2000 }))
  t.match(await around.store.keep(message.id), { file: /\.wav\.sealed$/ }, 'messages are sealed too')
})

t.test('a talk of which Asterisk has one track is kept with that; of which it has none, not', async (t) => {
  const { store, held, log } = freshStore()
  const [one, none] = [expectedTalk(), expectedTalk()]
  const [said = ''] = await store.expect(one, 0)
  held.files.set(said, telephoneWav({ toneMs: 1000 }))
  t.match(await store.keep(one.id), { durationMs: 1000 })
  await store.expect(none, 0)
  store.keepSoon(none.id)
  await store.settled()
  t.match(log.lines.at(-1), {
    level: 'warn',
    message: 'A recording could not be taken over; it is tried again'
  })
  await store.tidy()
  t.match(log.lines.at(-1), {
    message: 'Nothing was recorded where a recording was expected'
  })
  t.equal(kept(none.id).length, 0)
})

t.test('a server that dies in a talk leaves it to the next one: ended, kept and told', async (t) => {
  const first = storeIn(join(dir, randomUUID()), new HeldFiles(), sealing)
  const talk = expectedTalk()
  for (const name of await first.store.expect(talk, 0)) {
    first.held.underWay.add(name)
    first.held.files.set(name, telephoneWav({ toneMs: 1500, sizes: false }))
  }
  await first.store.note(talk.id, {
    agents: ['1002' as AgentId],
    startedBy: 'flow',
    pauses: [{ from: 1000 }]
  })
  const next = storeIn(first.folder, first.held, sealing)
  await next.store.tidy()
  t.equal(first.held.underWay.size, 0)
  t.match(kept(talk.id), [
    {
      recording: {
        durationMs: 1500,
        talk: { agents: ['1002'], pauses: [{ from: 1000 }] }
      }
    }
  ])
  t.match(await readTalk(database, talk.id), {
    cause: null,
    agents: ['1002']
  })
})

t.test('recordings of talks are listed, heard and thrown away by those who may, and all of it is on record', async (t) => {
  await database.query('delete from recordings')
  const around = storeIn(join(dir, randomUUID()), new HeldFiles(), sealing)
  const talks = new Talks({
    database,
    clock: realClock,
    publish: bus.publish,
    files: around.store
  })
  const ask = await askedBy('recordings', { talks }, t)
  const ids = async (username: string, search = '') =>
    (await ask(username, 'GET', search)).json().items.map((item: { id: string }) => item.id)
  const hour = 3_600_000
  const day = Date.UTC(2026, 10, 20)
  const a = await talkOf({ createdAt: day, queue: 'service' }, ['1001'], around)
  const b = await talkOf(
    {
      createdAt: day + hour,
      queue: 'sales',
      caller: '13900139000' as DeviceId
    },
    ['1003'],
    around
  )
  const c = await talkOf({ createdAt: day + 2 * hour, queue: '', contactId: a.contactId }, ['1002'], around)
  const asked = (at: number) => new Date(at).toISOString()

  t.same(await ids('admin'), [c.id, b.id, a.id], 'newest first')
  t.same(await ids('crm'), [c.id, b.id, a.id])
  t.same(await ids('2001'), [c.id, b.id, a.id], 'a supervisor: of their teams and of the queues these serve')
  t.same(await ids('2002'), [b.id])
  t.same(await ids('1001'), [], 'agents hear nothing unless the centre lets them')
  t.equal((await ask('1001', 'GET', `/${a.id}/audio`)).statusCode, 404)
  t.same(await ids('admin', `?call=${a.callId}`), [a.id])
  t.same(await ids('admin', `?contact=${a.contactId}`), [c.id, a.id])
  t.same(await ids('admin', '?queue=sales'), [b.id])
  t.same(await ids('admin', '?agent=1002'), [c.id])
  t.same(await ids('admin', `?from=${asked(day + hour)}&to=${asked(day + 2 * hour)}`), [b.id])
  t.same(await ids('2002', '?agent=1001'), [], 'a filter opens no door')
  const page = (await ask('admin', 'GET', '?limit=2')).json()
  t.same(await ids('admin', `?limit=2&cursor=${page.next}`), [a.id])
  t.equal((await ask('admin', 'GET', '?from=yesterday')).statusCode, 400)

  const open = await askedBy('recordings', { talks, centre: { ...smallCentre, recording: listening } }, t)
  const own = (await open('1001', 'GET', '')).json().items
  t.match(own, [
    {
      id: a.id,
      agents: ['1001'],
      seconds: 2,
      queue: 'service',
      channels: 2,
      startedBy: 'rule',
      protectedBy: null
    }
  ])
  t.equal((await open('1001', 'GET', `/${b.id}`)).statusCode, 404, 'and then their own only')
  t.equal((await open('1001', 'GET', `/${a.id}/audio`)).statusCode, 200)

  const whole = await ask('2001', 'GET', `/${a.id}/audio`)
  t.equal(whole.headers['content-type'], 'audio/wav')
  t.equal(whole.rawPayload.length, 44 + 2000 * 32)
  t.equal(whole.headers.etag, `"${createHash('sha256').update(whole.rawPayload).digest('hex')}"`)
  const part = await ask('2001', 'GET', `/${a.id}/audio`, {}, { range: 'bytes=60000-' })
  t.equal(part.statusCode, 206)
  t.ok(part.rawPayload.equals(whole.rawPayload.subarray(60_000)))
  const saved = await ask('admin', 'GET', `/${a.id}/audio?download=true`)
  t.equal(saved.headers['content-disposition'], `attachment; filename="2026-11-20T00-00-00-${a.id}.wav"`)
  t.match((await ask('2001', 'GET', `/${a.id}/peaks`)).json(), {
    windowMs: 50,
    channels: [Array, Array]
  })
  t.equal((await ask('2002', 'GET', `/${a.id}/audio`)).statusCode, 404)

  const file = around.store.pathOf(b)
  const sealed = await readFile(file)
  sealed[200] = (sealed[200] as number) ^ 1
  await writeFile(file, sealed)
  const before = events.length
  const damaged = await ask('admin', 'GET', `/${b.id}/audio`)
  t.match(damaged, { statusCode: 500 })
  t.equal(damaged.rawPayload.includes('RIFF'), false)
  t.equal(events.slice(before).length, 0, 'who was given nothing is not on record')

  t.equal((await ask('2001', 'DELETE', `/${a.id}`)).statusCode, 403)
  t.equal((await ask('2001', 'PATCH', `/${a.id}`, { payload: { protected: true } })).statusCode, 403)
  t.match(
    (
      await ask('admin', 'PATCH', `/${a.id}`, {
        payload: { protected: true }
      })
    ).json(),
    { protectedBy: 'admin' }
  )
  t.match(await ask('admin', 'DELETE', `/${a.id}`), { statusCode: 409 })
  const rule = {
    keepMs: Date.now() - day - 90 * 60_000,
    byQueue: new Map([['sales', Date.now() - day + hour]])
  }
  t.equal(await talks.sweep(rule), 0, 'a queue may keep its own longer; what is protected stays')
  t.equal(await talks.sweep({ ...rule, byQueue: new Map() }), 1)
  t.same(await ids('admin'), [c.id, a.id])
  t.match(
    (
      await ask('admin', 'PATCH', `/${a.id}`, {
        payload: { protected: false }
      })
    ).json(),
    { protectedBy: null }
  )
  t.equal((await ask('admin', 'DELETE', `/${a.id}`)).statusCode, 204)
  await t.rejects(readFile(around.store.pathOf(a)), { code: 'ENOENT' })

  await recorder.flush(AbortSignal.timeout(10_000))
  t.equal((await ask('2001', 'GET', '/accesses')).statusCode, 403)
  const seen = (await ask('admin', 'GET', `/accesses?recording=${a.id}`)).json().items
  t.same(seen.map(({ what, by }: { what: string; by: string }) => `${by} ${what}`).toReversed(), [
    '1001 played',
    '2001 played',
    '2001 played',
    'admin played',
    'admin protected',
    'admin released',
    'admin deleted'
  ])
  t.match((await ask('admin', 'GET', `/accesses?by=retention&recording=${b.id}`)).json().items, [
    { what: 'deleted', callId: b.callId }
  ])
})

t.test('what a Range header asks for', async (t) => {
  const cases: readonly (readonly [string | undefined, unknown])[] = [
    [undefined, 'whole'],
    ['bytes=0-', { from: 0, to: 99 }],
    ['bytes=10-19', { from: 10, to: 19 }],
    ['bytes=90-500', { from: 90, to: 99 }],
    ['bytes=-30', { from: 70, to: 99 }],
    ['bytes=-500', { from: 0, to: 99 }],
    ['bytes=100-', undefined],
    ['bytes=-0', undefined],
    ['bytes=20-10', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=-', 'whole'],
    ['lines=1-2', 'whole'],
    ['bytes=one-two', 'whole']
  ]
  for (const [header, range] of cases) t.same(byteRange(header, 100), range, header ?? 'none')
})
