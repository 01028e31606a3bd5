import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import t from 'tap'
import { createHttpClient } from '../../src/connectors/http-client.ts'
import { isAllowed } from '../../src/connectors/is-allowed.ts'
import type { HttpRequest } from '../../src/domain/ports/http-client.ts'

const PORT = 16_200
const base = `http://127.0.0.1:${PORT}`
const signal = new AbortController().signal

/** What the service does at each path. */
const behaviours: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/api/echo': (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      json(response, 200, {
        method: request.method,
        type: request.headers['content-type'],
        token: request.headers['x-token'],
        key: request.headers['idempotency-key'],
        json: text && JSON.parse(text)
      })
    })
  },
  '/api/empty': (_, response) => response.writeHead(204).end(),
  '/api/problem': (_, response) =>
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"title":"no such card"}'),
  '/api/html-error': (_, response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Oops</h1>'),
  '/api/html': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
  '/api/nonsense': (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"balance": 12'),
  '/api/deep': (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  '/api/long': (_, response) => json(response, 200, { text: 'x'.repeat(300_000) }),
  '/api/fits': (_, response) => json(response, 200, { text: 'x'.repeat(200_000) }),
  '/api/redirect': (_, response) => response.writeHead(302, { location: `${base}/secret` }).end(),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      `/api/moved-${status}`,
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(status, { location: `${base}/api/fits` }).end()
    ])
  ),
  '/api/loop': (_, response) => response.writeHead(302, { location: `${base}/api/loop` }).end(),
  '/api/slow': () => {},
  '/api/slow-body': (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"balance":'),
  '/api/hang-up': (_, response) => response.socket?.destroy(),
  '/api/half': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"balance":')
    setImmediate(() => response.socket?.destroy())
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

const asked: string[] = []
const gone: string[] = []
const server = createServer((request, response) => {
  const path = request.url ?? ''
  asked.push(path)
  response.on('close', () => response.writableFinished || gone.push(path))
  ;(behaviours[path] ?? ((_, answer) => json(answer, 404, {})))(request, response)
})
await new Promise<void>((resolve) => server.listen(PORT, '127.0.0.1', resolve))

const allowed = [`${base}/api`, 'http://127.0.0.1:16201', 'http://127.0.0.1:16202']
const client = createHttpClient({ allowed: () => allowed })
t.teardown(async () => {
  await client.close()
  server.closeAllConnections()
  server.close()
})
const get = (path: string, more: Partial<HttpRequest> = {}) =>
  client.send({ method: 'GET', url: `${base}${path}`, timeoutMs: 2000, ...more }, signal)

t.test('what is asked arrives, and so does the answer', async (t) => {
  const outcome = await get('/api/echo', { method: 'POST', json: { card: '1' }, headers: { 'x-token': 'abc' } })
  t.same(outcome, {
    ok: true,
    status: 200,
    body: { method: 'POST', type: 'application/json', token: 'abc', json: { card: '1' } }
  })
  const keyOf = async (headers: Record<string, string>) => {
    const answer = await get('/api/echo', { method: 'POST', key: 'call-1', headers })
    return answer.ok ? (answer.body as { key?: string }).key : undefined
  }
  t.equal(await keyOf({}), 'call-1')
  t.equal(await keyOf({ 'Idempotency-Key': 'its own' }), 'its own', 'what the flow says counts')
  t.same(await get('/api/echo'), { ok: true, status: 200, body: { method: 'GET', json: '' } })
  t.same(await get('/api/empty'), { ok: true, status: 204, body: undefined })
  t.match(await get('/api/fits'), { ok: true })
})

t.test('each way to fail has its name', async (t) => {
  t.same(await get('/api/problem'), { ok: false, problem: 'status', status: 404, body: { title: 'no such card' } })
  t.same(await get('/api/html-error'), { ok: false, problem: 'status', status: 500 })
  t.same(await get('/api/html'), { ok: false, problem: 'bad-body', status: 200 })
  t.same(await get('/api/nonsense'), { ok: false, problem: 'bad-body', status: 200 })
  t.same(await get('/api/long'), { ok: false, problem: 'bad-body', status: 200 })
  t.same(await get('/api/deep'), { ok: false, problem: 'bad-body', status: 200 }, 'nobody could write it down')
  t.same(await get('/api/hang-up'), { ok: false, problem: 'unreachable' })
  t.same(await get('/api/half'), { ok: false, problem: 'unreachable' })
  t.same(
    await client.send({ method: 'GET', url: 'http://127.0.0.1:16201/', timeoutMs: 2000 }, signal),
    { ok: false, problem: 'unreachable' },
    'nobody listens'
  )
})

t.test('a service that is slow to answer, to go on or to greet costs its limit and no more', async (t) => {
  const silent = createSocketServer()
  await new Promise<void>((resolve) => silent.listen(16_202, '127.0.0.1', resolve))
  t.teardown(() => silent.close())
  const before = Date.now()
  const outcomes = await Promise.all([
    get('/api/slow', { timeoutMs: 150 }),
    get('/api/slow-body', { timeoutMs: 150 }),
    client.send({ method: 'GET', url: 'http://127.0.0.1:16202/', timeoutMs: 150 }, signal)
  ])
  for (const outcome of outcomes) t.same(outcome, { ok: false, problem: 'timeout' })
  t.ok(Date.now() - before < 1000)
})

t.test(
  'a redirect is an answer and is not followed: neither to where nobody may go, nor to where they may, nor in circles',
  async (t) => {
    asked.length = 0
    for (const path of ['/api/redirect', '/api/loop']) {
      t.same(await get(path), { ok: false, problem: 'status', status: 302, body: undefined })
    }
    for (const status of [301, 302, 303, 307, 308]) {
      const moved = await get(`/api/moved-${status}`, { method: 'POST', json: { card: '1' } })
      t.same(moved, { ok: false, problem: 'status', status, body: undefined })
    }
    t.same(
      asked,
      ['redirect', 'loop', ...[301, 302, 303, 307, 308].map((status) => `moved-${status}`)].map((name) => `/api/${name}`),
      'each was asked once, and nothing else'
    )
  }
)

t.test('a host is allowed by its name, wherever DNS leads it; the address behind the name is another host', async (t) => {
  const byName = createHttpClient({ allowed: () => [`http://localhost:${PORT}/api`] })
  t.teardown(() => byName.close())
  const ask = (url: string) => byName.send({ method: 'GET', url, timeoutMs: 2000 }, signal)
  t.match(await ask(`http://localhost:${PORT}/api/echo`), { ok: true })
  for (const host of ['127.0.0.1', '[::1]', '2130706433', 'localhost.', '0.0.0.0'])
    t.same(await ask(`http://${host}:${PORT}/api/echo`), { ok: false, problem: 'not-allowed' }, host)
})

t.test('a hang-up breaks the request off, and the service sees it', async (t) => {
  for (const path of ['/api/slow', '/api/slow-body']) {
    gone.length = 0
    const call = new AbortController()
    const outcome = client.send({ method: 'GET', url: `${base}${path}`, timeoutMs: 60_000 }, call.signal)
    setTimeout(() => call.abort(new Error('hung up')), 50)
    await t.rejects(outcome, { message: 'hung up' })
    while (!gone.includes(path)) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await t.rejects(
    client.send({ method: 'GET', url: `${base}/api/echo`, timeoutMs: 1000 }, AbortSignal.abort(new Error('gone before'))),
    {
      message: 'gone before'
    }
  )
})

t.test('only allowed places are reached', async (t) => {
  t.same(await get('/secret'), { ok: false, problem: 'not-allowed' })
  t.notOk(asked.includes('/secret'))

  const prefixes = [new URL('https://bank.example/api/'), new URL('http://127.0.0.1:8099')]
  const table: [string, boolean][] = [
    ['https://bank.example/api', true],
    ['https://bank.example/api/balance?x=1', true],
    ['https://BANK.example:443/api/balance', true],
    ['http://127.0.0.1:8099/anything', true],
    ['https://bank.example/apiary', false],
    ['https://bank.example/api/../admin', false],
    ['https://bank.example/api/%2e%2e/admin', false],
    ['http://bank.example/api', false],
    ['https://bank.example:8443/api', false],
    ['https://bank.example.evil.example/api', false],
    ['https://bank.example@evil.example/api', false],
    ['https://user:secret@bank.example/api', false],
    ['http://127.0.0.1:80990/x', false],
    ['file:///etc/passwd', false],
    ['nonsense', false]
  ]
  for (const [url, allowed] of table) t.equal(isAllowed(url, prefixes), allowed, url)

  let now: readonly string[] = []
  const live = createHttpClient({ allowed: () => now })
  t.teardown(() => live.close())
  const send = () => live.send({ method: 'GET', url: `${base}/api/echo`, timeoutMs: 2000 }, signal)
  t.same(await send(), { ok: false, problem: 'not-allowed' })
  now = [`${base}/api`]
  t.match(await send(), { ok: true }, 'as the configuration says now')
})
