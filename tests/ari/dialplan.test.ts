import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { phoneObjects } from '../../src/ari/phone-objects.ts'
import { startBaresip } from '../helpers/baresip.ts'
import { startAsterisk } from '../helpers/real-asterisk.ts'
import { runSipp } from '../helpers/sipp.ts'
import { placeCall } from '../helpers/test-caller.ts'
import { toneFile } from '../helpers/tone-file.ts'
import { until } from '../helpers/until.ts'

// Nobody connects to this Asterisk: Switchboard is away.
const sounds = await mkdtemp(join(tmpdir(), 'switchboard-sounds-'))
const asterisk = await startAsterisk({
  awayAnnouncement: await toneFile(sounds, 700, 400),
  awayClosing: await toneFile(sounds, 900, 400),
  emergencyGroup: ['PJSIP/1001', 'PJSIP/1002']
})
const bootLog = await asterisk.log()
const sip = asterisk.sipAddress

t.teardown(async () => {
  await asterisk.stop()
  await rm(sounds, { recursive: true, force: true })
})

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
  for (const user of ['1001', '1002']) {
    const account = { user, password: 'pw', displayName: user, kind: 'sip', context: 'from-agents' } as const
    for (const [type, values] of phoneObjects(account, false)) {
      const fields = Object.entries(values).map(([attribute, value]) => ({ attribute, value }))
      t.match(await asterisk.ari('PUT', `asterisk/config/dynamic/res_pjsip/${type}/${user}`, { fields }), { status: 200 })
    }
  }
  const desks = await startBaresip({ sip, users: ['1001', '1002'], password: 'pw', answer: 'manual', voiceHz: 1200 })
  t.teardown(() => desks.stop())
  await desks.allRegistered()
  const caller = await placeCall({ sip, number: '+86955880' })
  t.teardown(() => caller.close())
  await until(() => desks.events.filter((event) => event.type === 'CALL_INCOMING').length === 2, { what: 'both phones ring' })
  await desks.accept()
  await caller.ear.untilHears(1200)
  await until(() => desks.events.some((event) => event.type === 'CALL_CLOSED'), { what: 'the other phone stops' })
  caller.hangup()

  await desks.dial('77', '1001')
  const own = await until(() => desks.events.filter((event) => event.type === 'CALL_CLOSED')[2], {
    what: 'the call of an agent ends'
  })
  t.match(own.param, /^503/, 'an agent who calls is told that it is not us')
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
