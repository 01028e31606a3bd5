import { setTimeout as sleep } from 'node:timers/promises'
import { type Leftovers, leftovers } from '../helpers/centre/leak-guard.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { until } from '../helpers/until.ts'
import { exponential } from '../soak/plan.ts'
import { ChaosAgents } from './chaos-agents.ts'
import { ChaosCallers } from './chaos-callers.ts'
import { ChaosCentre } from './chaos-centre.ts'
import type { ChaosEvidence, Violation, WrittenCall, WrittenFact } from './chaos-evidence.ts'
import { checkChaos } from './check-chaos.ts'
import { type Done, databaseInjuries, type InjuryName, injuries, injuryNames, type Place, shuffled } from './injuries.ts'

export interface ChaosOptions {
  readonly seed: number
  /** So long injuries are begun, and until each was done once; everybody hangs up after that. */
  readonly durationMs: number
  readonly callsPerSecond: number
  /** These and no others, in a random order. */
  readonly only?: readonly InjuryName[]
  /** Exactly these, in this order, each once and short. */
  readonly script?: readonly InjuryName[]
  /** So long the database is away before that, while all else is done to the centre that makes no database come back. */
  readonly withoutDatabaseMs?: number
  /** Between all is well and the next injury, on the average. */
  readonly calmMs?: number
  /** So many call after the last injury, before everybody hangs up. */
  readonly callsAfter?: number
  readonly onInjury?: (done: Done) => void
}

export interface ChaosReport {
  readonly evidence: ChaosEvidence
  readonly violations: readonly Violation[]
}

/** All must be well again within this time after an injury was made good: a phone whose registration went with Asterisk comes back by itself within 60 s. */
const WELL_MS = 90_000
/** And everybody gone within this time after the last call. */
const QUIET_MS = 60_000

/** Real calls under random injuries, and what was wrong then. The same seed does the same things at the same distances. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const wanted = options.script ?? options.only ?? injuryNames
  return await withChaosCentre({ ...options, wanted }, (place, done, notWell) => hurt(place, options, done, notWell))
}

/** Has real calls come to a centre while that is done, lets everybody hang up, and looks at what came of it. */
export async function withChaosCentre(
  options: {
    readonly seed: number
    readonly callsPerSecond: number
    readonly ctiKeepMs?: number | undefined
    readonly wanted?: readonly InjuryName[]
  },
  live: (place: Place, done: Done[], notWell: Violation[]) => Promise<void>
): Promise<ChaosReport> {
  const centre = await ChaosCentre.start({ ctiKeepMs: options.ctiKeepMs })
  const agents = new ChaosAgents(centre, options.seed + 1)
  const callers = new ChaosCallers(centre, options.seed + 2)
  try {
    const admin = await centre.desk('admin')
    const deskBackAt: number[] = []
    admin.client.on('connection', ({ state }) => void (state === 'live' && deskBackAt.push(Date.now())))
    await agents.start()
    await untilWell(centre)
    callers.start(options.callsPerSecond)
    const done: Done[] = []
    const notWell: Violation[] = []
    await live({ centre, agents, callers, chance: new SeededRandom(options.seed) }, done, notWell)
    await callers.stop()
    const end = await settle(centre)
    const { facts, runs, log, stderr } = centre.server
    const evidence: ChaosEvidence = {
      ...end,
      ...(await readRecords(centre)),
      seen: callers.calls,
      injuries: done,
      wanted: options.wanted ?? [],
      facts: [...facts],
      runs: runs.map((run) => ({ ...run })),
      log: [...log],
      stderr,
      notWell,
      fullDisk: centre.disk.kind,
      deskBackAt,
      deskAnswers: agents.answers,
      deskNumbers: new Map([...agents.desks, ['admin', admin] as const].map(([user, desk]) => [user, desk.numbers.wrong])),
      cleared: admin.events.flatMap((event) =>
        event.type === 'callCleared' ? [{ callId: event.callId, outcome: `${event.result} ${event.reason}` }] : []
      )
    }
    admin.close()
    return { evidence, violations: checkChaos(evidence) }
  } finally {
    await agents.stop()
    await centre.close()
  }
}

