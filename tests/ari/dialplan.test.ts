import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import t from 'tap'
import type { PhoneRules } from '../../src/ari/asterisk-options.ts'
import { phoneObjects } from '../../src/ari/phone-objects.ts'
import { startAsterisk } from '../helpers/asterisk/real-asterisk.ts'
import { startBaresip } from '../helpers/phones/baresip.ts'
import { placeCall } from '../helpers/phones/test-caller.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { toneFile } from '../helpers/phones/tone-file.ts'
import { runSipp } from '../helpers/sip/sipp.ts'
import { startAuthority } from '../helpers/test-authority.ts'
import { until } from '../helpers/until.ts'

// Nobody connects to this Asterisk: Switchboard is away.
const sounds = await mkdtemp(join(tmpdir(), 'switchboard-sounds-'))
const authority = await startAuthority()
const own = await authority.issue('asterisk', '127.0.0.1')
const asterisk = await startAsterisk({
  sipTls: { ...own, authorities: authority.file },
  trunkSrtp: 'optional',
  awayAnnouncement: await toneFile(sounds, 700, 400),
  awayClosing: await toneFile(sounds, 900, 400),
  emergencyGroup: ['PJSIP/1001', 'PJSIP/1002']
})
const bootLog = await asterisk.log()
const sip = asterisk.sipAddress

t.teardown(async () => {
  await asterisk.stop()
  await rm(sounds, { recursive: true, force: true })
  await authority.remove()
})

async function makePhone(user: string, rules: PhoneRules): Promise<void> {
  const account = { user, password: 'pw', displayName: user, kind: 'sip', context: 'from-agents' } as const
  for (const [type, values] of phoneObjects(account, rules)) {
    const fields = Object.entries(values).map(([attribute, value]) => ({ attribute, value }))
    const made = await asterisk.ari('PUT', `asterisk/config/dynamic/res_pjsip/${type}/${user}`, { fields })
    if (made.status !== 200) throw new Error(`Phone ${user}: ${JSON.stringify(made)}`)
  }
}

const makePhones = async (rules: PhoneRules) => {
  for (const user of ['1001', '1002']) await makePhone(user, rules)
}

t.test('with Switchboard away a caller hears that, and then that nobody is there', async (t) => {
  const caller = await placeCall({ sip, number: '955880' })
  t.teardown(() => caller.close())
  await caller.answered()
  await caller.ear.untilHears(700)
  await caller.ear.untilHears(900)
  t.equal(await caller.ended(), 'server')
  t.equal(caller.reason, 'Q.850;cause=16')
  t.same(caller.statuses, [100, 200])
})

t.test('with Switchboard away the emergency group rings; who answers first has the caller', async (t) => {
  await makePhones({ transfers: false })
  const desks = await startBaresip({ sip, users: ['1001', '1002'], password: 'pw', answer: 'manual', voiceHz: 1200 })
  t.teardown(() => desks.stop())
  await desks.allRegistered()
  const caller = await placeCall({ sip, number: '+86955880' })
  t.teardown(() => caller.close())
  await until(() => desks.events.filter((event) => event.type === 'CALL_INCOMING').length === 2, { what: 'both phones ring' })
  await desks.accept()
  await caller.ear.untilHears(1200)
  await until(() => desks.events.some((event) => event.type === 'CALL_CLOSED'), { what: 'the other phone stops' })
  const closed = () => desks.events.filter((event) => event.type === 'CALL_CLOSED')
  caller.hangup()
  await until(() => closed().length === 2, { ms: 20_000, what: 'the call of the first ends' })

  await desks.dial('77', '1001')
  const own = await until(() => closed()[2], { ms: 20_000, what: 'the call of an agent ends' })
  t.match(own.param, /^503/, 'an agent who calls is told that it is not us')
})

