import t from 'tap'
import { Centre } from '../helpers/centre/centre.ts'
import type { CallerOptions, TestCaller } from '../helpers/phones/test-caller.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { startFakeDrachtio } from '../helpers/sip/fake-drachtio.ts'
import { findDrachtio, startRealDrachtio } from '../helpers/sip/real-drachtio.ts'
import { askSip } from '../helpers/sip/sip-client.ts'
import { until } from '../helpers/until.ts'

const binary = findDrachtio()
const drachtio = binary === undefined ? await startFakeDrachtio() : await startRealDrachtio(binary)
t.comment(binary === undefined ? 'behind the fake drachtio: there is no drachtio-server here' : `behind ${binary}`)
const { host, port } = drachtio.address

/** So few that a test can fill them: 16 ports are 4 calls, of which one is kept for emergencies. */
const callsMax = 3
const centre = await Centre.start({
  edit: (yaml) =>
    yaml.replace('overload: { least_per_second: 1000 }', 'overload: { least_per_second: 1000, emergency: ["7001"] }'),
  variables: { DRACHTIO_ADDRESS: `${host}:${port}`, DRACHTIO_SECRET: drachtio.secret, RTP_PORTS: '20000-20015' }
})
t.teardown(async () => {
  await centre.stop()
  await drachtio.stop()
})
t.setTimeout(240_000)
t.afterEach(() => centre.expectNothingLeft())

const call = (number: string, options: Partial<CallerOptions> = {}): Promise<TestCaller> =>
  centre.call(number, { sip: drachtio.sip, ...options })
const ended = () => centre.fact('call.ended')

t.test('a caller hears the flow and is heard by it, until the server hangs up', async (t) => {
  const caller = await call('7001', { from: '13711111111' })
  await caller.answered()
  t.match(await centre.fact('call.started'), { caller: '13711111111', dialed: '7001' })
  await caller.ear.untilSound()
  await caller.press('1')
  t.equal(await caller.ended(), 'server')
  t.match(await centre.fact('step.left'), { entry: { step: 'which' } })
  await centre.fact('step.left', { fits: ({ entry }) => entry.step === 'ask' && entry.exit === '1' })
  t.match(await ended(), { termination: { result: 'completed', reason: 'flow-hangup' } })
})

t.test('caller and callee hear each other; the caller hangs up', async (t) => {
  const phone = await TestPhone.start({ reply: 200, voiceHz: 700 })
  t.teardown(() => phone.close())
  // The flow calls the port that the caller gives as their number.
  const caller = await call('7112', { from: phone.uri.split(':').at(-1) as string, voiceHz: 400 })
  await Promise.all([caller.ear.untilHears(700, 8000), phone.ear.untilHears(400, 8000)])
  caller.hangup()
  await phone.got('BYE')
  t.match(await ended(), { termination: { result: 'completed', reason: 'caller-hung-up-after-talk' } })
})

t.test('a caller who gives up at once leaves nothing behind', async (t) => {
  const caller = await call('7002')
  caller.hangup()
  await until(() => caller.statuses.find((status) => status >= 200), { what: 'the caller gets a final answer' })
  await centre.expectNothingLeft()
  t.equal(centre.server.calls.size, 0)
})

t.test('a number without a flow does not exist, and nobody is told of it', async (t) => {
  t.equal(await (await call('95599')).refused(), 404)
  t.same(
    centre.events.filter(({ type }) => type === 'call.started'),
    []
  )
})

t.test('with all places taken callers are told when to come again, and come in when one is free', async (t) => {
  const inside: TestCaller[] = []
  for (let n = 0; n < callsMax; n++) inside.push(await call('7002'))
  for (const caller of inside) await caller.answered()
  const ask = { method: 'INVITE', uri: `sip:7002@${drachtio.sip}` }
  const refused = await askSip(drachtio.sip, ask)
  t.equal(refused.status, 503)
  t.equal(refused.header('retry-after'), '5')
  const urgent = await call('7001')
  await urgent.answered()
  t.equal(await (await call('7001')).refused(), 503, 'until that is taken as well')
  urgent.hangup()
  inside[0]?.hangup()
  await until(() => centre.server.calls.size === callsMax - 1, { what: 'both have gone' })
  await (await call('7002')).answered()
})

t.test('who is turned away there is answered by the rule of the centre, and counted', async (t) => {
  const rule = async (answer: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await centre.signIn('admin')}` }
    const body = JSON.stringify({ value: answer })
    const { status } = await fetch(`${centre.url}/api/v1/configuration/overload/answer`, { method: 'PUT', headers, body })
    t.equal(status, 200)
  }
  const figure = async (name: string) => {
    const text = await (await fetch(`${centre.url}/metrics`)).text()
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length)
    )
  }
  const refused = () => figure('switchboard_edge_refused_total{reason="overload"}')
  t.equal(await figure('switchboard_edge_connected'), 1)
  const before = { refused: await refused(), unknown: await figure('switchboard_edge_refused_total{reason="unknown-number"}') }
  const inside: TestCaller[] = []
  for (let n = 0; n < callsMax; n++) inside.push(await call('7002'))
  for (const caller of inside) await caller.answered()

  await rule('busy')
  t.equal(await (await call('7002')).refused(), 486)
  await rule('announce')
  const told = await call('7002')
  await told.ear.untilSound()
  t.notOk(told.statuses.includes(200), 'the words cost nothing')
  t.match(await centre.fact('call.ended'), { termination: { result: 'refused', reason: 'overload' } })
  const crowd = await Promise.all([call('7002'), call('7002'), call('7002')])
  await until(() => crowd.some(({ statuses }) => statuses.includes(503)), {
    what: 'no more hear words than Asterisk can say them to'
  })
  const calls = await figure('switchboard_calls_total{result="refused",reason="overload"}')
  t.ok(calls >= 1, 'who is told is a call of ours')
  await rule('refuse')
  // Those inside may have come to their end meanwhile: whoever finds room takes it.
  const isRefused = async () => {
    const caller = await call('7002')
    const final = () => caller.statuses.find((status) => status >= 200)
    return (await until(final, { what: 'an answer' })) === 503
  }
  await until(isRefused, { what: '503' })
  t.equal(await (await call('95599')).refused(), 404)
  const now = await refused()
  t.ok(now >= before.refused + 3, `of ${now} refused, ${before.refused} were before`)
  t.equal(await figure('switchboard_edge_refused_total{reason="unknown-number"}'), before.unknown + 1)
})

t.test('drachtio restarts: the call in progress goes on, and new ones come in', async () => {
  const caller = await call('7002')
  await caller.answered()
  await drachtio.kill()
  await caller.ear.untilSound()
  await drachtio.start()
  await until(async () => (await askSip(drachtio.sip, { method: 'OPTIONS', uri: `sip:${drachtio.sip}` })).status === 200, {
    ms: 12_000,
    what: 'the edge is open again'
  })
  caller.hangup()
  await ended()
  const next = await call('7001')
  await next.answered()
  await next.ear.untilSound()
})

t.test('the server restarts: meanwhile drachtio refuses, and then calls come in again', async (t) => {
  const restarting = centre.restart()
  await until(async () => (await askSip(drachtio.sip, { method: 'OPTIONS', uri: `sip:${drachtio.sip}` })).status === 503, {
    what: 'drachtio has nobody to ask'
  })
  await restarting
  const caller = await call('7001')
  await caller.answered()
  await caller.press('1')
  t.equal(await caller.ended(), 'server')
})
