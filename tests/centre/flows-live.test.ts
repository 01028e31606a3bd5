import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Centre } from '../helpers/centre.ts'
import { until } from '../helpers/until.ts'
import { Visits } from '../helpers/visits.ts'

const centre = await Centre.start()
const visits = new Visits(centre)
t.teardown(() => centre.stop())
// Telephone calls are slow; each waits for itself with a limit of its own.
t.setTimeout(120_000)

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
  return { status: response.status, body: await response.json() }
}

t.test('a flow that changes during a call is heard by the next one', async (t) => {
  await writeFile(helperFile, helper('old_words'))
  await save(file, flow('old'))
  await centre.fact('flow.reloaded', { fits: (fact) => fact.flow === 'live' })

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
