import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { connect } from 'node:tls'
import t from 'tap'
import { seedUsers } from '../../src/http/users.ts'
import { Centre, password } from '../helpers/centre/centre.ts'
import { startReceiver } from '../helpers/http/webhook-receiver.ts'
import { startBaresip } from '../helpers/phones/baresip.ts'
import { DeskPhone } from '../helpers/phones/desk-phone.ts'
import { takePortBlock } from '../helpers/port-block.ts'
import { startFakeDrachtio } from '../helpers/sip/fake-drachtio.ts'
import { startTestRedis } from '../helpers/store/redis.ts'
import { type IssuedFiles, startAuthority } from '../helpers/test-authority.ts'
import { until } from '../helpers/until.ts'

/** Every secret that the environment can hold, with a value that is nowhere else. */
const canaries = {
  METRICS_TOKEN: 'canary-of-the-metrics',
  JWT_SECRET: 'canary-of-the-tokens-that-is-long-enough',
  SPEECH_API_KEY: 'canary-of-the-speech',
  PHONE_SECRET: 'canary-of-the-phones-that-is-long-enough',
  WEBHOOK_CRM_SECRET: 'canary-of-the-webhook',
  RECORDINGS_KEY: Buffer.from('canary-of-the-recordings-32bytes').toString('base64')
}
const REDIS_PASSWORD = 'canary-of-the-redis'
/** A formula to a spreadsheet, markup to a page, a statement to a database. */
const MARKUP = "=cmd|' /C calc'!A0<img src=x onerror=alert(1)>'; DROP TABLE calls; --"
/** One that does not pass the flow's check, and one that does; the request with it fails. */
const CARDS = ['6225880000000018', '6225880000000019'] as const

const receiver = await startReceiver()
const authority = await startAuthority()
const own = await authority.issue('centre', '127.0.0.1')
const ports = await takePortBlock()
const redis = await startTestRedis(ports.first, REDIS_PASSWORD)
const drachtio = await startFakeDrachtio()
const lines: string[] = []
/** Fails, and says back what it was sent. */
const bank = createServer((request, response) => void request.pipe(response.writeHead(500)))
const centre = await Centre.start({
  bank,
  onLogLine: (line) => lines.push(line),
  sipTls: { ...own, authorities: authority.file, knownClients: true },
  variables: {
    ...canaries,
    ...{ REDIS_URL: redis.url, DRACHTIO_ADDRESS: `${drachtio.address.host}:${drachtio.address.port}` },
    ...{ DRACHTIO_SECRET: drachtio.secret, PHONE_SRTP: 'required' }
  },
  edit: (yaml) =>
    `${yaml.replace('demo: true', 'demo: false')}\nallowed_requests: ["${receiver.url}"]\nwebhooks:\n  crm: { url: "${receiver.url}/hook", secret_env: WEBHOOK_CRM_SECRET }\n`
})
// Outside of the demo nobody has a password until they are given one.
await seedUsers(centre.postgres.database, centre.config.users, password)
t.teardown(async () => {
  await centre.stop()
  await receiver.close()
  await drachtio.stop()
  await redis.close()
  await ports.release()
  await authority.remove()
})
t.setTimeout(280_000)

interface Credentials {
  readonly username: string
  readonly password: string
  readonly lasting: boolean
}

/** What the phone of 1001 registers with, as an administrator is told. */
const credentials = () => centre.get<Credentials>('/api/v1/phones/1001/credentials')

/** What every file below a folder holds. */
async function filesIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((one) => one.isFile())
  const texts = files.map((one) =>
    readFile(join(one.parentPath, one.name), 'latin1').catch((error: NodeJS.ErrnoException) => {
      // The audio of a prompt was made ready meanwhile, and has its own name now.
      if (error.code === 'ENOENT' && one.name.endsWith('.part')) return ''
      throw error
    })
  )
  return (await Promise.all(texts)).join('\n')
}

/** Every row of every table, as text. */
async function rowsOf(): Promise<string> {
  const { database } = centre.postgres
  const tables = await database.query("select table_name from information_schema.tables where table_schema = 'public'", [])
  const texts = []
  for (const { table_name: table } of tables as readonly { table_name: string }[])
    texts.push(JSON.stringify(await database.query(`select to_jsonb(one) as row from "${table}" as one`, [])))
  return texts.join('\n')
}

