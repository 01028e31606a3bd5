import { execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance, FastifyReply, InjectOptions, RouteOptions } from 'fastify'
import t from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { customerDesk } from '../../src/assembly/customer-desk.ts'
import { remotePhoneCredentials } from '../../src/commands/people/phone-password.ts'
import { remoteApi } from '../../src/commands/remote/remote-api.ts'
import { listRemoteCalls, remoteStory } from '../../src/commands/remote/remote-calls.ts'
import {
  configurationDiff,
  configurationHistory,
  rollBackRemoteConfiguration
} from '../../src/commands/remote/remote-configuration.ts'
import { type Certificate, readCertificate } from '../../src/config/certificate.ts'
import { CallBoard } from '../../src/cti/board/call-board.ts'
import { registerCti } from '../../src/cti/cti-plugin.ts'
import { customersIn } from '../../src/customers/find-customer.ts'
import { seedCustomers } from '../../src/customers/seed-customers.ts'
import { AppError } from '../../src/domain/errors.ts'
import { EventBus } from '../../src/domain/event-bus.ts'
import type { AgentId } from '../../src/domain/ids.ts'
import type { Database } from '../../src/domain/ports/database.ts'
import { readToken, verifyToken } from '../../src/http/auth.ts'
import { KeptEndings } from '../../src/http/kept-endings.ts'
import { hashPassword, verifyPassword } from '../../src/http/password.ts'
import { renewCertificate } from '../../src/http/secure-server.ts'
import { SignIns } from '../../src/http/sign-ins.ts'
import { toldLanguage } from '../../src/http/told-language.ts'
import { findPassword, seedUsers, setPassword } from '../../src/http/users.ts'
import { keepConfigurationVersion } from '../../src/records/configuration-versions.ts'
import { startRecorder } from '../../src/records/recorder.ts'
import { callScript } from '../helpers/centre/call-script.ts'
import { smallCentre, smallUsers, userNamed } from '../helpers/centre/small-centre.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { FakeCallbacks, FakeCalls } from '../helpers/cti/fake-desk.ts'
import { buildHttpApp, demoCustomer, type HttpApp } from '../helpers/http/http-app.ts'
import { eventsOf } from '../helpers/publish-call.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { realClock } from '../helpers/real-clock.ts'
import { someRoutes } from '../helpers/some-routes.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { startAuthority, type TestAuthority } from '../helpers/test-authority.ts'
import { until } from '../helpers/until.ts'

const password = 'correct horse'
const postgres = await startTestPostgres()
t.teardown(() => postgres.close())
const { database } = postgres
await seedUsers(database, smallUsers, password)
await seedCustomers(database, [demoCustomer])

const world = await buildHttpApp(database)
t.teardown(() => world.app.close())

async function signIn({ app }: HttpApp, username: string, given = password) {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/session', payload: { username, password: given } })
  return { status: answer.statusCode, ...answer.json() }
}

async function get(username: string, url: string, { app } = world) {
  const { token } = await signIn(world, username)
  const answer = await app.inject({ url, headers: { authorization: `Bearer ${token}` } })
  return { status: answer.statusCode, body: answer.json() }
}

t.test('passwords are stored so that nobody can read them', async (t) => {
  const stored = await hashPassword(password)
  t.match(stored, /^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
  t.not(stored, await hashPassword(password), 'each with a salt of its own')
  t.equal(await verifyPassword(password, stored), true)
  t.equal(await verifyPassword('wrong', stored), false)
  t.equal(await verifyPassword(password, 'md5$x'), false)
  t.equal(await verifyPassword(password, undefined), false)
})

t.test('an unknown user costs as much as a wrong password', async (t) => {
  const timed = async (username: string) => {
    const began = performance.now()
    t.match(await signIn(world, username, 'wrong'), { status: 401, error: { code: 'WRONG_PASSWORD' } })
    return performance.now() - began
  }
  const [known, unknown] = [await timed('1001'), await timed('nobody')]
  t.ok(unknown > known / 4, `${known.toFixed()} and ${unknown.toFixed()} ms`)
})

t.test('users: seeding gives and keeps passwords', async (t) => {
  const before = await findPassword(database, '1001')
  await seedUsers(database, smallUsers, password)
  t.equal((await findPassword(database, '1001'))?.passwordHash, before?.passwordHash, 'one that is right is left alone')

  const zoe = { username: 'zoe', name: 'Zoe', role: 'crm', teams: [] } as const
  t.equal(await setPassword(database, 'zoe', 'secret-of-zoe'), false, 'who is not configured gets none')
  await seedUsers(database, [...smallUsers, zoe], undefined)
  await world.signIns.follow([...smallUsers, zoe])
  t.equal((await signIn(world, 'zoe')).status, 401, 'nobody has given her a password')
  t.equal(await setPassword(database, 'zoe', 'secret-of-zoe'), true)
  t.match(await signIn(world, 'zoe', 'secret-of-zoe'), { status: 200, user: { role: 'crm' } })
  await seedUsers(database, smallUsers, undefined)
  await world.signIns.follow(smallUsers)
  t.match(await signIn(world, 'zoe', 'secret-of-zoe'), { status: 401, error: { code: 'WRONG_PASSWORD' } }, 'as if she never was')
  await seedUsers(database, [...smallUsers, zoe], undefined)
  await world.signIns.follow([...smallUsers, zoe])
  t.equal((await signIn(world, 'zoe', 'secret-of-zoe')).status, 200, 'her password has been kept')
  await world.signIns.follow(smallUsers)
})

t.test('signing in gives a token for the API and for the CTI socket', async (t) => {
  const signedIn = await signIn(world, '1001')
  t.match(signedIn, { status: 200, user: { username: '1001', name: 'Agent 1001', role: 'agent', teams: ['east'] } })
  const hours = (Date.parse(signedIn.expiresAt) - Date.now()) / 3_600_000
  t.ok(hours > 7.9 && hours <= 8)
  t.notMatch(JSON.stringify(signedIn), 'scrypt')
  t.same(await verifyToken(world.app, signedIn.token), userNamed('1001'))
  t.equal(await verifyToken(world.app, `${signedIn.token}x`), undefined)
  const foreign = await buildHttpApp(database, { jwtSecret: 'another secret of thirty-two bytes..' })
  t.teardown(() => foreign.app.close())
  t.equal(await verifyToken(world.app, (await signIn(foreign, 'admin')).token), undefined, 'signed by somebody else')
  const [head, claims] = signedIn.token.split('.')
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  t.ok(head)
  t.equal(await verifyToken(world.app, `${none}.${claims}.`), undefined, 'not signed at all')
  t.match(
    world.published.find(({ type }) => type === 'user.signed-in'),
    { username: 'zoe' }
  )

  const brief = await buildHttpApp(database, { sessionMs: 1000 })
  t.teardown(() => brief.app.close())
  const { token } = await signIn(brief, '1001')
  t.ok(await verifyToken(brief.app, token))
  await until(async () => (await verifyToken(brief.app, token)) === undefined, { what: 'the token to expire' })
})

t.test('a token is renewed, and what is ended stays ended, also after a restart and over an outage', async (t) => {
  const send = async (method: 'POST' | 'DELETE' | 'PUT', url: string, token: string, { app } = world, payload?: object) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, ...(answer.body === '' ? {} : answer.json()) }
  }
  const isIn = async (token: string, { app } = world) => (await verifyToken(app, token)) !== undefined
  const [first, second, other] = [await signIn(world, '1001'), await signIn(world, '1001'), await signIn(world, '1002')]
  const renewed = await send('POST', '/api/v1/session/renew', first.token)
  t.match(renewed, { status: 200, token: String })
  t.ok(Date.parse(renewed.expiresAt) >= Date.parse(first.expiresAt) - 1000)
  t.same([await isIn(first.token), await isIn(renewed.token)], [true, true], 'the old one lasts as long as it would have')
  t.equal((await send('DELETE', '/api/v1/session', renewed.token)).status, 204)
  t.same([await isIn(first.token), await isIn(renewed.token)], [false, false], 'one sign-in, whatever its tokens')
  t.equal((await send('POST', '/api/v1/session/renew', renewed.token)).status, 401)
  t.same([await isIn(second.token), await isIn(other.token)], [true, true])

  const admin = (await signIn(world, 'admin')).token
  t.equal((await send('DELETE', '/api/v1/users/1001/sessions', other.token)).status, 403)
  t.equal((await send('DELETE', '/api/v1/users/nobody/sessions', admin)).status, 404)
  t.equal((await send('DELETE', '/api/v1/users/1001/sessions', admin)).status, 204)
  t.same([await isIn(second.token), await isIn(other.token)], [false, true])
  const again = await signIn(world, '1001')
  t.ok(await isIn(again.token))

  const restarted = await buildHttpApp(database)
  t.teardown(() => restarted.app.close())
  t.same(await Promise.all([first, second, renewed, again, other].map(({ token }) => isIn(token, restarted))), [
    ...[false, false, false],
    ...[true, true]
  ])
  await world.signIns.endAllOf('1001')
  await restarted.signIns.look()
  t.notOk(await isIn(again.token, restarted), 'another server learns of it')

  const changed = await send('PUT', '/api/v1/users/1002/password', admin, world, { password: 'a new secret' })
  t.equal(changed.status, 204)
  t.notOk(await isIn(other.token), 'a new password ends what the old one began')
  t.equal((await signIn(world, '1002')).status, 401)
  t.equal((await signIn(world, '1002', 'a new secret')).status, 200)
  t.equal((await send('PUT', '/api/v1/users/1002/password', admin, world, { password: 'short' })).status, 400)
  await setPassword(database, '1002', password)

  const brief = await buildHttpApp(database, { renewForMs: 8 * 3_600_000 })
  t.teardown(() => brief.app.close())
  const { token } = await signIn(brief, '2002')
  t.match(await send('POST', '/api/v1/session/renew', token, brief), { status: 409, error: { code: 'SIGN_IN_TOO_OLD' } })
})

