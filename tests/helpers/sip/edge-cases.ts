import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import type { ShedAnswer } from '../../../src/domain/overload.ts'
import { type EdgeOptions, openSipEdge, type SipEdge } from '../../../src/sip/sip-edge.ts'
import { collectedLog } from '../collected-log.ts'
import { placeCall } from '../phones/test-caller.ts'
import { TestPhone } from '../phones/test-phone.ts'
import { until } from '../until.ts'
import type { DrachtioServer } from './drachtio-server.ts'
import { askSip } from './sip-client.ts'
import { tortureMessages } from './torture-messages.ts'

const ALLOWED = 'INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO'
/** Nobody listens there: the discard service. */
const CLOSED = '127.0.0.1:9'

const roomy = { takesCalls: () => true, turnsAway: () => undefined }

/** What must hold with any drachtio: the real one and the fake are held to the same. */
export async function edgeCases(t: Test, start: () => Promise<DrachtioServer>): Promise<void> {
  const drachtio = await start()
  t.teardown(() => drachtio.stop())
  const log = collectedLog()

  /** An edge in front of whatever takes SIP there. */
  async function edgeTo(t: Test, asterisk: string, house: Partial<EdgeOptions> = {}): Promise<SipEdge> {
    const { address, secret } = drachtio
    const admits = (number: string) => number === '95588'
    const edge = await openSipEdge({ address, secret, asterisk, admits, ...roomy, log, ...house })
    t.teardown(() => edge.close())
    // Connected, drachtio still has to read which requests we want.
    const options = { method: 'OPTIONS', uri: `sip:${drachtio.sip}` }
    await until(async () => (await askSip(drachtio.sip, options)).status === 200, { what: 'the edge is asked' })
    return edge
  }

  /** Stands where Asterisk does: answers OPTIONS, and calls as it is told. */
  async function phoneFor(t: Test, ...options: Parameters<typeof TestPhone.start>) {
    const phone = await TestPhone.start(...options)
    t.teardown(() => phone.close())
    return { phone, asterisk: phone.uri.replace('sip:phone@', '') }
  }

  async function callerOf(t: Test, voiceHz?: number) {
    const caller = await placeCall({ sip: drachtio.sip, number: '95588', ...(voiceHz && { voiceHz }) })
    t.teardown(() => caller.close())
    return caller
  }

  t.test('answers by itself whatever is not a call for us', async (t) => {
    const edge = await edgeTo(t, CLOSED)
    t.match(edge.status(), { connected: true, problem: undefined })
    t.ok(edge.status().contacts.includes(`udp/${drachtio.sip}`))
    const ask = (method: string, user: string, toTag?: string) =>
      askSip(drachtio.sip, { method, uri: `sip:${user}${drachtio.sip}`, ...(toTag && { toTag }) })

    const options = await ask('OPTIONS', '')
    t.equal(options.status, 200)
    t.equal(options.header('allow'), ALLOWED)
    t.equal((await ask('INVITE', '95599@')).status, 404)
    t.equal((await ask('INVITE', 'alice@')).status, 404)
    for (const method of ['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'MESSAGE', 'PUBLISH', 'INFO']) {
      const refused = await ask(method, '1001@')
      t.equal(refused.status, 405, method)
      t.equal(refused.header('allow'), ALLOWED, method)
    }
    for (const method of ['BYE', 'INVITE', 'INFO', 'NOTIFY', 'UPDATE'])
      t.equal((await ask(method, '95588@', 'unknown')).status, 481, `${method} of a dialog that nobody knows`)
    t.match(edge.status(), { forwarded: 0, refused: { 'unknown-number': 2, overload: 0 } })
  })

  t.test('goes on under the messages of RFC 4475, and lets callers in afterwards', async (t) => {
    const { asterisk } = await phoneFor(t, { reply: 486 })
    const edge = await edgeTo(t, asterisk)
    const socket = createSocket('udp4').bind(0, '127.0.0.66')
    await once(socket, 'listening')
    t.teardown(() => void socket.close())
    const [host, port] = drachtio.sip.split(':')
    let number = 0
    for (const [name, build] of Object.entries(tortureMessages)) {
      for (let time = 0; time < 2; time++) {
        const text = build(drachtio.sip, `torture${++number}`).replaceAll('sip:955880@', 'sip:95588@')
        socket.send(Buffer.from(text, name === 'zeros' ? 'latin1' : 'utf8'), Number(port), host)
      }
    }
    t.equal((await askSip(drachtio.sip, { method: 'OPTIONS', uri: `sip:${drachtio.sip}`, ms: 20_000 })).status, 200)
    t.equal(await (await callerOf(t)).refused(20_000), 486, 'a call goes through to whoever stands there')
    t.equal(edge.status().connected, true)
    t.ok(edge.status().forwarded > 1, 'some of those messages are calls')
  })

  t.test('brings caller and Asterisk together, and takes the BYE of the caller along', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 200, voiceHz: 700 })
    const edge = await edgeTo(t, asterisk)
    const caller = await callerOf(t, 400)
    await caller.answered()
    const invite = await phone.rings()
    t.equal(invite.first, `INVITE sip:95588@${asterisk} SIP/2.0`)
    t.match(invite.header('record-route'), `sip:${drachtio.sip}`)
    await Promise.all([caller.ear.untilHears(700), phone.ear.untilHears(400)])
    await phone.got('ACK')
    caller.hangup()
    await phone.got('BYE')
    t.equal(edge.status().forwarded, 1)
  })

  t.test('takes the BYE of Asterisk along', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 200 })
    await edgeTo(t, asterisk)
    const caller = await callerOf(t)
    await caller.answered()
    await phone.got('ACK')
    phone.hangup()
    t.equal(await caller.ended(), 'server')
  })

  t.test('a caller who gives up while it rings rings no longer', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 'ring' })
    await edgeTo(t, asterisk)
    const caller = await callerOf(t)
    await caller.ringing()
    caller.hangup()
    t.equal(await caller.refused(), 487)
    await phone.got('CANCEL')
  })

  t.test('a caller who gives up while Asterisk is being asked does not reach it', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 200, mute: ['OPTIONS'] })
    const edge = await edgeTo(t, asterisk)
    const caller = await callerOf(t)
    await phone.got('OPTIONS')
    caller.hangup()
    t.equal(await caller.refused(), 487)

    phone.unmute()
    await until(() => phone.received.filter((method) => method === 'OPTIONS').length > 1, { what: 'the question is repeated' })
    // The next caller comes after whatever was left of the first.
    await (await callerOf(t)).answered()
    t.same(
      phone.received.filter((method) => method === 'INVITE'),
      ['INVITE']
    )
    t.equal(edge.status().forwarded, 1)
  })

  t.test('what Asterisk says to a call is what the caller hears', async (t) => {
    for (const status of [486, 603, 404]) {
      const { asterisk } = await phoneFor(t, { reply: status })
      const edge = await edgeTo(t, asterisk)
      t.equal(await (await callerOf(t)).refused(), status)
      await edge.close()
    }
  })

  t.test('a redirection is not followed', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 302 })
    await edgeTo(t, asterisk)
    t.equal(await (await callerOf(t)).refused(), 302)
    t.same(
      phone.received.filter((method) => method === 'INVITE'),
      ['INVITE']
    )
  })

  t.test('beyond the most calls, and in a burst, callers are told when to come again', async (t) => {
    const { asterisk } = await phoneFor(t, { reply: 'nothing' })
    let calls = 8
    let takesCalls = true
    let answer: ShedAnswer = 'refuse'
    const edge = await edgeTo(t, asterisk, {
      takesCalls: () => takesCalls,
      turnsAway: (_number, coming) => (calls + coming < 10 ? undefined : answer)
    })
    const ask = (number: string) => askSip(drachtio.sip, { method: 'INVITE', uri: `sip:${number}@${drachtio.sip}` })
    const burst = [await callerOf(t), await callerOf(t), await callerOf(t)]
    // Asterisk has told us of none of them, yet two have taken the last two places.
    const third = await until(() => burst.find(({ statuses }) => statuses.includes(503)), { what: 'one is refused' })
    t.equal(third.statuses.at(-1), 503)
    await until(() => edge.status().forwarded === 2, { what: 'two are let in' })
    t.equal(edge.status().refused.overload, 1)

    calls = 10
    const refused = await ask('95588')
    t.equal(refused.status, 503)
    t.equal(refused.header('retry-after'), '5')
    t.equal(log.lines.filter(({ message }) => message.includes('there is no room')).length, 1, 'one complaint for many')
    t.equal((await ask('95599')).status, 404, 'that number will not exist later either')

    answer = 'busy'
    const busy = await ask('95588')
    t.equal(busy.status, 486)
    t.equal(busy.header('retry-after'), undefined, 'who hears that a line is busy is told nothing of the server')
    answer = 'announce'
    await callerOf(t)
    await until(() => edge.status().forwarded === 3, { what: 'who is to hear words goes on to where they are said' })

    calls = 0
    await callerOf(t)
    await until(() => edge.status().forwarded === 4, { what: 'calls are let in again' })
    takesCalls = false
    t.equal((await ask('95588')).status, 503)
    t.same(edge.status().refused, { overload: 3, 'unknown-number': 1, 'server-draining': 1, 'asterisk-away': 0 })
  })

  t.test('while Asterisk does not answer, callers are told so at once', async (t) => {
    const { asterisk: silent } = await phoneFor(t, { reply: 200, mute: ['OPTIONS', 'INVITE'] })
    for (const asterisk of [CLOSED, silent]) {
      const edge = await edgeTo(t, asterisk)
      const asked = Date.now()
      const refused = await askSip(drachtio.sip, { method: 'INVITE', uri: `sip:95588@${drachtio.sip}` })
      t.equal(refused.status, 503)
      t.equal(refused.header('retry-after'), '5')
      t.ok(Date.now() - asked < 3000, `after ${Date.now() - asked} ms`)
      t.match(edge.status().refused, { overload: 0, 'asterisk-away': 1 })
      await edge.close()
    }
  })

  t.test('while Asterisk is asked again callers do not wait for that, but go by what it says then', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 200 })
    await edgeTo(t, asterisk)
    await (await callerOf(t)).answered()
    phone.mute(['OPTIONS'])
    const questions = phone.received.filter((method) => method === 'OPTIONS').length
    const isAskedAgain = () => phone.received.filter((method) => method === 'OPTIONS').length > questions
    await until(
      async () => {
        // Who waited for the answer would be refused.
        await (await callerOf(t)).answered()
        return isAskedAgain()
      },
      { what: 'Asterisk is asked again' }
    )
    await until(async () => (await (await callerOf(t)).refused(3000).catch(() => undefined)) === 503, {
      what: 'there was no answer, and callers are refused'
    })
  })

  t.test('Asterisk dies between two calls: one waits in vain, the next is refused, and it comes back', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 200 })
    await edgeTo(t, asterisk)
    const first = await callerOf(t)
    await first.answered()
    phone.mute(['OPTIONS', 'INVITE', 'BYE'])
    const second = await callerOf(t)
    t.equal(await second.refused(), 408, 'of drachtio itself')
    t.equal(await (await callerOf(t)).refused(), 503)
    phone.unmute()
    await until(
      async () =>
        (await callerOf(t)).answered(300).then(
          () => true,
          () => false
        ),
      { what: 'calls go through again' }
    )
  })

  t.test('drachtio restarts: calls come in again, and the one in progress was not lost', async (t) => {
    const { phone, asterisk } = await phoneFor(t, { reply: 200 })
    const edge = await edgeTo(t, asterisk)
    const caller = await callerOf(t)
    await caller.answered()
    await phone.got('ACK')

    await drachtio.kill()
    await until(() => !edge.status().connected, { what: 'the edge notices' })
    t.match(edge.status(), { contacts: [], problem: /./ })
    await new Promise((resolve) => setTimeout(resolve, 600))
    await drachtio.start()
    await until(() => edge.status().connected, { what: 'the edge is open again' })
    phone.hangup()
    t.equal(await caller.ended(), 'server', 'the BYE names its way itself')

    const { phone: other, asterisk: next } = await phoneFor(t, { reply: 200 })
    await edge.close()
    await edgeTo(t, next)
    await (await callerOf(t)).answered()
    await other.got('ACK')
  })

  t.test('two edges share the calls; one that closes takes none', async (t) => {
    const { asterisk } = await phoneFor(t, { reply: 'nothing' })
    const [one, two] = [await edgeTo(t, asterisk), await edgeTo(t, asterisk)]
    for (let calls = 0; calls < 8; calls++) await callerOf(t)
    await until(() => one.status().forwarded + two.status().forwarded === 8, { what: 'all are let in' })
    t.ok(
      one.status().forwarded > 0 && two.status().forwarded > 0,
      `by both (${one.status().forwarded} and ${two.status().forwarded})`
    )

    const before = two.status().forwarded
    const leaving = one.close()
    for (let calls = 0; calls < 2; calls++) await callerOf(t)
    await leaving
    for (let calls = 0; calls < 2; calls++) await callerOf(t)
    const refused = one.status().refused['server-draining']
    await until(() => two.status().forwarded + refused === before + 4, { what: 'each gets an answer of one of them' })
    t.equal(one.status().refused['server-draining'], refused)
    await two.close()
    t.equal((await askSip(drachtio.sip, { method: 'OPTIONS', uri: `sip:${drachtio.sip}` })).status, 503)
  })

  t.test('a wrong secret is said once, tried again ever more slowly, and written nowhere', async (t) => {
    const { address, sip } = drachtio
    const lines = collectedLog()
    const house = { address, asterisk: CLOSED, admits: () => true, ...roomy, log: lines }
    const edge = await openSipEdge({ ...house, secret: 'wrong-secret' })
    t.teardown(() => edge.close())
    t.match(edge.status(), { connected: false, problem: 'drachtio does not accept the secret' })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    t.equal(lines.lines.filter(({ level }) => level === 'warn').length, 1)
    t.equal((await askSip(sip, { method: 'OPTIONS', uri: `sip:${sip}` })).status, 503)
    t.notMatch(JSON.stringify([lines.lines, log.lines]), /secret-of-drachtio|wrong-secret/)
  })
}