async function hurt(place: Place, options: ChaosOptions, done: Done[], notWell: Violation[]): Promise<void> {
  const { withoutDatabaseMs = 0, durationMs, callsAfter = 0, onInjury, only = injuryNames } = options
  const look = async (injury: Done, isWell: () => Promise<boolean>) => {
    injury.healedAt = Date.now()
    const problem = await untilWell(place.centre, isWell)
    if (problem === undefined) injury.wellAt = Date.now()
    else notWell.push({ what: `All was not well again after ${injury.name}`, about: problem })
    onInjury?.(injury)
  }
  if (withoutDatabaseMs > 0) {
    const outage: Done = { name: 'database-down', beganAt: Date.now() }
    done.push(outage)
    const heal = await injuries['database-down'].begin(place)
    const isWell = () => place.centre.isReadyButForDatabase()
    const others = only.filter((name) => !databaseInjuries.includes(name))
    const endsAt = outage.beganAt + withoutDatabaseMs
    await hurtUntil(endsAt, place, { ...options, only: others, atLeast: [] }, done, (injury) => look(injury, isWell))
    await sleep(Math.max(0, endsAt - Date.now()))
    await heal()
    await look(outage, () => place.centre.isReady())
  }
  await hurtUntil(Date.now() + durationMs, place, { ...options, atLeast: only }, done, (injury) =>
    look(injury, () => place.centre.isReady())
  )
  const enough = place.callers.calls.length + callsAfter
  await until(() => place.callers.calls.length >= enough, { ms: 60_000, what: `${callsAfter} calls after all injuries` })
}

/**
 * Injures until then and until each of `atLeast` was done, or by the script; each injury is over, and `look` has been at the centre, before the next. Those for
 * which there is no time any more last as short as they can.
 */
async function hurtUntil(
  endsAt: number,
  place: Place,
  options: ChaosOptions & { readonly atLeast: readonly InjuryName[] },
  done: Done[],
  look: (injury: Done) => Promise<void>
): Promise<void> {
  const { chance } = place
  const order = options.script?.values() ?? shuffled(options.only ?? injuryNames, chance)
  const isEnough = () => Date.now() > endsAt && options.atLeast.every((name) => done.some((one) => one.name === name))
  for (const name of order) {
    await sleep(Math.min(exponential(chance, options.calmMs ?? 4_000) + 500, 15_000))
    if (options.script === undefined && isEnough()) return
    const { seconds, begin } = injuries[name]
    const fitting = options.script === undefined ? seconds.filter((one) => Date.now() + one * 1000 <= endsAt) : []
    const lastsMs = chance.pick(fitting.length > 0 ? fitting : seconds.slice(0, 1)) * 1000
    const injury: Done = { name, beganAt: Date.now() }
    done.push(injury)
    const heal = await begin(place)
    await sleep(lastsMs)
    await heal()
    await look(injury)
  }
}

/** The server takes calls, every agent is at work, and nobody waits in vain. Undefined when it is so in time; else what is missing. */
async function untilWell(centre: ChaosCentre, isServing = () => centre.isReady()): Promise<string | undefined> {
  let missing = ''
  const look = async () => {
    const figures = await centre.server.figures()
    const isReady = await isServing()
    const away = figures?.agents.filter(({ state }) => state === 'notReady' || state === 'loggedOff') ?? []
    missing = JSON.stringify({ isReady, away, stuck: figures?.stuck })
    return isReady && figures !== undefined && figures.agents.length === 8 && away.length === 0 && figures.stuck === 0
  }
  try {
    await until(look, { ms: WELL_MS, what: 'all is well' })
    return undefined
  } catch {
    // `until` says that it was not in time; what was missing says more.
    return missing
  }
}

/** Gives everything the time that it has; what is not over then is found by the checks. */
async function settle(centre: ChaosCentre): Promise<Pick<ChaosEvidence, 'figures' | 'left'>> {
  let figures = await centre.server.figures()
  let left: Leftovers = { channels: [], bridges: [], subscriptions: [] }
  const isQuiet = async () => {
    figures = await centre.server.figures()
    left = await leftovers(centre.asterisk)
    const { channels, bridges, subscriptions } = left
    const isEmpty = channels.length + bridges.length + subscriptions.length === 0
    return isEmpty && figures !== undefined && figures.calls === 0 && figures.agents.every(({ state }) => state === 'ready')
  }
  await until(isQuiet, { ms: QUIET_MS, what: 'all is quiet' }).catch(() => undefined)
  return { figures, left }
}

async function readRecords({ postgres, server }: ChaosCentre): Promise<Pick<ChaosEvidence, 'rows' | 'written'>> {
  const { database } = postgres
  const last = () => server.facts.findLast((fact) => fact.type === 'call.ended')
  const count = async () => {
    const ended = last()
    const query = "select count(*)::int as n from call_events where type = 'call.ended' and call_id = $1"
    return ended === undefined || ((await database.query<{ n: number }>(query, [ended.callId]))[0]?.n ?? 0) > 0
  }
  // Written behind, in order; what is not there in the end is found by the checks.
  await until(count, { ms: 20_000, what: 'the last end is written' }).catch(() => undefined)
  const rows = await database.query<WrittenCall>('select call_id, caller_name, result, reason from calls')
  const written = await database.query<WrittenFact>('select instance, number::int, call_id, type, body from call_events')
  return { rows, written }
}
