import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { CallView } from '../../src/cti/messages/views.ts'
import { cpuMs } from '../bench/ivr/process-figures.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { leftovers } from '../helpers/centre/leak-guard.ts'
import { until } from '../helpers/until.ts'
import { grouped } from '../soak/grouped.ts'
import { ChaosCentre } from './chaos-centre.ts'
import type { WrittenCall } from './chaos-evidence.ts'
import { agentsFor, FullHouse, type Stage, shares, stageOf, stages } from './full-house.ts'

const LONG = 60_000
/** Before the kill, and after the next server is ready, talks are listened to for so long. */
const LISTEN_MS = 4_000
/** What two packets of sound may lie apart where nothing is wrong: ten of them lost at once. */
const GAP_MS = 200

export interface KillReport {
  readonly calls: number
  /** From the start of the process to its first `ready`; how long it was away at all. */
  readonly readyMs: number
  readonly awayMs: number
  /** What the process had computed by then: the start's time on a machine that has nothing else to do. */
  readonly startCpuMs: number
  /** From the start of the process until the desk shows all calls again. */
  readonly shownMs: number
  readonly before: Readonly<Record<Stage, number>>
  readonly after: Readonly<Record<Stage, number>>
  /** The longest silence in each talk, milliseconds, sorted: before the kill, and from it until after the next server was ready. */
  readonly gapsBefore: readonly number[]
  readonly gaps: readonly number[]
  readonly placesKept: number
  readonly waiting: number
  readonly agentsKept: number
  readonly agents: number
  readonly records: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
}

/** So many calls in all stages on the built server, which is killed and started again; what became of each. */
export async function killFullHouse(calls: number): Promise<KillReport> {
  if (!existsSync(fileURLToPath(new URL('../../build/cli.js', import.meta.url))))
    throw new Error('There is no build: `npm run build:server` first')
  const wanted = shares(calls)
  const agents = agentsFor(wanted)
  const configured = (yaml: string) =>
    `${yaml
      .replace('1001-1008', `1001-${1000 + agents}`)
      .replace('ring: 3s', 'ring: 300s')
      .replace('max_wait: 60s', 'max_wait: 600s')}
http: { sign_ins_per_minute: 1000 }
overload: { least_per_second: 100 }
`
  const centre = await ChaosCentre.start({ configured, agents, built: true })
  try {
    const admin = await centre.desk('admin')
    const house = new FullHouse(centre, admin)
    try {
      await house.fill(wanted)
      return await killed(centre, house, admin)
    } finally {
      await house.close()
      admin.close()
    }
  } finally {
    await centre.close()
  }
}

