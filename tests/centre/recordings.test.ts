import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { pino } from 'pino'
import t from 'tap'
import { startSwitchboard } from '../../src/assembly/start-switchboard.ts'
import { makeBackup } from '../../src/commands/backup/make-backup.ts'
import { restoreBackup } from '../../src/commands/backup/restore-backup.ts'
import { Centre, password } from '../helpers/centre/centre.ts'
import { hearEachOther, talkAgent, talkTo } from '../helpers/centre/talk-scenario.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { type HeardSide, readStereo } from '../helpers/phones/read-stereo.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { until } from '../helpers/until.ts'

// Talks that are recorded: real tones by RTP on both sides, real snooping channels, sealed files, a server killed in the middle.

const run = promisify(execFile)
const key = Buffer.alloc(32, 5).toString('base64')

interface Recording {
  readonly id: string
  readonly callId: string
  readonly queue: string | null
  readonly agents: readonly string[]
  readonly seconds: number
  readonly startedBy: string
  readonly cause: string | null
  readonly pauses: readonly { readonly from: number; readonly to: number }[]
}

t.test('recordings of talks', { timeout: 280_000 }, async (t) => {
  const centre = await Centre.start({
    edit: (yaml) => `${yaml.replace('service: { title: Service,', 'service: { title: Service, record: always,')}
callbacks: { address: "sip:{number}@127.0.0.1:9", caller_id: "95588", allowed: ["1xxxxxxxxxx"] }
`,
    variables: { RECORDINGS_KEY: key, JWT_SECRET: 'the same here and where it is restored' }
  })
  t.teardown(() => centre.stop())
  const folder = centre.config.recordings.folder

  const listed = (search: string) =>
    until(async () => (await centre.get<{ items: Recording[] }>(`/api/v1/recordings${search}`)).items[0], {
      ms: 15_000,
      what: 'the recording is listed'
    })
  const audioOf = async (id: string) => {
    const headers = { authorization: `Bearer ${await centre.signIn('admin')}` }
    const answer = await fetch(`${centre.url}/api/v1/recordings/${id}/audio`, { headers })
    return readStereo(Buffer.from(await answer.arrayBuffer()))
  }
  const spooled = async () =>
    (await readdir(join(centre.asterisk.dir, 'data/spool/recording'), { recursive: true })).filter((name) =>
      name.endsWith('.wav')
    )

  await t.test('caller left, agents right, in step; a pause is silent, a transfer stays in it', async (t) => {
    const [first, second] = await Promise.all([
      centre.phones(['1011'], { voiceHz: 900 }),
      centre.phones(['1012'], { voiceHz: 1300 })
    ])
    const desk = await centre.readyAgent('1011')
    const caller = await centre.call('7602')
    await caller.answered()
    const started = await desk.saw('recordingStarted')
    t.match(started, { recording: 'on', recordedBy: 'rule', by: 'rule' })
    const { allowed } = started as unknown as { allowed: readonly string[] }
    t.ok(allowed.includes('pauseRecording') && !allowed.includes('stopRecording'), 'what the rule has begun no agent ends')
    const { callId } = started as { callId: string }
    t.match(await desk.request('stopRecording', { callId }), { error: { data: { code: 'RECORDING_NOT_ALLOWED' } } })

    await first.command('mute')
    await until(() => Date.now() - (caller.ear.soundLast() ?? 0) > 500, { what: 'the agent is silent' })
    const hummed = Date.now()
    caller.hum(500)
    await first.command('mute')
    const heard = await until(() => caller.ear.soundBegan(hummed), { what: 'the caller hears the agent again' })
    await sleep(700)
    await desk.result('pauseRecording', { callId })
    t.match(await desk.saw('recordingPaused'), { recording: 'paused', by: '1011' })
    await sleep(700)
    await desk.result('resumeRecording', { callId })
    await sleep(500)

    const colleague = await centre.readyAgent('1012')
    await desk.result('singleStepTransferCall', { callId, to: { kind: 'agent', agentId: '1012' } })
    await second.saw('CALL_ESTABLISHED', { ms: 8000 })
    t.match(await colleague.saw('established'), { recording: 'on' })
    await sleep(1300)
    caller.hangup()
    const [begun, stopped] = [await centre.fact('recording.started'), await centre.fact('recording.stopped')]
    t.match(stopped.cause, 'talk-over')
    await centre.fact('call.ended')
    const types = centre.events.map(({ type }) => type)
    t.ok(types.indexOf('recording.stopped') < types.indexOf('call.ended'), 'told before the end of the call')

    const recording = await listed(`?call=${callId}`)
    t.match(recording, { agents: ['1011', '1012'], queue: 'service', startedBy: 'rule', cause: 'talk-over' })
    const { left, right } = await audioOf(recording.id)
    const said = left.onset(0) ?? 0
    const heardAt = right.onset(said - 400) ?? 0
    const apart = said - heardAt - (hummed - heard)
    // A busy machine misses ticks of the snooping timers: each side is shorter by them.
    const lasted = stopped.at - begun.at
    const missed = Math.abs(lasted - left.ms) + Math.abs(lasted - right.ms)
    t.ok(Math.abs(apart) < 100 + missed, `the two sides are ${apart} ms apart`)
    // A tone with holes is less pure.
    t.ok(left.tone(500, said + 100, said + 500) > 0.5 && left.tone(900, said + 100, said + 500) < 0.1)
    t.ok(right.tone(900, said + 100, said + 500) > 0.5 && right.tone(500, said + 100, said + 500) < 0.1)
    t.equal(recording.pauses.length, 1)
    const [{ from, to } = { from: 0, to: 0 }] = recording.pauses
    t.ok(to - from > 650 && to - from < 1200, `${to - from} ms of pause`)
    for (const side of [left, right]) {
      t.equal(side.loudest(from, to), 0)
      t.ok(side.loudest(from - 150 - missed, from - 50) > 1000 && side.loudest(to + 50, to + 150 + missed) > 1000)
    }
    t.ok(right.tone(1300, right.ms - 500, right.ms - 100) > 0.5, 'whom the caller was sent on to')
    t.ok(left.tone(500, left.ms - 500, left.ms - 100) > 0.5)
    t.same(await spooled(), [], 'nothing is left in Asterisk')
    t.same(await readdir(join(folder, 'expected')), [])
    await centre.expectNothingLeft()
  })

  await t.test(
    'who is heard where: a consultation is not in it, a conference, a hold on the phone and a transfer are',
    async (t) => {
      // Each phone numbers its packets from 1, so whoever joins speaks with numbers that lie behind: see BridgeKind.
      const [one, two] = await Promise.all([talkAgent(centre, '1013', 1300), talkAgent(centre, '1014', 1700)])
      const { caller, callId } = await talkTo(centre, '7602', '13910007701', one)
      await caller.ear.untilHears(1300)
      await sleep(400)
      await two.desk.result('setAgentState', { state: 'ready' })
      await one.desk.result('consultationCall', { callId, to: { kind: 'agent', agentId: '1014' } })
      await Promise.all([one.phone.ear.untilHears(1700), two.phone.ear.untilHears(1300)])
      await sleep(600)
      await one.desk.result('alternateCall', { callId })
      await caller.ear.untilHears(1300)
      await sleep(400)
      await one.desk.result('conferenceCall', { callId })
      const hearsBoth = () => caller.ear.share(1300) > 0.2 && caller.ear.share(1700) > 0.2
      await until(hearsBoth, { what: 'the caller hears both' })
      // On a busy machine there are holes in what phones send, and few windows with both whole.
      await sleep(800)
      one.phone.hold()
      await centre.fact('call.held', { fits: (fact) => fact.callId === callId && fact.by === 'phone' })
      await until(() => caller.ear.share(1700) > 0.8, { what: 'the caller hears the other one alone' })
      await sleep(400)
      one.phone.resume()
      await until(hearsBoth, { what: 'the caller hears both again' })
      await sleep(400)
      one.phone.hangup()
      await until(() => caller.ear.share(1700) > 0.8, { what: 'the caller hears the one who stays' })
      await sleep(400)
      caller.hangup()
      await centre.fact('call.ended', { fits: (fact) => fact.callId === callId })

      const recording = await listed(`?call=${callId}`)
      t.match(recording, { agents: ['1013', '1014'], cause: 'talk-over' })
      const { left, right } = await audioOf(recording.id)
      t.match(
        story(right, 1300, 1700),
        /1{3,}.*m{2,}.*1{3,}.*b.*2{3,}.*b.*2{3,}/,
        'the agent, music, the agent, both, the other one, both, the other one'
      )
      const said = story(left, 880, 1300)
      t.ok((said.match(/1/g)?.length ?? 0) > said.length / 2 && !/[2b]/.test(said), `the caller alone is left: ${said}`)
      await Promise.all([one, two].map(({ phone }) => phone.close()))
      await centre.expectNothingLeft()
    }
  )

  await t.test('a full disk ends a recording and no talk: the desk is told, what was recorded is kept', async (t) => {
    const one = await talkAgent(centre, '1013', 1300)
    const { caller, callId } = await talkTo(centre, '7602', '13910007703', one)
    const spool = join(centre.asterisk.dir, 'data/spool/recording')
    const sizes = async () => Promise.all((await spooled()).map(async (name) => (await stat(join(spool, name))).size))
    // Asterisk writes 32 KiB at a time (main/file.c): two seconds.
    const full = await until(
      async () => (await sizes()).length === 2 && Math.min(...(await sizes())) > 30_000 && Math.max(...(await sizes())),
      {
        ms: 15_000,
        what: 'both sides are on the disk'
      }
    )
    const limitTo = (bytes: number | 'unlimited') => run('prlimit', [`--pid=${centre.asterisk.pid}`, `--fsize=${bytes}:`])
    await limitTo(full)
    const stopped = await until(() => one.desk.events.find(({ type }) => type === 'recordingStopped'), {
      ms: 20_000,
      what: 'the desk is told'
    })
    t.match(stopped, {
      callId,
      why: 'failed',
      recording: undefined,
      connections: [{ state: 'connected' }, { state: 'connected' }]
    })
    await limitTo('unlimited')
    await hearEachOther(caller, one)
    const { allowed } = stopped as unknown as { allowed: readonly string[] }
    t.ok(allowed.includes('startRecording'))
    await one.desk.result('startRecording', { callId })
    await until(() => one.desk.events.filter(({ type }) => type === 'recordingStarted')[1], { what: 'it is recorded again' })
    caller.hangup()
    await centre.fact('call.ended', { fits: (fact) => fact.callId === callId })

    const recordings = await until(
      async () => {
        const { items } = await centre.get<{ items: Recording[] }>(`/api/v1/recordings?call=${callId}`)
        return items.length === 2 && items
      },
      { ms: 15_000, what: 'both recordings are listed' }
    )
    const cut = recordings.find(({ cause }) => cause === 'failed')
    t.same(recordings.map(({ cause }) => cause).sort(), ['failed', 'talk-over'])
    t.match(cut, { agents: ['1013'], startedBy: 'rule' })
    const { left, right } = await audioOf(cut?.id ?? '')
    t.ok(left.ms > 1800, `${left.ms} ms are kept`)
    // By packets, from where it begins: a packet that came too late is a hole, behind which the tone is out of step with what was before.
    const pure = (side: typeof left, hertz: number) => {
      const from = side.onset(0) ?? 0
      const packets = Array.from({ length: Math.floor((side.ms - from) / 20) }, (_, n) => from + 20 * n)
      return packets.filter((at) => side.tone(hertz, at, at + 20) > 0.9).length / packets.length
    }
    t.ok(pure(left, 880) > 0.8, `the caller: ${pure(left, 880)} from ${left.onset(0)} ms on`)
    t.ok(pure(right, 1300) > 0.8, `the agent: ${pure(right, 1300)} from ${right.onset(0)} ms on`)
    await one.phone.close()
    await centre.expectNothingLeft()
  })

  await t.test('a flow records its call; while it asks for a secret neither side is in it', async (t) => {
    const caller = await centre.call('7500', { voiceHz: 500 })
    await caller.answered()
    await centre.fact('recording.paused', { fits: ({ by }) => by === 'secret' })
    await caller.ear.untilSound()
    // Longer than a PIN: four digits stand in some instant of a record sooner or later.
    const secret = '4321098765'
    await caller.press(secret)
    await centre.fact('recording.stopped')
    await centre.fact('recording.refused')
    await caller.ended()
    const { callId } = await centre.fact('recording.started')
    const recording = await listed(`?call=${callId}`)
    t.match(recording, { startedBy: 'flow', cause: 'stopped', queue: null, agents: [] })
    const { left, right } = await audioOf(recording.id)
    t.equal(recording.pauses.length, 1)
    const [{ from, to } = { from: 0, to: 0 }] = recording.pauses
    for (const side of [left, right]) t.equal(side.loudest(from, to), 0, 'the question and its answer are silent')
    t.ok(to - from > 500 && left.tone(500, to + 100, to + 600) > 0.5 && right.loudest(to, right.ms) > 1000, 'what follows is not')
    const events = (await centre.get<{ events: { type: string }[] }>(`/api/v1/calls/${recording.callId}`)).events
    t.notOk(JSON.stringify(events).includes(secret))
    await centre.expectNothingLeft()
  })

  await t.test('a back-up while it runs, restored elsewhere: records, sealed audio and revocations are the same', async (t) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ username: '2001', password })
    const { token } = (await (await fetch(`${centre.url}/api/v1/session`, { method: 'POST', headers, body })).json()) as {
      token: string
    }
    const asked = async (path: string, method = 'GET', by = token) =>
      await fetch(`${centre.url}${path}`, { method, headers: { authorization: `Bearer ${by}` } })
    const admin = await centre.signIn('admin')
    const callback = await fetch(`${centre.url}/api/v1/callbacks`, {
      ...{ method: 'POST', headers: { ...headers, authorization: `Bearer ${admin}` } },
      body: JSON.stringify({ number: '13911112222', queue: 'service', at: new Date(Date.now() + 3_600_000).toISOString() })
    })
    t.ok(callback.ok, `a callback is booked (${callback.status})`)
    t.equal((await asked('/api/v1/session', 'DELETE')).status, 204)
    await until(async () => (await centre.postgres.database.query('select 1 from ended_sign_ins')).length > 0, {
      what: 'the end of the sign-in is written'
    })
    const told = async () => {
      const { items } = await centre.get<{ items: { callId: string }[] }>('/api/v1/calls?limit=100')
      const read = items.map(({ callId }) => centre.get<{ events: { type: string }[] }>(`/api/v1/calls/${callId}`))
      // That somebody has listened is a fact, too, and this test listens.
      const stories = (await Promise.all(read)).map((story) => ({
        ...story,
        events: story.events.filter(({ type }) => type !== 'recording.played')
      }))
      const recordings = await centre.get<{ items: Recording[] }>('/api/v1/recordings')
      const audio = await Promise.all(
        recordings.items.map(async ({ id }) =>
          createHash('sha256')
            .update(new Uint8Array(await (await asked(`/api/v1/recordings/${id}/audio`, 'GET', admin)).arrayBuffer()))
            .digest('hex')
        )
      )
      const callbacks = await centre.get<{ items: object[] }>('/api/v1/callbacks')
      return { stories, recordings, audio, callbacks }
    }
    await centre.recorded()
    const before = await told()
    t.ok(before.stories.length > 1 && before.audio.length > 1 && before.callbacks.items.length === 1)
    const place = await mkdtemp(join(tmpdir(), 'switchboard-restored-'))
    await chmod(place, 0o755)
    const postgres = await startTestPostgres({ migrated: false })
    const talking = await centre.call('7602')
    await talking.answered()
    await makeBackup(join(place, 'centre.tar'), centre.config)
    talking.hangup()
    await centre.fact('call.ended')
    await centre.server.close()

    const { environment } = centre.config
    const elsewhere = {
      ...{ DATABASE_URL: postgres.url, DATA_DIR: join(place, 'data'), RECORDINGS: join(place, 'recordings') },
      ...{ CONFIG: join(place, 'centre.yaml'), FLOWS: join(place, 'flows') }
    }
    await restoreBackup(join(place, 'centre.tar'), {}, { ...environment, ...elsewhere })
    const restored = await startSwitchboard(centre.configOf(elsewhere), pino({ level: 'silent' }))
    try {
      const after = await told()
      const known = (story: unknown) => JSON.stringify(story)
      const found = after.stories.map(known)
      for (const story of before.stories) t.ok(found.includes(known(story)), 'a story as it was')
      t.same(after.recordings, before.recordings)
      t.same(after.audio, before.audio, 'what was sealed is heard with the key')
      t.same(after.callbacks, before.callbacks)
      t.equal((await asked('/api/v1/calls')).status, 401, 'who was signed out stays out')
    } finally {
      await restored.close()
      await postgres.close()
      await rm(place, { recursive: true, force: true })
      await centre.start()
    }
  })

  await t.test('a server that is killed in the middle of a talk leaves its recording to the next one', async (t) => {
    await centre.phones(['1011'], { voiceHz: 900 })
    await centre.server.close()
    const killed = await serverOf(centre)
    const desk = await CtiClient.connect(`${centre.url.replace('http', 'ws')}/cti/v1`)
    await desk.result('session.open', { token: await centre.signIn('1011') })
    await desk.result('setAgentState', { state: 'loggedOn' })
    await desk.result('setAgentState', { state: 'ready' })
    const caller = await centre.call('7602', { voiceHz: 500 })
    await caller.answered()
    const { callId } = (await desk.saw('recordingStarted')) as { callId: string }
    await sleep(1500)
    killed.kill('SIGKILL')
    desk.socket.terminate()
    await centre.start()
    await sleep(1000)
    caller.hangup()
    const recording = await listed(`?call=${callId}`)
    t.match(recording, { agents: ['1011'] })
    t.ok(recording.seconds > 2.4, `${recording.seconds} s`)
    const { left, right } = await audioOf(recording.id)
    t.ok(left.tone(500, 300, 1300) > 0.5 && right.tone(900, 300, 1300) > 0.5)
    const [from, to] = [left.ms - 900, left.ms - 300]
    t.ok(left.tone(500, from, to) > 0.5 && right.tone(900, from, to) > 0.5, 'also what was said after the restart')
    await until(async () => (await spooled()).length === 0, { what: 'nothing is left in Asterisk' })
  })

  await t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
    await allEventsShown(t, 'tests/centre/recordings.test.ts')
  })
})

