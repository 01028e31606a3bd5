import { spawn } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Registry } from 'prom-client'
import t from 'tap'
import { checkWebhooks } from '../../src/assembly/check-webhooks.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { isPrivateAddress } from '../../src/connectors/is-private-address.ts'
import { openPostClient } from '../../src/connectors/post-client.ts'
import { readRetryAfter } from '../../src/connectors/read-retry-after.ts'
import { eventSchemas } from '../../src/cti/messages.ts'
import { viewerOf } from '../../src/cti/view/viewer.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { WebhookSettings } from '../../src/domain/webhook.ts'
import { seedUsers } from '../../src/http/users.ts'
import { addWebhookMetrics } from '../../src/http/webhook-metrics.ts'
import { backOffMs } from '../../src/webhooks/back-off.ts'
import { signatureOf } from '../../src/webhooks/sign.ts'
import { Webhooks, type WebhooksOptions } from '../../src/webhooks/webhooks.ts'
import { smallCentre, smallUsers, userNamed } from '../helpers/centre/small-centre.ts'
import { startCtiApp } from '../helpers/cti/cti-app.ts'
import { CtiClient } from '../helpers/cti/cti-client.ts'
import { buildHttpApp } from '../helpers/http/http-app.ts'
import { someWebhook } from '../helpers/http/some-webhook.ts'
import { type Received, startReceiver, type WebhookReceiver } from '../helpers/http/webhook-receiver.ts'
import { eventsOf } from '../helpers/publish-call.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { realClock } from '../helpers/real-clock.ts'
import { startTestPostgres } from '../helpers/store/postgres.ts'
import { until } from '../helpers/until.ts'

const SECRET = 'a secret that is long enough'
const answerWith =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end()

/** The function that WEBHOOKS.md shows, as a receiver would paste it. */
async function verifierOfTheDocument(): Promise<(header: string, body: string, secret: string, now?: number) => boolean> {
  const document = await readFile(fileURLToPath(new URL('../../WEBHOOKS.md', import.meta.url)), 'utf8')
  const source = /```js\n(.*?)```/s.exec(document)?.[1] ?? ''
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-verify-'))
  await writeFile(join(folder, 'verify.mjs'), source)
  t.teardown(() => rm(folder, { recursive: true }))
  return (await import(pathToFileURL(join(folder, 'verify.mjs')).href)).isFromSwitchboard
}

t.test('a receiver knows what is from us by the lines of WEBHOOKS.md', async (t) => {
  const isFromSwitchboard = await verifierOfTheDocument()
  const now = Date.UTC(2026, 10, 22, 8)
  const body = '{"type":"queued","caller":"王芳 🎧"}'
  const signature = signatureOf(body, [SECRET], now)
  t.match(signature, /^t=1795334400,v1=[0-9a-f]{64}$/)
  t.equal(isFromSwitchboard(signature, body, SECRET, now), true)
  t.equal(isFromSwitchboard(signature, body, SECRET, now + 299_000), true)
  t.equal(isFromSwitchboard(signature, body, SECRET, now + 301_000), false, 'too old')
  t.equal(isFromSwitchboard(signature, body, SECRET, now - 301_000), false, 'from the future')
  t.equal(isFromSwitchboard(signature, `${body} `, SECRET, now), false, 'changed')
  t.equal(isFromSwitchboard(signature.replace('t=1795334400', 't=1795334401'), body, SECRET, now), false, 'dated otherwise')
  t.equal(isFromSwitchboard(signature, body, 'another secret', now), false)
  const rotating = signatureOf(body, ['the new one', SECRET], now)
  t.equal(isFromSwitchboard(rotating, body, SECRET, now), true, 'who knows the old one')
  t.equal(isFromSwitchboard(rotating, body, 'the new one', now), true, 'and who knows the new one')
  for (const header of ['', 't=,v1=', 'v1=00', `t=${now / 1000}`, 't=abc,v1=zz', `t=${now / 1000},v1=`])
    t.equal(isFromSwitchboard(header, body, SECRET, now), false, `"${header}"`)
})

