import { createHash } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { AsteriskOptions } from '../../src/ari/asterisk-options.ts'
import type { AsteriskTelephony } from '../../src/ari/asterisk-telephony.ts'
import { connectAsterisk } from '../../src/ari/connect-asterisk.ts'
import { ControlPlane } from '../../src/ari/control-plane.ts'
import { Dispatcher } from '../../src/ari/dispatcher.ts'
import { EventSocket } from '../../src/ari/event-socket.ts'
import { HttpLane } from '../../src/ari/http-lane.ts'
import { Lanes } from '../../src/ari/lanes.ts'
import { Phones } from '../../src/ari/phones.ts'
import { compareChannels } from '../../src/ari/reconcile.ts'
import { SocketRequests } from '../../src/ari/socket-requests.ts'
import { versionProblem } from '../../src/ari/version.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { BridgeId, ChannelId, PlaybackId } from '../../src/domain/ids.ts'
import { startAsterisk } from '../helpers/asterisk/real-asterisk.ts'
import { heard, heardFrom, SwitchboardEar } from '../helpers/asterisk/switchboard-ear.ts'
import { expectNoLeaks } from '../helpers/centre/leak-guard.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { startBaresip } from '../helpers/phones/baresip.ts'
import { placeCall } from '../helpers/phones/test-caller.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { toneFile } from '../helpers/phones/tone-file.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'
import { until } from '../helpers/until.ts'

const asterisk = await startAsterisk()
const wire = await startTcpProxy(asterisk.ariAddress)
const access = { address: wire.address, user: asterisk.user, password: asterisk.password, app: asterisk.app }
const clip = await toneFile(asterisk.dir, 600, 1500)
const nothing = { channels: 0, bridges: 0, pendingRequests: 0, playbacks: 0 }

t.teardown(async () => {
  await wire.close()
  await asterisk.stop()
})

async function connected(t: Test, options: AsteriskOptions = access) {
  const ear = new SwitchboardEar()
  const log = collectedLog()
  const { telephony, connected } = connectAsterisk(options, ear, log)
  t.teardown(() => telephony.close())
  await connected
  const callIn = async () => {
    const count = ear.calls.length
    const caller = await placeCall({ sip: asterisk.sipAddress, number: '600' })
    t.teardown(() => caller.close())
    return { caller, ...(await ear.nextCall(count)) }
  }
  return { ear, log, telephony, callIn }
}

const isConnected = (telephony: AsteriskTelephony, wanted = true) =>
  until(() => telephony.status().connected === wanted, { ms: 15_000, what: `connected: ${wanted}` })