/** What was heard, a letter for each 100 ms: one tone, the other one, both, something else, or silence. By its order, as a busy machine records less than there was. */
function story(side: HeardSide, one: number, two: number): string {
  const letters = Array.from({ length: Math.floor(side.ms / 100) }, (_, n) => {
    const [from, to] = [n * 100, n * 100 + 100]
    if (side.loudest(from, to) < 500) return '.'
    const [first, second] = [side.tone(one, from, to) > 0.2, side.tone(two, from, to) > 0.2]
    return first && second ? 'b' : first ? '1' : second ? '2' : 'm'
  })
  return letters.join('')
}

/** The server as a process of its own, on the parts of that centre, ready. */
async function serverOf(centre: Centre): Promise<ChildProcess> {
  const { environment, secrets } = centre.config
  const { host, port } = environment.ARI_ADDRESS
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', "import('./src/main.ts').then((main) => main.serve())"],
    {
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        HTTP_ADDRESS: `127.0.0.1:${environment.HTTP_ADDRESS.port}`,
        SIP_ADDRESS: `${environment.SIP_ADDRESS.host}:${environment.SIP_ADDRESS.port}`,
        ARI_ADDRESS: `${host}:${port}`,
        DATA_DIR: environment.DATA_DIR,
        CONFIG: environment.CONFIG,
        FLOWS: environment.FLOWS,
        DATABASE_URL: environment.DATABASE_URL,
        DEMO_PASSWORD: password,
        INSTANCE: environment.INSTANCE,
        EXAMPLE_BANK_ADDRESS: `${environment.EXAMPLE_BANK_ADDRESS.host}:${environment.EXAMPLE_BANK_ADDRESS.port}`,
        ARI_USER: secrets.ariUser,
        ARI_PASSWORD: secrets.ariPassword,
        RECORDINGS_KEY: key,
        JWT_SECRET: secrets.jwtSecret,
        LOG_LEVEL: 'silent',
        HOME: process.env.HOME
      }
    }
  )
  process.once('exit', () => child.kill('SIGKILL'))
  const isReady = () => centre.ready().catch(() => false) // It does not listen yet.
  await until(isReady, { ms: 30_000, what: 'the other server is ready' })
  return child
}
