import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { phoneObjects } from '../../src/ari/phone-objects.ts'
import { startAsterisk } from '../helpers/asterisk/real-asterisk.ts'
import { foundByFail2ban } from '../helpers/fail2ban.ts'
import { startBaresip } from '../helpers/phones/baresip.ts'
import { placeCall } from '../helpers/phones/test-caller.ts'
import { toneFile } from '../helpers/phones/tone-file.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { formatSip, parseSip, type SipMessage } from '../helpers/sip/sip-message.ts'
import { tortureMessages } from '../helpers/sip/torture-messages.ts'
import { until } from '../helpers/until.ts'

// The trunk is 127.0.0.1; who comes from 127.0.0.66 is nobody we know. Switchboard is away, so callers hear a tone for a minute.
const STRANGER = '127.0.0.66'
const sounds = await mkdtemp(join(tmpdir(), 'switchboard-strangers-'))
const asterisk = await startAsterisk({ trunkMatches: ['127.0.0.1'], awayAnnouncement: await toneFile(sounds, 700, 60_000) })
const sip = asterisk.sipAddress
const [host = '', port = ''] = sip.split(':')

t.teardown(async () => {
  await asterisk.stop()
  await rm(sounds, { recursive: true, force: true })
})

for (const [type, values] of phoneObjects(
  { user: '1001', password: 'pw', displayName: '1001', kind: 'sip', context: 'from-agents' },
  { transfers: false }
)) {
  const fields = Object.entries(values).map(([attribute, value]) => ({ attribute, value }))
  await asterisk.ari('PUT', `asterisk/config/dynamic/res_pjsip/${type}/1001`, { fields })
}

/** Somebody with a socket of their own, at an address that nobody knows. */
async function stranger(t: Pick<Test, 'teardown'>, address = STRANGER) {
  const socket = createSocket('udp4').bind(0, address)
  await once(socket, 'listening')
  t.teardown(() => void socket.close())
  const own = socket.address().port
  const answers: SipMessage[] = []
  socket.on('message', (bytes) => void answers.push(parseSip(bytes.toString())))
  let number = 0
  const send = (bytes: string | Uint8Array, to = Number(port)) => void socket.send(bytes, to, host)
  const message = (method: string, user: string, id: string, more: readonly (readonly [string, string])[] = []) =>
    formatSip(`${method} sip:${method === 'REGISTER' ? '' : `${user}@`}${sip} SIP/2.0`, [
      ['Via', `SIP/2.0/UDP ${address}:${own};branch=z9hG4bK${id};rport`],
      ['From', `<sip:${user}@${host}>;tag=${id}`],
      ['To', `<sip:${user}@${host}>`],
      ['Call-ID', id],
      ['CSeq', `1 ${method}`],
      ['Contact', `<sip:${user}@${address}:${own}>`],
      ['Max-Forwards', '70'],
      ...more
    ])
  const ask = async (method: string, user: string, more: readonly (readonly [string, string])[] = []) => {
    const id = `${own}x${++number}`
    const began = performance.now()
    const text = message(method, user, id, more)
    send(text)
    const again = setInterval(() => send(text), 1000)
    const answer = await until(() => answers.find((one) => one.header('call-id') === id && (one.status ?? 0) >= 200), {
      ms: 20_000,
      what: () => `${method} of ${user} is answered`
    }).finally(() => clearInterval(again))
    const tookMs = performance.now() - began
    if (method === 'INVITE') send(message('ACK', user, id).replace(/To: .*/, `To: ${answer.header('to')}`))
    return { answer, tookMs }
  }
  return { send, message, ask, answers }
}

/** What an answer tells, without what is new in each. */
function told(answer: SipMessage): string {
  const names =
    answer.first +
    ['www-authenticate', 'server', 'allow', 'supported', 'contact', 'warning'].map(
      (name) => ` ${name}=${answer.header(name) ?? ''}`
    )
  return names.replace(/(nonce|opaque)="[^"]*"/g, '$1')
}

const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