t.test('`switchboard user set-password` gives the first administrator one, without a server', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-password-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const config = join(folder, 'centre.yaml')
  await writeFile(config, 'queues: {}\nteams: {}\nagents: []\nusers:\n  - { username: root, name: Root, role: admin }\n')
  const give = (username: string, piped: string) =>
    new Promise<string>((resolve) => {
      const env = { ...process.env, CONFIG: config, DATABASE_URL: postgres.url, DATA_DIR: folder }
      const child = execFile(
        process.execPath,
        ['--import=tsx', 'src/cli.ts', 'user', 'set-password', username],
        { env },
        (error, _, said) => resolve(`${error?.code ?? 0} ${said}`)
      )
      child.stdin?.end(piped)
    })
  const answers = await Promise.all([
    give('nobody', 'secret of nobody\n'),
    give('root', 'short\n'),
    give('root', 'secret of root\n')
  ])
  t.match(answers, [/^1 .*USER_UNKNOWN/, /^1 .*PASSWORD_UNFIT/, /^0 $/])
  const { passwordHash } = (await findPassword(database, 'root')) ?? {}
  t.ok(await verifyPassword('secret of root', passwordHash))
  await seedUsers(database, smallUsers, undefined)
})

t.test('who is signed in stays so while the database is away, and who was signed out meanwhile stays out', async (t) => {
  let away = false
  const down = () => Promise.reject(new Error('The database is away'))
  const flaky: Database = {
    ...database,
    query: (text, values) => (away ? down() : database.query(text, values)),
    transaction: (work) => (away ? down() : database.transaction(work))
  }
  const one = await buildHttpApp(flaky)
  t.teardown(() => one.app.close())
  const [stays, goes] = [await signIn(one, '2001'), await signIn(one, '2001')]
  away = true
  const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` })
  t.equal((await one.app.inject({ url: '/api/v1/queues', headers: bearer(stays) })).statusCode, 200)
  const out = await one.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: bearer(goes) })
  t.equal(out.statusCode, 204)
  t.equal((await one.app.inject({ url: '/api/v1/queues', headers: bearer(goes) })).statusCode, 401)
  t.equal(one.logged.filter((line) => line.includes('ended cannot be exchanged')).length, 1)
  away = false
  await one.signIns.look()
  const later = await buildHttpApp(database)
  t.teardown(() => later.app.close())
  t.notOk(await verifyToken(later.app, goes.token), 'it was written as soon as the database was back')
  t.ok(await verifyToken(later.app, stays.token))
})

t.test('a password is not guessed from many addresses, and a stranger who tries locks nobody out', async (t) => {
  const guarded = await buildHttpApp(database, { signInsPerMinute: 30 })
  t.teardown(() => guarded.app.close())
  const from = async (remoteAddress: string, username: string, given = 'wrong') => {
    const payload = { username, password: given }
    const answer = await guarded.app.inject({ method: 'POST', url: '/api/v1/session', remoteAddress, payload })
    return `${answer.statusCode} ${answer.json().error?.code ?? 'in'}`
  }
  t.equal(await from('10.0.0.1', '1001', password), '200 in')
  for (const username of ['1001', 'nobody']) {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => from(`10.1.0.${at}`, username)))
    t.same([...new Set(answers)], ['401 WRONG_PASSWORD'], username)
    t.equal(
      await from('10.1.0.99', username),
      '429 TOO_MANY_ATTEMPTS',
      `${username}: no difference between those who exist and others`
    )
  }
  t.equal(await from('10.1.0.99', '1001', password), '429 TOO_MANY_ATTEMPTS', 'not even the right one is looked at')
  t.equal(await from('10.0.0.1', '1001', password), '200 in', 'where the user has signed in before they still can')
  t.equal(await from('10.0.0.1', '1002', password), '200 in')
})

t.test('sign-ins are limited', async (t) => {
  const strict = await buildHttpApp(database, { signInsPerMinute: 2 })
  t.teardown(() => strict.app.close())
  await signIn(strict, '1001', 'wrong')
  await signIn(strict, '1001', 'wrong')
  t.equal((await signIn(strict, '1001')).status, 429)
})

t.test('who may ask what', async (t) => {
  const { app } = world
  for (const url of [
    '/api/v1/calls',
    '/api/v1/calls/x',
    '/api/v1/agents',
    '/api/v1/callbacks',
    '/api/v1/callbacks/{id}',
    '/api/v1/queues',
    '/api/v1/flows',
    '/api/v1/customers?number=1'
  ]) {
    t.match((await app.inject({ url })).json(), { error: { code: 'NOT_AUTHENTICATED' } }, url)
  }
  t.equal((await get('1001', '/api/v1/flows')).status, 403)
  t.match(await get('2001', '/api/v1/flows'), { body: { items: [{ name: 'bank', version: 'abc', numbers: ['95588', '9*'] }] } })
  t.match(await get('1001', '/api/v1/queues'), {
    body: { items: [{ queue: 'service', title: 'Service', waiting: 1, callbacks: 0, oldestSince: '1970-01-01T00:00:01.000Z' }] }
  })
  t.same((await get('1003', '/api/v1/queues')).body.items, [], 'a queue of another team')
  t.same((await get('2002', '/api/v1/queues')).body.items, [])
  t.equal((await get('2001', '/api/v1/queues')).body.items.length, 1)
  const seenBy = async (username: string) =>
    (await get(username, '/api/v1/agents')).body.items.map(({ agentId }: { agentId: string }) => agentId)
  t.same(await seenBy('1001'), ['1001'])
  t.same(await seenBy('2001'), ['1001', '1002'])
  t.same(await seenBy('admin'), ['1001', '1002', '1003'])
})

/** Who gets past the door of each route; what they see behind it is the matter of other tests. A new route needs a line. */
const everybody = ['nobody', '1001', '2001', 'crm', 'admin']
const signedIn = everybody.slice(1)
const leaders = ['2001', 'admin']
const staff = ['1001', '2001', 'admin']
const doors: Readonly<Record<string, readonly string[]>> = {
  'GET /': everybody,
  'GET /health/live': everybody,
  'GET /health/ready': everybody,
  'GET /metrics': everybody,
  'GET /docs': everybody,
  'GET /docs/json': everybody,
  'GET /docs/yaml': everybody,
  'GET /docs/static/*': everybody,
  'GET /docs/static/index.html': everybody,
  'GET /docs/static/swagger-initializer.js': everybody,
  'GET /sip': everybody,
  'POST /api/v1/session': everybody,
  'POST /api/v1/session/renew': signedIn,
  'DELETE /api/v1/session': signedIn,
  'PUT /api/v1/users/:username/password': ['admin'],
  'DELETE /api/v1/users/:username/sessions': ['admin'],
  'GET /api/v1/console': everybody,
  'POST /api/v1/demo/phone': everybody,
  'DELETE /api/v1/demo/phone/:user': everybody,
  'GET /api/v1/calls': signedIn,
  'GET /api/v1/calls/:id': signedIn,
  'GET /api/v1/callbacks': signedIn,
  'POST /api/v1/callbacks': signedIn,
  'GET /api/v1/callbacks/:id': signedIn,
  'DELETE /api/v1/callbacks/:id': signedIn,
  'GET /api/v1/agents': signedIn,
  'PUT /api/v1/agents/:id/state': staff,
  'GET /api/v1/queues': signedIn,
  'GET /api/v1/queues/:queue/callers': ['2001', 'crm', 'admin'],
  'DELETE /api/v1/queues/:queue/callers/:callId': leaders,
  'GET /api/v1/voicemails': staff,
  'GET /api/v1/voicemails/:id': staff,
  'PATCH /api/v1/voicemails/:id': staff,
  'DELETE /api/v1/voicemails/:id': ['admin'],
  'GET /api/v1/voicemails/:id/audio': staff,
  'GET /api/v1/recordings': signedIn,
  'GET /api/v1/recordings/accesses': ['admin'],
  'GET /api/v1/recordings/:id': signedIn,
  'GET /api/v1/recordings/:id/peaks': signedIn,
  'GET /api/v1/recordings/:id/audio': signedIn,
  'PATCH /api/v1/recordings/:id': ['admin'],
  'DELETE /api/v1/recordings/:id': ['admin'],
  'GET /api/v1/flows': leaders,
  'GET /api/v1/flows/:name/versions': leaders,
  'GET /api/v1/flows/:name/versions/:version': leaders,
  'GET /api/v1/flows/:name/versions/:version/diff': leaders,
  'PUT /api/v1/flows/:name': ['admin'],
  'POST /api/v1/flows/:name/rollback': ['admin'],
  'GET /api/v1/phones/:device/credentials': ['admin'],
  'GET /api/v1/configuration': ['admin'],
  'PUT /api/v1/configuration': ['admin'],
  'GET /api/v1/configuration/:section': ['admin'],
  'PUT /api/v1/configuration/:section': ['admin'],
  'DELETE /api/v1/configuration/:section': ['admin'],
  'GET /api/v1/configuration/:section/:entry': ['admin'],
  'PUT /api/v1/configuration/:section/:entry': ['admin'],
  'DELETE /api/v1/configuration/:section/:entry': ['admin'],
  'GET /api/v1/configuration/versions': ['admin'],
  'GET /api/v1/configuration/versions/:version': ['admin'],
  'GET /api/v1/configuration/versions/:version/diff': ['admin'],
  'POST /api/v1/configuration/rollback': ['admin'],
  'GET /api/v1/webhooks': ['admin'],
  'GET /api/v1/webhooks/:name/deliveries': ['admin'],
  'GET /api/v1/webhooks/:name/deliveries/:id': ['admin'],
  'POST /api/v1/webhooks/:name/replay': ['admin'],
  'POST /api/v1/webhooks/:name/ping': ['admin'],
  'POST /api/v1/webhooks/:name/stop': ['admin'],
  'POST /api/v1/webhooks/:name/resume': ['admin'],
  'GET /api/v1/customers': signedIn,
  'PUT /api/v1/customers/:id/flags': ['crm', 'admin']
}

t.test('every route lets in who is meant, and nobody else', async (t) => {
  const found: { method: string; url: string }[] = []
  const collect = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      for (const each of [method].flat()) found.push({ method: each, url })
    })
  subscribe('fastify.initialization', collect)
  const one = await buildHttpApp(database)
  unsubscribe('fastify.initialization', collect)
  t.teardown(() => one.app.close())
  const routes = found.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS')
  t.same(Object.keys(doors).toSorted(), [...new Set(routes.map(({ method, url }) => `${method} ${url}`))].toSorted())

  const tokens = new Map(await Promise.all(signedIn.map(async (name) => [name, (await signIn(one, name)).token] as const)))
  const signsOut = ({ method, url }: (typeof found)[number]) => Number(method === 'DELETE' && url === '/api/v1/session')
  for (const { method, url } of found.toSorted((a, b) => signsOut(a) - signsOut(b))) {
    // The page of the documentation is announced twice, with and without its last slash.
    const allowed = doors[`${method === 'HEAD' ? 'GET' : method} ${url === '/' ? url : url.replace(/\/$/, '')}`] ?? []
    for (const name of everybody) {
      const token = tokens.get(name)
      const { statusCode } = await one.app.inject({
        method: method as 'GET',
        url: url.replaceAll(/:\w+/g, 'none'),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` }
      })
      const refusal = name === 'nobody' ? 401 : 403
      if (allowed.includes(name)) t.notOk([401, 403].includes(statusCode), `${name} may ${method} ${url}: ${statusCode}`)
      else t.equal(statusCode, refusal, `${name} may not ${method} ${url}`)
    }
  }
})