t.test('waiting doubles, by chance up to half shorter, and no longer than the limit', async (t) => {
  const limits = { firstMs: 2_000, maxMs: 3_600_000 }
  t.same(
    [1, 2, 3, 10, 12, 1_000].map((failures) => backOffMs(failures, limits, () => 0)),
    [2e3, 4e3, 8e3, 1024e3, 36e5, 36e5]
  )
  t.equal(
    backOffMs(3, limits, () => 0.999_999),
    4_000
  )
  t.equal(readRetryAfter('120', 0), 120_000)
  t.equal(readRetryAfter('Sun, 22 Nov 2026 08:00:10 GMT', Date.UTC(2026, 10, 22, 8)), 10_000)
  t.equal(readRetryAfter('Sun, 22 Nov 2026 08:00:00 GMT', Date.UTC(2026, 10, 22, 9)), 0)
  for (const header of [undefined, '', 'soon', '-1', '1e9']) t.equal(readRetryAfter(header, 0), undefined)
})

t.test('what is not public is reached below an allowed prefix only, whatever its name says', async (t) => {
  const signal = new AbortController().signal
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::'
  ])
    t.equal(isPrivateAddress(address), true, address)
  for (const address of ['fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', 'ff02::1'])
    t.equal(isPrivateAddress(address), true, address)
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111']) t.equal(isPrivateAddress(address), false, address)

  const receiver = await startReceiver()
  t.teardown(() => receiver.close())
  let stands = ['127.0.0.1']
  const client = openPostClient({
    allowed: () => [`${receiver.url}/hooks`],
    connectionsMax: 2,
    resolve: (_name, _options, found) =>
      found(
        null,
        stands.map((address) => ({ address, family: 4 }))
      )
  })
  t.teardown(() => client.close())
  const send = (url: string) => client.send({ url, headers: {}, body: '{}', timeoutMs: 1_000 }, signal)
  const refused = { kind: 'failed', problem: 'not-allowed' }
  const port = new URL(receiver.url).port
  t.same(await send(`${receiver.url}/hooks/a`), { kind: 'answered', status: 204 })
  t.same(await send(`${receiver.url}/other`), refused, 'beside the prefix')
  for (const host of [
    '127.0.0.1',
    'localhost',
    'a.localhost',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'user@example.com'
  ])
    t.same(await send(`https://${host}:${port}/`), refused, host)
  t.same(await send(`http://example.com:${port}/`), refused, 'in clear')
  t.same(await send(`https://rebound.example:${port}/`), refused, 'a public name of this machine')
  stands = ['93.184.216.34', '10.0.0.1']
  t.same(await send(`https://rebound.example:${port}/`), refused, 'one private address among public ones')
  t.equal(receiver.received.length, 1)
})

t.test('webhooks of the file are checked with all that they depend on', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-webhooks-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const CONFIG = join(folder, 'centre.yaml')
  const load = async (webhook: string, allowed = '[]') => {
    await writeFile(
      CONFIG,
      `queues: { service: { title: Service } }\nteams: { one: { title: One } }\nagents: []\nallowed_requests: ${allowed}\nwebhooks:\n  crm: ${webhook}\n`
    )
    const config = loadConfig({ CONFIG, DATA_DIR: folder, WEBHOOK_A: SECRET, WEBHOOK_SHORT: 'short', SECRET_B: SECRET })
    checkWebhooks(config.centre, config.webhookSecret)
    return config
  }
  const wrong = async (webhook: string, allowed?: string) => {
    try {
      await load(webhook, allowed)
      return []
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return error.details.problems as string[]
    }
  }
  const config = await load(
    '{ url: "https://crm.example/hook", secret_env: [WEBHOOK_A, WEBHOOK_A], events: [queued, webhook.started], queues: [service] }'
  )
  t.match(config.centre.webhooks?.get('crm'), {
    ...{ name: 'crm', secretVariables: ['WEBHOOK_A', 'WEBHOOK_A'], events: ['queued', 'webhook.started'], timeoutMs: 10_000 },
    ...{ attemptsMax: 20, maxAgeMs: 86_400_000 }
  })
  t.notOk(JSON.stringify(config).includes(SECRET), 'the secret is nowhere in what rooms are given')
  t.equal(config.webhookSecret('SECRET_B'), undefined, 'no other variable is a secret of webhooks')
  t.same(await wrong('{ url: "http://10.0.0.1/hook", secret_env: WEBHOOK_A }', '["http://10.0.0.1/"]'), [])
  t.match(await wrong('{ url: "https://10.0.0.1/hook", secret_env: WEBHOOK_A }'), [/^webhooks.crm.url: expected https/])
  t.match(await wrong('{ url: "http://crm.example/hook", secret_env: WEBHOOK_A }'), [/^webhooks.crm.url: expected https/])
  t.match(await wrong('{ url: "https://crm.example/", secret_env: WEBHOOK_A, events: [queud, session.health] }'), [
    /"queud"/,
    /"session.health"/
  ])
  t.match(await wrong('{ url: "https://crm.example/", secret_env: [WEBHOOK_A, WEBHOOK_SHORT] }'), [
    /WEBHOOK_SHORT is not set to at least 16/
  ])
  t.match(await wrong('{ url: "https://crm.example/", secret_env: WEBHOOK_NONE }'), [/WEBHOOK_NONE is not set/])
  t.match(await wrong('{ url: "https://crm.example/", secret_env: SECRET_B }'), [/begins with WEBHOOK_/])
  t.match(await wrong('{ url: "https://crm.example/", secret_env: WEBHOOK_A, queues: [none], teams: [two] }'), [
    /unknown queue "none"/,
    /unknown team "two"/
  ])
  t.match(await wrong('{ url: "https://crm.example/", secret_env: WEBHOOK_A, agents: ["1001"], events: [routeRequest] }'), [
    /"routeRequest"/,
    /unknown agent "1001"/
  ])
  t.match(await wrong('{ url: "ftp://crm.example/", secret_env: WEBHOOK_A, timeout: 5m }'), [/url/, /100ms to 30s/])
})

