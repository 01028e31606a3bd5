import type { OrderSettings, PriorityName, QueueSettings } from '../../../src/domain/queue.ts'
import type { Distribution } from '../../../src/staffing/distribution.ts'
import type { CallKind, Scenario } from '../../../src/staffing/scenario.ts'
import type { CallEstimates, CentreEstimates } from '../../../src/staffing/simulate-centre.ts'
import { studentQuantile } from '../../../src/staffing/student-t.ts'
import { erlangCQueue } from '../../../src/staffing/theory/erlang.ts'
import { erlangA } from '../../../src/staffing/theory/erlang-a.ts'
import { finiteQueue } from '../../../src/staffing/theory/finite-queue.ts'
import { priorityWaits } from '../../../src/staffing/theory/priority-waits.ts'
import { singleAgentWait } from '../../../src/staffing/theory/single-agent-wait.ts'

type Figure = keyof CallEstimates

/** What theory says of one figure of one kind of calls, or of the occupancy of the agents. */
export interface Claim {
  readonly calls: string
  readonly figure: Figure | 'occupancy'
  readonly theory: number
}

/** A model with a closed form, and the same as a scenario. */
export interface ProofSet {
  readonly model: string
  readonly scenario: Scenario
  readonly claims: readonly Claim[]
}

export const HANDLE_MS = 180_000
export const TARGET_MS = 20_000

/** How much is simulated: replications of so many calls, after a tenth of that many to warm up. */
export interface Effort {
  readonly replications: number
  readonly calls: number
  readonly seed: number
}

interface Model {
  readonly name: string
  readonly agents: number
  /** Erlangs by priority. */
  readonly loads: readonly (readonly [PriorityName, number])[]
  readonly claims: readonly Claim[]
  readonly handle?: Distribution
  readonly patienceMs?: number
  readonly lines?: number
  /** Erlangs of messages, and how many an agent has at once. */
  readonly messages?: { readonly load: number; readonly atOnce: number }
}

export const plainQueue: QueueSettings = {
  name: 'all',
  title: 'All',
  skills: {},
  ringMs: 20_000,
  wrapUpMs: 0,
  maxWaitMs: Number.POSITIVE_INFINITY,
  maxLength: Number.POSITIVE_INFINITY,
  music: 'default'
}

const messageQueue: QueueSettings = { ...plainQueue, name: 'messages', medium: 'message' }

/**
 * Classes that no wait breaks, as Cobham has them: a head start of four months is more than any caller waits here. Emergencies
 * need none.
 */
const strict: OrderSettings = { headStartMs: { high: 1e10, normal: 0, low: -1e10 }, choice: 'most-urgent' }

/** The sets of the proof: M/M/c, M/M/c/K, M/M/c+M, priorities, M/G/1 and messages, from one agent to a hundred. */
export function proofSets(effort: Effort): ProofSet[] {
  const models = [
    ...[
      [0.6, 1],
      [4, 5],
      [8, 10],
      [17, 20],
      [42, 50],
      [85, 100]
    ].map(([load = 0, agents = 0]) => waiting(load, agents)),
    ...[
      [18, 20, 20],
      [9, 10, 15],
      [84, 90, 120]
    ].map(([load = 0, agents = 0, lines = 0]) => limited(load, agents, lines)),
    ...[
      [9, 10, 1],
      [22, 20, 0.5],
      [50, 50, 2]
    ].map(([load = 0, agents = 0, patience = 0]) => impatient(load, agents, patience)),
    prioritized(1, [
      ['emergency', 0.3],
      ['normal', 0.4]
    ]),
    prioritized(5, [
      ['emergency', 0.5],
      ['high', 1],
      ['normal', 1.5],
      ['low', 1]
    ]),
    prioritized(10, [
      ['high', 2],
      ['normal', 6]
    ]),
    alone(0.7, { kind: 'fixed', ms: HANDLE_MS }),
    alone(0.6, { kind: 'lognormal', meanMs: HANDLE_MS, sdMs: HANDLE_MS }),
    severalAtOnce(8, 5, 2),
    besideMessages(4, 5, { load: 6, atOnce: 3 })
  ]
  // Chance of its own for each, so that one bad draw does not look like many.
  return models.map((model, index) => ({
    model: model.name,
    claims: model.claims,
    scenario: scenarioOf(model, { ...effort, seed: effort.seed + index })
  }))
}