t.test('the wire is cut in the middle of calls: what was missed is told afterwards, the rest goes on', async (t) => {
  const { telephony, callIn } = await connected(t)
  const leaves = await callIn()
  const stays = await callIn()
  await Promise.all([leaves.channel.answer(), stays.channel.answer()])
  await stays.channel.startPlayback('missed' as PlaybackId, [clip], 1500)

  const phone = await TestPhone.start({ reply: 'ring' })
  t.teardown(() => phone.close())
  const leg = telephony.channel('sb-leg' as ChannelId)
  const legHeard = heardFrom(leg)
  await telephony.createLeg({
    channelId: leg.id,
    endpoint: phone.dialString,
    originator: stays.channel.id,
    callerNumber: '1',
    callerName: ''
  })
  await leg.dial(20_000)
  await heard(legHeard, 'ringing')

  wire.cut()
  await isConnected(telephony, false)
  t.match(telephony.status(), { version: /^22\./, problem: /lost|does not answer/ })
  const before = performance.now()
  t.match(await stays.channel.startMusic('default'), { ok: false, problem: 'unavailable' })
  t.match(await stays.channel.hangup(), { ok: false, problem: 'unavailable' }, 'HTTP is cut too')
  t.ok(performance.now() - before < 2_000, 'nobody waits for a connection that is down')
  leaves.caller.hangup()
  phone.reply(200)
  await sleep(1600)
  t.equal(
    leaves.heard.some((event) => event.type === 'destroyed'),
    false
  )

  wire.mend()
  await isConnected(telephony)
  t.match(await heard(leaves.heard, 'destroyed'), { cause: 0 })
  t.same(await heard(leaves.heard, 'left'), { type: 'left' }, 'Asterisk was there all the time')
  t.same(
    leaves.heard.map((event) => event.type),
    ['answered', 'left', 'destroyed']
  )
  t.match(await heard(stays.heard, 'playback-finished'), { playbackId: 'missed' })
  await heard(legHeard, 'answered')

  t.match(await stays.channel.startPlayback('again' as PlaybackId, [clip], 1500), { ok: true })
  await stays.caller.ear.untilHears(600)
  await stays.caller.press('7')
  t.match(await heard(stays.heard, 'digit'), { digit: '7' })
  await sleep(100)
  t.same(
    stays.heard.filter((event) => event.type === 'digit' || event.type === 'answered').map((event) => event.type),
    ['answered', 'digit'],
    'nothing is told twice'
  )

  await leg.hangup()
  await stays.channel.hangup()
  t.match(await heard(stays.heard, 'destroyed'), { cause: 16 }, 'and its end is told')
  await heard(legHeard, 'destroyed')
  await expectNoLeaks(asterisk)
  await until(() => telephony.counts().pendingRequests === 0, { what: 'no request is under way' })
  t.same(telephony.counts(), nothing)
})

t.test('a wire that carries nothing is noticed within seconds', async (t) => {
  const { telephony, log } = await connected(t)
  wire.freeze()
  const before = Date.now()
  await isConnected(telephony, false)
  t.ok(Date.now() - before < 8000, `noticed after ${Date.now() - before} ms`)
  wire.cut()
  wire.mend()
  await isConnected(telephony)
  t.notOk(JSON.stringify(log.lines).includes(asterisk.password), 'the password is in no log line')
})

t.test('a request that waits on the websocket is not mistaken for a dead wire', async (t) => {
  const { telephony, callIn, ear } = await connected(t)
  const long = await toneFile(asterisk.dir, 700, 8000)
  const { channel } = await callIn()
  await channel.answer()
  await telephony.createBridge('sb-wait' as BridgeId, 'talk')
  await asterisk.ari('POST', `channels/${channel.id}/play/unknown`, { media: [`sound:${long}`] })
  await sleep(100)
  t.match(
    await telephony.addToBridge('sb-wait' as BridgeId, [channel.id]),
    { ok: false, problem: 'unavailable' },
    'after five seconds we wait no longer'
  )
  await sleep(2500)
  t.equal(ear.statuses.filter((status) => !status.connected).length, 0, 'the connection stayed')
  await channel.hangup()
  await telephony.destroyBridge('sb-wait' as BridgeId)
  await expectNoLeaks(asterisk)
})

