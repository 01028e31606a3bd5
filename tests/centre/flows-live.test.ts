import { execFile } from 'node:child_process'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { Centre, password } from '../helpers/centre/centre.ts'
import { Visits } from '../helpers/centre/visits.ts'
import { allEventsShown } from '../helpers/cti/seen-events.ts'
import { until } from '../helpers/until.ts'

const run = promisify(execFile)
const centre = await Centre.start()
const visits = new Visits(centre)
t.teardown(() => centre.stop())
// Telephone calls are slow; each waits for itself with a limit of its own.
t.setTimeout(240_000)

t.afterEach(async () => {
  await centre.expectNothingLeft()
  t.same(visits.endedBadly(), [], 'every call ended once, and nothing was told of it after that')
})

const file = join(centre.config.environment.FLOWS, 'live.yaml')
/** Two menus, one after the other, so that a call can be caught between them; `second` tells the versions apart. */
const flow = (second: string, sub = 'helper') => `flow: live
describe: A flow that changes.
languages: [en]
numbers: ["7900"]
start: first
steps:
  first:
    menu:
      prompt: { en: Press one. }
      choices: { 1: { go: ${second} } }
      no_input: { tries: 3, go: bye }
      no_match: { tries: 3, go: bye }
  ${second}: { run: ${sub}, then: bye }
  bye: { hangup: { reason: bye } }
`
const helper = (step: string) => `flow: helper
describe: Used by the other.
languages: [en]
start: ${step}
steps:
  ${step}: { play: { en: Thank you. }, then: bye }
  bye: { hangup: { reason: bye } }
`

/** As an editor saves: a file beside it, renamed. */
async function save(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text)
  await rename(`${path}.part`, path)
}

const helperFile = join(centre.config.environment.FLOWS, 'helper.yaml')
const readiness = async () => {
  const response = await fetch(`${centre.url}/health/ready`)
  const body = (await response.json()) as { checks: { asterisk: { ok: boolean } } }
  return { status: response.status, body }
}

t.test('a flow that changes during a call is heard by the next one', async (t) => {
  await writeFile(helperFile, helper('old_words'))
  await save(file, flow('old'))
  await centre.fact('flow.reloaded', { fits: (fact) => fact.flow === 'live' })

  const desk = await centre.desk('admin')
  const before = await visits.call('7900')
  await before.caller.ear.untilSound()
  const since = centre.events.length
  await save(helperFile, helper('new_words'))
  await save(file, flow('new'))
  await centre.fact('flow.reloaded', { since, fits: (fact) => fact.flow === 'live' })
  await centre.fact('flow.reloaded', { since, fits: (fact) => fact.flow === 'helper' })

  const after = await visits.call('7900')
  await after.caller.ear.untilSound()
  for (const visit of [before, after]) await visit.caller.press('1')
  t.match(await before.ending(), /^completed/)
  t.match(await after.ending(), /^completed/)
  t.same(before.path(), ['first:1', 'old_words', 'bye', 'old'], 'the old one to its end, also in the flow it runs')
  t.same(after.path(), ['first:1', 'new_words', 'bye', 'new'])
  t.match(await desk.saw('flowReloaded'), { flow: /live|helper/, version: /./ })
})

t.test('a broken file leaves the old version live, and readiness tells', async (t) => {
  const right = await readFile(file, 'utf8')
  await save(file, right.replace('menu:', 'manu:'))
  await until(async () => (await readiness()).status === 503, { what: 'readiness to tell of the broken file' })
  t.match(await readiness(), { body: { checks: { flows: { ok: false, why: /live\.yaml:\d+:\d+ FLOW\d{4} / } } } })

  const visit = await visits.call('7900')
  await visit.caller.ear.untilSound()
  await visit.caller.press('1')
  t.match(await visit.ending(), /^completed/)
  t.match(visit.path()[0], 'first:1')

  await save(file, right)
  await until(() => centre.ready(), { what: 'the centre to be ready again' })
})

