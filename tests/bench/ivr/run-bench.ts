import { openTalkingAgents } from './agent-talks.ts'
import type { Contestant, ContestantName } from './contestants.ts'
import { contestantNames } from './contestants.ts'
import { queueNumbers } from './dialplan.ts'
import { findCapacity } from './find-capacity.ts'
import { wrongWith } from './judge-overload.ts'
import { limitCalls, limitFor } from './limit-calls.ts'
import { serveCalls, untilNoCalls } from './load.ts'
import { type Cost, measureCost } from './measure-cost.ts'
import { type Growth, hasSilence, measureGrowth } from './measure-growth.ts'
import { type KeyToAudio, measureKeyToAudio } from './measure-key.ts'
import { CALLS_BESIDE, measureOverload, type OverloadRound } from './measure-overload.ts'
import { measureFreeToBridged, measureQueueCost, type QueueContestant, type QueueCost } from './measure-queue.ts'
import type { BenchOptions } from './options.ts'
import { openQueuePhones } from './queue-phones.ts'
import { type Stage, startStage } from './stage.ts'

/** What was measured of each contestant; a round gives one value. */
export interface Measured {
  readonly cost: Map<ContestantName, Cost[]>
  readonly capacity: Map<ContestantName, number[]>
  readonly key: Map<ContestantName, KeyToAudio[]>
  /** Calls per second at which the time from key to audio was taken. */
  keyRate: number
  readonly growth: Map<ContestantName, readonly Growth[]>
  /** Beside callers who wait and to whom nothing is sent. */
  readonly queueGrowth: Map<ContestantName, readonly Growth[]>
  readonly overload: OverloadRound[]
  readonly queueCost: Map<QueueContestant['name'], QueueCost[]>
  readonly freeToBridged: Map<QueueContestant['name'], number[][]>
}

/** Calls per second. */
const WARM_UP_RATE = 40

const QUEUE_LOAD = { agents: 10, callsPerSecond: 6 }

/** Everything that was asked for; what is compared takes turns within each round. */
export async function runBench(options: BenchOptions): Promise<Measured> {
  const measured: Measured = {
    cost: new Map(),
    capacity: new Map(),
    key: new Map(),
    keyRate: 0,
    growth: new Map(),
    queueGrowth: new Map(),
    overload: [],
    queueCost: new Map(),
    freeToBridged: new Map()
  }
  const alone = options.parts.every((part) => part === 'overload') ? ['switchboard'] : options.only
  const names = contestantNames.filter((name) => alone.length === 0 || alone.includes(name))
  if (options.parts.some((part) => part !== 'growth')) await onOneStage(names, options, measured)
  if (options.parts.includes('growth'))
    for (const name of names) {
      tell(`Growth: ${name}`)
      measured.growth.set(name, await measureGrowth(name, 'menu', options.held, options))
      if (!hasSilence(name)) continue
      tell(`Growth beside callers who wait: ${name}`)
      measured.queueGrowth.set(name, await measureGrowth(name, 'silence', options.queued, options))
    }
  return measured
}

async function onOneStage(names: readonly ContestantName[], options: BenchOptions, measured: Measured): Promise<void> {
  const stage = await startStage(names, options)
  const { parts } = options
  try {
    for (const contestant of stage.contestants) {
      tell(`Warming up: ${contestant.name}`)
      await serveCalls(contestant, { calls: options.warmUpCalls, callsPerSecond: WARM_UP_RATE })
      await untilNoCalls(stage)
    }
    for (let round = 1; round <= options.rounds; round++) {
      if (parts.includes('cost')) await costRound(stage, options, measured, round)
      if (parts.includes('capacity')) await capacityRound(stage, options, measured, round)
    }
    if (parts.includes('key')) await keyRounds(stage, options, measured)
    if (parts.includes('queue')) await queueRounds(stage, options, measured)
    if (parts.includes('overload')) await overloadRounds(stage, options, measured)
  } finally {
    await stage.stop()
  }
}

async function costRound(stage: Stage, options: BenchOptions, { cost }: Measured, round: number): Promise<void> {
  for (const contestant of stage.contestants) {
    tell(`Cost, round ${round}: ${contestant.name}`)
    add(cost, contestant.name, await measureCost(stage, contestant, options))
  }
}

