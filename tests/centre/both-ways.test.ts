import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'
import { compileAround } from '../../src/flow/compile/compile-around.ts'
import { FlowLibrary } from '../../src/flow/library.ts'
import { type SimulatedCall, simulateCall } from '../../src/flow/simulate/simulate-call.ts'
import { CaseScript } from '../../src/flow/test/case-script.ts'
import { judge } from '../../src/flow/test/judge.ts'
import { type ReadTests, readTestFile } from '../../src/flow/test/read-test-file.ts'
import type { TestCase } from '../../src/flow/test/test-file-schema.ts'
import { openPrompts } from '../../src/speech/open-prompts.ts'
import { Centre } from '../helpers/centre/centre.ts'
import { MeasuredText } from '../helpers/flow/measured-text.ts'
import { ScriptedBank } from '../helpers/flow/scripted-bank.ts'
import { quietLog } from '../helpers/quiet-log.ts'
import { runSipp } from '../helpers/sip/sipp.ts'
import { sippStepsOf } from '../helpers/sip/sipp-steps.ts'
import { until } from '../helpers/until.ts'

/** Two cores carry so many real callers at once and still say everything in time. */
const callersAtOnce = 16

/** Calls that take longer than this are left to the simulator alone. */
const longestMs = 40_000

const bank = new ScriptedBank()
const centre = await Centre.start({
  bank: bank.server,
  edit: (yaml) =>
    yaml
      .replaceAll('wrap_up: 1s', 'wrap_up: 0s')
      .replace(/sales: \{ title: Sales.*/, 'sales: { title: Sales, skills: { sales: 1 }, ring: 3s, wrap_up: 0s, max_wait: 30s }')
      .replace('customers:\n', 'customers:\n  - { id: c-3, name: John Smith, numbers: ["13700137000"], language: en }\n')
})
t.teardown(() => centre.stop())
t.setTimeout(280_000)

const { customers, environment } = centre.config
const context = { centre: centre.config.centre, hasAudio: () => true }
const { flows } = await compileAround([environment.FLOWS], context)
const library = new FlowLibrary()
library.replaceAll(flows)
const real = await openPrompts({
  directory: join(environment.DATA_DIR, 'both-ways'),
  audioDirectory: join(environment.FLOWS, 'audio'),
  log: quietLog()
})
t.teardown(() => real.close())
const texts = new MeasuredText(real)

interface Scripted {
  readonly file: ReadTests
  readonly each: TestCase
  /** Tells the facts of its call apart. */
  readonly id: string
  readonly from: string
}

/** What a call did, as far as both ways must agree. */
interface Way {
  readonly steps: readonly string[]
  readonly queues: readonly string[]
  readonly attached: Readonly<Record<string, unknown>>
  readonly language: string
  readonly end: string
}

t.test('what a caller does in the simulator comes to the same on the telephone', async (t) => {
  const agents = ['1001', '1002', '1003', '1004', '1005', '1011', '1012', '1013', '1014', '1015']
  await centre.phones(agents)
  const desks = new Map(await Promise.all(agents.map(async (agent) => [agent, await centre.readyAgent(agent)] as const)))
  // A short talk, and the agent hangs up: as in the simulator.
  centre.server.bus.listen((event) => {
    if (event.type === 'call.established') void desks.get(event.agentId)?.result('clearConnection', { callId: event.callId })
  })
  // The one place of the queue is taken, for as long as anybody may ask for it.
  const keeper = await centre.call('7305')
  await centre.fact('step.left', { fits: ({ entry }) => entry.step === 'which' })
  await keeper.press('4')
  await centre.fact('call.queued', { fits: ({ queue }) => queue === 'closed' })

  const simulated = new Map<Scripted, SimulatedCall>()
  const scripted = (await scriptedCases()).filter(({ each }) => isForBoth(each))
  for (const one of scripted) await simulate(one)
  await texts.measure()
  for (const one of scripted) {
    const call = await simulate(one)
    if (call.tookMs > longestMs) continue
    t.same(judge(one.each.expect, call, one.file.flow), [], `simulated: ${one.each.name}`)
    simulated.set(one, call)
  }

  const cases = [...simulated.keys()]
  t.ok(cases.length >= 45, `${cases.length} cases are simulated`)

  // Where callers do not tell the bank who they are, it knows one case at a time: the shortest, so that nobody waits for them.
  const tookMs = (one: Scripted) => simulated.get(one)?.tookMs ?? 0
  const asking = cases
    .filter(({ each, file }) => each.http !== undefined && file.flow.name !== 'both-ways')
    .sort((one, other) => tookMs(one) - tookMs(other))
  const alone = new Set(asking)
  asking.splice(2)
  const longestFirst = cases.filter((one) => !alone.has(one)).sort((one, other) => tookMs(other) - tookMs(one))
  const lines = [asking, ...Array.from({ length: callersAtOnce - 1 }, () => longestFirst)]
  let walked = 0
  await Promise.all(
    lines.map(async (line) => {
      for (let one = line.shift(); one !== undefined; one = line.shift()) {
        const call = simulated.get(one) as SimulatedCall
        walked++
        t.same(await walkForReal(one, call), wayOf(one, call), `${one.file.flow.name}: ${one.each.name}`)
      }
    })
  )
  t.ok(walked >= 40, `${walked} cases were walked both ways`)
  await centre.expectNothingLeft()
})

async function scriptedCases(): Promise<readonly Scripted[]> {
  const names = (await readdir(environment.FLOWS)).filter((name) => name.endsWith('.test.yaml'))
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(environment.FLOWS, name)
      const { read, findings } = readTestFile({ file, text: await readFile(file, 'utf8') }, flows, context.centre)
      if (read === undefined) throw new Error(`${name} cannot be read: ${JSON.stringify(findings)}`)
      return read
    })
  )
  return files.flatMap((file) =>
    file.tests.cases.map((each, index) => ({
      file,
      each,
      id: `${file.flow.name} ${index}`,
      from: each.from ?? `136${String(index).padStart(8, '0')}`
    }))
  )
}