t.test('values, customers and the emergency group change while calls are up', async (t) => {
  const { CONFIG, FLOWS } = centre.config.environment
  const before = await readFile(CONFIG, 'utf8')
  const live = () => centre.get<{ source: string; afterRestart: string[] }>('/api/v1/configuration')
  const words = `flow: values
describe: Goes by the configuration.
languages: [en]
numbers: ["7901"]
start: first
steps:
  first:
    menu:
      prompt: { en: Press one. }
      choices: { 1: { go: look } }
      no_input: { tries: 3, go: closed }
      no_match: { tries: 3, go: closed }
  look: { branch: [{ when: config.door == "open", go: open }], else: closed }
  open: { hangup: { reason: open } }
  closed: { hangup: { reason: closed } }
`
  await save(CONFIG, before.replace('\nvalues:\n', '\nvalues:\n  door: closed\n'))
  await until(async () => (await live()).source.includes('door: closed'), { ms: 15_000, what: 'the value' })
  await save(join(FLOWS, 'values.yaml'), words)
  await centre.fact('flow.reloaded', { ms: 15_000, fits: (fact) => fact.flow === 'values' })
  const visit = await visits.call('7901')
  await visit.caller.ear.untilSound()

  const added = '\ncustomers:\n  - { id: c-77, name: Zhao Min, numbers: ["13800007777"] }\n'
  const next = before
    .replace('\nvalues:\n', '\nvalues:\n  door: open\n')
    .replace('\ncustomers:\n', added)
    .replace('emergency_group: ["1001"]', 'emergency_group: ["1002", "1003"]')
  await save(CONFIG, next)
  const now = await until(
    async () => {
      const state = await live()
      return state.source === next ? state : undefined
    },
    { ms: 15_000, what: 'all of it' }
  )
  t.same(now.afterRestart, [])
  await visit.caller.press('1')
  t.match(await visit.ending(), /^completed/)
  t.same(visit.path().at(-1), 'open', 'also for a call that began before')
  t.match(await centre.get('/api/v1/customers?number=13800007777'), { id: 'c-77', name: 'Zhao Min' })
  const group = async () => (await centre.asterisk.cli('dialplan show globals')).match(/EMERGENCY_GROUP=(.*)/)?.[1]
  await until(async () => (await group()) === 'PJSIP/1002&PJSIP/1003', { ms: 15_000, what: 'the group in Asterisk' })
})

t.test('a first flow out of flow init is live, and a call goes its way', async (t) => {
  const { FLOWS, CONFIG, DATA_DIR, EXAMPLE_BANK_ADDRESS: bank } = centre.config.environment
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
  const answers = [
    '--yes',
    '--name',
    'first',
    '--number',
    '7800',
    '--languages',
    'en',
    '--calendar',
    'none',
    '--choice',
    '1=service'
  ]
  const given = { FLOWS, CONFIG, DATA_DIR, EXAMPLE_BANK_ADDRESS: `${bank.host}:${bank.port}`, SWITCHBOARD_PASSWORD: password }
  const env = { ...process.env, ...given }
  const flow = (...args: string[]) => run(process.execPath, ['--import=tsx', cli, 'flow', ...args], { env })
  t.match((await flow('init', ...answers, '--urgent', 'none')).stdout, / 0 failed/)
  await centre.fact('flow.reloaded', { fits: (fact) => fact.flow === 'first' })

  const visit = await visits.call('7800')
  await visit.caller.ear.untilSound()
  await visit.caller.press('1')
  await visit.fact('call.queued', ({ queue }) => queue === 'service')
  visit.caller.close()
  t.match(await visit.ending(), /^abandoned/)
  t.match(visit.path()[1], 'main:1')
  t.match((await flow('list', '--server', centre.url)).stdout, /^first +[0-9a-f]{12} .* 7800$/m)
})

t.test('a server that starts with a broken file serves the version that was live last', async (t) => {
  const right = await readFile(file, 'utf8')
  await centre.server.close()
  await save(file, right.replace('menu:', 'manu:'))
  await centre.start()
  await until(async () => (await readiness()).body.checks.asterisk.ok, { ms: 15_000, what: 'Asterisk to be connected' })
  t.match(await readiness(), { status: 503, body: { checks: { flows: { ok: false, why: /live\.yaml:\d+:\d+ FLOW\d{4} / } } } })
  const again = new Visits(centre)
  const visit = await again.call('7900')
  await visit.caller.ear.untilSound()
  await visit.caller.press('1')
  t.match(await visit.ending(), /^completed/)
  t.match(visit.path()[0], 'first:1')
  t.same(again.endedBadly(), [])
  await save(file, right)
  await until(() => centre.ready(), { what: 'the centre to be ready again' })
})

t.test('the desks were told what this file is to show, each with all that its type promises', async (t) => {
  await allEventsShown(t, 'tests/centre/flows-live.test.ts')
})
