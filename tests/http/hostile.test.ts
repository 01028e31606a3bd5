import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { seedUsers } from '../../src/http/users.ts'
import { smallUsers } from '../helpers/centre/small-centre.ts'
import { foundByFail2ban } from '../helpers/fail2ban.ts'
import { buildHttpApp } from '../helpers/http/http-app.ts'
import { attacksOn, faultOf, operationsOf } from '../helpers/http/http-fuzz.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { until } from '../helpers/until.ts'

const password = 'correct horse'
const postgres = await startTestPostgres()
t.teardown(() => postgres.close())
const { database } = postgres
await seedUsers(database, smallUsers, password)
const world = await buildHttpApp(database, { requestsPerMinute: 1_000_000, signInsPerMinute: 1_000_000 })
t.teardown(() => world.app.close())

const signIn = (username: string, given = password, headers: Record<string, string> = {}, app = world.app) =>
  app.inject({ method: 'POST', url: '/api/v1/session', payload: { username, password: given }, headers })
const tokenOf = async (username: string) => String((await signIn(username)).json().token)

t.test('no request brings about a fault, or tells how we look inside', async (t) => {
  const operations = operationsOf((await world.app.inject('/docs/json')).json())
  t.ok(operations.length > 60, `${operations.length} operations`)
  const random = new SeededRandom(11)
  let token = await tokenOf('admin')
  let asked = 0
  for (const operation of operations) {
    // A sign-in that is tried is scrypt, on purpose slow; and flows are not edited in this world.
    const times = operation.path === '/api/v1/session' ? 5 : 16
    if (operation.method === 'PUT' && operation.path === '/api/v1/flows/{name}') continue
    for (const attack of attacksOn(operation, random, times)) {
      asked++
      const fault = await faultOf(world.app, { ...attack, headers: { ...attack.headers, authorization: `Bearer ${token}` } })
      if (fault !== undefined) t.fail('a fault', { fault, attack })
    }
    // The attack may have been to sign out.
    if (operation.method === 'DELETE') token = await tokenOf('admin')
  }
  t.ok(asked > 800, `${asked} requests`)
  t.equal((await world.app.inject({ url: '/api/v1/queues', headers: { authorization: `Bearer ${token}` } })).statusCode, 200)
})

t.test('what is no HTTP ends its own connection and nothing else', async (t) => {
  const { app } = await buildHttpApp(database)
  t.teardown(() => app.close())
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const lines = [
    '\0\0\0\0\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(5000)}\r\n`,
    'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'GET /cti/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'CONNECT evil.test:80 HTTP/1.1\r\nHost: evil.test\r\n\r\n'
  ]
  for (const text of lines) {
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += String(data)
    })
    socket.on('error', () => {})
    socket.write(text)
    await Promise.race([once(socket, 'close'), until(() => answer !== '', { what: `an answer to ${text.slice(0, 20)}` })])
    socket.destroy()
    t.notMatch(answer, /HTTP\/1.1 5|\n\s+at /, JSON.stringify(text.slice(0, 40)))
  }
  t.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200)
})

t.test('why the server is not ready is told to administrators and to who may read the metrics', async (t) => {
  const metricsToken = 'a-token-for-metrics'
  const one = await buildHttpApp(database, { demo: undefined, metricsToken, signIns: world.signIns })
  t.teardown(() => one.app.close())
  one.flowsProblem = '/srv/flows/bank.yaml:3:1 unknown step'
  const ready = async (authorization?: string) => {
    const answer = await one.app.inject({ url: '/health/ready', headers: authorization === undefined ? {} : { authorization } })
    return { status: answer.statusCode, text: answer.body }
  }
  for (const stranger of [undefined, 'Bearer x', `Bearer ${await tokenOf('1001')}`, `Basic ${metricsToken}`, '']) {
    const { status, text } = await ready(stranger)
    t.equal(status, 503)
    t.notMatch(text, /bank\.yaml|22\.10|1\.2\.3|why/, 'neither paths nor versions')
    t.match(JSON.parse(text), { ready: false, checks: { database: { ok: true }, flows: { ok: false } } })
  }
  for (const known of [`Bearer ${metricsToken}`, `Bearer ${await tokenOf('admin')}`])
    t.match((await ready(known)).text, /bank\.yaml/)
})