/** Cases that need no other hour, staff or length of queue than this centre has, and nothing that was before the call. */
function isForBoth(each: TestCase): boolean {
  const { number, queues = {}, press = [] } = each
  const scripted = [
    'at',
    'figures',
    'transfers',
    'customer',
    'customers',
    'interrupted',
    'split',
    'callbacks',
    'messages'
  ] as const
  const own = Object.keys(queues).every((queue) => queue === 'nobody' || queue === 'closed')
  const soon = press.every((action) => typeof action === 'string' || !('at' in action) || action.at < 20_000)
  return number !== '0' && own && soon && scripted.every((name) => each[name] === undefined)
}

function simulate({ file, each, from }: Scripted): Promise<SimulatedCall> {
  const script = new CaseScript({ ...each, from }, file.tests.at, file.flow, context.centre, customers)
  return simulateCall(file.flow, context.centre, library, script, undefined, texts)
}

function wayOf({ file }: Scripted, { happenings, attached, termination }: SimulatedCall): Way {
  return {
    steps: happenings.flatMap((each) => (each.kind === 'step' ? stepOf(each.flow, each.entry) : [])),
    queues: happenings.flatMap((each, index) =>
      each.kind === 'queue' && wasLetIn(happenings.slice(index)) ? `${each.queue} ${each.priority}` : []
    ),
    attached,
    language: happenings.findLast((each) => each.kind === 'language')?.language ?? file.flow.languages[0],
    end: `${termination.result} ${termination.reason}`
  }
}

/** Who is turned away at the door of a queue was not in it. */
function wasLetIn(since: SimulatedCall['happenings']): boolean {
  const left = since.find((each) => each.kind === 'step')
  return left?.entry.exit !== 'full' && left?.entry.exit !== 'no_agents'
}

/** The same keys at the same places, pressed by SIPp on a real call. */
async function walkForReal({ file, each, id, from }: Scripted, call: SimulatedCall): Promise<Way> {
  if (each.http !== undefined) bank.serve(file.flow.name === 'both-ways' ? from : '', each.http)
  const number = each.number ?? file.flow.numbers[0]?.replace('*', '') ?? ''
  const sipp = await runSipp({
    sip: centre.asterisk.sipAddress,
    number,
    from,
    fromName: id,
    steps: sippStepsOf(call),
    timeoutMs: call.tookMs + 60_000
  })
  if (!sipp.ok) t.comment(`SIPp of "${each.name}": ${sipp.errors}`)
  const callId = centre.events.find(isStartOf(id))?.callId
  const facts = () => centre.events.filter((event) => 'callId' in event && event.callId === callId)
  await until(() => facts().some(({ type }) => type === 'call.ended'), { what: `${id} to end` })
  return factsWay(facts(), file.flow.languages[0])
}

function isStartOf(id: string) {
  return (event: DomainEvent): event is DomainEventOf<'call.started'> => event.type === 'call.started' && event.callerName === id
}

function factsWay(facts: readonly DomainEvent[], firstLanguage: string): Way {
  const data = facts.findLast((fact) => fact.type === 'call.data-changed')?.data
  const ended = facts.find((fact) => fact.type === 'call.ended')?.termination
  return {
    steps: facts.flatMap((fact) => (fact.type === 'step.left' ? stepOf(fact.flow, fact.entry) : [])),
    queues: facts.flatMap((fact) => (fact.type === 'call.queued' ? `${fact.queue} ${fact.priority}` : [])),
    attached: { ...data?.collected, ...(data?.intent !== undefined && { intent: data.intent }) },
    language: facts.findLast((fact) => fact.type === 'call.language-changed')?.language ?? firstLanguage,
    end: `${ended?.result} ${ended?.reason}`
  }
}

function stepOf(
  flow: string,
  { step, exit, detail }: { readonly step: string; readonly exit?: string; readonly detail?: string }
): string {
  return `${flow}/${step}:${exit ?? ''} ${detail ?? ''}`.trim()
}