t.test('the next process finds the calls of the one that died', async (t) => {
  const first = await connected(t)
  const call = await first.callIn()
  await call.channel.answer()
  const phone = await TestPhone.start({ reply: 'ring' })
  t.teardown(() => phone.close())
  await first.telephony.createLeg({
    channelId: 'sb-left' as ChannelId,
    endpoint: phone.dialString,
    originator: call.channel.id,
    callerNumber: '1',
    callerName: ''
  })
  await first.telephony.channel('sb-left' as ChannelId).dial(20_000)
  await first.telephony.createBridge('sb-left-empty' as BridgeId, 'talk')
  // Of an agent who went back to the caller for a moment: who is consulted hears music meanwhile.
  const expected = 'sb-left-expected' as BridgeId
  await first.telephony.createBridge(expected, 'talk')
  await asterisk.ari('POST', 'bridges?bridgeId=sb-of-another&name=another-app')
  await first.telephony.close()
  t.equal(call.caller.endedBy, undefined, 'closing leaves the call up')

  const second = await connected(t, { ...access, expected: { channels: [], bridges: [expected] } })
  t.same(
    second.ear.strays.map(({ channel, role }) => [channel.id, role]).sort(),
    [
      ['sb-left', 'leg'],
      [call.channel.id, 'caller']
    ].sort()
  )
  // Asterisk's list is behind what it has done.
  const bridges = async () => ((await asterisk.ari('GET', 'bridges')).body as { id: string }[]).map(({ id }) => id)
  await until(async () => !(await bridges()).includes('sb-left-empty'), { what: 'the empty bridge of ours is gone' })
  t.same((await bridges()).sort(), [expected, 'sb-of-another'], 'one that is asked for next is not, nor that of another server')
  const left = { channels: [], bridges: [expected, 'sb-lost' as BridgeId], playing: [], recordings: [] }
  const taken = await second.telephony.takeUp(left)
  t.same(taken.ok && [...taken.value.bridges], [[expected, []]])
  t.match(await second.telephony.destroyBridge(expected), { ok: true })
  await asterisk.ari('DELETE', 'bridges/sb-of-another')

  const events = second.ear.strays.map(({ channel }) => heardFrom(channel))
  for (const { channel } of second.ear.strays) t.match(await channel.hangup(), { ok: true })
  // What Asterisk ends before it has taken in our subscription is told by the next comparison with its list, at the latest.
  for (const list of events) await heard(list, 'destroyed', 25_000)
  // A subscription that came too late goes at the second look.
  await expectNoLeaks(asterisk, 45_000)
})

t.test('a subscription to a channel that is gone is dropped at the second look', async (t) => {
  const { callIn } = await connected(t)
  const { channel } = await callIn()
  const watched = async () =>
    ((await asterisk.ari('GET', `applications/${asterisk.app}`)).body as { channel_ids: string[] }).channel_ids
  const uri = `applications/${asterisk.app}/subscription?eventSource=channel:${channel.id}`
  t.equal((await asterisk.ari('POST', uri)).status, 200)

  const log = collectedLog()
  const http = new HttpLane(access)
  t.teardown(() => http.close())
  // To whom this channel is gone already: a real subscription that outlives its channel cannot be had at will.
  class Blind extends ControlPlane {
    lists = 0
    override async channels() {
      this.lists++
      return (await super.channels()).filter(({ id }) => id !== channel.id)
    }
  }
  const dispatcher = new Dispatcher(new Lanes(new SocketRequests(), http), asterisk.app, new SwitchboardEar(), log)
  const control = new Blind(access, http)
  const ours = { app: asterisk.app, control, http, dispatcher, bridges: new Set<BridgeId>(), log }
  const suspects = await compareChannels(ours, new Set())
  t.same([...suspects], [channel.id])
  t.ok((await watched()).includes(channel.id), 'it may have ended in between')
  await compareChannels(ours, suspects)
  await until(async () => !(await watched()).includes(channel.id), { what: 'the subscription is gone' })
  await compareChannels(ours, suspects)
  t.equal(log.lines.length, 1, 'and is not asked for again')
  t.equal(control.lists, 3, 'each look asks for the list of all channels once')
  await channel.hangup()
  await expectNoLeaks(asterisk, 25_000)
})

t.test('a channel whose end was not told is ended, also when Asterisk does not say what it watches', async (t) => {
  const log = collectedLog()
  const access = { address: asterisk.ariAddress, user: asterisk.user, password: asterisk.password, app: asterisk.app }
  const http = new HttpLane(access)
  t.teardown(() => http.close())
  class Silent extends ControlPlane {
    override watched(): Promise<never> {
      return Promise.reject(new Error('not now'))
    }
  }
  const dispatcher = new Dispatcher(new Lanes(new SocketRequests(), http), asterisk.app, new SwitchboardEar(), log)
  const lost = dispatcher.channel('never-was' as ChannelId)
  lost.presence.present()
  const news = lost.events.subscribe((event) => event.type === 'destroyed')
  const ours = { app: asterisk.app, control: new Silent(access, http), http, dispatcher, bridges: new Set<BridgeId>(), log }
  await compareChannels(ours, new Set())
  t.ok(news.has, 'whoever waits for its end is told')
  t.match(log.lines, [
    { message: 'Asterisk does not say which channels it watches for us', fields: { err: { message: 'not now' } } },
    { message: 'A channel ended without our being told', fields: { channelId: lost.id } }
  ])
})