t.test('what no store has room for is refused at the door', async (t) => {
  const { token } = await signIn(world, 'admin')
  const headers = { authorization: `Bearer ${token}` }
  const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown
  const wish = { number: '13800000009', queue: 'service' }
  const asked: InjectOptions[] = [
    { url: '/api/v1/calls?caller=%00' },
    { url: '/api/v1/calls/a%00' },
    { url: `/api/v1/calls?cursor=${Buffer.from('1000 a\0').toString('base64url')}` },
    { url: '/api/v1/calls?from=-200000-01-01T00:00:00Z' },
    { url: '/api/v1/customers?number=1%00' },
    { method: 'POST', url: '/api/v1/session', payload: { username: 'a\0', password } },
    { method: 'POST', url: '/api/v1/callbacks', payload: { ...wish, data: { 'a\0': 1 } } },
    {
      method: 'POST',
      url: '/api/v1/callbacks',
      payload: `{"number":"1","queue":"q","data":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`
    }
  ]
  for (const options of asked) {
    const type = typeof options.payload === 'string' ? { 'content-type': 'application/json' } : {}
    t.equal(
      (await world.app.inject({ ...options, headers: { ...headers, ...type } })).statusCode,
      400,
      JSON.stringify(options).slice(0, 100)
    )
  }
  t.match(
    await world.app.inject({ method: 'POST', url: '/api/v1/callbacks', headers, payload: { ...wish, data: { a: deep(90) } } }),
    { statusCode: 201 }
  )
  const large = await world.app.inject({
    ...{
      method: 'PUT',
      url: '/api/v1/flows/large',
      headers,
      payload: { source: '# as large as files of flows may be\n'.repeat(14_000) }
    }
  })
  t.equal(large.statusCode, 500, 'it came to whoever edits flows, of whom there is none here')
})