/** All values of JSON that are one key, in order. */
const oneByOne = (text: string) => [...text.matchAll(/:\s*"([0-9])"/g)].map(([, key]) => key).join('')

t.test(
  'no secret is in a log, an event, a metric, a record, a webhook or a file; and what callers say of themselves stays text',
  async (t) => {
    const caller = await centre.call('95588', { fromName: MARKUP, from: "1380013'8000" })
    await caller.answered(20_000)
    const { callId } = await centre.fact('call.started', { fits: ({ callerName }) => callerName !== '', ms: 20_000 })
    const left = async (step: string) =>
      (await centre.fact('step.left', { fits: ({ callId: of, entry }) => of === callId && entry.step === step, ms: 20_000 }))
        .entry.exit
    await caller.press('1')
    await left('main')
    for (const card of CARDS) await caller.press(card)
    t.equal(await left('balance'), 'answer', 'the card is typed')
    t.not(await left('fetch'), 'answer', 'and what is done with it fails')

    // What keeps secrets to itself while all is well may tell them when it fails.
    await Promise.all([redis.stop(), drachtio.kill()])
    await until(() => lines.some((line) => line.includes('Redis cannot be reached')), { ms: 20_000, what: 'Redis is gone' })
    await until(() => lines.some((line) => line.includes('The SIP edge is not connected')), {
      ms: 20_000,
      what: 'drachtio is gone'
    })
    await Promise.all([redis.start(), drachtio.start()])

    // Odd numbers from the trunk are numbers that nobody has.
    for (const number of ['95588,evil', '95588&PJSIP', '95588/x', '9$%7BSHELL(id)%7D', "95588'--"]) {
      const odd = await centre.call(number)
      t.ok((await odd.refused(20_000)) >= 400, number)
      odd.close()
    }
    for (const wrong of ['wrong-password-canary', '']) {
      const answer = await fetch(`${centre.url}/api/v1/session`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ username: 'admin', password: wrong })
      })
      t.ok([400, 401].includes(answer.status))
    }
    t.equal((await fetch(`${centre.url}/metrics`, { headers: { authorization: 'Bearer wrong-token-canary' } })).status, 401)
    const metrics = await (
      await fetch(`${centre.url}/metrics`, { headers: { authorization: `Bearer ${canaries.METRICS_TOKEN}` } })
    ).text()
    t.match(metrics, 'switchboard_calls_in_progress')
    caller.hangup()
    await centre.fact('call.ended', { fits: (event) => event.callId === callId, ms: 20_000 })
    const call = await until(
      async () => {
        const { items } = await centre.get<{ items: readonly { callId: string; callerName?: string }[] }>('/api/v1/calls')
        return items.find((one) => one.callId === callId)
      },
      { ms: 20_000, what: 'the call is in the records' }
    )
    t.equal(call.callerName, MARKUP, 'the name is kept, as text')
    await until(() => receiver.received.length > 0, { ms: 20_000, what: 'a webhook is told' })

    const token = await centre.signIn('admin')
    const phone = await credentials()
    t.match(phone, { username: '1001', lasting: true })
    t.match(lines.join(''), 'The password of a phone was given out')
    const places = {
      log: lines.join(''),
      facts: JSON.stringify(centre.events),
      metrics,
      records: await rowsOf(),
      webhooks: receiver.received.map(({ headers, text }) => JSON.stringify(headers) + text).join('\n'),
      files: await filesIn(centre.config.environment.DATA_DIR),
      health: await (await fetch(`${centre.url}/health/ready`, { headers: { authorization: `Bearer ${token}` } })).text(),
      configuration: JSON.stringify(await centre.get('/api/v1/configuration')),
      call: JSON.stringify(await centre.get(`/api/v1/calls/${callId}`))
    }
    const keyLines = (await readFile(own.key, 'utf8')).split('\n').filter((line) => !line.startsWith('-----') && line !== '')
    t.ok(keyLines.length > 1)
    const secrets = [
      ...Object.values(canaries),
      ...keyLines,
      ...[REDIS_PASSWORD, drachtio.secret],
      password,
      phone.password,
      centre.asterisk.password,
      token,
      'wrong-password-canary',
      'wrong-token-canary'
    ]
    for (const [place, text] of Object.entries(places)) {
      t.ok(text.length > 2, `there is something in ${place}`)
      for (const secret of secrets) t.equal(text.includes(secret), false, `${secret.slice(0, 24)} in ${place}`)
      // The first digits tell either card, also when it is cut, or told key by key.
      t.notOk(text.includes(CARDS[0].slice(0, 8)), `a card in ${place}`)
      t.notOk(oneByOne(text).includes(CARDS[0].slice(0, 8)), `a card, key by key, in ${place}`)
    }
    t.notOk((await centre.asterisk.log()).includes(CARDS[0].slice(0, 8)), "a card in Asterisk's log")
    for (const line of lines) t.equal(line.trimEnd().includes('\n'), false)
  }
)