function waiting(load: number, agents: number): Model {
  const { delayed, meanWait, meanQueue, within } = erlangCQueue(load, agents, HANDLE_MS)
  return {
    name: `M/M/${agents}, ${load} erlangs (Erlang C)`,
    agents,
    loads: [['normal', load]],
    claims: [
      ...claims('normal', { delayed, waitMs: meanWait, queueLength: meanQueue, serviceLevel: within(TARGET_MS) }),
      { calls: '', figure: 'occupancy', theory: load / agents }
    ]
  }
}

function limited(load: number, agents: number, lines: number): Model {
  const { blocked, delayed, meanWait, meanQueue, within } = finiteQueue(load, agents, lines, HANDLE_MS)
  const queued = { delayed, waitMs: meanWait, queueLength: meanQueue, serviceLevel: within(TARGET_MS) }
  return {
    name: `M/M/${agents}/${lines}, ${load} erlangs${lines === agents ? ' (Erlang B)' : ''}`,
    agents,
    lines,
    loads: [['normal', load]],
    claims: [
      ...claims('normal', { blocked, ...(lines > agents && queued) }),
      { calls: '', figure: 'occupancy', theory: (load * (1 - blocked)) / agents }
    ]
  }
}

function impatient(load: number, agents: number, patience: number): Model {
  const patienceMs = patience * HANDLE_MS
  const { abandoned, delayed, meanWait, meanWaitServed, meanQueue, servedWithin } = erlangA(load, agents, HANDLE_MS, patienceMs)
  return {
    name: `M/M/${agents}+M, ${load} erlangs, patience ${patience}h (Erlang A)`,
    agents,
    patienceMs,
    loads: [['normal', load]],
    claims: [
      ...claims('normal', {
        abandoned,
        delayed,
        waitMs: meanWait,
        answerMs: meanWaitServed,
        queueLength: meanQueue,
        serviceLevel: servedWithin(TARGET_MS)
      }),
      { calls: '', figure: 'occupancy', theory: (load * (1 - abandoned)) / agents }
    ]
  }
}

/** `loads` from the most urgent class down. */
function prioritized(agents: number, loads: readonly (readonly [PriorityName, number])[]): Model {
  const waits = priorityWaits(
    loads.map(([, load]) => load),
    agents,
    HANDLE_MS
  )
  return {
    name: `M/M/${agents}, ${loads.map(([priority, load]) => `${priority} ${load}`).join(', ')} (Cobham)`,
    agents,
    loads,
    claims: loads.map(([calls], index) => ({ calls, figure: 'waitMs', theory: waits[index] ?? Number.NaN }))
  }
}

function alone(load: number, handle: Distribution): Model {
  return {
    name: `M/G/1, ${load} erlangs, ${handle.kind} (Pollaczek-Khinchine)`,
    agents: 1,
    loads: [['normal', load]],
    handle,
    claims: claims('normal', { waitMs: singleAgentWait(load / HANDLE_MS, handle), delayed: load })
  }
}

/** Agents who have some messages at once are as many agents as they can have messages. */
function severalAtOnce(load: number, agents: number, atOnce: number): Model {
  const { delayed, meanWait, meanQueue, within } = erlangCQueue(load, agents * atOnce, HANDLE_MS)
  return {
    name: `M/M/${agents * atOnce}, ${load} erlangs of messages, ${agents} agents, ${atOnce} at once (Erlang C)`,
    agents,
    loads: [],
    messages: { load, atOnce },
    claims: claims('messages', { delayed, waitMs: meanWait, queueLength: meanQueue, serviceLevel: within(TARGET_MS) })
  }
}

