import type { DomainEvent } from '../../src/domain/events.ts'
import { Centre } from '../helpers/centre/centre.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { until } from '../helpers/until.ts'
import { CalledCustomers } from './called-customers.ts'
import type { CallerView } from './caller-view.ts'
import type { Evidence, WrittenCall, WrittenOffer } from './evidence.ts'
import { factsOf } from './facts-of.ts'
import { OwnCallers } from './own-callers.ts'
import { type PlanOptions, planCalls } from './plan.ts'
import { reportOn, type SoakReport } from './report-on.ts'
import { callWithSipp } from './sipp-callers.ts'
import { SoakAgents } from './soak-agents.ts'
import { StallWatch } from './stall-watch.ts'

/** Two agents take the calls of one queue, and their callers go on to all agents soon. */
function changed(yaml: string): string {
  const sales = 'sales: { title: Sales, ring: 3s, wrap_up: 1s, max_wait: 30s, overflow: [{ queue: service, after: 700ms }] }'
  const rest = 'team: hotline, queues: [service], skills: { service: 4 } }'
  return yaml
    .replace(/^ {2}sales: .*$/m, `  ${sales}`)
    .replace(/^.*range: 1011-1020.*$/m, (line) => `${line.replace('1020', '1012')}\n  - { range: 1013-1020, ${rest}`)
}

const callbacksTo = (port: number) => `callbacks:
  address: sip:{number}@127.0.0.1:${port}
  caller_id: "95588"
  allowed: ["138xxxxxxxx"]
  attempts: 2
  retry_after: [1s]
  ring: 3s
`

const agents = Array.from({ length: 20 }, (_, index) => String(1001 + index))

/** A day of a centre with twenty agents on real phones, callers by chance, and what was wrong with it. */
export async function runSoak(options: PlanOptions): Promise<SoakReport> {
  const customers = new CalledCustomers(options.seed + 2)
  await customers.open()
  const centre = await Centre.start({
    rtpPorts: { from: 26_000, to: 27_998 },
    edit: (yaml) => `${changed(yaml)}\n${callbacksTo(customers.port)}`
  })
  try {
    const evidence = await liveThrough(centre, customers, options)
    const left = await centre.expectNothingLeft().then(
      () => [],
      (error: Error) => [{ what: 'Something is left', about: error.message }]
    )
    return reportOn(options, evidence.day, evidence.deskAnswers, left)
  } finally {
    await centre.stop()
    customers.close()
  }
}

async function liveThrough(centre: Centre, customers: CalledCustomers, options: PlanOptions) {
  const facts: DomainEvent[] = []
  centre.server.bus.listen((fact) => void facts.push(fact))
  const plan = planCalls(options)
  const admin = await centre.desk('admin')
  const people = new SoakAgents(centre, agents, options.seed + 1)
  await people.start()
  const callers = new OwnCallers(centre)

  const stalls = new StallWatch()
  const startedAt = Date.now()
  const of = (by: 'sipp' | 'caller') => plan.filter((call) => call.by === by)
  const [sipp, own] = await Promise.all([
    callWithSipp(centre.asterisk.sipAddress, of('sipp'), options.durationMs + 120_000),
    Promise.all(of('caller').map((call) => callers.call(call, startedAt)))
  ])
  await settled(centre, people)
  stalls.close()
  const day: Evidence = {
    plan,
    views: new Map([...sipp.views, ...own].map((view): [string, CallerView] => [view.from, view])),
    sipp,
    rings: people.rings,
    customerRings: customers.rings,
    facts,
    stalls,
    ...(await readRecords(centre, factsOf(facts, 'call.ended').length)),
    agents: centre.server.distribution.list(),
    deskOffers: new Map([...people.desks].map(([user, desk]) => [user, offersOf(user, desk)])),
    cleared: clearedOn(admin)
  }
  return { day, deskAnswers: people.answers }
}

/** Gives everything the time that it has: phones, wrap-ups, events on their way. What is not over then is found by the checks. */
async function settled(centre: Centre, people: SoakAgents): Promise<void> {
  const { calls, callbacks, distribution } = centre.server
  const isOver = () =>
    calls.size === 0 &&
    callbacks.open().length === 0 &&
    people.rings.every(({ endedAt }) => endedAt !== undefined) &&
    distribution.list().every(({ state }) => state === 'ready' || state === 'notReady')
  await until(isOver, { ms: 30_000, what: 'everybody has hung up' }).catch(() => undefined)
  await people.stop()
}

async function readRecords(centre: Centre, ended: number): Promise<Pick<Evidence, 'rows' | 'legs'>> {
  const { database } = centre.postgres
  const read = () => database.query<WrittenCall>('select call_id, caller, result, reason, queued_ms from calls')
  // Written behind: what is not there in the end is found by the checks.
  await until(async () => (await read()).filter(({ result }) => result !== null).length >= ended, {
    ms: 10_000,
    what: 'all is written'
  }).catch(() => undefined)
  const legs = await database.query<WrittenOffer>("select offer_id, result from legs where kind = 'agent'")
  return { rows: await read(), legs }
}

/** An answer has no event of its own: what was offered and not told to have ended otherwise was answered. */
function offersOf(user: string, { events }: Desk): { offerId: string; result: string }[] {
  const results = new Map<string, string>()
  for (const event of events) {
    if (event.type === 'missed' || event.type === 'rejected' || event.type === 'callerGone')
      results.set(event.offerId, event.type)
  }
  return events.flatMap((event) =>
    event.type === 'delivered' && event.agentId === user
      ? [{ offerId: event.offerId, result: results.get(event.offerId) ?? 'answered' }]
      : []
  )
}

function clearedOn({ events }: Desk): Evidence['cleared'] {
  return events.flatMap((event) =>
    event.type === 'callCleared' ? [{ callId: event.callId, outcome: `${event.result} ${event.reason}` }] : []
  )
}
