import { readStaffing } from '../../config/read-staffing.ts'
import { AppError } from '../../domain/errors.ts'
import type { Scenario } from '../../staffing/scenario.ts'
import { type CallEstimates, simulateCentre } from '../../staffing/simulate-centre.ts'
import { smallestGroup, type Trial } from '../../staffing/smallest-group.ts'
import { scenarioOf } from './scenario-of.ts'
import { staffingReport } from './staffing-report.ts'
import { type Changes, expectKnown, whatIf } from './what-if.ts'

export interface StaffingOptions extends Changes {
  /** A group, to find its smallest count … */
  readonly find?: string
  /** … with which `calls=80` percent are answered within their target. */
  readonly goal?: string
  readonly json?: boolean
}

/** More than this takes hours; it is rather a slip of the pen. */
const CALLS_MAX = 100_000_000
const AGENTS_MAX = 2000

/** Tries out a centre on paper, and says what it would do. */
export function simulateStaffing(file: string, { find, goal, json = false, ...changes }: StaffingOptions): string {
  const asked = whatIf(scenarioOf(readStaffing(file)), changes)
  expectPossible(asked)
  const found = find === undefined && goal === undefined ? undefined : search(asked, find, goal)
  const scenario = found === undefined ? asked : whatIf(asked, { agents: [`${find}=${found.count}`], arrivals: [] })
  const estimates = found?.estimates ?? simulateCentre(scenario)
  if (!json) {
    const sentence = found === undefined ? '' : `The goal ${goal} needs ${found.count} agents of ${find}.\n\n`
    return `${sentence}${staffingReport(scenario, estimates)}`
  }
  const { replications, seed, confidence, warmUpMs, lengthMs } = scenario
  const groups = scenario.groups.map(({ name, count }) => [name, { count, occupancy: estimates.occupancy.get(name) }])
  const calls: Readonly<Record<string, CallEstimates>> = Object.fromEntries(estimates.calls)
  return `${JSON.stringify({ replications, seed, confidence, warmUpMs, lengthMs, calls, all: estimates.all, groups: Object.fromEntries(groups) })}\n`
}

function search(scenario: Scenario, group: string | undefined, goal = ''): Trial {
  const [, calls, percent] = /^([^=]+)=(\d{1,2}(?:\.\d+)?)$/.exec(goal) ?? []
  if (group === undefined || calls === undefined) {
    const problems = ['expected --find GROUP and --goal CALLS=PERCENT together, such as --find cards --goal cards=80']
    throw new AppError('OPTION_UNREADABLE', 'client', 'An option cannot be read', { details: { problems } })
  }
  expectKnown([group], scenario.groups, 'group')
  expectKnown([calls], scenario.calls, 'kind of calls')
  const found = smallestGroup(scenario, { group, calls, share: Number(percent) / 100 }, AGENTS_MAX)
  if (found !== undefined) return found
  throw new AppError('GOAL_OUT_OF_REACH', 'client', 'No number of these agents reaches the goal', {
    details: { group, goal, most: AGENTS_MAX }
  })
}

function expectPossible({ calls, warmUpMs, lengthMs, replications }: Scenario): void {
  const perMs = calls.reduce((sum, { arrivals }) => sum + Math.max(...arrivals.map((piece) => piece.perMs)), 0)
  const expected = Math.round(perMs * (warmUpMs + lengthMs) * replications)
  if (expected <= CALLS_MAX) return
  throw new AppError('SIMULATION_TOO_LONG', 'client', 'The what-if has more calls than can be simulated', {
    details: { expected, most: CALLS_MAX }
  })
}
