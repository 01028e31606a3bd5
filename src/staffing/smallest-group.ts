import { momentsOf } from './distribution.ts'
import type { Scenario } from './scenario.ts'
import { type CentreEstimates, simulateCentre } from './simulate-centre.ts'
import { erlangCQueue } from './theory/erlang.ts'

/** What is wanted: of the calls of that kind, so large a share (0 to 1) answered within their target. */
export interface Goal {
  readonly group: string
  readonly calls: string
  readonly share: number
}

/** What one trial of the search showed. */
export interface Trial {
  readonly count: number
  readonly estimates: CentreEstimates
}

/**
 * The fewest agents of a group that reach the goal, all else as in the scenario. All trials meet the same callers, so more agents
 * never look worse by chance alone. Undefined when `most` are not enough. The first guess is Erlang C of the calls alone.
 */
export function smallestGroup(scenario: Scenario, goal: Goal, most: number): Trial | undefined {
  const trials = new Map<number, Trial>()
  const trial = (count: number): Trial => {
    const groups = scenario.groups.map((group) => (group.name === goal.group ? { ...group, count } : group))
    const done = trials.get(count) ?? { count, estimates: simulateCentre({ ...scenario, groups }) }
    trials.set(count, done)
    return done
  }
  const reaches = (count: number) => (trial(count).estimates.calls.get(goal.calls)?.serviceLevel?.mean ?? 0) >= goal.share

  let tooFew = -1
  let enough = Math.min(most, firstGuess(scenario, goal))
  while (!reaches(enough)) {
    if (enough === most) return undefined
    tooFew = enough
    enough = Math.min(most, enough * 2)
  }
  while (enough - tooFew > 1) {
    const middle = Math.ceil((tooFew + enough) / 2)
    if (reaches(middle)) enough = middle
    else tooFew = middle
  }
  return trial(enough)
}

/** As many as Erlang C wants at the busiest time, as if the group had these calls alone, and nobody gave up. */
function firstGuess({ calls, queues }: Scenario, goal: Goal): number {
  const kind = calls.find(({ name }) => name === goal.calls)
  if (kind === undefined) return 1
  const busyMs = momentsOf(kind.handle).mean + (queues.get(kind.queue)?.wrapUpMs ?? 0)
  const load = Math.max(...kind.arrivals.map(({ perMs }) => perMs)) * busyMs
  let agents = Math.floor(load) + 1
  while (erlangCQueue(load, agents, busyMs).within(kind.targetMs) < goal.share) agents++
  return agents
}