t.test('agents and supervisors set states over HTTP', async (t) => {
  const { app, agents } = world
  const put = async (username: string, agentId: string, payload: Record<string, unknown>) => {
    const { token } = await signIn(world, username)
    const headers = { authorization: `Bearer ${token}` }
    const reply = await app.inject({ method: 'PUT', url: `/api/v1/agents/${agentId}/state`, headers, payload })
    return { status: reply.statusCode, body: reply.json() }
  }
  t.match(await put('1001', '1001', { state: 'ready' }), { status: 409, body: { error: { code: 'AGENT_LOGGED_OFF' } } })
  t.match(await put('1001', '1001', { state: 'loggedOn' }), { status: 200, body: { state: 'notReady', reason: 'logged-on' } })
  t.match(await put('1001', '1001', { state: 'ready' }), {
    status: 200,
    body: { agentId: '1001', state: 'ready', by: undefined }
  })
  t.match(await put('2001', '1001', { state: 'notReady', reason: 'training' }), {
    status: 200,
    body: { state: 'notReady', reason: 'training', by: '2001' }
  })
  t.same(agents.orders.at(-1), ['setState', '1001', { state: 'notReady', reason: 'training', by: '2001' }])
  const before = agents.orders.length
  t.match(
    await put('2002', '1001', { state: 'ready' }),
    { status: 404, body: { error: { code: 'AGENT_UNKNOWN' } } },
    'another team'
  )
  t.match(await put('1002', '1001', { state: 'ready' }), { status: 404 }, 'a colleague')
  t.match(await put('admin', 'nobody', { state: 'ready' }), { status: 404 })
  t.equal((await put('crm', '1001', { state: 'ready' })).status, 403)
  t.equal((await put('1001', '1001', { state: 'busy' })).status, 400)
  t.equal(agents.orders.length, before)
  t.match(await put('2001', '1001', { state: 'loggedOff' }), { status: 200, body: { state: 'loggedOff' } })
})

t.test('calls: filters, pages, the whole story, and who sees which', async (t) => {
  for (let at = 0; at < 5; at++) {
    await database.query(
      `insert into calls (call_id, contact_id, started_at, caller, dialed, agent, agents, queues, result, reason)
       values ($1, $1, to_timestamp($2), '13800000001', '95588', $3, array[$3], array['service'], 'completed', 'flow-finished')`,
      [`call-${at}`, 1000 + at, at % 2 === 0 ? '1001' : '1002']
    )
  }
  const ids = (body: { items: { callId: string }[] }) => body.items.map(({ callId }) => callId)
  const first = await get('admin', '/api/v1/calls?limit=2&queue=service')
  t.same(ids(first.body), ['call-4', 'call-3'])
  const second = await get('admin', `/api/v1/calls?limit=2&queue=service&cursor=${first.body.next}`)
  t.same(ids(second.body), ['call-2', 'call-1'])
  t.same(ids((await get('1001', '/api/v1/calls')).body), ['call-4', 'call-2', 'call-0'])
  t.same(ids((await get('1001', '/api/v1/calls?agent=1002')).body), [], 'whatever they ask for')
  await database.query(`insert into calls (call_id, contact_id, started_at, caller, dialed, agents, queues)
     values ('sold', 'sold', to_timestamp(10), '13800000002', '95588', '{1003}', '{}'), ('waited', 'waited', to_timestamp(11), '13800000002', '95588', '{}', '{sales}')`)
  const leads = async (username: string) => ids((await get(username, '/api/v1/calls?to=1970-01-01T00:01:00Z')).body)
  t.same(await leads('2002'), ['waited', 'sold'], 'a supervisor: calls of their agents, and of the queues these serve')
  t.same(await leads('2001'), ['waited'])
  t.match(await get('2001', '/api/v1/calls/sold'), { status: 404 })
  t.match(await get('2002', '/api/v1/calls/sold'), { status: 200 })
  t.same(ids((await get('admin', '/api/v1/calls?from=1970-01-01T00:16:43Z')).body), ['call-4', 'call-3'])
  t.match(await get('1001', '/api/v1/calls/call-0'), {
    status: 200,
    body: { call: { callId: 'call-0', agent: '1001' }, legs: [], path: [] }
  })
  t.match(await get('1001', '/api/v1/calls/call-1'), { status: 404, body: { error: { code: 'CALL_UNKNOWN' } } })
  t.match(await get('admin', '/api/v1/calls?limit=0'), {
    status: 400,
    body: { error: { code: 'INVALID', details: { problems: [/limit/] } } }
  })
  t.match(await get('admin', '/api/v1/calls?from=yesterday'), { status: 400 })
  t.match(await get('admin', '/api/v1/calls?cursor=%F0%9F'), { status: 400 })
})