async function capacityRound(stage: Stage, options: BenchOptions, { capacity }: Measured, round: number): Promise<void> {
  for (const contestant of stage.contestants) {
    tell(`Capacity, round ${round}: ${contestant.name}`)
    add(capacity, contestant.name, await findCapacity(stage, contestant, options))
  }
}

/** At half of the highest rate that Switchboard held, for all the same; where that was not searched for, at the rate of the cost. */
async function keyRounds(stage: Stage, options: BenchOptions, measured: Measured): Promise<void> {
  const held = measured.capacity.get('switchboard') ?? []
  const most = [...held].sort((one, other) => one - other)[Math.floor(held.length / 2)]
  measured.keyRate = most === undefined || most === 0 ? options.callsPerSecond : Math.round(most / 2)
  const probes = Math.ceil(options.probes / options.rounds)
  for (let round = 1; round <= options.rounds; round++)
    for (const contestant of stage.contestants) {
      tell(`Key to audio at ${measured.keyRate}/s, round ${round}: ${contestant.name}`)
      add(measured.key, contestant.name, await measureKeyToAudio(stage, contestant, { rate: measured.keyRate, probes }))
    }
}

/** Without a search and without a figure given, what was held by the search of this run. */
async function overloadRounds(stage: Stage, options: BenchOptions, { overload, capacity }: Measured): Promise<void> {
  const server = stage.contestants.find(({ name }) => name === 'switchboard')
  if (server === undefined) return
  const most = options.capacity ?? (capacity.get('switchboard') ?? []).at(-1) ?? (await findCapacity(stage, server, options))
  // The advice is about callers who come and go. Who stays all the while costs little, and would be half of it on a small machine.
  const limits =
    options.callsMax === undefined ? [undefined, (await limitFor(stage, server, most)) + CALLS_BESIDE] : [options.callsMax]
  const talking = await openTalkingAgents(stage, server)
  try {
    for (let round = 1; round <= options.rounds; round++)
      for (const callsMax of limits) {
        tell(`Overload at three times ${most}/s, calls_max ${callsMax ?? 'none'}, round ${round}`)
        await limitCalls(server, callsMax)
        const rush = await measureOverload(stage, { contestant: server, talking }, most)
        overload.push({ round, callsMax, ...rush, wrong: wrongWith(rush) })
      }
  } finally {
    await talking.close()
  }
}

async function queueRounds(stage: Stage, options: BenchOptions, measured: Measured): Promise<void> {
  const server = stage.contestants.find(({ name }) => name === 'switchboard')
  if (server?.url === undefined) return
  const phones = await openQueuePhones(stage, server.url)
  try {
    const both = queueContestants(server)
    for (let round = 1; round <= options.rounds; round++)
      for (const one of both) {
        tell(`Free agent to audio, round ${round}: ${one.name}`)
        const times = Math.ceil(options.queueCalls / options.rounds)
        add(measured.freeToBridged, one.name, [...(await measureFreeToBridged(stage, one, phones, times))])
        await untilNoCalls(stage)
      }
    await phones.staff(QUEUE_LOAD.agents)
    const load = { calls: options.queueCalls, callsPerSecond: QUEUE_LOAD.callsPerSecond }
    for (const one of both) await measureQueueCost(stage, one, load)
    for (let round = 1; round <= options.rounds; round++)
      for (const one of both) {
        tell(`Cost of a call to an agent, round ${round}: ${one.name}`)
        add(measured.queueCost, one.name, await measureQueueCost(stage, one, load))
      }
  } finally {
    await phones.close()
  }
}

function queueContestants({ pid }: Contestant): readonly QueueContestant[] {
  return [
    { name: 'app-queue', number: queueNumbers['app-queue'], pid: undefined },
    { name: 'switchboard', number: queueNumbers.switchboard, pid }
  ]
}

function add<Name, Value>(to: Map<Name, Value[]>, name: Name, value: Value): void {
  to.set(name, [...(to.get(name) ?? []), value])
}

function tell(what: string): void {
  console.error(what)
}