t.test('a process whose application is taken over stops and does not fight back', async (t) => {
  const first = await connected(t)
  const call = await first.callIn()
  await call.channel.answer()
  const second = await connected(t)
  await isConnected(first.telephony, false)
  t.match(first.telephony.status().problem, /Another Switchboard uses the ARI application switchboard/)
  await sleep(1000)
  t.equal(second.telephony.status().connected, true)
  t.equal(first.telephony.status().connected, false)
  t.match(await first.telephony.createBridge('sb-x' as BridgeId, 'talk'), { ok: false, problem: 'unavailable' })
  t.match(await call.channel.hangup(), { ok: false, problem: 'unavailable' }, 'it cannot harm the calls of the other')
  t.same(
    second.ear.strays.map(({ channel }) => channel.id),
    [call.channel.id]
  )
  await second.ear.strays[0]?.channel.hangup()
  const { channel } = await second.callIn()
  await channel.hangup()
})

t.test('Asterisk dies and comes back: calls end, phones are made again, callers are served', async (t) => {
  const { telephony, callIn } = await connected(t)
  const account = { user: '1001', password: 'pw', displayName: 'Desk', kind: 'sip', context: 'from-agents' } as const
  await telephony.putPhone(account)
  const { heard: events, channel } = await callIn()
  await channel.answer()

  await asterisk.kill()
  await isConnected(telephony, false)
  await asterisk.start()
  await isConnected(telephony)
  t.match(await heard(events, 'destroyed'), { cause: 0 })
  t.match(await heard(events, 'left'), { withAsterisk: true }, 'and it is known why')
  const desk = await startBaresip({ sip: asterisk.sipAddress, users: ['1001'], password: 'pw', answer: 'manual' })
  t.teardown(() => desk.stop())
  await desk.allRegistered()
  await until(() => telephony.phoneStatus('1001') === 'in-service', { what: 'the phone is in service' })
  const again = await callIn()
  t.match(await again.channel.answer(), { ok: true })
  await again.channel.hangup()
  await expectNoLeaks(asterisk)
})

/** What a websocket's server answers to that request (RFC 6455 §4.2.2), and a text right behind it. */
function opened(request: string, text: string): Buffer {
  const key = /^sec-websocket-key: *(\S+)/im.exec(request)?.[1] ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from([0x81, text.length]), Buffer.from(text)])
}

t.test('an event that comes in the same breath as the websocket opens is heard', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (request) => socket.write(opened(request.toString(), '{"type":"ChannelDtmfReceived"}')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const events: string[] = []
  const ends: string[] = []
  const ears = {
    onMessage: (text: string) => void events.push(text),
    onClose: (why: string) => void ends.push(why),
    onSilence: async () => true
  }
  const options = { address: `127.0.0.1:${port}`, user: 'ari', password: 'ari', app: 'early' }
  const socket = await EventSocket.open(options, 'early', ears)
  await until(() => events.length > 0, { what: 'the event' })
  t.same(events, ['{"type":"ChannelDtmfReceived"}'])
  socket.close()
  socket.close()
  t.same(ends, ['closed by us'])
  await new Promise((resolve) => server.close(resolve))
  await t.rejects(EventSocket.open(options, 'early', ears), { code: 'ASTERISK_UNAVAILABLE' })
  t.equal(ends.length, 1, 'what never opened does not end')
})

t.test('a wrong password is a sentence, not a crash', async (t) => {
  const { telephony, connected } = connectAsterisk({ ...access, password: 'wrong' }, new SwitchboardEar(), collectedLog())
  t.teardown(() => telephony.close())
  await t.rejects(connected, { code: 'ASTERISK_LOGIN' })
})