async function killed(centre: ChaosCentre, house: FullHouse, admin: Desk): Promise<KillReport> {
  await sleep(LISTEN_MS)
  const [before, order, states] = [views(house), await waitingOf(admin), statesOf(admin)]
  const counts = house.counts()
  const talks = house.placed.filter(({ from }) =>
    ['talking', 'recorded', 'in conference'].includes(stageOf(before.get(from) as CallView))
  )
  const longest = (since: number) =>
    talks.map(({ caller }) => caller.ear.longestSilenceMs(since)).sort((one, other) => one - other)
  const gapsBefore = longest(Date.now() - LISTEN_MS)

  // Until a desk is back it shows what it knew.
  let told = false
  admin.client.on('snapshot', () => {
    told = true
  })
  const killedAt = Date.now()
  await centre.server.kill()
  const startedAt = Date.now()
  await centre.server.start()
  const readyAt = Date.now()
  const startCpuMs = await cpuMs(centre.server.pid)
  const isBack = () => told && house.views.length === before.size && house.counts().ringing === counts.ringing
  await until(isBack, { ms: LONG, what: () => `all calls are shown again (${JSON.stringify(house.counts())})` }).catch(
    () => undefined
  )
  const shownAt = Date.now()
  await sleep(LISTEN_MS)
  const gaps = longest(killedAt)
  const [after, orderAfter, statesAfter] = [views(house), await waitingOf(admin), statesOf(admin)]
  const countsAfter = house.counts()
  const heard = house.placed.filter(({ from }) => stageOf(before.get(from) as CallView) === 'in a menu')
  const mute = heard.filter(({ caller }) => caller.ear.soundMs(readyAt) < 200).map(({ from }) => from)

  await house.empty()
  const { rows, ends } = await recordsOf(centre, house.placed.length)
  await until(() => [...statesOf(admin).values()].every((state) => state === 'ready' || state === 'notReady'), {
    ms: LONG,
    what: 'all agents are free'
  })
  const left = await settled(centre)
  const cleared = grouped(
    admin.events.filter((event) => event.type === 'callCleared'),
    ({ callId }) => callId
  )
  const kept = order.filter((one, n) => one.callId === orderAfter[n]?.callId && one.enqueuedAt === orderAfter[n]?.enqueuedAt)
  const sameState = [...states].filter(([agent, state]) => statesAfter.get(agent) === state)
  const moved = [...before].filter(([from, view]) => stageOf(view) !== stageOf(after.get(from) ?? view) || !after.has(from))
  const byCall = grouped(rows, ({ call_id: callId }) => callId)
  const wrong = [
    ...moved.map(
      ([from, view]) => `${from} was ${stageOf(view)}, and is ${after.has(from) ? stageOf(after.get(from) as CallView) : 'gone'}`
    ),
    ...gaps.filter((ms) => ms > GAP_MS + Math.max(...gapsBefore)).map((ms) => `a talk was silent for ${ms} ms`),
    ...(kept.length === order.length ? [] : [`${order.length - kept.length} lost their place in line`]),
    ...(sameState.length === states.size ? [] : [`${states.size - sameState.length} agents are in another state`]),
    ...mute.map((from) => `${from} does not hear the menu again`),
    ...[...before.values()].flatMap(({ callId }) => (byCall.get(callId)?.length === 1 ? [] : [`${callId} has not one record`])),
    ...(rows.length === before.size ? [] : [`${rows.length} records of ${before.size} calls`]),
    ...rows
      .filter(({ reason }) => reason === null || reason === 'server-restarted')
      .map((row) => `record: ${JSON.stringify(row)}`),
    ...rows.filter(({ call_id: id }) => ends.get(id) !== 1).map(({ call_id: id }) => `${id} ended ${ends.get(id) ?? 0} times`),
    ...rows
      .filter(({ call_id: id }) => cleared.get(id)?.length !== 1)
      .map(({ call_id: id }) => `${id} was not cleared once at the desk`),
    ...(left === '' ? [] : [`left in Asterisk: ${left}`])
  ]
  return {
    calls: before.size,
    ...{ readyMs: readyAt - startedAt, awayMs: readyAt - killedAt, startCpuMs, shownMs: shownAt - startedAt },
    ...{ before: counts, after: countsAfter, gapsBefore, gaps },
    ...{ placesKept: kept.length, waiting: order.length, agentsKept: sameState.length, agents: states.size },
    records: Object.fromEntries(
      [...grouped(rows, ({ result, reason }) => `${result} ${reason}`)].map(([name, all]) => [name, all.length])
    ),
    wrong
  }
}

function views(house: FullHouse): ReadonlyMap<string, CallView> {
  return new Map(house.views.map((view) => [view.callingDevice, view]))
}

function statesOf(admin: Desk): ReadonlyMap<string, string> {
  return new Map([...(admin.client.state?.agents.values() ?? [])].map(({ agentId, state }) => [agentId, state]))
}

/** Who waits, in order. */
async function waitingOf(admin: Desk): Promise<readonly { readonly callId: string; readonly enqueuedAt: number }[]> {
  const { callers } = await admin.result<{ callers: { callId: string; enqueuedAt: number }[] }>('queue.callers', {
    queue: 'service'
  })
  return callers
}

async function recordsOf({ postgres }: ChaosCentre, calls: number) {
  const { database } = postgres
  const read = () => database.query<WrittenCall>('select call_id, caller_name, result, reason from calls')
  const isWritten = async () => (await read()).filter(({ result }) => result !== null).length >= calls
  // What is not there in the end is found by whoever compares.
  await until(isWritten, { ms: 20_000, what: 'all ends are written' }).catch(() => undefined)
  const ends = await database.query<{ call_id: string; n: number }>(
    "select call_id, count(*)::int as n from call_events where type = 'call.ended' group by 1"
  )
  return { rows: await read(), ends: new Map(ends.map(({ call_id: id, n }) => [id, n])) }
}

async function settled({ asterisk }: ChaosCentre): Promise<string> {
  let left = ''
  const isEmpty = async () => {
    const { channels, bridges, subscriptions } = await leftovers(asterisk)
    left = [...channels, ...bridges, ...subscriptions].join(' ')
    return left === ''
  }
  await until(isEmpty, { ms: 20_000, what: 'Asterisk is empty' }).catch(() => undefined)
  return left
}

/** Rows for people: stage, before, after. */
export function stageRows({ before, after }: KillReport): readonly (readonly string[])[] {
  return stages.map((stage) => [stage, String(before[stage]), String(after[stage])])
}