t.test('webhooks', async (t) => {
  const postgres = await startTestPostgres()
  t.teardown(() => postgres.close())
  const isFromSwitchboard = await verifierOfTheDocument()

  /** Webhooks of a server of its own, with a receiver that takes everything at first. */
  async function start(
    settings: (url: string) => readonly WebhookSettings[] = (url) => [someWebhook(url)],
    allowed: readonly string[] = [],
    changes: Partial<WebhooksOptions> = {}
  ) {
    const receiver = await startReceiver()
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-webhooks-'))
    const log = quietLog()
    const options: WebhooksOptions = {
      ...{ database: postgres.database, clock: realClock, log, folder, instance: folder.slice(-6) },
      secretOf: () => SECRET,
      openClient: (connectionsMax) => openPostClient({ allowed: () => [receiver.url, ...allowed], connectionsMax }),
      backOff: { firstMs: 40, maxMs: 200 },
      ...changes
    }
    let webhooks = await Webhooks.open(options, settings(receiver.url))
    await webhooks.restore()
    let told = 0
    t.teardown(async () => {
      await webhooks.close()
      await receiver.close()
      await rm(folder, { recursive: true })
    })
    return {
      ...{ receiver, folder, log, options },
      get webhooks() {
        return webhooks
      },
      tell(call: string, webhook = 'crm') {
        const number = ++told
        webhooks.tell(webhook, {
          type: 'queued',
          about: `call:${call}`,
          at: Date.now(),
          body: `"type":"queued","call":"${call}","number":${number}`
        })
        return number
      },
      async restart() {
        await webhooks.close()
        webhooks = await Webhooks.open(options, settings(receiver.url))
        await webhooks.restore()
      }
    }
  }
  const numbersOf = (receiver: WebhookReceiver, call?: string) =>
    receiver.received.filter(({ event }) => call === undefined || event.call === call).map(({ event }) => event.number as number)
  const got = (receiver: WebhookReceiver, count: number, ms = 8_000) =>
    until(() => receiver.received.length >= count, { ms, what: () => `${count} requests (${receiver.received.length})` })
  const states = async (webhooks: Webhooks, state?: 'waiting' | 'delivered' | 'dead') =>
    (await webhooks.deliveries('crm', { state, limit: 5_000 })) ?? []
  const settled = (webhooks: Webhooks, delivered: number, ms = 8_000) =>
    until(
      async () => {
        const found = await states(webhooks)
        return (
          !found.some(({ state }) => state === 'waiting') &&
          found.filter(({ state }) => state === 'delivered').length === delivered
        )
      },
      { ms, what: `${delivered} delivered` }
    )

  await t.test('each request is signed, and says which event and which attempt it is', async (t) => {
    const { receiver, webhooks, tell } = await start()
    let refusals = 2
    receiver.answer = (response) => answerWith(refusals-- > 0 ? 500 : 200)(response)
    tell('a')
    await settled(webhooks, 1)
    t.same(
      receiver.received.map(({ event }) => event.attempt),
      [1, 2, 3]
    )
    t.equal(new Set(receiver.received.map(({ event }) => event.id)).size, 1)
    for (const { headers, text, event } of receiver.received) {
      t.equal(isFromSwitchboard(String(headers['switchboard-signature']), text, SECRET), true)
      t.match(headers, { 'content-type': 'application/json', 'switchboard-event': 'queued', 'switchboard-delivery': event.id })
    }
    t.match(await states(webhooks), [{ state: 'delivered', attempts: 3, lastStatus: 200, type: 'queued' }])
    t.match(webhooks.figures(), [{ webhook: 'crm', delivered: 1, failed: 2, last: { status: 200 } }])
  })

  await t.test('a socket client of the role crm with that filter is sent the very same', async (t) => {
    const { receiver, webhooks } = await start()
    const cti = await startCtiApp()
    t.teardown(() => cti.app.close())
    const monitor = { queues: ['service'] }
    const client = await CtiClient.open(cti.url, 'crm', { monitor })
    const viewer = viewerOf({ ...userNamed('crm'), username: 'webhook:crm' }, monitor, smallCentre)
    cti.server.watch({ viewer, tell: (event) => webhooks.tell('crm', event) })
    for (const [index, queue] of ['service', 'sales', 'service'].entries())
      for (const event of eventsOf({ id: `same-${index}`, queue, startedAt: 1, abandoned: index === 2 })) cti.bus.publish(event)
    await until(() => client.events.filter(({ type }) => type === 'callCleared').length === 2, { what: 'both calls to end' })
    await got(receiver, client.events.length)
    const plain = ({ seq: _seq, id: _id, attempt: _attempt, ...event }: Record<string, unknown>) => JSON.stringify(event)
    for (const call of ['same-0', 'same-2']) {
      const ofCall = (event: object) => 'callId' in event && event.callId === call
      t.same(
        receiver.received
          .map(({ event }) => event)
          .filter(ofCall)
          .map(plain),
        client.events.filter(ofCall).map((event) => plain({ ...event })),
        'in the same order'
      )
    }
    t.same(receiver.received.map(({ event }) => plain(event)).sort(), client.events.map((event) => plain({ ...event })).sort())
    for (const { event } of receiver.received)
      t.equal(eventSchemas[event.type as keyof typeof eventSchemas].safeParse(event).success, true, event.type)
    const taken = Object.values(eventSchemas).flatMap(({ shape }) => Object.keys(shape))
    t.notOk(taken.includes('id') || taken.includes('attempt'), 'no event has a field of the name of ours')
  })

  await t.test('the events of a call are in order whatever fails; another call does not wait for it', async (t) => {
    const { receiver, webhooks, tell } = await start()
    const failures = new Map<unknown, number>()
    receiver.answer = (response, { event }) => {
      const count = (failures.get(event.number) ?? 0) + 1
      failures.set(event.number, count)
      answerWith(event.call === 'ill' && count < 3 ? 503 : 202)(response)
    }
    const ill = [tell('ill'), tell('ill'), tell('ill')]
    const well = [tell('well'), tell('well'), tell('well')]
    await settled(webhooks, 6)
    t.same(
      numbersOf(receiver, 'ill'),
      ill.flatMap((number) => [number, number, number])
    )
    t.same(numbersOf(receiver, 'well'), well)
    const lastWell = receiver.received.findLastIndex(({ event }) => event.call === 'well')
    const lastIll = receiver.received.findLastIndex(({ event }) => event.call === 'ill')
    t.ok(lastWell < lastIll, 'the other call was done first')
    const seqs = receiver.received
      .filter(({ event }) => event.attempt === 1)
      .map(({ event }) => [event.number as number, event.seq])
    t.same(
      seqs.sort((a, b) => Number(a[0]) - Number(b[0])).map(([, seq]) => seq),
      seqs.map(([, seq]) => seq).sort((a, b) => Number(a) - Number(b))
    )
  })

  await t.test('receivers that hang, reset, send without end or send us elsewhere cost themselves only', async (t) => {
    const elsewhere = await startReceiver()
    t.teardown(() => elsewhere.close())
    let asked = 0
    const behaviours: ((response: ServerResponse) => void)[] = [
      () => {},
      (response) => void response.socket?.destroy(),
      answerWith(307, { location: elsewhere.url }),
      (response) => {
        response.writeHead(500)
        const flood = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536))) {}
          if (!response.destroyed) response.once('drain', flood)
        }
        flood()
      },
      (response) => void response.writeHead(200).write('never ended')
    ]
    const { receiver, webhooks, tell } = await start((url) => [
      someWebhook(url, { timeoutMs: 150 }),
      someWebhook(url, { name: 'other', timeoutMs: 150 })
    ])
    receiver.answer = (response, { event }) =>
      event.call === 'odd' ? (behaviours[asked++] ?? answerWith(204))(response) : answerWith(204)(response)
    tell('odd')
    for (let count = 0; count < 20; count++) tell('fine', 'other')
    await until(async () => (await webhooks.deliveries('other', { state: 'delivered', limit: 50 }))?.length === 20, {
      what: 'the other webhook'
    })
    await settled(webhooks, 1)
    t.equal(asked, 5, 'a status that has come counts, whatever becomes of the body')
    t.equal(elsewhere.received.length, 0, 'nobody was sent elsewhere')
    t.match(await states(webhooks), [{ attempts: 5, lastStatus: 200 }])
  })

  await t.test('a dead receiver is asked ever more seldom, delays nobody else, and gets all when it is back', async (t) => {
    const dead = await startReceiver()
    const { port } = new URL(dead.url)
    await dead.close()
    const { receiver, webhooks, tell } = await start(
      (url) => [someWebhook(dead.url, { attemptsMax: 100 }), someWebhook(url, { name: 'other' })],
      [dead.url]
    )
    for (let count = 0; count < 60; count++) tell(`call-${count % 12}`)
    await until(() => (webhooks.figures()[0]?.failed ?? 0) >= 6, { what: 'failures' })
    const { failed = 0 } = webhooks.figures()[0] ?? {}
    t.ok(failed < 20, `${failed} attempts for 60 events`)
    for (let count = 0; count < 20; count++) tell('well', 'other')
    await got(receiver, 20, 2_000)
    const back = await startReceiver(Number(port))
    t.teardown(() => back.close())
    await until(() => back.received.length >= 60, { ms: 15_000, what: () => `all of them (${back.received.length})` })
    for (let call = 0; call < 12; call++) {
      const numbers = [...new Set(numbersOf(back, `call-${call}`))]
      t.same(
        numbers,
        [...numbers].sort((a, b) => a - b),
        `call ${call} in order`
      )
    }
    t.equal(new Set(numbersOf(back)).size, 60)
    t.equal(numbersOf(receiver).length, 20)
  })

  await t.test('who asks to be left alone is, and 410 stops a webhook until somebody resumes it', async (t) => {
    const { receiver, webhooks, tell } = await start()
    const answers = [answerWith(429, { 'retry-after': '1' }), answerWith(204), answerWith(410)]
    let asked = 0
    receiver.answer = (response) => (answers[asked++] ?? answerWith(204))(response)
    tell('a')
    await got(receiver, 1)
    tell('b')
    await got(receiver, 2)
    t.ok((receiver.received[1]?.at ?? 0) - (receiver.received[0]?.at ?? 0) >= 950, 'nothing else came before either')
    await until(async () => (await webhooks.list())[0]?.stopped?.why === 'gone', { what: 'it to be stopped' })
    tell('c')
    await until(async () => (await states(webhooks, 'waiting')).length === 2, { what: 'two to wait' })
    const asked3 = receiver.received.length
    await webhooks.resume('crm')
    await settled(webhooks, 3)
    t.equal(asked3, 3)
    t.same(new Set(numbersOf(receiver)).size, 3, 'nothing was lost')
    t.match(await webhooks.list(), [{ webhook: 'crm', waiting: 0, dead: 0, stopped: undefined }])
  })

  await t.test('what was stopped stays so after a restart, and goes on elsewhere when its address changes', async (t) => {
    const started = await start()
    const { receiver, tell } = started
    await started.webhooks.stop('crm', 'admin')
    tell('a')
    await started.restart()
    t.match(await started.webhooks.list(), [{ stopped: { why: 'admin' } }])
    t.equal(receiver.received.length, 0)
    await started.webhooks.resume('crm')
    await got(receiver, 1)
    receiver.answer = answerWith(410)
    tell('b')
    await until(async () => (await started.webhooks.list())[0]?.stopped?.why === 'gone', { what: 'it to be stopped' })
    receiver.answer = answerWith(200)
    started.webhooks.follow([someWebhook(`${receiver.url}/moved`)])
    await settled(started.webhooks, 2)
    t.match(await started.webhooks.list(), [{ stopped: undefined, url: /moved$/ }])
  })

  await t.test('dead letters are listed, and sent again: one, those since a time, all, and what was delivered', async (t) => {
    const { receiver, webhooks, tell } = await start((url) => [someWebhook(url, { attemptsMax: 2 })])
    receiver.answer = answerWith(500)
    for (let count = 0; count < 4; count++) tell(`call-${count}`)
    const dead = await until(
      async () => {
        const found = await states(webhooks, 'dead')
        return found.length === 4 && found
      },
      { what: 'four dead letters' }
    )
    t.match(dead, Array(4).fill({ state: 'dead', attempts: 2, lastStatus: 500, lastProblem: 'status' }))
    t.equal(receiver.received.length, 8)
    t.match(await webhooks.list(), [{ dead: 4, waiting: 0 }])
    t.same(
      (await webhooks.deliveries('crm', { limit: 2, beforeSeq: dead[1]?.seq }))?.map(({ seq }) => seq),
      dead.slice(2).map(({ seq }) => seq)
    )

    receiver.answer = answerWith(200)
    const [newest, second] = dead
    t.equal(await webhooks.replay('crm', { id: newest?.id, delivered: false }), 1)
    await settled(webhooks, 1)
    t.match(receiver.received.at(-1)?.event, { id: newest?.id, attempt: 3, seq: newest?.seq })
    t.equal(await webhooks.replay('crm', { since: Date.now() + 1_000, delivered: false }), 0)
    t.equal(
      await webhooks.replay('crm', { since: second?.toldAt, delivered: false }),
      dead.slice(1).filter(({ toldAt }) => toldAt >= (second?.toldAt ?? 0)).length
    )
    await webhooks.replay('crm', { delivered: false })
    await settled(webhooks, 4)
    t.equal(await webhooks.replay('crm', { delivered: false }), 0, 'no dead letters are left')
    t.equal(await webhooks.replay('crm', { delivered: true }), 4)
    await until(() => receiver.received.length === 16, { what: 'all four again' })
    t.equal(await webhooks.replay('nobody', { delivered: true }), undefined)
    t.match(await webhooks.delivery('crm', String(newest?.id)), { body: /"call":"call-3"/ })
    t.equal(await webhooks.delivery('crm', 'no-such-id'), undefined)
  })

  await t.test('a ping is sent once and not kept', async (t) => {
    const { receiver, webhooks } = await start((url) => [someWebhook(url, { timeoutMs: 200 })])
    t.match(await webhooks.ping('crm'), { status: 204, problem: undefined })
    t.match(receiver.received[0]?.event, { type: 'webhook.ping', webhook: 'crm', attempt: 1 })
    t.equal(
      isFromSwitchboard(String(receiver.received[0]?.headers['switchboard-signature']), receiver.received[0]?.text ?? '', SECRET),
      true
    )
    receiver.answer = answerWith(403)
    t.match(await webhooks.ping('crm'), { status: 403, problem: 'status' })
    receiver.answer = () => {}
    t.match(await webhooks.ping('crm'), { problem: 'timeout' })
    t.equal(await webhooks.ping('nobody'), undefined)
    t.same(await states(webhooks), [])
  })

  await t.test('administrators look after them over the API, and nobody is told a secret', async (t) => {
    const { receiver, webhooks, tell } = await start((url) => [someWebhook(url, { attemptsMax: 1 })])
    await seedUsers(postgres.database, smallUsers, 'correct horse')
    const { app, logged } = await buildHttpApp(postgres.database, { webhooks })
    t.teardown(() => app.close())
    const registry = new Registry()
    addWebhookMetrics(registry, { clock: realClock, figures: () => webhooks.figures(), journal: () => webhooks.journal() })
    const payload = { username: 'admin', password: 'correct horse' }
    const { token } = (await app.inject({ method: 'POST', url: '/api/v1/session', payload })).json() as { token: string }
    const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await app.inject({ method, url: `/api/v1/webhooks${path}`, headers, ...(body && { payload: body }) })
      return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json(), text: answer.body }
    }
    receiver.answer = answerWith(500)
    tell('a')
    tell('b')
    await until(async () => (await webhooks.list())[0]?.dead === 2, { what: 'dead letters' })
    const list = await ask('GET', '')
    t.match(list.body, { items: [{ webhook: 'crm', url: receiver.url, dead: 2, waiting: 0, failed: 2, last: { status: 500 } }] })
    const dead = await ask('GET', '/crm/deliveries?state=dead&limit=1')
    t.match(dead.body, { items: [{ state: 'dead', type: 'queued', attempts: 1, lastStatus: 500, lane: 'call:b' }] })
    const [{ id, seq }] = dead.body.items
    t.match((await ask('GET', `/crm/deliveries?before=${seq}`)).body, { items: [{ lane: 'call:a' }] })
    t.match((await ask('GET', `/crm/deliveries/${id}`)).body, { id, event: { type: 'queued', call: 'b' } })
    t.match(await registry.metrics(), /switchboard_webhook_dead\{webhook="crm"\} 2\n/)
    t.match(await registry.metrics(), /switchboard_webhook_failed_total\{webhook="crm"\} 2\n/)

    receiver.answer = answerWith(200)
    t.match(await ask('POST', '/crm/ping'), { status: 200, body: { status: 200 } })
    t.equal((await ask('POST', '/crm/stop')).status, 204)
    t.match((await ask('GET', '')).body, { items: [{ stopped: { why: 'admin' } }] })
    t.match(await ask('POST', '/crm/replay', { id }), { status: 200, body: { replayed: 1 } })
    t.match(await ask('POST', '/crm/replay', { since: '2001-01-01T00:00:00Z' }), { body: { replayed: 1 } })
    t.equal((await ask('POST', '/crm/resume')).status, 204)
    await settled(webhooks, 2)
    t.match(await ask('POST', '/crm/replay', {}), { body: { replayed: 0 } })
    t.match(await ask('POST', '/crm/replay', { since: 'yesterday' }), { status: 400 })
    t.match(await ask('GET', '/crm/deliveries/none'), { status: 404 })
    for (const path of ['/none/ping', '/none/stop', '/none/resume']) t.equal((await ask('POST', path)).status, 404)
    t.equal((await ask('GET', '/none/deliveries')).status, 404)
    t.notOk([list, dead].some(({ text }) => text.includes(SECRET)) || logged.join().includes(SECRET))
  })

  await t.test('a thousand events at once: each arrives, ids are unique, calls are in order, few at a time', async (t) => {
    const { receiver, webhooks, tell } = await start()
    const begun = performance.now()
    for (let count = 0; count < 1_000; count++) tell(`call-${count % 50}`)
    const tookMs = performance.now() - begun
    await settled(webhooks, 1_000, 60_000)
    t.ok(tookMs < 3_000, `told in ${Math.round(tookMs)} ms`)
    t.equal(receiver.received.length, 1_000)
    t.equal(new Set(receiver.received.map(({ event }) => event.id)).size, 1_000)
    t.ok(receiver.openMax <= 8, `${receiver.openMax} at a time`)
    for (let call = 0; call < 50; call++) {
      const numbers = numbersOf(receiver, `call-${call}`)
      t.same(
        numbers,
        [...numbers].sort((a, b) => a - b)
      )
    }
    t.equal(webhooks.journal().bytes, 0)
  })

  await t.test('what waits survives a restart with its id, its place and its attempts', async (t) => {
    const started = await start((url) => [someWebhook(url, { attemptsMax: 50 })])
    const { receiver, tell, restart } = started
    receiver.answer = answerWith(500)
    for (let count = 0; count < 5; count++) tell('a')
    // Whoever begins the third has written down the second.
    await got(receiver, 3)
    await restart()
    receiver.answer = answerWith(200)
    await settled(started.webhooks, 5)
    t.same([...new Set(numbersOf(receiver))], [1, 2, 3, 4, 5])
    const attempts = receiver.received.filter(({ event }) => event.number === 1).map(({ event }) => event.attempt)
    t.same(
      attempts,
      [...attempts].sort((a, b) => a - b)
    )
    t.ok((attempts.at(-1) ?? 0) >= 3)
  })

  await t.test('a database that is away delays and loses nothing, and telling takes no longer', async (t) => {
    const started = await start()
    const { receiver, tell, folder, log } = started
    tell('before')
    await settled(started.webhooks, 1)
    await postgres.stop()
    const begun = performance.now()
    for (let count = 0; count < 300; count++) tell(`call-${count % 10}`)
    t.ok(performance.now() - begun < 500, 'nobody waited')
    await until(() => log.lines.some(({ message }) => /cannot be put into the database/.test(message)), { what: 'a warning' })
    await appendFile(join(folder, '000000009999.jsonl'), '{"id":"cut o')
    await postgres.start()
    await got(receiver, 301, 15_000)
    await settled(started.webhooks, 301, 15_000)
    t.equal(new Set(numbersOf(receiver)).size, 301)
    await started.restart()
    await until(async () => !(await readdir(folder)).some((name) => name.endsWith('9999.jsonl')), {
      what: 'the rest to be tidied up'
    })
    t.ok(log.lines.some(({ message }) => /cut off on disk/.test(message)))
  })

  await t.test('what a receiver took while the database went away is written down later, and not sent again', async (t) => {
    const { receiver, webhooks, tell, log } = await start()
    const taken: ServerResponse[] = []
    receiver.answer = (response) => void taken.push(response)
    tell('a')
    await got(receiver, 1)
    await postgres.stop()
    taken[0]?.writeHead(204).end()
    await until(() => log.lines.some(({ message }) => /cannot be written down/.test(message)), { what: 'a warning' })
    await postgres.start()
    await settled(webhooks, 1)
    t.equal(receiver.received.length, 1)
    t.match(await states(webhooks), [{ state: 'delivered', attempts: 1 }])
  })

  await t.test('a disk that takes nothing costs no event while there is memory', async (t) => {
    const { receiver, webhooks, tell, folder, log } = await start()
    await rm(folder, { recursive: true })
    for (let count = 0; count < 3; count++) tell('a')
    await settled(webhooks, 3)
    t.same(numbersOf(receiver), [1, 2, 3])
    t.match(log.lines, [{ level: 'error', message: /kept in memory/ }])
    t.equal(webhooks.journal().lost, 0)
    await mkdir(folder)
    tell('a')
    await settled(webhooks, 4)
  })

  await t.test('killed in the middle, all that was told arrives after the next start, and nothing has two ids', async (t) => {
    const receiver = await startReceiver()
    t.teardown(() => receiver.close())
    let count = 0
    receiver.answer = (response) =>
      ++count % 7 === 0 ? answerWith(500)(response) : setTimeout(() => answerWith(204)(response), count % 5)
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-webhooks-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const told = new Set<number>()
    for (const kills of [1, 2]) {
      const teller = fileURLToPath(new URL('../helpers/http/webhook-teller.ts', import.meta.url))
      const child = spawn(process.execPath, ['--import=tsx', teller, postgres.url, folder, receiver.url], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
      let rest = ''
      let said = 0
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        said += lines.length
        for (const line of lines) told.add(kills * 100_000 + Number(line))
      })
      await until(() => said > 250, { ms: 20_000, what: 'events to be told' })
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
    }
    const webhooks = await Webhooks.open(
      {
        ...{ database: postgres.database, clock: realClock, log: quietLog(), folder, instance: 'killed', secretOf: () => SECRET },
        openClient: (connectionsMax) => openPostClient({ allowed: () => [receiver.url], connectionsMax }),
        backOff: { firstMs: 20, maxMs: 100 }
      },
      [someWebhook(receiver.url)]
    )
    await webhooks.restore()
    t.teardown(() => webhooks.close())
    await until(async () => (await webhooks.list())[0]?.waiting === 0 && webhooks.journal().bytes === 0, {
      ms: 20_000,
      what: 'nothing to wait'
    })
    const byId = new Map<string, Received[]>()
    for (const one of receiver.received) byId.set(one.event.id, [...(byId.get(one.event.id) ?? []), one])
    // Each of the two processes counted from 1, so that each number has at most two ids.
    const numbers = [...byId.values()].map(([first]) => Number(first?.event.number))
    const ofFirst = [...told].filter((number) => number < 200_000).length
    const ofSecond = told.size - ofFirst
    for (let number = 1; number <= Math.max(ofFirst, ofSecond); number++) {
      const wanted = Number(number <= ofFirst) + Number(number <= ofSecond)
      const ids = numbers.filter((one) => one === number).length
      if (ids < wanted || ids > 2) t.fail(`number ${number} was told ${wanted} times and has ${ids} ids`)
    }
    for (const same of byId.values()) t.equal(new Set(same.map(({ event }) => event.number)).size, 1)
    t.ok(byId.size >= told.size, `${byId.size} events for ${told.size} told`)
  })

  await t.test('what is too old or kept long enough goes; a webhook that was taken away leaves nothing under way', async (t) => {
    let moved = 0
    const clock = { ...realClock, now: () => Date.now() + moved }
    const started = await start((url) => [someWebhook(url, { maxAgeMs: 60_000 })], [], { clock })
    const { receiver, webhooks, tell } = started
    receiver.answer = answerWith(500)
    tell('a')
    await got(receiver, 1)
    moved = 120_000
    await until(async () => (await states(webhooks, 'dead')).length === 1, { what: 'it to be given up' })
    webhooks.follow([])
    tell('a')
    await until(() => webhooks.journal().bytes === 0, { what: 'it to be put away' })
    t.equal(await webhooks.deliveries('crm', { limit: 1 }), undefined)
    webhooks.follow([someWebhook(receiver.url, { maxAgeMs: 600_000 })])
    receiver.answer = answerWith(200)
    await settled(webhooks, 1)
  })
})