t.test('the story of a call at the command line, by its id or the number of its caller', async (t) => {
  const recorder = await startRecorder({ database, clock: realClock, log: quietLog(), instance: 'story', spillDir: tmpdir() })
  const bus = new EventBus(realClock, (error) => t.fail(String(error)))
  bus.listen(recorder.listener)
  const caller = '13877770000'
  for (const id of ['told-1', 'told-2'])
    for (const event of eventsOf({ id, caller, callerName: '\u001b[31mWang\n', startedAt: Date.now() })) bus.publish(event)
  await recorder.close()
  const [{ token }, { token: ofAgent }] = [await signIn(world, 'admin'), await signIn(world, '1003')]
  const server = await addressOf(world.app)
  const api = remoteApi({ server }, { SWITCHBOARD_TOKEN: token })
  const story = await remoteStory(api, 'told-1', {})
  const lines = [
    /^call told-1 of \d{4}-\d\d-\d\d \(times are UTC\)\n/,
    /\+0\.0 s {2}13877770000 \(·\[31mWang·\) calls 95588\n/,
    /step main of bank-hotline \(menu\): 2 2 after 1\.2 s\n/,
    /waits in queue service, priority normal\n/,
    /is offered to agent 1009 for queue service\n/,
    /agent 1009: missed\n/,
    /leaves queue service after 5\.0 s: answered\n/,
    /talks to agent 1001\n/,
    /call\.tagged tags=\["complaint"\]\n/,
    /ended: completed, agent-hung-up \(cause 16\); waited 5\.0 s, talked 60\.0 s, on hold 0\.0 s\n/,
    /grep told-1\n$/
  ]
  for (const line of lines) t.match(story, line)
  t.notOk(story.includes('\u001b'), 'a name commands no terminal')
  t.match(await remoteStory(api, caller, {}), /^call told-2 .*other calls of 13877770000:\ncall .*told-1 /s)
  t.match(JSON.parse(await remoteStory(api, 'told-1', {}, true)), { call: { callId: 'told-1' } })
  t.match(await listRemoteCalls(api, { caller, limit: 1 }), /^call +began \(UTC\) .*\ntold-2 .*agent-hung-up\n$/)
  t.match(JSON.parse(await listRemoteCalls(api, { caller, to: '2001-01-01T00:00:00Z' }, true)), [])
  await t.rejects(remoteStory(api, 'nobody', {}), { code: 'CALL_UNKNOWN' })
  await t.rejects(remoteStory(remoteApi({ server }, { SWITCHBOARD_TOKEN: ofAgent }), caller, {}), { code: 'CALL_UNKNOWN' })
})

t.test('customers: found by number; another system may mark them', async (t) => {
  await database.query("update calls set customer_id = 'c-1' where call_id = 'call-0'")
  t.match(await get('1001', '/api/v1/customers?number=13800000001'), { body: { name: 'Mei Lin', flags: ['vip'] } })
  const hidden = { status: 404, body: { error: { code: 'CUSTOMER_UNKNOWN' } } }
  t.match(await get('1003', '/api/v1/customers?number=13800000001'), hidden, 'who may read no call of theirs')
  t.match(await get('2002', '/api/v1/customers?number=13800000001'), hidden)
  t.match(await get('2001', '/api/v1/customers?number=13800000001'), { status: 200 }, 'they waited in a queue of the team')
  t.match(await get('1001', '/api/v1/customers?number=1'), { status: 404, body: { error: { code: 'CUSTOMER_UNKNOWN' } } })
  const mark = async (username: string, id: string, flags: unknown) => {
    const { token } = await signIn(world, username)
    const answer = await world.app.inject({
      method: 'PUT',
      url: `/api/v1/customers/${id}/flags`,
      headers: { authorization: `Bearer ${token}` },
      payload: { flags }
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  t.match(await mark('1001', 'c-1', []), { status: 403 })
  t.match(await mark('admin', 'c-1', ['card-lost']), { status: 200, body: { flags: ['card-lost'] } })
  t.match(await mark('admin', 'nobody', []), { status: 404 })
  t.match(await mark('admin', 'c-1', ['<b>']), { status: 400 })
  const told = world.published.filter(({ type }) => type === 'customer.changed')
  t.match(told, [{ customer: { id: 'c-1', flags: ['card-lost'] }, by: 'admin' }], 'desks hear of what was changed, once')
  t.equal(told.length, 1)
})

t.test('the demo lends phones to visitors, and takes them back', async (t) => {
  const { app, phones } = world
  const lend = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/demo/phone', payload })
  const mine = (await lend({ callerNumber: '13800000001' })).json()
  t.match(phones.get(mine.user), { kind: 'webrtc', context: 'from-trunk', callerNumber: '13800000001', password: mine.password })
  t.ok(mine.password.length >= 24)
  const stranger = (await lend({})).json()
  t.match(phones.get(stranger.user)?.callerNumber, /^199\d{8}$/)
  t.match(
    (await lend({ callerNumber: '110' })).json(),
    { error: { code: 'NOT_A_DEMO_CUSTOMER' } },
    'nobody calls under any number'
  )
  t.equal((await app.inject({ method: 'DELETE', url: `/api/v1/demo/phone/${mine.user}` })).statusCode, 204)
  t.equal((await app.inject({ method: 'DELETE', url: '/api/v1/demo/phone/1001' })).statusCode, 404, 'not an agent’s phone')
  t.same([...phones.keys()], [stranger.user])
  t.match((await app.inject('/api/v1/console')).json(), {
    version: '1.2.3',
    demo: true,
    numbers: [{ number: '95588', title: 'The bank' }],
    customers: [{ name: 'Mei Lin', number: '13800000001', note: 'gold, vip' }]
  })

  const real = await buildHttpApp(database, { demo: undefined })
  t.equal((await real.app.inject({ method: 'POST', url: '/api/v1/demo/phone', payload: {} })).statusCode, 404)
  t.match((await real.app.inject('/api/v1/console')).json(), { demo: false, numbers: [], customers: [] })
  await real.app.close()

  const closing = await buildHttpApp(database)
  await closing.app.inject({ method: 'POST', url: '/api/v1/demo/phone', payload: {} })
  t.equal(closing.phones.size, 1)
  await closing.app.close()
  t.equal(closing.phones.size, 0)
})

t.test('readiness says what is missing', async (t) => {
  const ready = async (one: HttpApp) => {
    const answer = await one.app.inject('/health/ready')
    return { status: answer.statusCode, body: answer.json() }
  }
  t.match(await ready(world), {
    status: 200,
    body: { ready: true, checks: { asterisk: { version: '22.10.1' }, flows: { count: 1 } } }
  })
  world.telephony = { connected: false, version: undefined, problem: 'connection refused' }
  t.match(await ready(world), {
    status: 503,
    body: { ready: false, checks: { asterisk: { ok: false, why: 'connection refused' } } }
  })
  world.telephony = { connected: true, version: '22.10.1', problem: undefined }
  world.flowsProblem = 'bank.yaml:3:1 unknown step'
  t.match(await ready(world), {
    status: 503,
    body: { checks: { database: { ok: true }, flows: { ok: false, why: /bank.yaml/ } } }
  })
  world.flowsProblem = undefined
  const down: Database = { ...database, ping: () => Promise.reject(new Error('connect ECONNREFUSED')) }
  const other = await buildHttpApp(down)
  t.teardown(() => other.app.close())
  t.match(await ready(other), { status: 503, body: { checks: { database: { ok: false, why: 'connect ECONNREFUSED' } } } })
  t.equal((await other.app.inject('/health/live')).statusCode, 200)
})

t.test('metrics count what happens', async (t) => {
  const one = await buildHttpApp(database)
  const { app, bus, agents } = one
  t.teardown(() => app.close())
  const call = callScript('m')
  for (const fact of [
    call.started,
    call.queued,
    call.offered('1001'),
    call.offerEnded('1001', 'missed'),
    call.established('1001')
  ])
    bus.publish(fact)
  bus.publish(callScript('other').started)
  bus.publish(call.ended)
  const figures = { queue: 'service', waiting: 2, callbacks: 0, loggedOn: 0, ready: 0, talking: 0 }
  one.queues = [{ ...figures, oldestSince: Date.now() - 5000, estimateMs: 90_000, estimateErrorMs: 12_000 }]
  const text = (await app.inject('/metrics')).body
  for (const line of [
    'switchboard_calls_total{result="completed",reason="caller-hung-up-after-talk"} 1',
    'switchboard_calls_in_progress 1',
    'switchboard_offers_total{result="missed"} 1',
    'switchboard_queue_waiting{queue="service"} 2',
    'switchboard_queue_logged_on{queue="service"} 0',
    'switchboard_stuck 0',
    'switchboard_queue_estimate_seconds{queue="service"} 90',
    'switchboard_queue_estimate_error_seconds{queue="service"} 12',
    'switchboard_agents{state="loggedOff"} 3',
    'switchboard_ari_connected 1',
    'switchboard_records_pending 3',
    'switchboard_cti_clients 2',
    'switchboard_wait_seconds_count{queue="service"} 1',
    'switchboard_edge_connected 1',
    'switchboard_edge_forwarded_total 5',
    'switchboard_edge_refused_total{reason="overload"} 4',
    'switchboard_edge_refused_total{reason="unknown-number"} 0'
  ])
    t.match(text, line)
  t.match(text, /switchboard_queue_oldest_seconds\{queue="service"\} 5/)
  t.match(text, 'nodejs_eventloop_lag_seconds')
  const [alerts, dashboard] = ['alerts.yaml', 'dashboard.json'].map((name) => readFileSync(`docker/monitoring/${name}`, 'utf8'))
  const names = (text: string) => new Set(text.match(/\b(?:switchboard|nodejs|process)_[a-z0-9_]+/g))
  const watched = [...names(`${alerts}${dashboard}`)]
  t.ok(watched.length > 15)
  t.same(
    watched.filter((name) => !names(text).has(name)),
    [],
    'alerts and dashboard ask for what there is'
  )
  const handbook = readFileSync('OPERATIONS.md', 'utf8')
  const unexplained = [...(alerts ?? '').matchAll(/alert: (\w+)/g)].filter(([, alert]) => !handbook.includes(`\n### ${alert}\n`))
  t.same(unexplained, [], 'the handbook says what to do when an alert comes')
  t.same(
    [...names(handbook)].filter((name) => !names(text).has(name) && !name.startsWith('switchboard_trace_')),
    [],
    'and asks for what there is'
  )

  one.queues = [{ ...figures, queue: 'sales' }]
  agents.logOn('1001' as AgentId)
  const later = (await app.inject('/metrics')).body
  t.match(later, 'switchboard_queue_waiting{queue="sales"} 2')
  t.notMatch(later, /switchboard_queue_(waiting|oldest_seconds|estimate_seconds)\{queue="service"\}/, 'a queue that is gone')
  t.match(later, 'switchboard_agents{state="loggedOff"} 2')

  const closed = await buildHttpApp(database, { metricsToken: 'a token of some length' })
  t.teardown(() => closed.app.close())
  const read = async (authorization?: string) =>
    (await closed.app.inject({ url: '/metrics', headers: { ...(authorization && { authorization }) } })).statusCode
  t.equal(await read(), 401)
  t.equal(await read('Bearer a token of some lengtH'), 401)
  t.equal(await read('Bearer a token of some length'), 200)
})

t.test('a fault of ours is logged and not told', async (t) => {
  const broken: Database = { ...database, query: () => Promise.reject(new Error('relation "users" has a secret')) }
  const { app, logged } = await buildHttpApp(broken, { signIns: world.signIns })
  t.teardown(() => app.close())
  const answer = await app.inject({ method: 'POST', url: '/api/v1/session', payload: { username: 'a', password: 'b' } })
  t.equal(answer.statusCode, 500)
  t.same(answer.json(), { error: { code: 'INTERNAL', message: 'Something unexpected went wrong' } })
  t.match(logged.join(), /has a secret/)
  broken.query = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))
  const full = await app.inject({ method: 'POST', url: '/api/v1/session', payload: { username: 'a', password: 'b' } })
  t.equal(full.statusCode, 507)
  t.same(full.json(), { error: { code: 'DISK_FULL', message: 'There is no room left on the disk' } })
  const large = { username: 'a', password: 'b'.repeat(70_000) }
  t.equal((await app.inject({ method: 'POST', url: '/api/v1/session', payload: large })).statusCode, 413)
  const nonsense = {
    method: 'POST',
    url: '/api/v1/session',
    headers: { 'content-type': 'application/json' },
    payload: '{"'
  } as const
  t.match((await app.inject(nonsense)).json(), { error: { code: /.+/ } })
  t.match((await app.inject('/api/v1/nothing')).json(), { error: { code: 'NOT_FOUND' } })
})

t.test('the API describes itself', async (t) => {
  const { app } = world
  const document = (await app.inject('/docs/json')).json()
  t.equal(document.openapi, '3.1.0')
  t.same(Object.keys(document.paths).sort(), [
    '/api/v1/agents',
    '/api/v1/agents/{id}/state',
    '/api/v1/callbacks',
    '/api/v1/callbacks/{id}',
    '/api/v1/calls',
    '/api/v1/calls/{id}',
    '/api/v1/configuration',
    '/api/v1/configuration/rollback',
    '/api/v1/configuration/versions',
    '/api/v1/configuration/versions/{version}',
    '/api/v1/configuration/versions/{version}/diff',
    '/api/v1/configuration/{section}',
    '/api/v1/configuration/{section}/{entry}',
    '/api/v1/console',
    '/api/v1/customers',
    '/api/v1/customers/{id}/flags',
    '/api/v1/demo/phone',
    '/api/v1/demo/phone/{user}',
    '/api/v1/flows',
    '/api/v1/flows/{name}',
    '/api/v1/flows/{name}/rollback',
    '/api/v1/flows/{name}/versions',
    '/api/v1/flows/{name}/versions/{version}',
    '/api/v1/flows/{name}/versions/{version}/diff',
    '/api/v1/phones/{device}/credentials',
    '/api/v1/queues',
    '/api/v1/queues/{queue}/callers',
    '/api/v1/queues/{queue}/callers/{callId}',
    '/api/v1/recordings',
    '/api/v1/recordings/accesses',
    '/api/v1/recordings/{id}',
    '/api/v1/recordings/{id}/audio',
    '/api/v1/recordings/{id}/peaks',
    '/api/v1/session',
    '/api/v1/session/renew',
    '/api/v1/users/{username}/password',
    '/api/v1/users/{username}/sessions',
    '/api/v1/voicemails',
    '/api/v1/voicemails/{id}',
    '/api/v1/voicemails/{id}/audio',
    '/api/v1/webhooks',
    '/api/v1/webhooks/{name}/deliveries',
    '/api/v1/webhooks/{name}/deliveries/{id}',
    '/api/v1/webhooks/{name}/ping',
    '/api/v1/webhooks/{name}/replay',
    '/api/v1/webhooks/{name}/resume',
    '/api/v1/webhooks/{name}/stop',
    '/health/live',
    '/health/ready'
  ])
  t.equal((await app.inject('/docs/')).statusCode, 200)
})

t.test('the console is served with a strict policy, or its absence is explained', async (t) => {
  t.match((await world.app.inject('/')).body, 'npm run build:console')
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-console-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'index.html'), '<p>console</p>')
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'assets', 'a-123.js'), '1')
  await writeFile(join(folder, '.secret'), '1')
  const { app } = await buildHttpApp(database, { consoleFolder: folder })
  t.teardown(() => app.close())

  const page = await app.inject('/')
  t.equal(page.body, '<p>console</p>')
  t.match(page.headers, {
    'cache-control': 'no-cache',
    'content-security-policy': /script-src 'self'.*frame-ancestors 'none'/,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff'
  })
  t.match((await app.inject('/assets/a-123.js')).headers, { 'cache-control': /immutable/ })
  t.equal((await app.inject('/assets/')).statusCode, 404, 'no listing')
  t.not((await app.inject('/.secret')).statusCode, 200)
  t.not((await app.inject('/../package.json')).statusCode, 200)
  t.not((await app.inject('/%2e%2e/package.json')).statusCode, 200)

  const origins = ['https://crm.example', 'http://127.0.0.1:9000']
  const framed = await buildHttpApp(database, { consoleFolder: folder, embeddedIn: origins })
  t.teardown(() => framed.app.close())
  const { headers } = await framed.app.inject('/')
  t.match(headers['content-security-policy'], /frame-ancestors https:\/\/crm\.example http:\/\/127\.0\.0\.1:9000$/)
  t.equal(headers['x-frame-options'], undefined)
  t.match((await framed.app.inject('/api/v1/console')).json(), { embeddedIn: origins })
})

