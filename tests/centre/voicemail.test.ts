import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startCuttable } from '../helpers/asterisk/cuttable-centre.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { readWav } from '../helpers/phones/read-wav.ts'
import { until } from '../helpers/until.ts'

// Callers who leave messages: real speech (a tone) by RTP, real files in Asterisk, taken over HTTP.

interface Voicemail {
  readonly id: string
  readonly callId: string
  readonly queue: string
  readonly caller: string
  readonly seconds: number
  readonly state: string
}

t.test('voicemail', { timeout: 280_000 }, async (t) => {
  const { centre, proxy } = await startCuttable(t)
  t.afterEach(() => centre.expectNothingLeft())
  const folder = centre.config.recordings.folder

  const request = async (username: string, path: string, init: RequestInit = {}) =>
    fetch(`${centre.url}/api/v1/voicemails${path}`, {
      ...init,
      headers: { authorization: `Bearer ${await centre.signIn(username)}`, 'content-type': 'application/json', ...init.headers }
    })
  const listed = async (search = '') => (await centre.get<{ items: Voicemail[] }>(`/api/v1/voicemails${search}`)).items
  const listedOf = (id: string) =>
    until(async () => (await listed()).find((one) => one.id === id), { what: `message ${id} is listed` })
  const audioOf = async (id: string, username = 'admin') =>
    readWav(Buffer.from(await (await request(username, `/${id}/audio`)).arrayBuffer()))
  /** The message of the one call since the last check. */
  const left = async (ms = 8000) => (await centre.fact('voicemail.left', { ms })).recording
  /** Until the beep is over: from there on the caller is recorded. */
  const recording = () =>
    until(
      async () =>
        (await readdir(join(centre.asterisk.dir, 'data/spool/recording'), { recursive: true })).some((name) =>
          name.endsWith('.wav')
        ),
      {
        ms: 8000,
        what: 'Asterisk records'
      }
    )
  /** What the stages of `recording` look at: nothing is left in Asterisk. */
  const spooled = async () =>
    (await readdir(join(centre.asterisk.dir, 'data/spool/recording'), { recursive: true })).filter((name) =>
      name.endsWith('.wav')
    )

  await t.test('a caller speaks for three seconds and presses the hash key: the message is stored, told and heard', async (t) => {
    const [seller, banker] = [await centre.desk('1011'), await centre.desk('1001')]
    const caller = await centre.call('7801', { from: '13800138000' })
    await caller.answered()
    await caller.ear.untilSound()
    await caller.press('5')
    await recording()
    caller.hum(700)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    await caller.press('4#')
    const { id, durationMs } = await left()
    t.ok(durationMs > 2900 && durationMs < 3700, `${durationMs} ms`)
    const end = await centre.fact('call.ended')
    t.match(end.termination, { result: 'completed', reason: 'flow-hangup' })

    const message = await listedOf(id)
    t.match(message, { queue: 'sales', caller: '13800138000', state: 'new', customer: { id: 'c-1', name: 'Wang Fang' } })
    const audio = await audioOf(id, '1011')
    t.ok(Math.abs(audio.ms - durationMs) < 5 && audio.tone(700) > 0.85, `the tone is in it (${audio.tone(700)})`)
    t.same(await spooled(), [], 'and nothing is left in Asterisk')

    t.match(await seller.saw('voicemailLeft'), {
      voicemailId: id,
      queue: 'sales',
      caller: '13800138000',
      seconds: 3,
      newMessages: 1
    })
    t.match(await seller.result('queue.list', {}), { queues: [{}, { queue: 'sales', newMessages: 1 }] })
    t.equal((await request('1001', `/${id}`)).status, 404, 'an agent of another queue has no part in it')
    const claim = { method: 'PATCH', body: JSON.stringify({ state: 'done', was: 'new' }) }
    t.equal((await request('1011', `/${id}`, claim)).status, 200)
    t.match(await seller.saw('voicemailChanged'), { voicemailId: id, messageState: 'done', by: '1011', newMessages: 0 })
    t.equal((await request('1012', `/${id}`, claim)).status, 409, 'the second one is told')
    t.equal(banker.events.filter(({ type }) => String(type).startsWith('voicemail')).length, 0)

    const story = await until(
      async () => {
        const found = await centre.get<{ messages: unknown[]; events: { type: string }[]; path: object[] }>(
          `/api/v1/calls/${message.callId}`
        )
        return found.events.some(({ type }) => type === 'voicemail.changed') ? found : undefined
      },
      { what: 'the story is written' }
    )
    t.match(story.messages, [{ id, queue: 'sales', state: 'done' }])
    t.match(story.path[1], { step: 'leave', exit: 'recorded', detail: /^3 s$/ })
    t.ok(
      story.events.some(({ type }) => type === 'recording.played'),
      'and who listened'
    )
  })

  await t.test('a caller who hangs up has left their message', async (t) => {
    const caller = await centre.call('7802', { voiceHz: 500 })
    await caller.answered()
    await recording()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    caller.hangup()
    const { id, durationMs } = await left()
    t.ok(durationMs > 1300 && durationMs < 2500, `${durationMs} ms`)
    t.ok((await audioOf(id)).tone(500) > 0.85)
    const ended = await centre.fact('call.ended')
    t.match(ended.termination, { result: 'completed', reason: 'caller-hung-up' }, 'which is no abandoned call')
    const types = centre.events.map(({ type }) => type)
    t.ok(types.indexOf('voicemail.left') < types.indexOf('call.ended'), 'the message is told before the end of the call')
  })

  await t.test('who says nothing, or hangs up in the beep, leaves nothing', async (t) => {
    const silent = await centre.call('7801')
    await silent.answered()
    const step = await centre.fact('step.left', { ms: 12_000, fits: ({ entry }) => entry.step === 'leave' })
    t.match(step.entry, { exit: 'too_short' })
    await silent.ended(8000)

    const hasty = await centre.call('7801')
    await hasty.answered()
    await hasty.ear.untilSound()
    await hasty.press('1')
    await hasty.ear.untilSound()
    hasty.hangup()
    await until(() => centre.events.filter(({ type }) => type === 'call.ended').length === 2, { what: 'both calls are over' })
    t.equal(centre.events.filter(({ type }) => type === 'voicemail.left').length, 0)
    t.same(await spooled(), [])
  })

  await t.test('a shortcut finishes the message, and silence after words is cut off', async (t) => {
    const caller = await centre.call('7802', { voiceHz: 500 })
    await caller.answered()
    await recording()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await caller.press('*9')
    t.ok((await left()).durationMs > 1200)
    await caller.ended()
    await centre.fact('shortcut.taken')
    await centre.expectNothingLeft()

    const pensive = await centre.call('7801')
    await pensive.answered()
    await recording()
    pensive.hum(600)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    pensive.hum()
    const { durationMs } = await left(10_000)
    t.ok(durationMs > 1300 && durationMs < 2500, `${durationMs} ms of 3.5 s`)
    t.equal(await pensive.ended(), 'server')
  })

  await t.test('while the database is away messages are taken, and listed when it is back', async (t) => {
    await centre.postgres.stop()
    const caller = await centre.call('7802', { voiceHz: 500 })
    await caller.answered()
    await recording()
    await new Promise((resolve) => setTimeout(resolve, 1200))
    await caller.press('#')
    const { id } = await left()
    t.match(await centre.fact('step.left', { fits: ({ entry }) => entry.step === 'patient' }), { entry: { exit: 'recorded' } })
    await caller.ended()
    await centre.postgres.start()
    t.match(
      await until(
        () =>
          listed().then(
            (all) => all.find((one) => one.id === id),
            () => undefined // The database is not back yet.
          ),
        { ms: 45_000, what: 'it is listed' }
      ),
      { state: 'new', queue: 'service' }
    )
  })

  await t.test('a message that a stopped server left behind is taken over by the next one', async (t) => {
    const caller = await centre.call('7802', { voiceHz: 500 })
    await caller.answered()
    const { callId } = await centre.fact('call.answered')
    await recording()
    await new Promise((resolve) => setTimeout(resolve, 1200))
    // It cannot reach Asterisk any more, not even to hang up; the recording goes on.
    proxy.cut()
    await until(() => !centre.server.telephony.status().connected, { ms: 20_000, what: 'the cut is noticed' })
    const { calls } = centre.server
    const restarting = centre.restart()
    await until(() => calls.size === 0, { ms: 20_000, what: 'the server lets go' })
    proxy.mend()
    await restarting
    // Not by its fact: a server that has not yet finished starting may tell it, before this test listens.
    const find = async () => (await listed()).find((one) => one.callId === callId)
    const { id, seconds, ...message } = await until(find, { ms: 15_000, what: 'the message is listed' })
    t.match(message, { queue: 'service', state: 'new' })
    t.ok(seconds > 3, 'with all that was said until it was ended')
    t.ok((await audioOf(id)).tone(500) > 0.85)
    t.same(await spooled(), [])
    caller.hangup()
    await until(async () => (await readdir(join(folder, 'expected'))).length === 0, { ms: 40_000, what: 'all notes are settled' })
  })

  await t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
    await allEventsShown(t, 'tests/centre/voicemail.test.ts')
  })
})
