import { exitsOf } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import type { Happening } from '../simulate/journal.ts'
import { exitTaken } from './exit-taken.ts'

export interface Share {
  readonly reached: number
  readonly of: number
  /** What no case came to. */
  readonly missing: readonly string[]
}

/** Which steps and exits of a flow some calls have used. */
export function coverageOf(flow: Flow, happenings: readonly Happening[]): { readonly steps: Share; readonly exits: Share } {
  const seen = new Set<string>()
  for (const happening of happenings) {
    if (happening.kind !== 'step' || happening.flow !== flow.name) continue
    seen.add(happening.entry.step)
    seen.add(`${happening.entry.step}:${exitTaken(happening.entry)}`)
  }
  const steps = [...flow.steps.keys()]
  const exits = [...flow.steps.values()].flatMap((step) => exitsOf(step, flow).map(({ name }) => `${step.name}:${name}`))
  return { steps: shareOf(steps, seen), exits: shareOf(exits, seen) }
}

/** In whole per cent, rounded down, so that 100 means all. */
export function percentOf({ reached, of }: Share): number {
  return of === 0 ? 100 : Math.floor((100 * reached) / of)
}

function shareOf(names: readonly string[], seen: ReadonlySet<string>): Share {
  const missing = names.filter((name) => !seen.has(name))
  return { reached: names.length - missing.length, of: names.length, missing }
}
