import type { DomainEvent } from '../../src/domain/events.ts'
import { callbackCalls } from './check-callbacks.ts'
import { checkDay, isUnseen, outcomeOf, startedCalls } from './check-day.ts'
import { compareWaits, differenceMs, type WaitComparison, WITHIN_MS, wrongWaits } from './compare-waits.ts'
import type { Evidence, Violation } from './evidence.ts'
import { factsOf } from './facts-of.ts'
import { counted } from './grouped.ts'
import type { PlanOptions } from './plan.ts'

type Counts = Readonly<Record<string, number>>

export interface SoakReport {
  readonly options: PlanOptions
  readonly evidence: Evidence
  /** Who ended the calls, as their callers saw it; `gone before we had them`: refused with 487, and nobody was told of them. */
  readonly wire: Counts
  readonly outcomes: Readonly<Record<Side, Counts>>
  readonly offers: Readonly<Record<Side, Counts>>
  readonly callbacks: Counts
  /** What their customers' phones saw. */
  readonly customers: Counts
  /** Facts of talks: transfers, holds, goings on to another queue. */
  readonly moves: Counts
  readonly habits: Counts
  /** Of agents' commands. */
  readonly deskAnswers: Counts
  readonly waits: {
    readonly compared: number
    readonly medianMs: number
    readonly p99Ms: number
    readonly worstMs: number
    /** Those that are not the same within 50 ms. */
    readonly over: readonly WaitComparison[]
  }
  readonly violations: readonly Violation[]
}

/** Who tells the same story. */
export type Side = 'facts' | 'desks' | 'records'

/** The books of a day. `left` is what was found when everybody had gone. */
export function reportOn(
  options: PlanOptions,
  day: Evidence,
  deskAnswers: ReadonlyMap<string, number>,
  left: readonly Violation[]
): SoakReport {
  const { facts, rows, legs, cleared, deskOffers, plan } = day
  const waits = compareWaits(day)
  const byUs = new Set<string>(callbackCalls(day).map(({ callId }) => callId))
  const isCaller = ({ callId }: { readonly callId: string }) => !byUs.has(callId)
  const desks = [...deskOffers].flatMap(([, offers]) => offers)
  return {
    options,
    evidence: day,
    wire: whoEnded(day),
    outcomes: {
      facts: counts(factsOf(facts, 'call.ended').filter(isCaller).map(outcomeOf)),
      desks: counts(cleared.filter(isCaller).map(({ outcome }) => outcome)),
      records: counts(
        rows.filter(({ call_id: callId }) => isCaller({ callId })).map(({ result, reason }) => `${result} ${reason}`)
      )
    },
    offers: {
      facts: counts(factsOf(facts, 'offer.ended').map(({ result }) => result)),
      desks: counts(desks.map(({ result }) => result)),
      records: counts(legs.map(({ result }) => String(result)))
    },
    callbacks: counts(factsOf(facts, 'callback.ended').map(({ callback }) => String(callback.outcome))),
    customers: counts(day.customerRings.map(({ end }) => end ?? 'rings')),
    moves: counts(facts.flatMap(moveOf)),
    habits: counts(plan.map(({ habit }) => habit)),
    deskAnswers: Object.fromEntries(deskAnswers),
    waits: { ...spreadOf(waits), over: waits.filter((wait) => Math.abs(differenceMs(wait)) > WITHIN_MS) },
    violations: [...checkDay(day), ...wrongWaits(waits), ...left]
  }
}

function moveOf(fact: DomainEvent): string[] {
  if (fact.type === 'call.transferred' || fact.type === 'call.held' || fact.type === 'call.retrieved') return [fact.type.slice(5)]
  return fact.type === 'call.dequeued' && fact.exit === 'overflow' ? ['overflow'] : []
}

function whoEnded({ plan, views, facts }: Evidence): Counts {
  const started = startedCalls(facts)
  return counts(
    plan.map(({ from }) => {
      const view = views.get(from)
      if (isUnseen(started.get(from)?.length ?? 0, view)) return 'gone before we had them'
      return view?.endedBy === undefined ? 'not seen' : `ended by ${view.endedBy}`
    })
  )
}

function spreadOf(waits: readonly WaitComparison[]) {
  const errors = waits.map((wait) => Math.abs(differenceMs(wait))).toSorted((one, other) => one - other)
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(errors.length * share))] ?? 0
  return { compared: waits.length, medianMs: at(0.5), p99Ms: at(0.99), worstMs: errors.at(-1) ?? 0 }
}

function counts(names: readonly string[]): Counts {
  return Object.fromEntries(counted(names))
}
