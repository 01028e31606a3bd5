import type { Estimate } from '../../staffing/estimate.ts'
import type { Scenario } from '../../staffing/scenario.ts'
import type { CallEstimates, CentreEstimates } from '../../staffing/simulate-centre.ts'
import { textTable } from '../text-table.ts'

/** What a what-if found, for people: shares in percent, times in seconds, each with its interval. */
export function staffingReport(scenario: Scenario, { calls, all, occupancy }: CentreEstimates): string {
  const targets = new Map(scenario.calls.map(({ name, targetMs }) => [name, `${targetMs / 1000} s`]))
  const kinds = [...calls].map(([name, estimates]) => callRow(name, targets.get(name) ?? '', estimates))
  const rows = calls.size === 1 ? kinds : [...kinds, callRow('all', '', all)]
  const groups = scenario.groups.map(({ name, count }) => [name, `${count}`, percent(occupancy.get(name))])
  const heading = [
    'calls',
    'offered',
    'target',
    'in time %',
    'ASA s',
    'mean wait s',
    'waited %',
    'gave up %',
    'timeout %',
    'blocked %',
    'queue'
  ]
  return `${textTable(heading, rows)}\n${textTable(['agents', 'count', 'occupancy %'], groups)}\n${footnote(scenario)}\n`
}

function callRow(name: string, target: string, estimates: CallEstimates): string[] {
  const { offered, serviceLevel, answerMs, waitMs, delayed, abandoned, timedOut, blocked, queueLength } = estimates
  return [
    name,
    withInterval(offered, 1, 0),
    target,
    percent(serviceLevel),
    withInterval(answerMs, 0.001, 1),
    withInterval(waitMs, 0.001, 1),
    percent(delayed),
    percent(abandoned),
    percent(timedOut),
    percent(blocked),
    withInterval(queueLength, 1, 2)
  ]
}

function percent(estimate: Estimate | undefined): string {
  return withInterval(estimate, 100, 1)
}

function withInterval(estimate: Estimate | undefined, scale: number, digits: number): string {
  if (estimate === undefined) return '–'
  return `${(estimate.mean * scale).toFixed(digits)} ± ${(estimate.halfWidth * scale).toFixed(digits)}`
}

function footnote({ replications, warmUpMs, lengthMs, seed, confidence }: Scenario): string {
  const hours = (ms: number) => `${Number((ms / 3_600_000).toFixed(2))} h`
  return [
    `Means of ${replications} independent replications of ${hours(lengthMs)} after ${hours(warmUpMs)} to warm up, seed ${seed};`,
    `± is Student's interval of ${Number((confidence * 100).toFixed(3))} %. In time, waited, gave up and timeout are shares of the calls that were not blocked.`
  ].join('\n')
}
