import { type ContestantName, contestantNames } from './contestants.ts'
import { percentile, type Spread, spreadOf } from './figures.ts'
import type { Cost } from './measure-cost.ts'
import { type Growth, memoryPerCall } from './measure-growth.ts'
import type { OverloadRound } from './measure-overload.ts'
import type { QueueContestant, QueueCost } from './measure-queue.ts'
import type { Measured } from './run-bench.ts'

/** The figures of a run: medians of the rounds with their spread, and how Switchboard compares. */
export interface Summary {
  readonly cost: Partial<Record<ContestantName, CostSummary>>
  /** Switchboard's sum to that of the others, round by round. */
  readonly costRatio: Partial<Record<ContestantName, Spread>>
  /** Calls per second. */
  readonly capacity: Partial<Record<ContestantName, Spread>>
  readonly capacityRatio: Partial<Record<ContestantName, number>>
  readonly keyRate: number
  readonly key: Partial<Record<ContestantName, { p50: Spread; p99: Spread; p99OfAll: number; calls: number; failed: number }>>
  readonly growth: Partial<Record<ContestantName, GrowthSummary>>
  /** Beside callers who wait and to whom nothing is sent. */
  readonly queueGrowth: Partial<Record<ContestantName, GrowthSummary>>
  readonly queue: Partial<Record<QueueContestant['name'], QueueSummary>>
  readonly queueRatio: Spread | undefined
  /** Round by round. */
  readonly overload: readonly OverloadRound[]
}

export interface CostSummary {
  readonly asterisk: Spread
  readonly application: Spread
  readonly sum: Spread
  readonly database: Spread
  readonly answerP99Ms: Spread
  readonly failed: number
  /** In their order: an application gets cheaper with the calls it has served. */
  readonly rounds: readonly Cost[]
}

interface GrowthSummary {
  readonly rows: readonly Growth[]
  readonly kbPerCall: { readonly asterisk: number; readonly application: number }
}

interface QueueSummary {
  readonly freeToBridgedP50Ms: Spread
  readonly freeToBridgedP99Ms: number
  readonly asterisk: Spread
  readonly application: Spread
  readonly sum: Spread
  readonly failed: number
}

const sumOf = ({ asterisk, application }: { readonly asterisk: number; readonly application: number }) => asterisk + application

export function summaryOf(measured: Measured): Summary {
  const { cost, capacity, key, keyRate, growth, queueGrowth } = measured
  return {
    cost: byName(contestantNames, (name) => costSummary(cost.get(name))),
    costRatio: byName(contestantNames, (name) => ratios(cost.get('switchboard'), cost.get(name), sumOf)),
    capacity: byName(contestantNames, (name) => ifAny(capacity.get(name), spreadOf)),
    capacityRatio: byName(
      contestantNames,
      (name) => ratios(capacity.get('switchboard'), capacity.get(name), (rate) => rate)?.median
    ),
    keyRate,
    key: byName(contestantNames, (name) =>
      ifAny(key.get(name), (rounds) => ({
        p50: spreadOf(rounds.map(({ ms }) => percentile(ms, 50))),
        p99: spreadOf(rounds.map(({ ms }) => percentile(ms, 99))),
        p99OfAll: percentile(
          rounds.flatMap(({ ms }) => ms),
          99
        ),
        calls: rounds.reduce((sum, { ms }) => sum + ms.length, 0),
        failed: rounds.reduce((sum, { failed }) => sum + failed, 0)
      }))
    ),
    growth: byName(contestantNames, (name) => growthSummary(growth.get(name))),
    queueGrowth: byName(contestantNames, (name) => growthSummary(queueGrowth.get(name))),
    queue: byName(['app-queue', 'switchboard'] as const, (name) => queueSummary(measured, name)),
    overload: measured.overload,
    queueRatio: ratios(measured.queueCost.get('switchboard'), measured.queueCost.get('app-queue'), sumOf)
  }
}

function costSummary(rounds: readonly Cost[] | undefined): CostSummary | undefined {
  return ifAny(rounds, (all) => ({
    asterisk: spreadOf(all.map(({ asterisk }) => asterisk)),
    application: spreadOf(all.map(({ application }) => application)),
    sum: spreadOf(all.map(sumOf)),
    database: spreadOf(all.map(({ database }) => database)),
    answerP99Ms: spreadOf(all.map(({ answerP99Ms }) => answerP99Ms)),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    rounds: all
  }))
}

function growthSummary(rows: readonly Growth[] | undefined): GrowthSummary | undefined {
  return rows === undefined ? undefined : { rows, kbPerCall: memoryPerCall(rows) }
}

function queueSummary({ freeToBridged, queueCost }: Measured, name: QueueContestant['name']): QueueSummary | undefined {
  const [times, costs] = [freeToBridged.get(name), queueCost.get(name)]
  if (times === undefined || costs === undefined) return undefined
  return {
    freeToBridgedP50Ms: spreadOf(times.map((round) => percentile(round, 50))),
    freeToBridgedP99Ms: percentile(times.flat(), 99),
    asterisk: spreadOf(costs.map(({ asterisk }: QueueCost) => asterisk)),
    application: spreadOf(costs.map(({ application }) => application)),
    sum: spreadOf(costs.map(sumOf)),
    failed: costs.reduce((sum, { failed }) => sum + failed, 0)
  }
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value | undefined
): Partial<Record<Name, Value>> {
  const found = names.flatMap((name) => {
    const value = of(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found) as Partial<Record<Name, Value>>
}

function ifAny<Value, Result>(
  rounds: readonly Value[] | undefined,
  of: (rounds: readonly Value[]) => Result
): Result | undefined {
  return rounds === undefined || rounds.length === 0 ? undefined : of(rounds)
}

/** Round by round, as what else the machine does differs from round to round. */
function ratios<Value>(
  ours: readonly Value[] | undefined,
  theirs: readonly Value[] | undefined,
  figure: (value: Value) => number
): Spread | undefined {
  if (ours === undefined || theirs === undefined) return undefined
  const pairs = ours.flatMap((one, round) => {
    const other = theirs[round]
    return other === undefined ? [] : [figure(one) / figure(other)]
  })
  return pairs.length === 0 ? undefined : spreadOf(pairs)
}