t.test('closed while it connects, it is over when close says so', async (t) => {
  const { telephony, connected } = connectAsterisk(access, new SwitchboardEar(), collectedLog())
  let over = false
  void connected.then(() => {
    over = true
  })
  await telephony.close()
  t.ok(over)
  t.notOk(telephony.status().connected)
})

t.test('Asterisk may come later than we do', async (t) => {
  wire.cut()
  const { telephony } = await connected(t)
  t.match(telephony.status(), { connected: false, problem: /does not answer at/ })
  t.match(await telephony.putPhone({ user: '1002', password: 'pw', displayName: 'Later', kind: 'sip', context: 'from-agents' }), {
    ok: false,
    problem: 'unavailable'
  })
  wire.mend()
  await isConnected(telephony)
  t.match((await asterisk.ari('GET', 'endpoints/PJSIP/1002')).status, 200, 'the phone is made as soon as there is an Asterisk')

  wire.cut()
  await isConnected(telephony, false)
  await telephony.putPhone({ user: '1002', password: 'changed', displayName: 'Later', kind: 'sip', context: 'from-agents' })
  wire.mend()
  await isConnected(telephony)
  const desk = await startBaresip({ sip: asterisk.sipAddress, users: ['1002'], password: 'changed', answer: 'manual' })
  t.teardown(() => desk.stop())
  await desk.allRegistered()
})

t.test('a phone for which Asterisk had no time is made at a later look', async (t) => {
  class Busy extends ControlPlane {
    isBusy = true
    override async putObject(...object: Parameters<ControlPlane['putObject']>) {
      if (this.isBusy) throw new AppError('ASTERISK_UNAVAILABLE', 'upstream', 'Asterisk did not answer in time')
      await super.putObject(...object)
    }
  }
  const { telephony } = await connected(t)
  const http = new HttpLane(access)
  t.teardown(() => http.close())
  const control = new Busy(access, http)
  const phones = new Phones(
    control,
    `${asterisk.app}-phones`,
    collectedLog(),
    () => undefined,
    () => ({ transfers: false })
  )
  await phones.connected()
  const account = { user: '1003', password: 'pw', displayName: 'Late', kind: 'sip', context: 'from-agents' } as const
  t.match(await phones.put(account), { ok: false, problem: 'unavailable' })
  await phones.makeLate()
  t.equal((await asterisk.ari('GET', 'endpoints/PJSIP/1003')).status, 404, 'still no time')
  control.isBusy = false
  await phones.makeLate()
  t.match((await asterisk.ari('GET', 'endpoints/PJSIP/1003')).status, 200)

  // Nobody gives these phones their events: what they are told of, they have looked for.
  const desk = await startBaresip({ sip: asterisk.sipAddress, users: ['1003'], password: 'pw', answer: 'manual' })
  t.teardown(() => desk.stop())
  await desk.allRegistered()
  // The list learns of it after the phone does.
  const isListed = async () => (await control.phones()).some(({ resource, state }) => resource === '1003' && state === 'online')
  await until(isListed, { ms: 20_000, what: 'Asterisk lists the phone' })
  await phones.compare()
  t.equal(phones.status('1003'), 'out-of-service', 'an event may be on its way')
  await phones.compare()
  t.equal(phones.status('1003'), 'in-service', 'none was')
  t.ok(telephony.status().connected)
})

t.test('too old an Asterisk is named, with what to do', async (t) => {
  for (const [version, fits] of [
    ['22.10.1+dfsg+~cs6', true],
    ['22.10.0', true],
    ['23.0.0', true],
    ['22.9.4', false],
    ['20.16.0~dfsg', false],
    ['GIT-22.11-abc', true],
    ['certified', false]
  ] as const) {
    t.equal(versionProblem(version) === undefined, fits, version)
  }
  t.match(versionProblem('20.1'), /install Asterisk 22.10 or newer/)
})