t.test('a phone of the emergency group that forwards its calls makes Asterisk dial nothing', async (t) => {
  const group = await asterisk.cli('dialplan show globals')
  const premium = await TestPhone.start({ reply: 200 })
  const forwarded = premium.uri.replace('sip:phone', 'sip:0900123')
  const phone = await TestPhone.start({ reply: 302, forwardsTo: forwarded })
  t.teardown(async () => {
    await asterisk.cli(`dialplan set global EMERGENCY_GROUP ${/EMERGENCY_GROUP=(\S+)/.exec(group)?.[1]}`)
    premium.close()
    phone.close()
  })
  await asterisk.cli(`dialplan set global EMERGENCY_GROUP ${phone.dialString}`)
  const caller = await placeCall({ sip, number: '955880' })
  t.teardown(() => caller.close())
  t.equal(await caller.ended(), 'server')
  t.equal(phone.received.filter((method) => method === 'INVITE').length, 1, 'it was rung once')
  t.same(premium.received, [])
  t.notMatch(await asterisk.log(), /0900123/)
})

t.test(
  'a carrier and a phone with TLS and SRTP hear each other; who offers no SRTP is refused, and named in the log',
  async (t) => {
    await makePhones({ transfers: false, srtp: 'required' })
    const secure = { authorities: authority.file }
    const common = { sip: asterisk.tlsAddress, password: 'pw', listens: true, secure } as const
    const phone = await startBaresip({ ...common, users: ['1002'], answer: 'auto', voiceHz: 1200 })
    t.teardown(() => phone.stop())
    const carrier = await startBaresip({ ...common, users: ['carrier'], answer: 'manual', voiceHz: 440, registerEverySeconds: 0 })
    t.teardown(() => carrier.stop())
    await phone.allRegistered(20_000)
    // Switchboard is away: the carrier's call rings the emergency group.
    await carrier.dial('955880')
    await phone.saw('CALL_ESTABLISHED', { ms: 30_000 })

    const plain = await placeCall({ sip, number: '77', from: '1001', password: 'pw' })
    t.teardown(() => plain.close())
    t.equal(await plain.refused(20_000), 488)
    t.match(await asterisk.log(), /ERROR.* 1001: Couldn't negotiate stream/)

    await Promise.all([carrier.hears(1200), phone.hears(440)])
    await phone.hangup()
    await carrier.saw('CALL_CLOSED', { ms: 20_000 })
  }
)

t.test('a carrier is called over TLS when its certificate is for its address, and not otherwise', async (t) => {
  const port = Number(sip.split(':')[1]) + 40
  const call = { endpoint: `PJSIP/trunk/sip:1@127.0.0.1:${port + 1};transport=tls`, context: 'away', extension: 's', priority: 1 }
  const carrierNamed = async (subject: string) => {
    const { together: certificate } = await authority.issue(`carrier-${subject}`, subject)
    return startBaresip({
      ...{ sip: asterisk.tlsAddress, users: ['1'], password: 'pw', answer: 'auto', registerEverySeconds: 0, listens: true },
      secure: { authorities: authority.file, certificate, port, srtp: 'optional' }
    })
  }
  const impostor = await carrierNamed('carrier.example')
  t.match(await asterisk.ari('POST', 'channels', call), { status: 200 })
  await until(async () => /The server identity does not match/.test(await asterisk.log()), {
    ms: 20_000,
    what: 'the log says why'
  })
  t.same(impostor.events, [])
  await impostor.stop()

  const carrier = await carrierNamed('127.0.0.1')
  t.teardown(() => carrier.stop())
  t.match(await asterisk.ari('POST', 'channels', call), { status: 200 })
  await carrier.saw('CALL_ESTABLISHED', { ms: 20_000 })
  await carrier.hears(700)
  await carrier.saw('CALL_CLOSED', { ms: 60_000 })
})

t.test('a carrier that wants to see a certificate is shown ours', async (t) => {
  const { certificate, key } = await authority.issue('strict-carrier', '127.0.0.1')
  const strict = { requestCert: true, rejectUnauthorized: true, ca: authority.pem, minVersion: 'TLSv1.2' } as const
  const shown: string[] = []
  const carrier = createServer({ ...strict, cert: await readFile(certificate), key: await readFile(key) }, (socket) => {
    // Before it is closed: by then nobody knows it any more.
    shown.push(socket.getPeerCertificate().fingerprint256)
    socket.on('error', () => undefined).destroy()
  })
  t.teardown(() => new Promise((resolve) => carrier.close(resolve)))
  await once(carrier.listen(0, '127.0.0.1'), 'listening')
  const { port } = carrier.address() as AddressInfo
  const endpoint = `PJSIP/trunk/sip:1@127.0.0.1:${port};transport=tls`
  await asterisk.ari('POST', 'channels', { endpoint, context: 'away', extension: 's', priority: 1 })
  await until(() => shown.length > 0, { ms: 20_000, what: 'Asterisk is let in by the carrier' })
  t.equal(shown[0], new X509Certificate(await readFile(own.certificate)).fingerprint256)
})

t.test('a renewed certificate is shown to who connects from then on', async (t) => {
  const [host, port] = asterisk.tlsAddress.split(':')
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host, port: Number(port), ca: authority.pem, minVersion: 'TLSv1.2' }, () => {
        resolve(socket.getPeerCertificate().fingerprint256)
        socket.destroy()
      })
      socket.on('error', reject)
    })
  const before = await shown()
  const next = await authority.issue('renewed', '127.0.0.1')
  await rename(next.certificate, own.certificate)
  await rename(next.key, own.key)
  t.match(await asterisk.ari('PUT', 'asterisk/modules/res_pjsip.so'), { status: 204 })
  await until(async () => (await shown().catch(() => before)) !== before, { ms: 20_000, what: 'the new certificate' })
})

