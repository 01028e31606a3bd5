import { readFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import t, { type Test } from 'tap'
import type { ShedAnswer } from '../../src/domain/overload.ts'
import { decide, type EdgeRefusal, type House } from '../../src/sip/decide.ts'
import { dialedNumber } from '../../src/sip/dialed-number.ts'
import { DrachtioLink } from '../../src/sip/drachtio-link.ts'
import { openSipEdge } from '../../src/sip/sip-edge.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import type { DrachtioServer } from '../helpers/sip/drachtio-server.ts'
import { edgeCases } from '../helpers/sip/edge-cases.ts'
import { startFakeDrachtio } from '../helpers/sip/fake-drachtio.ts'
import { findDrachtio, startRealDrachtio } from '../helpers/sip/real-drachtio.ts'
import { askSip } from '../helpers/sip/sip-client.ts'
import { type IssuedFiles, startAuthority } from '../helpers/test-authority.ts'
import { until } from '../helpers/until.ts'

const ALLOWED = 'INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO'

t.test('the number is what stands between the scheme and the host, as the dialplan reads it', async (t) => {
  const numbers: readonly (readonly [string, string | undefined])[] = [
    ['sip:95588@example.com', '95588'],
    ['sips:95588@example.com:5061;transport=tcp', '95588'],
    ['SIP:95588@example.com', '95588'],
    ['sip:+8695588@example.com;user=phone', '+8695588'],
    ['sip:%2B8695588@example.com', '+8695588'],
    ['sip:95588;phone-context=+86@example.com', '95588'],
    ['sip:95588:secret@example.com', '95588'],
    ['tel:+86-955-88', '+8695588'],
    ['tel:95588;phone-context=example.com', '95588'],
    ['sip:1*2%23@example.com', '1*2#'],
    ['sip:example.com', undefined],
    ['sip:@example.com', undefined],
    ['sip:alice@example.com', undefined],
    ['sip:*98@example.com', undefined],
    ['sip:95588|sip:evil@example.com@example.com', undefined],
    ['sip:95588%7Csip%3Aevil@example.com', undefined],
    ['sip:95588%0D%0AEvil@example.com', undefined],
    [`sip:${'9'.repeat(40)}@example.com`, undefined],
    ['mailto:95588@example.com', undefined],
    ['', undefined]
  ]
  for (const [uri, number] of numbers) t.equal(dialedNumber(uri), number, uri)
})

t.test('what the edge does with a request', async (t) => {
  const quiet: House = { admits: (number) => number === '95588', takesCalls: () => true, turnsAway: () => undefined }
  const full: House = { ...quiet, turnsAway: () => 'refuse' }
  const sip = 'sip:95588@edge'
  const answer = (status: number, headers = {}) => ({ act: 'answer', status, headers })
  const refusal = (refusal: EdgeRefusal, status: number, headers = {}) => ({ ...answer(status, headers), refusal })
  const later = { 'Retry-After': '5' }

  t.same(decide({ method: 'INVITE', uri: sip, inDialog: false }, quiet), { act: 'forward', number: '95588' })
  t.same(decide({ method: 'INVITE', uri: sip, inDialog: false }, full), refusal('overload', 503, later))
  const rule = (shed: ShedAnswer): House => ({ ...quiet, turnsAway: () => shed })
  t.same(decide({ method: 'INVITE', uri: sip, inDialog: false }, rule('busy')), refusal('overload', 486))
  t.same(decide({ method: 'INVITE', uri: sip, inDialog: false }, rule('announce')), { act: 'forward', number: '95588' })
  const leaving: House = { ...rule('busy'), takesCalls: () => false }
  t.same(decide({ method: 'INVITE', uri: sip, inDialog: false }, leaving), refusal('server-draining', 503, later))
  const urgent: House = { ...quiet, turnsAway: (number) => (number === '95588' ? undefined : 'refuse') }
  t.same(
    decide({ method: 'INVITE', uri: sip, inDialog: false }, urgent),
    { act: 'forward', number: '95588' },
    'room for that number'
  )
  t.same(decide({ method: 'INVITE', uri: 'sip:95599@edge', inDialog: false }, quiet), refusal('unknown-number', 404))
  t.same(
    decide({ method: 'INVITE', uri: 'sip:95599@edge', inDialog: false }, full),
    refusal('unknown-number', 404),
    'also when it is full'
  )
  t.same(
    decide({ method: 'INVITE', uri: 'sip:alice@edge', inDialog: false }, { ...quiet, admits: () => true }),
    refusal('unknown-number', 404)
  )
  t.same(decide({ method: 'INVITE', uri: sip, inDialog: true }, full), answer(481))
  t.same(decide({ method: 'BYE', uri: sip, inDialog: true }, quiet), answer(481))
  t.match(decide({ method: 'OPTIONS', uri: 'sip:edge', inDialog: false }, full), answer(200, { Allow: ALLOWED }))
  for (const method of ['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'MESSAGE', 'PUBLISH', 'REFER', 'INFO', 'UPDATE', 'NONSENSE'])
    t.same(decide({ method, uri: sip, inDialog: false }, quiet), answer(405, { Allow: ALLOWED }), method)
  for (const method of ['ACK', 'CANCEL']) t.same(decide({ method, uri: sip, inDialog: false }, quiet), { act: 'ignore' }, method)
})

t.test('with the fake drachtio', async (t) => {
  await edgeCases(t, startFakeDrachtio)
})

const house = {
  asterisk: '127.0.0.1:9',
  admits: () => true,
  takesCalls: () => true,
  turnsAway: () => undefined,
  secret: 'secret-of-drachtio'
}

const binary = findDrachtio()
const reason = 'there is no drachtio-server here (neither DRACHTIO_BINARY nor drachtio on the PATH)'
t.test('with a real drachtio-server', { skip: binary === undefined && reason }, async (t) => {
  await edgeCases(t, () => startRealDrachtio(binary as string))
})

/** The admin port speaks TLS. */
async function encryptedCases(t: Test, start: (shown: IssuedFiles) => Promise<DrachtioServer>): Promise<void> {
  const [ours, strange] = await Promise.all([startAuthority(), startAuthority()])
  t.teardown(() => Promise.all([ours.remove(), strange.remove()]))
  const [right, elsewhere] = await Promise.all([ours.issue('right', '127.0.0.1'), ours.issue('elsewhere', 'drachtio.example')])
  const edgeTo = async ({ address, secret }: DrachtioServer, authorities?: string) => {
    const edge = await openSipEdge({ ...house, address, secret, authorities, log: collectedLog() })
    t.teardown(() => edge.close())
    return edge
  }
  const drachtio = await start(right)
  t.teardown(() => drachtio.stop())
  const edge = await edgeTo(drachtio, ours.pem)
  t.match(edge.status(), { connected: true, problem: undefined })
  const ask = async () => (await askSip(drachtio.sip, { method: 'OPTIONS', uri: `sip:${drachtio.sip}` })).status === 200
  await until(ask, { what: 'the edge is asked, over TLS' })
  t.match((await edgeTo(drachtio, strange.pem)).status(), { connected: false, problem: /unable to verify|self.signed|issuer/i })
  t.match((await edgeTo(drachtio)).status(), { connected: false }, 'nothing is taken in plain there')
  const other = await start(elsewhere)
  t.teardown(() => other.stop())
  t.match(
    (await edgeTo(other, ours.pem)).status(),
    { connected: false, problem: /127\.0\.0\.1/ },
    'a certificate for another host'
  )
}

t.test('over TLS with the fake drachtio', (t) => encryptedCases(t, startFakeDrachtio))
t.test('over TLS with a real drachtio-server', { skip: binary === undefined && reason }, (t) =>
  encryptedCases(t, (shown) => startRealDrachtio(binary as string, shown))
)

t.test('who shows no certificate of our authorities is not told the secret', async (t) => {
  const [ours, strange] = await Promise.all([startAuthority(), startAuthority()])
  t.teardown(() => Promise.all([ours.remove(), strange.remove()]))
  const shown = await strange.issue('liar', '127.0.0.1')
  const heard: Buffer[] = []
  const [cert, key] = await Promise.all([readFile(shown.certificate), readFile(shown.key)])
  const liar = createTlsServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes)
      socket.end()
    })
  })
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  t.teardown(() => liar.close())
  const address = { host: '127.0.0.1', port: (liar.address() as { port: number }).port }
  const told = await openSipEdge({ ...house, address, authorities: strange.pem, log: collectedLog() })
  await until(() => Buffer.concat(heard).includes(house.secret), {
    what: 'who is trusted is told the secret, so that it would be seen here'
  })
  await told.close()
  heard.length = 0
  const edge = await openSipEdge({ ...house, address, authorities: ours.pem, log: collectedLog() })
  await edge.close()
  t.match(edge.status(), { connected: false, problem: /unable to verify|self.signed|issuer/i })
  t.notOk(Buffer.concat(heard).includes(house.secret))
})

