import type { Staffing } from '../../config/read-staffing.ts'
import type { StaffingFile, TimeSetting } from '../../config/staffing-schema.ts'
import type { AgentProfile } from '../../domain/agent.ts'
import { defaultServiceLevel } from '../../domain/queue.ts'
import type { RatePiece } from '../../staffing/arrivals.ts'
import type { Distribution } from '../../staffing/distribution.ts'
import type { AgentGroup, CallKind, Scenario } from '../../staffing/scenario.ts'

const HOUR_MS = 3_600_000

/** The what-if of a file as the simulation takes it. */
export function scenarioOf({ file, centre }: Staffing): Scenario {
  const calls = Object.entries(file.calls).map(([name, kind]): CallKind => {
    const queue = kind.queue ?? name
    return {
      name,
      queue,
      priority: kind.priority,
      skills: kind.skills,
      arrivals: arrivalsOf(kind, file),
      handle: toDistribution(kind.handle),
      ...(kind.patience !== undefined && { patience: toDistribution(kind.patience) }),
      targetMs: kind.target ?? centre.queues.get(queue)?.serviceLevel?.withinMs ?? defaultServiceLevel.withinMs
    }
  })
  const dayMs = dayOf(file)
  return {
    queues: centre.queues,
    ...(centre.order !== undefined && { order: centre.order }),
    calls,
    groups:
      file.groups === undefined
        ? groupsOf(centre.agents.values())
        : Object.entries(file.groups).map(([name, { capacity, ...group }]) => ({
            name,
            ...group,
            ...(capacity !== undefined && { capacity })
          })),
    ...(file.lines !== undefined && { lines: file.lines }),
    answerDelay: toDistribution(file.answer_delay),
    awayAfterMissMs: file.away_after_miss,
    warmUpMs: dayMs === undefined ? (file.warm_up ?? 10 * HOUR_MS) : 0,
    lengthMs: dayMs ?? file.length ?? 100 * HOUR_MS,
    replications: file.replications,
    seed: file.seed,
    confidence: file.confidence / 100
  }
}

/** Length of the day whose calls are counted per interval. Undefined: all hours are alike. */
function dayOf({ calls, interval = 0 }: StaffingFile): number | undefined {
  const counts = Object.values(calls).find(({ per_interval: counts }) => counts !== undefined)?.per_interval
  return counts && counts.length * interval
}

/** With a day, nobody comes after it. */
function arrivalsOf(
  { per_hour: hour = 0, per_interval: counts }: StaffingFile['calls'][string],
  file: StaffingFile
): RatePiece[] {
  const { interval = 0 } = file
  if (counts !== undefined) return counts.map((count, index) => ({ untilMs: (index + 1) * interval, perMs: count / interval }))
  return [{ untilMs: dayOf(file) ?? Number.POSITIVE_INFINITY, perMs: hour / HOUR_MS }]
}

function toDistribution(time: TimeSetting): Distribution {
  if ('exponential' in time) return { kind: 'exponential', meanMs: time.exponential }
  if ('lognormal' in time) return { kind: 'lognormal', meanMs: time.lognormal, sdMs: time.sd }
  return 'fixed' in time ? { kind: 'fixed', ms: time.fixed } : { kind: 'list', valuesMs: time.list }
}

/** The agents of a centre, those together who are alike; named by their team, with a number where a team has several sorts. */
function groupsOf(agents: Iterable<AgentProfile>): AgentGroup[] {
  const sorts = new Map<string, AgentProfile[]>()
  for (const agent of agents) {
    const sort = JSON.stringify([
      agent.team,
      agent.queues,
      agent.queueLevels,
      agent.capacity,
      Object.entries(agent.skills).sort()
    ])
    sorts.set(sort, [...(sorts.get(sort) ?? []), agent])
  }
  const ofTeam = new Map<string, number>()
  return [...sorts.values()].flatMap((alike) => {
    const [one] = alike
    if (one === undefined) return []
    const number = (ofTeam.get(one.team) ?? 0) + 1
    ofTeam.set(one.team, number)
    const { queues, queueLevels, skills, capacity } = one
    const name = number === 1 ? one.team : `${one.team}-${number}`
    const more = { ...(queueLevels !== undefined && { queueLevels }), ...(capacity !== undefined && { capacity }) }
    return [{ name, count: alike.length, queues, skills, ...more }]
  })
}