t.test("the browser phone's socket leads to Asterisk and nowhere else", async (t) => {
  const asterisk = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' })
  await once(asterisk, 'listening')
  t.teardown(() => asterisk.close())
  asterisk.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)))
  const { port } = asterisk.address() as AddressInfo
  const { app } = await buildHttpApp(database, { ariAddress: { host: '127.0.0.1', port } })
  t.teardown(() => app.close())
  const address = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')

  const open = async (protocol: string, headers = {}) => {
    const socket = new WebSocket(`${address}/sip`, protocol, { headers })
    const closed = once(socket, 'close')
    socket.on('error', () => {})
    return { socket, closed }
  }
  const { socket, closed } = await open('sip')
  await once(socket, 'open')
  t.equal(socket.protocol, 'sip')
  socket.send('REGISTER')
  t.equal(String((await once(socket, 'message'))[0]), 'echo REGISTER')
  t.equal(asterisk.clients.size, 1)
  for (const client of asterisk.clients) client.close()
  t.equal((await closed)[0], 1013, 'both go together')

  const second = await open('sip')
  await once(second.socket, 'open')
  await until(() => asterisk.clients.size === 1, { what: 'the other side' })
  second.socket.terminate()
  await until(() => asterisk.clients.size === 0, { what: 'the other side to go' })

  const refused = await open('chat')
  t.equal((await once(refused.socket, 'unexpected-response'))[1].statusCode, 400)
  const foreign = await open('sip', { origin: 'https://evil.example' })
  t.equal((await once(foreign.socket, 'unexpected-response'))[1].statusCode, 403)

  const away = await buildHttpApp(database)
  t.teardown(() => away.app.close())
  const lost = new WebSocket(`${(await away.app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')}/sip`, 'sip')
  t.equal((await once(lost, 'close'))[0], 1013, 'Asterisk is away')
})

t.test('one app serves the API and the CTI socket, with the same sign-in', async (t) => {
  const one = await buildHttpApp(database, { requestsPerMinute: 5 })
  const board = new CallBoard(smallCentre, { agents: one.agents.list(), queues: [], phones: [], newMessages: [] })
  const server = registerCti(one.app, {
    ...{
      board,
      centre: smallCentre,
      agents: one.agents,
      calls: new FakeCalls(),
      callbacks: new FakeCallbacks(),
      customers: customerDesk(customersIn(database), database, one.bus.publish),
      routes: someRoutes(),
      log: quietLog(),
      version: '1.2.3'
    },
    verifyToken: async (token) => readToken(one.app, token),
    standing: (signIn) => one.signIns.standing(signIn),
    clock: { now: () => Date.now(), sleep: () => Promise.reject(new Error('Nobody sleeps here')) }
  })
  one.bus.listen(server.listener)
  t.teardown(() => one.app.close())
  const url = `${(await one.app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')}/cti/v1`
  t.equal((await one.app.inject('/cti/v1')).statusCode, 400, 'a browser that looks at the address is told')

  const { token } = await signIn(one, '1001')
  const clients = await Promise.all(Array.from({ length: 10 }, () => CtiClient.connect(url)))
  const [client] = clients
  t.match(await client?.request('session.open', { token }), {
    result: { snapshot: { me: { username: '1001', name: 'Agent 1001' } } }
  })
  t.match(await client?.request('setAgentState', { state: 'loggedOn' }), { result: { state: 'notReady' } })
  t.match(await client?.request('customer.get', { customerId: 'c-1' }), { result: { name: 'Mei Lin' } }, 'out of the records')
  t.match(await client?.request('contact.history', { customerId: 'c-1', limit: 1 }), {
    result: { contacts: [{ kind: 'call', agents: ['1001'] }] }
  })
  t.match(await client?.request('customer.update', { customerId: 'c-1', profile: { city: 'Xi’an' } }), {
    result: { profile: { city: 'Xi’an' } }
  })
  t.match((await one.app.inject('/docs/json')).json().openapi, '3.1.0')
})