/** Messages in hand do not keep calls away: the calls wait as if there were none. */
function besideMessages(load: number, agents: number, messages: { readonly load: number; readonly atOnce: number }): Model {
  const { claims } = waiting(load, agents)
  return {
    name: `M/M/${agents}, ${load} erlangs beside ${messages.load} of messages (Erlang C)`,
    agents,
    loads: [['normal', load]],
    messages,
    claims: claims.filter(({ figure }) => figure !== 'occupancy')
  }
}

function claims(calls: string, figures: Partial<Record<Figure, number>>): Claim[] {
  return Object.entries(figures).map(([figure, theory]) => ({ calls, figure: figure as Figure, theory }))
}

function scenarioOf(model: Model, { replications, calls, seed }: Effort): Scenario {
  const { agents, loads, handle, patienceMs, lines, messages } = model
  const load = loads.reduce((sum, [, each]) => sum + each, messages?.load ?? 0)
  const lengthMs = (calls * HANDLE_MS) / load
  return {
    queues: new Map([plainQueue, ...(messages === undefined ? [] : [messageQueue])].map((queue) => [queue.name, queue])),
    order: strict,
    calls: kindsOf(model).map(
      ([name, queue, priority, each]): CallKind => ({
        name,
        queue,
        priority,
        skills: {},
        arrivals: [{ untilMs: Number.POSITIVE_INFINITY, perMs: each / HANDLE_MS }],
        handle: handle ?? { kind: 'exponential', meanMs: HANDLE_MS },
        ...(patienceMs !== undefined && { patience: { kind: 'exponential', meanMs: patienceMs } }),
        targetMs: TARGET_MS
      })
    ),
    groups: [
      {
        name: 'agents',
        count: agents,
        queues: [plainQueue.name, ...(messages === undefined ? [] : [messageQueue.name])],
        skills: {},
        ...(messages !== undefined && { capacity: { message: messages.atOnce } })
      }
    ],
    ...(lines !== undefined && { lines }),
    answerDelay: { kind: 'fixed', ms: 0 },
    awayAfterMissMs: 0,
    warmUpMs: lengthMs / 10,
    lengthMs,
    replications,
    seed,
    confidence: 0.95
  }
}

function kindsOf({ loads, messages }: Model): (readonly [name: string, queue: string, PriorityName, load: number])[] {
  const calls = loads.map(([priority, load]) => [priority, plainQueue.name, priority, load] as const)
  return messages === undefined ? calls : [...calls, ['messages', messageQueue.name, 'normal', messages.load] as const]
}

export interface Comparison extends Claim {
  readonly model: string
  readonly simulated: number
  readonly halfWidth: number
  readonly isInside: boolean
}

/** Each claim of theory beside what the simulation estimates, whose intervals are made as wide as that confidence asks. */
export function compare({ model, claims, scenario }: ProofSet, estimates: CentreEstimates, confidence: number): Comparison[] {
  const degrees = scenario.replications - 1
  const widen = studentQuantile(confidence, degrees) / studentQuantile(scenario.confidence, degrees)
  return claims.map((claim) => {
    const found =
      claim.figure === 'occupancy' ? estimates.occupancy.get('agents') : estimates.calls.get(claim.calls)?.[claim.figure]
    const { mean, halfWidth } = found ?? { mean: Number.NaN, halfWidth: 0 }
    const isInside = Math.abs(mean - claim.theory) <= widen * halfWidth
    return { ...claim, model, simulated: mean, halfWidth: widen * halfWidth, isInside }
  })
}

/** The confidence of each single interval so that all of them together hold with `family` (Bonferroni). */
export function each(family: number, sets: readonly ProofSet[]): number {
  return 1 - (1 - family) / sets.reduce((sum, { claims }) => sum + claims.length, 0)
}