t.test('a stranger cannot find out who has a phone, or be the trunk by calling themselves so', async (t) => {
  const { ask } = await stranger(t)
  for (const method of ['REGISTER', 'INVITE', 'OPTIONS']) {
    const times = { '1001': [] as number[], '1999': [] as number[], trunk: [] as number[] }
    const tells = new Set<string>()
    for (let round = 0; round < 12; round++) {
      for (const user of ['1001', '1999', 'trunk'] as const) {
        const { answer, tookMs } = await ask(method, user)
        times[user].push(tookMs)
        tells.add(told(answer))
        t.equal(answer.status, 401, `${method} of ${user}`)
      }
    }
    t.equal(tells.size, 1, [...tells].join('\n'))
    const [known, unknown] = [median(times['1001']), median(times['1999'])]
    // Each is one round trip of the polling test; a password looked up, or a pause, would be many.
    t.ok(known < 5 * unknown + 20 && unknown < 5 * known + 20, `${method}: ${known.toFixed(1)} and ${unknown.toFixed(1)} ms`)
  }
})

t.test('guessing passwords gives no account, is in the security log, and keeps no phone out', async (t) => {
  const { ask } = await stranger(t)
  for (let round = 0; round < 10; round++) {
    for (const user of ['1001', '1999']) {
      const challenge = (await ask('REGISTER', user)).answer.header('www-authenticate') ?? ''
      const [, nonce = '', opaque = ''] = /nonce="([^"]*)".*?opaque="([^"]*)"/.exec(challenge) ?? []
      const guess = `Digest username="${user}", realm="asterisk", nonce="${nonce}", opaque="${opaque}", uri="sip:${sip}", response="${'0'.repeat(32)}", algorithm=MD5, qop=auth, nc=00000001, cnonce="${round}"`
      const { answer } = await ask('REGISTER', user, [['Authorization', guess]])
      t.equal(answer.status, 401)
    }
  }
  const log = () => readFile(join(asterisk.dir, 'data/log/security'), 'utf8')
  const found = async () => await foundByFail2ban('switchboard-sip', await log())
  await until(async () => (await found()).length >= 10, { ms: 15_000, what: 'fail2ban finds the guesses in the security log' })
  t.same([...new Set(await found())], [STRANGER])
  t.notMatch(await log(), /SuccessfulAuth/)
  const phone = await startBaresip({ sip, users: ['1001'], password: 'pw', answer: 'manual' })
  t.teardown(() => phone.stop())
  await phone.allRegistered(20_000)
})