t.test('callbacks: booked, listed and cancelled by who serves the queue', async (t) => {
  const one = await buildHttpApp(database)
  t.teardown(() => one.app.close())
  const as = async (username: string) => ({ authorization: `Bearer ${(await signIn(one, username)).token}` })
  const book = async (username: string, payload: object) =>
    one.app.inject({ method: 'POST', url: '/api/v1/callbacks', headers: await as(username), payload })
  const first = await book('1001', { number: '13800000001', queue: 'service', at: '2026-11-23T09:00:00+08:00' })
  t.equal(first.statusCode, 201)
  const { callbackId } = first.json()
  t.match(first.json(), { bookedBy: '1001', dueAt: Date.parse('2026-11-23T09:00:00+08:00'), state: 'waiting' })
  t.match(await book('1002', { number: '13800000001', queue: 'service' }), { statusCode: 200 }, 'the same one')
  t.match(await book('1001', { number: '13800000001', queue: 'sales' }), { statusCode: 403 }, 'not a queue of theirs')
  t.match(await book('1001', { number: '1', queue: 'service' }), { statusCode: 400 })
  t.match(await book('1001', { number: '13800000002', queue: 'service', at: 'tomorrow' }), { statusCode: 400 })
  one.callbacks.refusal = 'number-not-allowed'
  const refused = await book('1001', { number: '0900123456', queue: 'service' })
  t.equal(refused.statusCode, 422)
  t.match(refused.json(), { error: { code: 'CALLBACK_REFUSED', details: { why: 'number-not-allowed' } } })

  const get = async (username: string, path = '') =>
    one.app.inject({ url: `/api/v1/callbacks${path}`, headers: await as(username) })
  t.match((await get('1001')).json(), { items: [{ callbackId }] })
  t.same((await get('1001', '?queue=sales')).json(), { items: [] })
  t.match(await get('1001', `/${callbackId}`), { statusCode: 200 })
  t.match(await get('1001', '/nobody'), { statusCode: 404 })
  const cancel = async () =>
    one.app.inject({ method: 'DELETE', url: `/api/v1/callbacks/${callbackId}`, headers: await as('1001') })
  t.equal((await cancel()).statusCode, 204)
  t.equal((await cancel()).statusCode, 409)
  t.equal((await one.app.inject('/api/v1/callbacks')).statusCode, 401)
})

t.test('what is wrong with flows is told in the language that the client prefers', async (t) => {
  const heard: Record<string, string> = {}
  const reply = {
    header(name: string, value: string) {
      heard[name] = value
      return reply
    }
  }
  const told = (header?: string) =>
    toldLanguage({ headers: header === undefined ? {} : { 'accept-language': header } }, reply as unknown as FastifyReply)
  t.equal(told(), 'en')
  t.equal(told('zh-CN'), 'zh-CN')
  t.same(heard, { 'content-language': 'zh-CN', vary: 'accept-language' })
  t.equal(told('zh-Hant-TW, en;q=0.5'), 'zh-CN')
  t.equal(told('de, en;q=0.7, zh;q=0.8'), 'zh-CN')
  t.equal(told('en-GB,en;q=0.9,zh-CN;q=0.8'), 'en')
  t.equal(told('zh;q=0, *'), 'en', 'refused')
  t.equal(told('de, *;q=0.1'), 'en')
  t.equal(told(',;q=,zh;q=much'), 'en', 'nonsense')
})

t.test('what a phone registers with is given to administrators, and kept by nobody on the way', async (t) => {
  const { token } = await signIn(world, 'admin')
  const url = '/api/v1/phones/1001/credentials'
  const answer = await world.app.inject({ url, headers: { authorization: `Bearer ${token}` } })
  t.equal(answer.headers['cache-control'], 'no-store')
  t.same(answer.json(), { device: '1001', username: '1001', password: 'password of the phone', lasting: true })
  t.match(await get('admin', url.replace('1001', '9')), { status: 404, body: { error: { code: 'PHONE_UNKNOWN' } } })

  const api = remoteApi({ server: await addressOf(world.app) }, { SWITCHBOARD_TOKEN: token })
  t.equal(await remotePhoneCredentials(api, '1001'), 'username 1001\npassword password of the phone\n')
  t.match(JSON.parse(await remotePhoneCredentials(api, '1001', true)), { username: '1001', lasting: true })
  await t.rejects(remotePhoneCredentials(api, '1/../1001'), { code: 'PHONE_UNKNOWN' })
})

t.test('the configuration: read, changed, compared and rolled back by administrators', async (t) => {
  const { app, configuration } = world
  const { token } = await signIn(world, 'admin')
  const order = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await app.inject({ method, url: `/api/v1/configuration${url}`, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() }
  }
  t.match(await order('GET', ''), {
    status: 200,
    body: { version: 'v1', source: 'queues: {}\n', since: '1970-01-01T00:00:00.000Z' }
  })
  t.equal((await get('2001', '/api/v1/configuration')).status, 403)
  t.match(await order('GET', '/queues'), { status: 404, body: { error: { code: 'NOTHING_THERE' } } })
  configuration.value = { title: 'Shop' }
  t.match(await order('GET', '/queues/shop'), { status: 200, body: { value: { title: 'Shop' } } })
  t.match(await order('PUT', '/queues/shop', { value: { title: 'The shop' } }), { status: 200, body: { version: 'v2' } })
  t.same(configuration.asked.at(-1), [{ kind: 'value', path: ['queues', 'shop'], value: { title: 'The shop' } }, 'admin'])
  await order('PUT', '/skills', { value: ['shoes'] })
  t.same(configuration.asked.at(-1), [{ kind: 'value', path: ['skills'], value: ['shoes'] }, 'admin'])
  await order('DELETE', '/queues/shop')
  t.same(configuration.asked.at(-1), [{ kind: 'value', path: ['queues', 'shop'] }, 'admin'])
  configuration.answerWith = { kind: 'wrong', problems: ['centre.yaml:3:1 queues: no'] }
  t.match(await order('PUT', '', { source: 'x' }), {
    status: 422,
    body: { error: { code: 'CONFIGURATION_WRONG', details: { problems: [/no/] } } }
  })
  configuration.answerWith = { kind: 'not-written' }
  t.equal((await order('PUT', '', { source: 'x' })).status, 409)

  const at = Date.now()
  await keepConfigurationVersion(database, { version: 'a', source: 'one\ntwo\n', since: at, by: 'file' })
  t.equal(await keepConfigurationVersion(database, { version: 'a', source: 'one\ntwo\n', since: at + 9, by: 'file' }), at)
  await keepConfigurationVersion(database, { version: 'b', source: 'one\n2\n', since: at + 10, by: 'admin' })
  t.match(await order('GET', '/versions'), {
    body: {
      items: [
        { version: 'b', by: 'admin' },
        { version: 'a', by: 'file' }
      ]
    }
  })
  t.match(await order('GET', '/versions/a'), { body: { source: 'one\ntwo\n' } })

  const server = await addressOf(app)
  const api = remoteApi({ server }, { SWITCHBOARD_TOKEN: token })
  t.match(await configurationHistory(api), /^version +live since \(UTC\) +by\nb .*admin\na .*file\n$/)
  t.match(JSON.parse(await configurationHistory(api, true)), [{ version: 'b' }, { version: 'a' }])
  t.same(await configurationDiff(api, 'a', 'b'), { text: ' one\n-two\n+2\n', same: false })
  t.same(await configurationDiff(api, 'a', 'a'), { text: '', same: true })
  await keepConfigurationVersion(database, { version: 'long', source: 'a\n1\n2\n3\n4\n5\n6\n7\nb\n', since: at - 5, by: 'file' })
  await keepConfigurationVersion(database, { version: 'long2', source: 'A\n1\n2\n3\n4\n5\n6\n7\nB\n', since: at - 4, by: 'file' })
  t.equal((await configurationDiff(api, 'long', 'long2')).text, '-a\n+A\n 1\n 2\n 3\n…\n 5\n 6\n 7\n-b\n+B\n')
  await t.rejects(configurationDiff(api, 'nothing'), { code: 'VERSION_UNKNOWN' })
  configuration.answerWith = { kind: 'live', version: 'a', afterRestart: ['http'] }
  t.equal(await rollBackRemoteConfiguration(api, 'a'), 'configuration a is live\nwaits for the next start of the server: http\n')
  t.match(configuration.asked.at(-1), [{ kind: 'source', source: 'one\ntwo\n' }, 'admin'])
  t.match(await order('GET', '/versions/a/diff?to=b'), { body: { lines: [' one', '-two', '+2'] } })
  t.equal((await order('GET', '/versions/c')).status, 404)
  configuration.answerWith = { kind: 'live', version: 'a', afterRestart: ['http'] }
  t.match(await order('POST', '/rollback', { version: 'a' }), { status: 200, body: { version: 'a', afterRestart: ['http'] } })
  t.same(configuration.asked.at(-1), [{ kind: 'source', source: 'one\ntwo\n' }, 'admin'])

  configuration.state = { ...configuration.state, problems: ['centre.yaml:1:1 wrong'] }
  t.match(await (await app.inject('/health/ready')).json(), {
    ready: false,
    checks: { configuration: { ok: false, why: /wrong/ } }
  })
  configuration.state = { ...configuration.state, problems: [] }
})

