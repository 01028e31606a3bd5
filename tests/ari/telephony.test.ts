import { copyFile, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { AriChannel } from '../../src/ari/ari-channel.ts'
import { connectAsterisk } from '../../src/ari/connect-asterisk.ts'
import { Dispatcher } from '../../src/ari/dispatcher.ts'
import { HttpLane } from '../../src/ari/http-lane.ts'
import { Lanes } from '../../src/ari/lanes.ts'
import { Runs } from '../../src/ari/runs.ts'
import { SocketRequests } from '../../src/ari/socket-requests.ts'
import type { BridgeId, ChannelId, PlaybackId } from '../../src/domain/ids.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { DialFailure } from '../../src/domain/ports/telephony.ts'
import { startAsterisk } from '../helpers/asterisk/real-asterisk.ts'
import { heard, heardFrom, SwitchboardEar } from '../helpers/asterisk/switchboard-ear.ts'
import { expectNoLeaks } from '../helpers/centre/leak-guard.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { startBaresip } from '../helpers/phones/baresip.ts'
import { readWav } from '../helpers/phones/read-wav.ts'
import { placeCall } from '../helpers/phones/test-caller.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { toneFile } from '../helpers/phones/tone-file.ts'
import { runSipp } from '../helpers/sip/sipp.ts'
import { until } from '../helpers/until.ts'

const asterisk = await startAsterisk()
const ear = new SwitchboardEar()
const log = collectedLog()
const options = { address: asterisk.ariAddress, user: asterisk.user, password: asterisk.password, app: asterisk.app }
const { telephony, connected } = connectAsterisk(options, ear, log)
await connected
const long = await toneFile(asterisk.dir, 600, 4000)
const short = await toneFile(asterisk.dir, 900, 400)

t.teardown(async () => {
  await telephony.close()
  await asterisk.stop()
})

t.afterEach(async () => {
  await expectNoLeaks(asterisk)
  // Now and then Asterisk is asked what it has: that is over in a moment.
  await until(() => telephony.counts().pendingRequests === 0, { what: 'no request is under way' })
  t.match(telephony.counts(), { channels: 0, bridges: 0, playbacks: 0 }, 'nothing is left in our tables')
})

const within = (from: number, to: number, file: object) => 'ms' in file && Number(file.ms) >= from && Number(file.ms) <= to
const isTrue = (outcome: Outcome<boolean>) => outcome.ok && outcome.value
const playback = (name: string) => name as PlaybackId
let legs = 0
const legId = () => `sb-leg-${++legs}` as ChannelId

/** A caller, and the call as Switchboard sees it. */
async function callIn(t: Test, number = '600', voiceHz?: number) {
  const count = ear.calls.length
  const caller = await placeCall({ sip: asterisk.sipAddress, number, ...(voiceHz === undefined ? {} : { voiceHz }) })
  t.teardown(() => caller.close())
  const call = await ear.nextCall(count)
  return { caller, ...call }
}

async function bridged(t: Test, phone: TestPhone) {
  const { caller, channel, heard: callerHeard } = await callIn(t, '600', 500)
  await channel.answer()
  const leg = await legTo(phone.dialString, channel.id)
  await leg.channel.dial(5000)
  await heard(leg.heard, 'answered')
  const bridge = `sb-bridge-${leg.channel.id}` as BridgeId
  t.match(await telephony.createBridge(bridge, 'talk'), { ok: true })
  t.match(await telephony.addToBridge(bridge, [channel.id, leg.channel.id]), { ok: true })
  return { caller, channel, callerHeard, leg, bridge }
}

async function legTo(endpoint: string, originator: ChannelId) {
  const channel = telephony.channel(legId())
  const events = heardFrom(channel)
  const outcome = await telephony.createLeg({
    channelId: channel.id,
    endpoint,
    originator,
    callerNumber: '955880',
    callerName: 'Li Wei',
    variables: { 'PJSIP_HEADER(add,X-Call)': 'c-1' }
  })
  return { channel, heard: events, outcome }
}

t.test('a caller comes in, is answered, hears a prompt, presses keys and hangs up', async (t) => {
  const { caller, channel, door, dialed, callerNumber, callerName, endpoint, heard: events } = await callIn(t, '+86955880')
  t.same(
    { door, dialed, callerNumber, callerName, endpoint },
    { door: 'trunk', dialed: '+86955880', callerNumber: '13800138000', callerName: 'Caller', endpoint: 'trunk' }
  )
  t.same(caller.statuses, [100], 'not answered before we say so')

  t.match(await channel.answer(), { ok: true })
  await caller.answered()
  t.match(await channel.startPlayback(playback('two'), [short, long], 4400), { ok: true })
  await caller.ear.untilHears(900)
  await caller.ear.untilHears(600)
  await caller.press('1#')
  await until(() => events.filter((event) => event.type === 'digit').length === 2, { what: 'both keys' })
  t.match(
    events.filter((event) => event.type === 'digit'),
    [{ digit: '1' }, { digit: '#' }],
    'keys arrive during the prompt, and do not stop it'
  )
  t.ok(caller.ear.hears(600))

  const premium = await TestPhone.start({ reply: 200 })
  t.teardown(() => premium.close())
  t.equal(await caller.refer(premium.uri), 603, 'a caller cannot transfer')
  caller.hangup()
  await heard(events, 'destroyed')
  t.same(premium.received, [])
  t.same(
    events.map((event) => event.type),
    ['answered', 'digit', 'digit', 'playback-finished', 'left', 'destroyed'],
    'each thing is told once'
  )
  t.match(events.at(-1), { cause: 16 }, 'with the cause, though Asterisk says 0')
  t.match(await channel.startMusic('default'), { ok: false, problem: 'gone' })
  t.match(await channel.hangup(), { ok: false, problem: 'gone' })
  t.equal(channel.events.size, 0, 'no listener outlives the channel')
})

t.test('a prompt stops at once and is finished exactly once', async (t) => {
  const { caller, channel, heard: events } = await callIn(t)
  await channel.answer()
  await channel.startPlayback(playback('stop-me'), [long], 4000)
  await caller.ear.untilHears(600)
  const stoppedAt = Date.now()
  t.match(await channel.stopPlayback(playback('stop-me')), { ok: true })
  await heard(events, 'playback-finished')
  await caller.ear.untilSilent(200, 1000)
  t.ok((caller.ear.soundLast() ?? 0) - stoppedAt < 500, 'the caller hears it')
  t.match(await channel.stopPlayback(playback('stop-me')), { ok: false, problem: 'gone' })
  t.match(await channel.stopPlayback(playback('never-was')), { ok: false, problem: 'gone' })
  await channel.hangup()
  await heard(events, 'destroyed')
  t.equal(events.filter((event) => event.type === 'playback-finished').length, 1)
})

t.test('just the file that was named is played, whatever lies beside it', async (t) => {
  const dir = join(asterisk.dir, 'prompts of_ünïcode & 50 %')
  const decoys = ['en_US_f_Allison', 'en_US', 'en'].map((language) => join(dir, language))
  for (const folder of [dir, ...decoys]) await mkdir(folder, { recursive: true })
  const wanted = await toneFile(dir, 1200, 600)
  for (const folder of decoys) await copyFile(`${short}.ulaw`, join(folder, `${basename(wanted)}.ulaw`))
  const { caller, channel, heard: events } = await callIn(t)
  await channel.answer()
  t.match(await channel.startPlayback(playback('beside'), [wanted], 600), { ok: true })
  await heard(events, 'playback-finished')
  t.ok(caller.ear.hears(1200), 'not what lies in the folder of a language')
  t.notOk(caller.ear.hears(900))

  t.match(await channel.startPlayback(playback('of-two'), [short, wanted], 1000), { ok: true })
  await caller.ear.untilHears(900)
  await caller.ear.untilHears(1200)
  await channel.hangup()
  await heard(events, 'destroyed')
})

t.test('a channel is hung up by its name, and by its id when it has that name no more', async (t) => {
  const one = await callIn(t)
  const { name } = (await asterisk.ari('GET', `channels/${one.channel.id}`)).body as { name: string }
  const nobody = telephony.channel('nobody' as ChannelId) as AriChannel
  nobody.named(name)
  t.match(await nobody.hangup(), { ok: true }, 'the id is nobody’s, the name is')
  await heard(one.heard, 'destroyed')
  nobody.release()

  const other = await callIn(t)
  ;(other.channel as AriChannel).named(name)
  t.match(await other.channel.hangup(), { ok: true })
  await heard(other.heard, 'destroyed')
})

t.test('who was replaced is not hung up by the name that another has now', async (t) => {
  const sent: { request_id: string; uri: string }[] = []
  const socket = new SocketRequests()
  t.teardown(() => socket.detach())
  socket.attach((text) => {
    sent.push(JSON.parse(text))
    return true
  })
  const http = new HttpLane(options)
  t.teardown(() => http.close())
  const dispatcher = new Dispatcher(new Lanes(socket, http), asterisk.app, new SwitchboardEar(), log)
  const channelOf = (id: string, name: string) => {
    const dialplan = { context: '', exten: '', app_name: '', app_data: '' }
    return { id, name, state: 'Up', caller: { name: '', number: '' }, dialplan }
  }
  dispatcher.receive({ type: 'StasisStart', args: ['trunk', '600'], channel: channelOf('old', 'PJSIP/trunk-1') })
  const old = dispatcher.channel('old' as ChannelId)
  void old.hangup()
  dispatcher.receive({
    type: 'StasisStart',
    args: ['trunk', '600'],
    channel: channelOf('new', 'PJSIP/trunk-1'),
    replace_channel: channelOf('old', 'PJSIP/trunk-2')
  })
  void old.hangup()
  t.same(
    sent.map(({ uri }) => uri),
    ['channels/PJSIP%2Ftrunk-1?reason_code=16', 'channels/old?reason_code=16']
  )
})

t.test('a playback always ends: a missing file, and one that Asterisk does not end in time', async (t) => {
  const { channel, heard: events } = await callIn(t)
  await channel.answer()
  await channel.startPlayback(playback('missing'), ['/nonexistent/clip'], 1000)
  t.match(await heard(events, 'playback-finished'), { playbackId: 'missing', failed: true })

  // The watchdog waits two seconds longer than expected; the clip lasts four.
  await channel.startPlayback(playback('too-long'), [long], 0)
  const told = await until(() => events.find((event) => event.type === 'playback-finished' && event.playbackId === 'too-long'), {
    what: 'the watchdog speaks'
  })
  t.match(told, { failed: true })
  await channel.hangup()
  await heard(events, 'destroyed')
  t.equal(events.filter((event) => event.type === 'playback-finished').length, 2, 'the late end is not told again')
})

t.test('the watchdog is gone with its playback', async (t) => {
  const finished: unknown[] = []
  const playbacks = new Runs<PlaybackId>((id, failed) => finished.push([id, failed]))
  playbacks.begin(playback('lost'), -1995)
  playbacks.begin(playback('good'), -1995)
  playbacks.finish(playback('good'), false)
  playbacks.finish(playback('good'), true)
  await until(() => finished.length === 2, { what: 'the lost one is reported' })
  t.same(finished, [
    ['good', false],
    ['lost', true]
  ])
  t.equal(playbacks.size, 0)
})

t.test('a message is recorded until a key, silence or a hang-up ends it, and taken from Asterisk', async (t) => {
  const { recordings } = telephony
  const take = async (name: string) => {
    const file = await recordings.read(name)
    if (!file.ok) return file
    const chunks: Uint8Array[] = []
    for await (const chunk of file.value) chunks.push(chunk)
    return readWav(Buffer.concat(chunks))
  }
  const rule = { maxMs: 20_000, maxSilenceMs: 2000, beep: false }

  const first = await callIn(t, '600', 700)
  await first.channel.answer()
  t.match(await first.channel.startRecording({ ...rule, name: 'box/one', finishKey: '#', beep: true }), { ok: true })
  t.match(await recordings.read('box/none'), { ok: false, problem: 'gone' })
  await until(async () => isTrue(await recordings.isUnderWay('box/one')), { what: 'the recording is known by its name' })
  await sleep(1600)
  await first.caller.press('5#')
  t.match(await heard(first.heard, 'recording-finished'), { name: 'box/one', failed: false })
  t.match(await first.channel.stopRecording('box/one'), { ok: false, problem: 'gone' })
  const byKey = await take('box/one')
  t.ok('samples' in byKey && byKey.tone(700) > 0.9, 'what was said')
  t.ok(within(500, 1800, byKey), 'since the beep')
  t.match(await recordings.remove('box/one'), { ok: true })
  t.match(await take('box/one'), { ok: false, problem: 'gone' })

  await first.channel.startRecording({ ...rule, name: 'box/two' })
  await sleep(500)
  first.caller.hum()
  await until(() => first.heard.filter(({ type }) => type === 'recording-finished').length === 2, {
    what: 'silence ends it'
  })
  t.ok(within(300, 1100, await take('box/two')), 'most of the silence is cut off')

  first.caller.hum(700)
  await first.channel.startRecording({ ...rule, name: 'box/three' })
  await sleep(300)
  t.match(await first.channel.stopRecording('box/three'), { ok: true })
  await until(() => first.heard.filter(({ type }) => type === 'recording-finished').length === 3, { what: 'stopped by us' })

  await first.channel.startRecording({ ...rule, name: 'box/four' })
  await sleep(1000)
  first.caller.hangup()
  await heard(first.heard, 'destroyed')
  const types = first.heard.map(({ type }) => type)
  t.equal(types.filter((type) => type === 'recording-finished').length, 4)
  t.ok(types.lastIndexOf('recording-finished') < types.indexOf('left'), 'before the end of the channel is told')
  t.ok(within(700, 1300, await take('box/four')))
  for (const name of ['two', 'three', 'four']) t.match(await recordings.remove(`box/${name}`), { ok: true })
  t.match(await first.channel.startRecording({ ...rule, name: 'box/late' }), { ok: false, problem: 'gone' })
})

t.test('a caller is refused unanswered, rings, or gives up', async (t) => {
  const refused = await callIn(t, '999')
  await refused.channel.hangup('unallocated')
  t.equal(await refused.caller.refused(), 404)
  t.match(await heard(refused.heard, 'destroyed'), { cause: 1 })

  const busy = await callIn(t)
  await busy.channel.startRinging()
  await busy.caller.ringing()
  await busy.channel.hangup('busy')
  t.equal(await busy.caller.refused(), 486)

  const impatient = await callIn(t)
  impatient.caller.hangup()
  t.match(await heard(impatient.heard, 'destroyed'), { sipStatus: 487 })

  const lost = await callIn(t)
  await lost.channel.answer()
  await lost.caller.answered()
  lost.caller.hangup('Q.850;cause=38;text="Network out of order"')
  t.match(await heard(lost.heard, 'destroyed'), { cause: 38 }, 'the cause of a BYE is kept without a watch over the channel')
})

t.test('a waiting caller hears music, and none when it is stopped', async (t) => {
  const { caller, channel } = await callIn(t)
  await channel.answer()
  t.match(await channel.startMusic('default'), { ok: true })
  await caller.ear.untilSound()
  await sleep(300)
  t.ok(caller.ear.longestGapMs(caller.answeredAt) < 500, 'music without gaps')
  await channel.stopMusic()
  await caller.ear.untilSilent()
  await channel.hangup()
  t.equal(await caller.ended(), 'server')
})

t.test('a leg is made, told of, dialled, bridged; both hear each other, keys and hold are told', async (t) => {
  const phone = await TestPhone.start({ reply: 200, afterMs: 50, voiceHz: 1100 })
  t.teardown(() => phone.close())
  const { caller, channel, callerHeard, leg, bridge } = await bridged(t, phone)
  t.same(
    leg.heard.slice(0, 3).map((event) => event.type),
    ['entered', 'ringing', 'answered']
  )
  const invite = await phone.rings()
  t.match(invite.header('from'), /"Li Wei" <sip:955880@/, 'the phone shows who calls')
  t.equal(invite.header('x-call'), 'c-1')

  await caller.ear.untilHears(1100)
  await phone.ear.untilHears(500)
  await caller.press('45')
  await until(() => callerHeard.filter((event) => event.type === 'digit').length === 2, { what: 'keys in a bridge' })
  t.match(await heard(callerHeard, 'joined-bridge'), { bridgeId: bridge })

  t.match(await telephony.removeFromBridge(bridge, [channel.id]), { ok: true })
  t.match(await heard(callerHeard, 'left-bridge'), { bridgeId: bridge })
  t.match(await telephony.removeFromBridge(bridge, [channel.id]), { ok: false, problem: 'conflict' }, 'not there any more')
  t.match(await telephony.addToBridge('sb-none' as BridgeId, [channel.id]), { ok: false, problem: 'gone' })
  t.match(await telephony.addToBridge(bridge, ['sb-nobody' as ChannelId]), { ok: false, problem: 'gone' })

  phone.hangup()
  t.match(await heard(leg.heard, 'destroyed'), { cause: 16 })
  t.equal(
    callerHeard.some((event) => event.type === 'left'),
    false,
    'the caller stays'
  )
  t.match(await telephony.destroyBridge(bridge), { ok: true })
  // 409 for as long as Asterisk still remembers what it was (find_bridge in res/ari/resource_bridges.c), 404 afterwards.
  t.match(await telephony.destroyBridge(bridge), { ok: false, problem: /^(gone|conflict)$/ })
  await channel.hangup()
  await caller.ended()
})

t.test('a phone that does not answer: each way has its name, and is told once', async (t) => {
  const { channel } = await callIn(t)
  const table: readonly (readonly [reply: number | 'ring' | 'nothing', status: DialFailure])[] = [
    [486, 'busy'],
    [600, 'busy'],
    [603, 'rejected'],
    [480, 'unreachable'],
    [404, 'unreachable'],
    [503, 'unreachable'],
    // Forwarded: what a phone says does not make us dial.
    [302, 'unreachable'],
    ['ring', 'no-answer'],
    ['nothing', 'no-answer']
  ]
  const premium = await TestPhone.start({ reply: 200 })
  await Promise.all(
    table.map(async ([reply, status]) => {
      const phone = await TestPhone.start({ reply, forwardsTo: premium.uri })
      const leg = await legTo(phone.dialString, channel.id)
      await leg.channel.dial(1000)
      t.match(await heard(leg.heard, 'dial-failed'), { status }, `${reply}`)
      await heard(leg.heard, 'destroyed')
      t.equal(leg.heard.filter((event) => event.type === 'dial-failed').length, 1)
      t.same(
        leg.heard.map((event) => event.type).filter((type) => type === 'destroyed' || type === 'left'),
        ['left', 'destroyed']
      )
      phone.close()
    })
  )

  t.same(premium.received, [])
  premium.close()

  const unregistered = await legTo('PJSIP/nobody', channel.id)
  t.match(unregistered.outcome, { ok: false, problem: 'refused', status: 500, detail: 'Allocation failed' })
  unregistered.channel.release()
  await channel.hangup()
})

t.test('a ringing leg that we give up is cancelled, also before it is made', async (t) => {
  const { channel } = await callIn(t)
  const phone = await TestPhone.start({ reply: 'ring' })
  t.teardown(() => phone.close())
  const leg = await legTo(phone.dialString, channel.id)
  await leg.channel.dial(20_000)
  await heard(leg.heard, 'ringing')
  await leg.channel.hangup('answered-elsewhere')
  t.match(await heard(leg.heard, 'dial-failed'), { status: 'cancelled' })
  await phone.got('CANCEL')

  const early = telephony.channel(legId())
  const events = heardFrom(early)
  const making = telephony.createLeg({
    channelId: early.id,
    endpoint: phone.dialString,
    originator: channel.id,
    callerNumber: '1',
    callerName: ''
  })
  const ending = early.hangup()
  await Promise.all([making, ending])
  await heard(events, 'destroyed')

  const dropped = telephony.channel(legId())
  const creating = telephony.createLeg({
    channelId: dropped.id,
    endpoint: phone.dialString,
    originator: channel.id,
    callerNumber: '1',
    callerName: ''
  })
  dropped.release()
  await creating
  await until(() => ear.strays.length === 1, { what: "a leg let go of while in the making is nobody's" })
  await ear.strays[0]?.channel.hangup()
  await channel.hangup()
})

t.test('commands on a channel that does not exist are answered, not thrown', async (t) => {
  const nobody = telephony.channel('sb-nobody' as ChannelId)
  const all = await Promise.all([
    nobody.answer(),
    nobody.hangup(),
    nobody.startPlayback(playback('p'), [short], 1),
    nobody.startMusic('default'),
    nobody.stopMusic(),
    nobody.startRinging(),
    nobody.stopRinging(),
    nobody.dial(1000),
    nobody.sendToDialplan('away', 's')
  ])
  for (const outcome of all) t.match(outcome, { ok: false, problem: 'gone' })
  t.equal(telephony.channel(nobody.id), nobody, 'the same handle for the same id')
  nobody.release()
  nobody.release()

  const { channel } = await callIn(t)
  t.match(await channel.dial(1000), { ok: false, problem: 'conflict' }, 'an inbound channel cannot be dialled')
  await channel.hangup()
})

t.test('a command that waits for a prompt delays nobody else', async (t) => {
  const blocked = await callIn(t)
  const other = await callIn(t)
  await blocked.channel.answer()
  await telephony.createBridge('sb-wait' as BridgeId, 'talk')
  await blocked.channel.startPlayback(playback('blocks'), [long], 4000)
  await blocked.caller.ear.untilHears(600)

  const waiting = telephony.addToBridge('sb-wait' as BridgeId, [blocked.channel.id])
  const before = performance.now()
  t.match(await other.channel.answer(), { ok: true })
  t.ok(performance.now() - before < 1_500, `the other call is answered in ${Math.round(performance.now() - before)} ms`)

  t.match(await blocked.channel.stopPlayback(playback('blocks')), { ok: true }, 'the one that frees it overtakes')
  t.match(await waiting, { ok: true })
  await heard(blocked.heard, 'joined-bridge')
  await Promise.all([blocked.channel.hangup(), other.channel.hangup()])
  await blocked.caller.ended()
  await telephony.destroyBridge('sb-wait' as BridgeId)
})

t.test('a websocket blocked for a reason unknown to us is gone round', async (t) => {
  const blocked = await callIn(t)
  const other = await callIn(t)
  await blocked.channel.answer()
  await telephony.createBridge('sb-stall' as BridgeId, 'talk')
  await asterisk.ari('POST', `channels/${blocked.channel.id}/play/unknown`, { media: [`sound:${long}`] })
  await blocked.caller.ear.untilHears(600)

  const waiting = telephony.addToBridge('sb-stall' as BridgeId, [blocked.channel.id])
  await sleep(300)
  const before = performance.now()
  t.match(await other.channel.answer(), { ok: true })
  t.ok(performance.now() - before < 1_500, 'over HTTP')
  t.match(await blocked.channel.hangup(), { ok: true }, 'a hangup never waits')
  await waiting
  await other.channel.hangup()
  await telephony.destroyBridge('sb-stall' as BridgeId)
})

t.test('a caller sent to the dialplan leaves at once, also during a prompt, and is followed to the end', async (t) => {
  const { caller, channel, heard: events } = await callIn(t)
  await channel.answer()
  await channel.startPlayback(playback('long'), [long], 4000)
  await caller.ear.untilHears(600)
  t.match(await channel.sendToDialplan('away', 's'), { ok: true })
  await heard(events, 'left', 500)
  await caller.ear.untilSound()
  caller.hangup()
  await heard(events, 'destroyed')
})

t.test('phones: made at run time, told when registered, called, held, re-made with another password', async (t) => {
  const account = { user: '1001', password: 'first', displayName: 'Wang Fang', kind: 'sip', context: 'from-agents' } as const
  t.match(await telephony.putPhone(account), { ok: true })
  t.match(await telephony.putPhone({ ...account, user: '2001', kind: 'webrtc' }), { ok: true })
  t.equal(telephony.phoneStatus('1001'), 'out-of-service')
  const shown = await asterisk.cli('pjsip show endpoint 2001')
  for (const pattern of [/webrtc +: yes/, /ice_support +: true/, /media_encryption +: dtls/, /allow +: \(ulaw\|alaw\)/])
    t.match(shown, pattern)

  const desk = await startBaresip({
    sip: asterisk.sipAddress,
    users: ['1001'],
    password: 'first',
    answer: 'manual',
    voiceHz: 1300
  })
  await desk.allRegistered()
  await until(() => telephony.phoneStatus('1001') === 'in-service', { what: 'the phone is in service' })

  const { caller, channel } = await callIn(t)
  await channel.answer()
  const leg = await legTo('PJSIP/1001', channel.id)
  await leg.channel.dial(5000)
  await heard(leg.heard, 'ringing')
  await desk.accept()
  await heard(leg.heard, 'answered')
  await telephony.createBridge('sb-desk' as BridgeId, 'talk')
  await telephony.addToBridge('sb-desk' as BridgeId, [channel.id, leg.channel.id])
  await caller.ear.untilHears(1300)
  await desk.hold()
  await heard(leg.heard, 'held')
  await desk.resume()
  await heard(leg.heard, 'unheld')
  await desk.hangup()
  await heard(leg.heard, 'destroyed')
  await channel.hangup()
  await telephony.destroyBridge('sb-desk' as BridgeId)

  const count = ear.calls.length
  await desk.dial('*77')
  const own = await ear.nextCall(count)
  t.match(own, { door: 'agent', dialed: '*77', endpoint: '1001', callerNumber: '1001', callerName: 'Wang Fang' })
  await own.channel.hangup()
  await desk.stop()
  await until(() => telephony.phoneStatus('1001') === 'out-of-service', { what: 'the phone is gone' })
  t.same(
    ear.phones.filter((phone) => phone.user === '1001').map((phone) => phone.status),
    ['in-service', 'out-of-service'],
    'each change is told once'
  )

  t.match(await telephony.putPhone({ ...account, password: 'second' }), { ok: true })
  const again = await startBaresip({ sip: asterisk.sipAddress, users: ['1001'], password: 'second', answer: 'manual' })
  await again.allRegistered()
  await again.stop()
  t.match(await telephony.removePhone('1001'), { ok: true })
  t.match(await asterisk.cli('pjsip show endpoint 1001'), /Unable to find object/)
})

t.test('sixty callers at twenty a second: each served, nothing left, nothing to complain about', async (t) => {
  const from = ear.calls.length
  const served = new Set<number>()
  const serve = setInterval(() => {
    ear.calls.slice(from).forEach((call, n) => {
      if (served.has(n)) return
      served.add(n)
      void serveOne(call.channel.id, call.heard)
    })
  }, 5)
  const serveOne = async (id: ChannelId, events: readonly { type: string }[]) => {
    const channel = telephony.channel(id)
    await channel.answer()
    await channel.startPlayback(playback(`clip-${id}`), [short], 400)
    await until(() => events.some((event) => event.type === 'digit'), { what: 'a key', ms: 10_000 })
    await channel.hangup()
  }
  const result = await runSipp({
    sip: asterisk.sipAddress,
    number: '600',
    calls: 60,
    callsPerSecond: 20,
    steps: [{ pauseMs: 200 }, { press: '1' }, { expectByeWithinMs: 8000 }]
  })
  clearInterval(serve)
  t.match(result, { ok: true, successful: 60, failed: 0, errors: '' })
  t.same(
    log.lines.filter((line) => line.level === 'error'),
    []
  )
})