t.test('drachtio need not be there when the server starts', async (t) => {
  const drachtio = await startFakeDrachtio()
  t.teardown(() => drachtio.stop())
  await drachtio.kill()
  const log = collectedLog()
  const edge = await openSipEdge({ ...house, address: drachtio.address, log })
  t.teardown(() => edge.close())
  t.match(edge.status(), { connected: false, problem: /ECONNREFUSED/ })
  await drachtio.start()
  await until(() => edge.status().connected, { what: 'the edge is open' })
  t.same(
    log.lines.map(({ message }) => message),
    ['The SIP edge is not connected to drachtio; trying again and again', 'The SIP edge is open']
  )
})

t.test('another service at that port does not end us, and our secret stays out of the log', async (t) => {
  // Redis quotes what it does not understand.
  const { address } = await listen(t, (socket) => {
    socket.on('data', (bytes) => void socket.write(`-ERR unknown command '${bytes}'\r\n`))
  })
  const log = collectedLog()
  const edge = await openSipEdge({ ...house, address, log })
  t.teardown(() => edge.close())
  t.match(edge.status(), { connected: false, problem: 'What drachtio sent cannot be understood; is it drachtio?' })
  t.equal(log.lines.length, 1)
  t.notMatch(JSON.stringify(log.lines), house.secret)
})