/** Where the app listens, from the first time on that somebody asks. */
async function addressOf(app: FastifyInstance): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

t.test('the server speaks https and wss by itself, and shows a renewed certificate to who connects from then on', async (t) => {
  const authority = await startAuthority()
  t.teardown(() => authority.remove())
  const issue = async (name: string) => {
    const { certificate: TLS_CERTIFICATE, key: TLS_KEY } = await authority.issue(name, '127.0.0.1')
    return readCertificate({ TLS_CERTIFICATE, TLS_KEY })
  }
  const { app } = await buildHttpApp(database, { tls: await issue('first') })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const live = (agent: https.Agent | false = false) =>
    new Promise<{ status: number | undefined; shown: string }>((resolve, reject) => {
      https
        .get({ host: '127.0.0.1', port, path: '/health/live', ca: authority.pem, agent }, (response) => {
          const { fingerprint256: shown } = (response.socket as TLSSocket).getPeerCertificate()
          response.resume().on('end', () => resolve({ status: response.statusCode, shown }))
        })
        .on('error', reject)
    })
  const kept = new https.Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => kept.destroy())
  const first = await live(kept)
  t.equal(first.status, 200)
  await t.rejects(fetch(`http://127.0.0.1:${port}/health/live`), 'not in plain')
  const socket = new WebSocket(`wss://127.0.0.1:${port}/sip`, 'sip', { ca: authority.pem })
  t.teardown(() => socket.terminate())
  socket.on('error', () => undefined)
  await once(socket, 'open')
  renewCertificate(app, await issue('second'))
  t.not((await live()).shown, first.shown)
  t.equal((await live(kept)).shown, first.shown, 'who is connected stays so')
})

t.test('who shows no certificate of the authorities named is refused before anything is read of them', async (t) => {
  const authority = await startAuthority()
  const stranger = await startAuthority()
  t.teardown(() => Promise.all([authority.remove(), stranger.remove()]))
  const filesOf = async (by: TestAuthority, name: string) => {
    const { certificate: TLS_CERTIFICATE, key: TLS_KEY } = await by.issue(name, '127.0.0.1')
    return { TLS_CERTIFICATE, TLS_KEY }
  }
  const issue = async (by: TestAuthority, name: string) => readCertificate(await filesOf(by, name))
  const clientAuthorities = authority.pem
  const own = await filesOf(authority, 'server')
  const { app } = await buildHttpApp(database, { tls: { ...readCertificate(own), clientAuthorities } })
  t.teardown(() => app.close())
  let asked = 0
  app.server.on('request', () => asked++)
  app.server.on('upgrade', () => asked++)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const shows = (client: Certificate | undefined) => ({
    ...{ ca: authority.pem, agent: false as const },
    ...(client && { cert: client.certificate, key: client.key })
  })
  const status = (client?: Certificate) =>
    new Promise<number | undefined>((resolve, reject) => {
      https
        .get({ host: '127.0.0.1', port, path: '/health/live', ...shows(client) }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode))
        })
        .on('error', reject)
    })
  const upgraded = async (client?: Certificate) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/sip`, 'sip', shows(client))
    t.teardown(() => socket.terminate())
    await once(socket, 'open')
  }
  const forged = await issue(stranger, 'client')
  for (const client of [undefined, forged]) {
    await t.rejects(status(client))
    await t.rejects(upgraded(client))
  }
  t.equal(asked, 0)
  const known = await issue(authority, 'client')
  t.equal(await status(known), 200)
  await upgraded(known)

  const command = (variables: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const server = { HTTP_TLS: 'on', HTTP_ADDRESS: `127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: authority.file, ...own }
      const user = { SWITCHBOARD_USER: 'admin', SWITCHBOARD_PASSWORD: password }
      const env = { ...process.env, ...server, ...user, ...variables }
      const args = ['--import=tsx', 'src/cli.ts', 'calls', 'list', '--json']
      execFile(process.execPath, args, { env }, (error, out, said) => resolve(error === null ? out : said))
    })
  const [shown, hidden] = await Promise.all([command({ HTTP_CLIENT_AUTHORITIES: authority.file }), command({})])
  t.ok(Array.isArray(JSON.parse(shown)), 'commands show the certificate of the server')
  t.match(hidden, /The server cannot be reached/)
  renewCertificate(app, { ...(await issue(authority, 'second')), clientAuthorities })
  await t.rejects(status(), 'nor after the certificate was renewed')
  await t.rejects(status(forged))
  t.equal(await status(known), 200)
})

t.test('a start without the database knows who was signed out, or lets nobody from before in', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-endings-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'ended.json')
  const log = collectedLog()
  const away = async () => {
    throw new AppError('DATABASE_UNAVAILABLE', 'upstream', 'The database does not answer')
  }
  const user = { username: 'ada', name: 'Ada', role: 'admin', teams: [] } as const
  const bob = { ...user, username: 'bob' }
  const started = () =>
    SignIns.fromDisk({
      ...{ database: { query: away, transaction: away, ping: away }, clock: { now: () => 1_000 }, log, users: [user, bob] },
      kept: new KeptEndings(file, log)
    })
  const signIn = (id: string, username = 'ada') => ({ id, username, epoch: 0, since: 0, expiresAt: 9_000 })

  const first = started()
  t.same(first.standing(signIn('one')), { ok: false, why: 'ended' }, 'neither the disk nor the database has told')
  await first.end('one', 9_000)
  first.close()
  const next = started()
  t.same(next.standing(signIn('two')), { ok: false, why: 'ended' }, 'a part is not taken for all')
  next.close()

  await writeFile(file, '{"epochs":[],"ended":[]}')
  const known = started()
  await known.end('one', 9_000)
  await known.endAllOf('bob')
  known.close()
  const second = started()
  t.match(second.standing(signIn('two')), { ok: true })
  t.same(second.standing(signIn('one')), { ok: false, why: 'ended' })
  t.same(second.standing(signIn('three', 'bob')), { ok: false, why: 'ended' })
  second.close()
  await writeFile(file, '{"epochs":')
  const third = started()
  t.same(third.standing(signIn('two')), { ok: false, why: 'ended' }, 'a damaged file is none')
  third.close()
})