t.test("a desk phone registers with its own password, also after the server's restart", async (t) => {
  const { sipAddress: sip } = centre.asterisk
  const { password: own } = await credentials()
  const registers = async () => {
    const phone = await DeskPhone.register({ sip, user: '1001', password: own })
    await until(() => centre.server.telephony.phoneStatus('1001') === 'in-service', {
      ms: 20_000,
      what: 'the phone is in service'
    })
    return phone
  }
  const before = await registers()
  await before.close()
  await centre.restart()
  t.same((await credentials()).password, own)
  const after = await registers()
  await after.close()
  t.notOk(lines.some((line) => line.includes('PHONE_SECRET is not set')))
})

t.test('who shows no certificate of our authorities has no SIP over TLS', async (t) => {
  const [host, port] = centre.asterisk.tlsAddress.split(':')
  const stranger = await startAuthority()
  t.teardown(() => stranger.remove())
  const fields = [
    ...[`Via: SIP/2.0/TLS ${host};branch=z9hG4bK-options`, 'From: <sip:1001@phone.example>;tag=1', `To: <sip:1001@${host}>`],
    ...['Call-ID: options-over-tls', 'CSeq: 1 OPTIONS', 'Max-Forwards: 70', 'Content-Length: 0']
  ]
  /** The first line of the answer to a question; '' when the connection is ended instead. */
  const answerTo = async (shown: { readonly cert?: Buffer; readonly key?: Buffer }) => {
    const socket = connect({ host, port: Number(port), ca: authority.pem, maxVersion: 'TLSv1.2', ...shown })
    t.teardown(() => socket.destroy())
    socket.write(`OPTIONS sip:${host} SIP/2.0\r\n${fields.join('\r\n')}\r\n\r\n`)
    return await new Promise<string>((resolve) => {
      socket.on('data', (data) => resolve(data.toString().split('\r\n')[0] ?? ''))
      socket.on('error', () => resolve('')).on('close', () => resolve(''))
    })
  }
  const together = async (file: Promise<IssuedFiles>) => {
    const pem = await readFile((await file).together)
    return { cert: pem, key: pem }
  }
  t.equal(await answerTo({}), '')
  t.equal(await answerTo(await together(stranger.issue('forged', '127.0.0.1'))), '')
  t.match(
    await answerTo(await together(authority.issue('known', '127.0.0.1'))),
    /^SIP\/2\.0 401/,
    'others are asked who they are'
  )
})

t.test('a phone with a certificate, TLS and SRTP calls and hears; one that offers plain audio is refused', async (t) => {
  const { password: own } = await credentials()
  const { together: certificate } = await authority.issue('phone', '127.0.0.1')
  const phone = await startBaresip({
    ...{ sip: centre.asterisk.tlsAddress, users: ['1001'], password: own, answer: 'manual', listens: true },
    secure: { authorities: authority.file, certificate }
  })
  t.teardown(() => phone.stop())
  await phone.allRegistered(20_000)
  await phone.dial('95588')
  await phone.saw('CALL_ESTABLISHED', { ms: 20_000 })
  const { callId } = await centre.fact('call.started', { fits: ({ door }) => door === 'agent', ms: 20_000 })
  await phone.hears()
  await phone.hangup()
  await centre.fact('call.ended', { fits: (event) => event.callId === callId, ms: 20_000 })

  const plain = await centre.call('95588', { from: '1001', password: own })
  t.equal(await plain.refused(20_000), 488)
  t.match(await centre.asterisk.log(), /1001: Couldn't negotiate stream/)
})
