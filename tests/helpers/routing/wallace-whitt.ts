import type { QueueSettings } from '../../../src/domain/queue.ts'
import type { AgentGroup, CallKind, Scenario } from '../../../src/staffing/scenario.ts'
import { type Effort, plainQueue } from './proof-sets.ts'

const TYPES = 6
export const AGENTS = 90
export const LINES = 120
export const LOAD = 84
export const MEAN_MS = 600_000
export const WITHIN_MS = 30_000

// Levels end at 5, so the two last skills of six are equal.
const LEVELS = [5, 4, 3, 2, 1, 1]

/**
 * R. B. Wallace and W. Whitt, A Staffing Algorithm for Call Centers with Skill-Based Routing, M&SOM 7(4), 2005: six types of calls
 * of 14 erlangs each, exponential handle times of 10 minutes, 90 agents with so many of the six skills each, 30 waiting places
 * beside them (120 lines). 15 agents have each type as their first skill; the other skills go round so that each type is
 * everybody's second, third … skill equally often, and each pair of first and second is had by three agents.
 */
export function wallaceWhitt(skillsEach: number, { replications, calls, seed }: Effort): Scenario {
  const types = Array.from({ length: TYPES }, (_, type) => `type-${type + 1}`)
  const lengthMs = (calls * MEAN_MS) / LOAD
  return {
    queues: new Map(types.map((name) => [name, queueOf(name)])),
    calls: types.map(
      (name): CallKind => ({
        name,
        queue: name,
        priority: 'normal',
        skills: {},
        arrivals: [{ untilMs: Number.POSITIVE_INFINITY, perMs: LOAD / TYPES / MEAN_MS }],
        handle: { kind: 'exponential', meanMs: MEAN_MS },
        targetMs: WITHIN_MS
      })
    ),
    groups: types.flatMap((_, first) =>
      Array.from({ length: AGENTS / TYPES }, (__, agent) => groupOf(types, first, agent, skillsEach))
    ),
    lines: LINES,
    answerDelay: { kind: 'fixed', ms: 0 },
    awayAfterMissMs: 0,
    warmUpMs: lengthMs / 10,
    lengthMs,
    replications,
    seed,
    confidence: 0.99
  }
}

function queueOf(name: string): QueueSettings {
  return { ...plainQueue, name, title: name, skills: { [name]: 1 }, strategy: 'most-skilled' }
}

/** Agent 0 … 14 of a first skill: the other five in a cycle that begins and steps differently, so that all combinations are as even as can be. */
function groupOf(types: readonly string[], first: number, agent: number, skillsEach: number): AgentGroup {
  const [begin, step] = [agent % 5, 1 + Math.floor(agent / 5)]
  const others = Array.from({ length: TYPES - 1 }, (_, index) => (first + 1 + ((begin + index * step) % 5)) % TYPES)
  const known = [first, ...others].slice(0, skillsEach).map((type) => types[type] ?? '')
  return {
    name: `${types[first]}-${agent}`,
    count: 1,
    queues: known,
    skills: Object.fromEntries(known.map((skill, place) => [skill, LEVELS[place] ?? 1]))
  }
}