t.test('what is changed in pjsip.conf holds once Asterisk reads it again', async (t) => {
  const file = join(asterisk.dir, 'etc/pjsip.conf')
  const text = await readFile(file, 'utf8')
  // A call has had the trunk looked up, so it is in the cache (sorcery.conf).
  const shown = async () => /rtp_timeout +: (\d+)/.exec(await asterisk.cli('pjsip show endpoint trunk'))?.[1]
  const seconds = await shown()
  t.match(text, new RegExp(`^rtp_timeout = ${seconds}$`, 'm'))
  await writeFile(file, text.replace(/^rtp_timeout = \d+$/m, 'rtp_timeout = 601'))
  t.match(await asterisk.ari('PUT', 'asterisk/modules/res_pjsip.so'), { status: 204 })
  await until(async () => (await shown()) === '601', { ms: 20_000, what: 'the new limit' })
  await writeFile(file, text)
  t.match(await asterisk.ari('PUT', 'asterisk/modules/res_pjsip.so'), { status: 204 })
  await until(async () => (await shown()) === seconds, { ms: 20_000, what: 'the old limit' })
})

t.test('the trunk reaches numbers and nothing else', async (t) => {
  for (const number of ['abc', 's', 'away', '*77', 'PJSIP', '+abc', '%23']) {
    const caller = await placeCall({ sip, number })
    t.equal(await caller.refused(), 404, number)
    caller.close()
  }
  t.match(await runSipp({ sip, number: 'abc', refusedWith: 404 }), { ok: true }, 'SIPp sees the same')
  t.match(await runSipp({ sip, number: '955880', steps: [{ expectByeWithinMs: 4000 }] }), { ok: true })
})

t.test('only what Switchboard uses is loaded, and all of it runs', async (t) => {
  const modules = await asterisk.cli('module show')
  t.notMatch(modules, /Not Running/)
  t.notMatch(modules, /(chan_iax2|app_system|func_shell|res_agi|app_queue)\.so/)
  t.notMatch(bootLog, /ERROR|WARNING/)
  for (const path of ['channels', 'asterisk/info'])
    t.equal((await fetch(`http://${asterisk.ariAddress}/ari/${path}`)).status, 401, `${path} needs the password`)
})
