import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallView } from '../../src/cti/messages/views.ts'
import { cpuMs } from '../bench/ivr/process-figures.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { leftovers } from '../helpers/centre/leak-guard.ts'
import { until } from '../helpers/until.ts'
import { grouped } from '../soak/grouped.ts'
import { audioGaps } from './audio-gaps.ts'
import { ChaosCentre } from './chaos-centre.ts'
import type { WrittenCall } from './chaos-evidence.ts'
import { wrongInRedis } from './expect-in-redis.ts'
import { expectFreshBuild } from './fresh-build.ts'
import { FullHouse } from './full-house.ts'
import { goneOn, type Listener, listenersOf } from './joint-talks.ts'
import { beyond, type Heard, type KillLimits } from './kill-limits.ts'
import { OwnPauses } from './own-pauses.ts'
import { peopleFor } from './people-for.ts'
import { ShownAtDesks } from './shown-at-desks.ts'
import { type Stage, shares, stageAfter, stages } from './stages.ts'

const LONG = 60_000

export interface KillOptions {
  readonly calls: number
  /** Before the kill, and after the next server is ready, talks are listened to for so long. */
  readonly listenMs?: number
  /** What the next server knows of the calls by; left out: the journals, as where there is no Redis. */
  readonly store?: KillStore | undefined
  readonly limits: KillLimits
}

/**
 * `redis-alone`: Redis; the journals are lost, as when another machine takes over. `redis-away`: the journals; Redis goes away before the kill, a caller comes in, and
 * it is back only when the next server serves.
 */
export type KillStore = 'redis-alone' | 'redis-away'

export interface KillReport {
  readonly calls: number
  /** From the start of the process to its first `ready`; for how much of that its main thread waited for a processor; how long it was away at all. */
  readonly readyMs: number
  readonly waitedMs: number
  readonly awayMs: number
  /** What the process had computed by then: the start's time on a machine that has nothing else to do. */
  readonly startCpuMs: number
  /** From the start of the process until the desk shows all calls again. */
  readonly shownMs: number
  readonly before: Readonly<Record<Stage, number>>
  readonly after: Readonly<Record<Stage, number>>
  /** What everybody heard who was to hear something all the while: in as much time before the kill, and from it until after the next server was ready. */
  readonly heardBefore: readonly Heard[]
  readonly heard: readonly Heard[]
  /** For so long at most this process, which listens to all of them, got to do nothing after the kill. */
  readonly deafMs: number
  readonly placesKept: number
  readonly waiting: number
  readonly agentsKept: number
  readonly agents: number
  /** Of the talks of three: which were as before, and could be finished. */
  readonly jointGoneOn: number
  readonly joint: number
  readonly records: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
}

/** So many calls in all stages on the built server, which is killed and started again; what became of each. */
export async function killFullHouse({ calls, limits, listenMs = 4_000, store }: KillOptions): Promise<KillReport> {
  await expectFreshBuild()
  const wanted = shares(calls)
  const { serving, colleagues, supervisors } = peopleFor(wanted)
  const agents = serving + colleagues
  const configured = (yaml: string) =>
    `${yaml
      .replace('range: 1001-1008,', `range: 1001-${1000 + serving},`)
      .replace('\nteams:', '  experts: { title: Experts }\n\nteams:')
      .replace('\nusers:', `  - { range: ${1001 + serving}-${1000 + agents}, team: hotline, queues: [experts] }\n\nusers:`)
      .replace('username: "2001"', `range: 2001-${2000 + supervisors}`)
      .replace('ring: 3s', 'ring: 300s')
      .replace('max_wait: 60s', 'max_wait: 600s')}
allowed_transfers: ["sip:phone@127.0.0.1:*"]
http: { sign_ins_per_minute: 1000 }
overload: { least_per_second: 100 }
`
  const centre = await ChaosCentre.start({ configured, agents, built: true, redis: store !== undefined })
  try {
    const admin = await centre.desk('admin')
    const house = new FullHouse(centre, admin)
    const own = new OwnPauses()
    try {
      await house.fill(wanted)
      return await killed({ centre, house, admin, own, limits, listenMs, store })
    } finally {
      own.close()
      await house.close()
      admin.close()
    }
  } finally {
    await centre.close()
  }
}

interface Around {
  readonly centre: ChaosCentre
  readonly house: FullHouse
  readonly admin: Desk
  readonly own: OwnPauses
  readonly limits: KillLimits
  readonly listenMs: number
  readonly store: KillStore | undefined
}