t.test('whose word on a client’s address counts', async (t) => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
  const addresses = async (trustProxy: readonly string[]) => {
    const one = await buildHttpApp(database, { trustProxy })
    t.teardown(() => one.app.close())
    t.equal((await signIn('1001', 'wrong', forwarded, one.app)).statusCode, 401)
    return one.logged.flatMap((line) => (JSON.parse(line).address === undefined ? [] : [JSON.parse(line).address]))
  }
  t.same(await addresses([]), ['127.0.0.1'], 'nobody’s')
  t.same(await addresses(['10.0.0.0/8']), ['127.0.0.1'], 'not that of who is no proxy of ours')
  t.same(await addresses(['127.0.0.1']), ['198.51.100.7'], 'our proxy’s, of who came to it; what that one claims is hearsay')
  t.same(await addresses(['127.0.0.0/8', '198.51.100.0/24']), ['203.0.113.9'], 'through two of ours')

  const limited = await buildHttpApp(database, { signInsPerMinute: 3 })
  t.teardown(() => limited.app.close())
  const statuses = []
  for (let time = 0; time < 5; time++)
    statuses.push((await signIn('1001', 'wrong', { 'x-forwarded-for': `203.0.113.${time}` }, limited.app)).statusCode)
  t.same(statuses, [401, 401, 401, 429, 429], 'nobody gets more tries by claiming other addresses')
})

t.test('a refused sign-in is one line with the address, for fail2ban, whatever the name', async (t) => {
  const one = await buildHttpApp(database)
  t.teardown(() => one.app.close())
  const names = [
    'nobody',
    '1001',
    'a\n{"address":"192.0.2.1","msg":"A sign-in was refused"}',
    '"address":"192.0.2.1"',
    '192.0.2.1'
  ]
  for (const name of names) t.equal((await signIn(name, 'secret-by-mistake', {}, one.app)).statusCode, 401)
  t.equal(one.logged.length, names.length)
  for (const line of one.logged) {
    t.equal(line.trimEnd().includes('\n'), false)
    t.notMatch(line, /secret-by-mistake|nobody|192\.0\.2\.1/, 'no name, which may be a password')
  }
  const [line = ''] = one.logged
  const forged = [
    line.replace(
      '"level":40,',
      '"level":40,"callerName":"\\",\\"address\\":\\"192.0.2.1\\",\\"msg\\":\\"A sign-in was refused",'
    ),
    line.replace('"level":40,', '"level":40,"address":"192.0.2.1","msg":"A sign-in was refused",'),
    line.replace('A sign-in', 'Somebody says: A sign-in').replace('127.0.0.1', '192.0.2.1')
  ]
  t.same(
    await foundByFail2ban('switchboard', [...one.logged, ...forged.filter((text) => text !== line)].join('')),
    names.map(() => '127.0.0.1')
  )
})

t.test('nobody can use up the sockets of browser phones', async (t) => {
  const asterisk = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' })
  await once(asterisk, 'listening')
  t.teardown(() => asterisk.close())
  const ariAddress = { host: '127.0.0.1', port: (asterisk.address() as AddressInfo).port }
  const { app } = await buildHttpApp(database, { ariAddress, phonesPerAddress: 3 })
  t.teardown(() => app.close())
  const address = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
  const open = async () => {
    const socket = new WebSocket(`${address}/sip`, 'sip')
    socket.on('error', () => {})
    const [what] = await Promise.race([
      once(socket, 'open').then(() => ['open']),
      once(socket, 'unexpected-response').then(([, { statusCode }]) => [statusCode])
    ])
    return { socket, what }
  }
  const phones = [await open(), await open(), await open(), await open()]
  t.same(
    phones.map(({ what }) => what),
    ['open', 'open', 'open', 503]
  )
  phones[0]?.socket.terminate()
  await until(() => asterisk.clients.size === 2, { what: 'the place is free again' })
  t.equal((await open()).what, 'open')
})