t.test('a call goes on, and others come in, under a flood, torture messages and nonsense in place of audio', async (t) => {
  const talking = await placeCall({ sip, number: '955880' })
  t.teardown(() => talking.close())
  await talking.answered(20_000)
  await talking.ear.untilHears(700)

  const { send, message, ask } = await stranger(t)
  const random = new SeededRandom(3)
  let number = 0
  for (const [name, build] of Object.entries(tortureMessages)) {
    for (let time = 0; time < 2; time++) send(Buffer.from(build(sip, `torture${++number}`), name === 'zeros' ? 'latin1' : 'utf8'))
  }
  for (let round = 0; round < 60; round++) {
    for (let one = 0; one < 40; one++) {
      const method = random.pick(['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE', 'BYE', 'CANCEL'])
      send(message(method, String(1000 + random.below(2000)), `flood${++number}`))
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (round === 20) {
      const other = await placeCall({ sip, number: '955881' })
      t.teardown(() => other.close())
      await other.answered(30_000)
      t.pass('somebody who calls in the flood is answered')
      other.hangup()
    }
  }
  const rtp = Number(port) + 100
  for (let packet = 0; packet < 3000; packet++) {
    const bytes = Uint8Array.from({ length: random.pick([0, 1, 3, 11, 12, 13, 20, 172, 1400]) }, () => random.below(256))
    // Versions, fifteen sources that are not there, an extension that is longer than the packet, padding of 255.
    if (bytes.length > 12 && packet % 3 === 0) bytes[0] = random.pick([0x80, 0x8f, 0x90, 0xbf, 0xff, 0x00])
    send(bytes, rtp + (packet % 100))
  }
  const already = talking.ear.packets
  await until(() => talking.ear.packets > already + 50, { ms: 20_000, what: 'a second of audio after it all' })
  await talking.ear.untilHears(700)
  t.equal((await ask('OPTIONS', 'nobody')).answer.status, 401, 'SIP is answered')
  t.equal(talking.endedBy, undefined)
  t.match(await asterisk.cli('core show uptime'), /System uptime/)
})

/** How long honest callers wait for the answer, less what this process was held up meanwhile, ms; several, one after the other. */
async function answerTimes(t: Test, calls: number): Promise<number[]> {
  const times: number[] = []
  for (let call = 0; call < calls; call++) {
    let [last, heldUp] = [performance.now(), 0]
    const watch = setInterval(() => {
      heldUp += Math.max(0, performance.now() - last - 10)
      last = performance.now()
    }, 5)
    const caller = await placeCall({ sip, number: '955880' })
    t.teardown(() => caller.close())
    times.push((await caller.answered(20_000)) - heldUp)
    clearInterval(watch)
    await caller.ear.untilHears(700)
    caller.close()
  }
  return times
}

t.test('callers are answered as soon as before while strangers flood from many addresses at once', async (t) => {
  const quiet = await answerTimes(t, 12)
  const strangers = await Promise.all(Array.from({ length: 12 }, (_, n) => stranger(t, `127.0.1.${n + 1}`)))
  const random = new SeededRandom(5)
  let sent = 0
  const flood = setInterval(() => {
    for (const { send, message } of strangers) {
      for (let one = 0; one < 4; one++) {
        const method = random.pick(['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE', 'BYE', 'MESSAGE'])
        send(message(method, String(1000 + random.below(2000)), `many${++sent}`))
      }
    }
  }, 10)
  t.teardown(() => clearInterval(flood))
  await until(() => sent > 1000, { what: 'the flood is under way' })
  const before = sent
  const flooded = await answerTimes(t, 12)
  clearInterval(flood)
  const told = strangers.map(({ answers }) => answers.length)
  t.comment(JSON.stringify({ quiet: median(quiet), flooded: median(flooded), slowest: Math.max(...flooded), sent, told }))
  t.ok(sent > before + 2000, 'the flood went on all the time')
  t.ok(Math.min(...told) > 0, 'each of them reaches Asterisk')
  t.notOk(
    strangers.some(({ answers }) => answers.some(({ status = 0 }) => status >= 200 && status < 300)),
    'nobody is let in'
  )
  t.ok(median(flooded) < 3 * median(quiet) + 100, `${median(quiet)} and ${median(flooded)} ms`)
})

t.test('the messages are all those of RFC 4475 §3', async (t) => {
  const parts = { '3.1.1': 13, '3.1.2': 19, '3.2': 1, '3.3': 15, '3.4': 1 }
  const sections = Object.entries(parts).flatMap(([part, count]) => Array.from({ length: count }, (_, n) => `${part}.${n + 1}`))
  const ours = Object.keys(tortureMessages).flatMap((name) => /^(3\.\S+) [a-z]+\d*: /.exec(name)?.[1] ?? [])
  t.same(ours, sections)
})

for (const [who, from] of Object.entries({ 'a stranger': STRANGER, 'the address of the trunk': '127.0.0.1' })) {
  for (const transport of ['UDP', 'TCP'] as const) {
    t.test(`callers are served after every message of RFC 4475 from ${who} over ${transport}`, async (t) => {
      const texts = Object.values(tortureMessages).map((build, n) =>
        build(sip, `${transport}${from}x${n}`).replaceAll('127.0.0.66', from).replace('SIP/2.0/UDP', `SIP/2.0/${transport}`)
      )
      const answers =
        transport === 'UDP'
          ? await sentByUdp(from, texts)
          : (await Promise.all(texts.map((text) => sentByTcp(from, [text])))).join()
      t.match(answers, from === STRANGER ? /^SIP\/2\.0 401/m : /^SIP\/2\.0 200/m, 'some of them are answered')
      const caller = await placeCall({ sip, number: '955880' })
      t.teardown(() => caller.close())
      await caller.answered(20_000)
      await caller.ear.untilHears(700)
      await asterisk.cli('channel request hangup all')
      await until(async () => (await asterisk.cli('core show channels count')).includes('0 active channels'), {
        what: 'no call is left'
      })
    })
  }
}

t.test('over TCP messages are told apart by their lengths, in whatever pieces they come', async (t) => {
  const ask = (id: string, body = '') =>
    formatSip(
      `OPTIONS sip:${sip} SIP/2.0`,
      [
        ['Via', `SIP/2.0/TCP ${STRANGER}:5999;branch=z9hG4bK${id}`],
        ['From', `<sip:nobody@${host}>;tag=${id}`],
        ['To', `<sip:nobody@${host}>`],
        ['Call-ID', id],
        ['CSeq', '1 OPTIONS'],
        ['Contact', `<sip:nobody@${STRANGER}:5999>`],
        ['Max-Forwards', '70']
      ],
      body
    )
  const answered = (text: string) => [...text.matchAll(/^Call-ID: (.*)\r$/gm)].map(([, id]) => id).sort()
  const three = [ask('one'), ask('two', 'v=0\r\n'), ask('three')].join('')
  t.same(answered(await sentByTcp(STRANGER, [three])), ['one', 'three', 'two'], 'several in one piece')
  const pieces = [...ask('in-pieces').matchAll(/.{1,40}/gs)].map(([piece]) => piece)
  t.ok(pieces.length > 5)
  t.same(answered(await sentByTcp(STRANGER, pieces)), ['in-pieces'], 'one in several pieces')
  const wrong = (length: string) => ask(`wrong${length}`, 'v=0\r\n').replace(/Content-Length: \d+/, `Content-Length: ${length}`)
  const lengths = ['9999', '4294967296', '-5', '1', 'five', '', '99999999999999999999']
  await Promise.all(lengths.map((length) => sentByTcp(STRANGER, [wrong(length) + ask('after')])))
  t.same(
    answered(await sentByTcp(STRANGER, [ask('at-last')])),
    ['at-last'],
    'another connection is served after all wrong lengths'
  )
})

/** Sends each message as a packet; what came back once it was quiet. */
async function sentByUdp(from: string, texts: readonly string[]): Promise<string> {
  const socket = createSocket('udp4').bind(0, from)
  await once(socket, 'listening')
  const heard: Buffer[] = []
  socket.on('message', (bytes) => void heard.push(bytes))
  for (const text of texts) {
    socket.send(text, Number(port), host)
    // A buffer that is full would spare Asterisk the rest.
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await quiet(() => heard.length)
  socket.close()
  return heard.join('\r\n')
}

/** Sends those pieces over a connection of its own; what came back until it was quiet or at an end. */
async function sentByTcp(from: string, pieces: readonly string[]): Promise<string> {
  const socket = connect({ host, port: Number(port), localAddress: from, noDelay: true })
  // A connection that is cut off is an answer, too.
  socket.on('error', () => undefined)
  const heard: Buffer[] = []
  socket.on('data', (bytes) => void heard.push(bytes))
  await once(socket, 'connect')
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, () => setTimeout(resolve, 5)))
  await quiet(() => heard.length)
  socket.destroy()
  return Buffer.concat(heard).toString()
}

/** Resolves when that number has not changed for a while. */
async function quiet(count: () => number): Promise<void> {
  let [last, since] = [count(), Date.now()]
  await until(
    () => {
      if (count() !== last) [last, since] = [count(), Date.now()]
      return Date.now() - since > (last === 0 ? 600 : 300)
    },
    { what: 'it is quiet' }
  )
}

t.test('who is in no allowed network is told nothing but no', async (t) => {
  const closed = await startAsterisk({ trunkMatches: ['127.0.0.1'], sipNetworks: ['127.0.0.1', '10.0.0.0/8'] })
  t.teardown(() => closed.stop())
  const [, closedPort] = closed.sipAddress.split(':')
  const { send, message, answers } = await stranger(t)
  send(message('OPTIONS', '1001', 'acl1'), Number(closedPort))
  const answer = await until(() => answers.find((one) => one.header('call-id') === 'acl1'), { ms: 20_000, what: 'an answer' })
  t.equal(answer.status, 403)
  const caller = await placeCall({ sip: closed.sipAddress, number: '955880' })
  t.teardown(() => caller.close())
  await caller.answered(20_000)
  t.pass('the trunk calls')
})
