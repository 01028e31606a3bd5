import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { AgentPhones } from '../../src/assembly/agent-phones.ts'
import { phonePasswords } from '../../src/assembly/phone-passwords.ts'
import { phonesOf } from '../../src/assembly/phones.ts'
import type { Centre } from '../../src/domain/centre.ts'
import type { PhoneAccount, Telephony } from '../../src/domain/ports/telephony.ts'
import { smallCentre } from '../helpers/centre/small-centre.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { until } from '../helpers/until.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

const secret = 'secret-of-all-phones-that-is-long-enough'
// printf 'phone:1001:1' | openssl dgst -sha256 -hmac "$PHONE_SECRET" -binary | basenc --base64url | cut -c1-24
const OF_1001 = 'y72nWdF10d1arixdkxrBQTk_'

/** 1001 with another version. */
function withVersion(version: number): Centre {
  const agents = new Map(smallCentre.agents)
  const own = agents.get('1001')
  if (own === undefined) throw new Error('The small centre has an agent 1001')
  return { ...smallCentre, agents: agents.set('1001', { ...own, phonePasswordVersion: version }) }
}

t.test('each phone has a password of its own, the same after every start', async (t) => {
  const passwords = phonePasswords({ secret })
  t.equal(passwords.of('1001', 1), OF_1001)
  t.equal(passwords.lasting, true)
  const centre = { ...smallCentre, phones: new Map([['2001', { name: 'Leader' }]]) }
  const phones = phonesOf(centre, passwords)
  t.same(
    phones.map(({ user, kind }) => `${user} ${kind}`),
    [1001, 1002, 1003, 2001].flatMap((id) => [`${id} sip`, `${id}-web webrtc`])
  )
  t.equal(new Set(phones.map(({ password }) => password)).size, phones.length)
  for (const { password } of phones) t.match(password, /^[\w-]{24}$/)
  t.same(phonesOf(centre, phonePasswords({ secret })), phones)
  t.notSame(phonePasswords({ secret: `${secret}!` }).of('1001', 1), OF_1001)

  const changed = phonesOf(withVersion(2), passwords)
  t.same(
    changed.filter(({ password }) => !phones.some((one) => one.password === password)).map(({ user }) => user),
    ['1001', '1001-web'],
    'another version is another password, for that agent alone'
  )
})

t.test("without a secret they last as long as the process, and the demo's are all alike", async (t) => {
  const [one, other] = [phonePasswords({}), phonePasswords({})]
  t.equal(one.lasting, false)
  t.equal(one.of('1001', 1), one.of('1001', 1))
  t.equal(new Set([one.of('1001', 1), one.of('1002', 1), one.of('1001', 2), other.of('1001', 1)]).size, 4)
  const demo = phonePasswords({ demo: 'of the demo', secret })
  t.same([demo.of('1001', 1), demo.of('1002-web', 7)], ['of the demo', 'of the demo'])
})

t.test('another version is made known to Asterisk at once, and nobody else is touched', async (t) => {
  let centre: Centre = smallCentre
  const put: PhoneAccount[] = []
  const groups: (readonly string[])[] = []
  const telephony = {
    putPhone: async (phone: PhoneAccount) => {
      put.push(phone)
      return { ok: true, value: undefined } as const
    },
    ringWhileAway: async (users: readonly string[]) => {
      groups.push(users)
      return { ok: true, value: undefined } as const
    }
  } as unknown as Telephony
  const phones = new AgentPhones({
    get centre() {
      return centre
    },
    ...{ passwords: phonePasswords({ secret }), telephony, isAtWork: () => false, clock: new VirtualClock(), log: quietLog() }
  })
  phones.provision()
  await until(() => put.length === 6, { what: 'all are made' })
  t.equal(put[0]?.password, OF_1001)
  put.length = 0
  centre = withVersion(2)
  phones.follow()
  await until(() => put.length === 2, { what: 'those of one agent are made anew' })
  t.same(
    put.map(({ user }) => user),
    ['1001', '1001-web']
  )
  t.equal(put[0]?.password, phonePasswords({ secret }).of('1001', 2))
  centre = { ...centre, emergencyGroup: ['1001'] }
  phones.follow()
  t.equal(put.length, 2, 'nothing has changed')
  t.same(groups, [[], [], ['1001']], 'but whom Asterisk rings while we are away')
})

t.test('what Asterisk refuses is tried again, ever more rarely, until it is taken or nobody needs it', async (t) => {
  let centre: Centre = smallCentre
  let refuses: readonly string[] = ['1001', '1002', '1002-web']
  const put: string[] = []
  const telephony = {
    putPhone: async ({ user }: PhoneAccount) => {
      put.push(user)
      return refuses.includes(user) ? { ok: false, problem: 'refused' } : { ok: true }
    },
    removePhone: async () => ({ ok: true }),
    ringWhileAway: async () => ({ ok: true })
  } as unknown as Telephony
  const clock = new VirtualClock()
  const log = quietLog()
  const phones = new AgentPhones({
    get centre() {
      return centre
    },
    ...{ passwords: phonePasswords({ secret }), telephony, isAtWork: () => false, clock, log }
  })
  let seen = 0
  const asked = async (ms: number) => {
    await clock.advance(0)
    await clock.advance(ms)
    await clock.advance(0)
    const since = put.slice(seen)
    seen = put.length
    return since
  }
  phones.provision()
  t.equal((await asked(29_000)).length, 6)
  t.same(await asked(1_000), ['1001', '1002', '1002-web'])
  refuses = ['1002', '1002-web']
  t.same(await asked(59_000), [], 'the pause is longer')
  t.same(await asked(1_000), ['1001', '1002', '1002-web'])
  const [one, three] = ['1001', '1003'].map((id) => smallCentre.agents.get(id))
  centre = { ...smallCentre, agents: new Map([one, three].flatMap((agent) => (agent === undefined ? [] : [[agent.id, agent]]))) }
  phones.follow()
  t.same(await asked(3_600_000), [], 'who is gone needs none')
  refuses = ['1003']
  phones.provision()
  t.equal((await asked(0)).length, 4)
  const told = log.lines.length
  await phones.close()
  t.same(await asked(3_600_000), [], 'the server has stopped')
  t.equal(log.lines.length, told)
})

t.test('`switchboard phones password` prints one on the machine that has the secret', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-phones-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const files = ['false', 'true'].map((demo) => join(folder, `demo-${demo}.yaml`))
  const [real = '', demo = ''] = files
  const agents = 'agents:\n  - { id: "1001", team: one, queues: [service] }\n'
  for (const file of files)
    await writeFile(
      file,
      `demo: ${file === demo}\nqueues: { service: { title: Service } }\nteams: { one: { title: One } }\n${agents}`
    )
  const ask = (device: string, variables: Readonly<Record<string, string>>) =>
    new Promise<string>((resolve) => {
      const env = { ...process.env, DATA_DIR: folder, CONFIG: real, PHONE_SECRET: secret, ...variables }
      execFile(process.execPath, ['--import=tsx', 'src/cli.ts', 'phones', 'password', device], { env }, (error, told, wrong) =>
        resolve(`${error?.code ?? 0} ${told}${wrong}`)
      )
    })
  t.equal(await ask('1001', {}), `0 ${OF_1001}\n`)
  t.match(await Promise.all([ask('1009', {}), ask('1001', { PHONE_SECRET: '' }), ask('1001', { CONFIG: demo })]), [
    /^1 .*PHONE_UNKNOWN/,
    /^1 .*PHONE_SECRET_UNSET/,
    /^1 .*DEMO_PASSWORDS/
  ])
})