t.test('a fault of ours is answered with 500, and the next request is served', async (t) => {
  const drachtio = await startFakeDrachtio()
  t.teardown(() => drachtio.stop())
  const log = collectedLog()
  const admits = () => {
    throw new Error('no flows')
  }
  const edge = await openSipEdge({ ...house, address: drachtio.address, admits, log })
  t.teardown(() => edge.close())
  await until(async () => (await askSip(drachtio.sip, { method: 'INVITE', uri: `sip:1@${drachtio.sip}` })).status === 500, {
    what: '500'
  })
  t.equal((await askSip(drachtio.sip, { method: 'OPTIONS', uri: `sip:${drachtio.sip}` })).status, 200)
  t.match(log.lines.at(-2), { level: 'error', message: 'A SIP request could not be handled', fields: { err: /no flows/ } })
})

t.test('a connection that stands still is given up, at the start and later', async (t) => {
  const drachtio = await startFakeDrachtio()
  t.teardown(() => drachtio.stop())
  const link = linkTo(t, { ...drachtio.address, answerMs: 200, silentMs: 1 })
  await link.start()
  t.match(link.status, { connected: true })
  drachtio.freeze()
  // The second ping finds the first unanswered; drachtio-srf sends one in 5 s.
  await until(() => !link.status.connected, { ms: 12_000, what: 'the frozen connection is noticed' })
  t.equal(link.status.problem, 'drachtio does not answer pings')
  await until(() => link.status.problem === 'drachtio did not answer within 200 ms', { what: 'the next attempt fails too' })
})

t.test('attempts become rarer, to a limit, and end with the edge', async (t) => {
  const attempts: number[] = []
  const { address } = await listen(t, (socket) => {
    attempts.push(Date.now())
    socket.destroy()
  })
  const link = linkTo(t, { ...address, answerMs: 200, silentMs: 1 })
  await link.start()
  await until(() => attempts.length === 8, { what: 'eight attempts' })
  const waits = attempts.slice(1).map((at, n) => at - (attempts[n] as number))
  t.ok((waits[0] as number) < 145, `first after ${waits[0]} ms`)
  for (const wait of waits.slice(3)) t.ok(wait >= 145 && wait < 1_500, `later after ${wait} ms`)
  await link.close()
  const before = attempts.length
  await new Promise((resolve) => setTimeout(resolve, 400))
  t.equal(attempts.length, before)
})

function linkTo(t: Test, place: { host: string; port: number; answerMs: number; silentMs: number }): DrachtioLink {
  const link = new DrachtioLink({
    ...place,
    secret: house.secret,
    retryFirstMs: 20,
    retryMostMs: 200,
    methods: ['options'],
    onRequest: () => undefined,
    log: collectedLog()
  })
  t.teardown(() => link.close())
  return link
}

/** Something at a port that is not drachtio. */
async function listen(t: Test, welcome: (socket: Socket) => void): Promise<{ address: { host: string; port: number } }> {
  const server = createServer((socket) => {
    // Its close is enough.
    socket.on('error', () => undefined)
    welcome(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { address: { host: '127.0.0.1', port: (server.address() as { port: number }).port } }
}