async function killed({ centre, house, admin, own, limits, listenMs, store }: Around): Promise<KillReport> {
  if (store === 'redis-away') {
    await centre.redis?.stop()
    await house.oneMoreWaits()
  }
  await sleep(listenMs)
  const [before, order, states] = [views(house), await waitingOf(admin), statesOf(admin)]
  const counts = house.counts()
  const stageBefore = new Map([...before].map(([from, view]) => [from, house.stageOf(view)]))
  const listeners = listenersIn(house, stageBefore)
  const heardBy = (from: number, to: number): readonly Heard[] =>
    listeners.map(({ who, ear, anything }) => ({
      who,
      ...audioGaps(ear.came(from), { from, to, heldUp: (since, until) => own.within(since, until), anything })
    }))
  const heardBefore = heardBy(Date.now() - listenMs, Date.now())

  const atDesks = new ShownAtDesks(house.everyDesk)
  const wantedAt = ({ callingDevice }: CallView) => stageAfter(stageBefore.get(callingDevice) as Stage)
  // Until a desk is back it shows what it knew.
  let told = false
  admin.client.on('snapshot', () => {
    told = true
  })
  const killedAt = Date.now()
  await centre.server.kill()
  if (store === 'redis-alone') await loseJournals(centre)
  const startedAt = Date.now()
  await centre.server.start()
  const readyAt = Date.now()
  const [waitedMs, startCpuMs] = await Promise.all([waitedForProcessor(centre.server.pid), cpuMs(centre.server.pid)])
  const isBack = () =>
    told && house.views.length === before.size && house.views.every((view) => wantedAt(view) === house.stageOf(view))
  await until(isBack, { ms: LONG, what: () => `all calls are shown again (${JSON.stringify(house.counts())})` }).catch(
    () => undefined
  )
  const shownAt = Date.now()
  await sleep(listenMs)
  const heard = heardBy(killedAt, Date.now())
  const deafMs = own.longest(killedAt)
  const [after, orderAfter, statesAfter] = [views(house), await waitingOf(admin), statesOf(admin)]
  const countsAfter = house.counts()
  const stageNow = new Map([...after].map(([from, view]) => [from, house.stageOf(view)]))
  const choosing = house.placed.filter(({ from }) => stageBefore.get(from) === 'in a menu')
  const mute = choosing.filter(({ caller }) => caller.ear.soundMs(readyAt) < 200).map(({ from }) => from)

  if (store === 'redis-away') await centre.redis?.start()
  const wrongAtDesks = await atDesks.wrong(LONG)
  const notGoneOn = (await Promise.all(house.joint.map(goneOn))).filter((one) => one !== undefined)

  const callsThere = async (wanted: readonly string[]) => (centre.redis ? await wrongInRedis(centre.redis.url, wanted) : [])
  const wrongThere = await callsThere(house.views.map(({ callId }) => callId))

  await house.empty()
  const { rows, ends } = await recordsOf(centre, house.placed.length)
  await until(() => [...statesOf(admin).values()].every((state) => state === 'ready' || state === 'notReady'), {
    ms: LONG,
    what: 'all agents are free'
  })
  const left = await settled(centre)
  const leftThere = await callsThere([])
  const cleared = grouped(
    admin.events.filter((event) => event.type === 'callCleared'),
    ({ callId }) => callId
  )
  const kept = order.filter((one, n) => one.callId === orderAfter[n]?.callId && one.enqueuedAt === orderAfter[n]?.enqueuedAt)
  const otherState = [...states]
    .map(([agent, state]) => ({ agent, wanted: house.isConsulted(agent) ? 'ready' : state, is: statesAfter.get(agent) }))
    .filter(({ wanted, is }) => wanted !== is)
  const moved = [...stageBefore].filter(([from, stage]) => stageNow.get(from) !== stageAfter(stage))
  const byCall = grouped(rows, ({ call_id: callId }) => callId)
  const wrong = [
    ...moved.map(([from, stage]) => `${from} was ${stage}, and is ${stageNow.get(from) ?? 'gone'}`),
    ...wrongAtDesks,
    ...notGoneOn,
    ...beyond(limits, { readyMs: readyAt - startedAt, waitedMs }, heard),
    ...(kept.length === order.length ? [] : [`${order.length - kept.length} lost their place in line`]),
    ...otherState.map(({ agent, wanted, is }) => `agent ${agent} was ${wanted}, and is ${is}`),
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
    ...(left === '' ? [] : [`left in Asterisk: ${left}`]),
    ...wrongThere,
    ...leftThere
  ]
  return {
    calls: before.size,
    ...{ readyMs: readyAt - startedAt, waitedMs, awayMs: readyAt - killedAt, startCpuMs, shownMs: shownAt - startedAt },
    ...{ before: counts, after: countsAfter, heardBefore, heard, deafMs },
    ...{ placesKept: kept.length, waiting: order.length, agentsKept: states.size - otherState.length, agents: states.size },
    ...{ jointGoneOn: house.joint.length - notGoneOn.length, joint: house.joint.length },
    records: Object.fromEntries(
      [...grouped(rows, ({ result, reason }) => `${result} ${reason}`)].map(([name, all]) => [name, all.length])
    ),
    wrong
  }
}

/** Everybody who is in a talk, or on hold, and hears something all the while. */
function listenersIn(house: FullHouse, stageOf: ReadonlyMap<string, Stage>): readonly Listener[] {
  const stages: readonly (Stage | undefined)[] = ['talking', 'recorded', 'in conference', 'on hold']
  const callers = house.placed.filter(({ from }) => stages.includes(stageOf.get(from)))
  return [
    ...callers.map(({ from, caller: { ear } }) => ({
      who: `${from}, a caller ${stageOf.get(from)},`,
      ear,
      // There are soft passages in music.
      anything: stageOf.get(from) === 'on hold'
    })),
    ...house.joint.flatMap(listenersOf)
  ]
}

async function loseJournals({ disk }: ChaosCentre): Promise<void> {
  await Promise.all(['live-calls.jsonl', 'live-agents.jsonl'].map((name) => rm(join(disk.folder, name))))
}

/** For how long the main thread of a process could have gone on while the processors were with others (`run_delay`, in nanoseconds). */
async function waitedForProcessor(pid: number): Promise<number> {
  const [, delay] = (await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')
  return Math.round(Number(delay) / 1e6)
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
