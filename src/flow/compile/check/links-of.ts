import { exitsOf } from '../../exits-of.ts'
import type { Flow } from '../../flow.ts'
import type { RunStep, Step } from '../../step.ts'
import { fixedValue } from '../expressions/fixed-value.ts'
import type { Path } from '../source/source-file.ts'

/** What one place of a flow needs of the other flows. */
export type Link = {
  readonly path: Path
  /** Callers may come here from the first step on without having been waited for. */
  readonly atOnce: boolean
} & (
  | { readonly kind: 'flow'; readonly flow: string }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'run'; readonly step: RunStep }
)

/** All that a flow needs of others: known once when it is drafted, looked up each time any of them changes. */
export function linksOf(flow: Flow): readonly Link[] {
  const links: Link[] = []
  const first = firstSteps(flow)
  for (const step of flow.steps.values()) {
    const path = ['steps', step.name]
    const atOnce = first.has(step.name)
    for (const { to, waits } of exitsOf(step, flow)) {
      if (to.kind === 'flow') links.push({ kind: 'flow', flow: to.flow, path, atOnce: atOnce && waits === 'none' })
    }
    if (step.kind === 'run') links.push({ kind: 'run', step, path, atOnce })
    const number = numberOf(step)
    if (number !== undefined) links.push({ kind: 'number', number, path: [...path, 'transfer', 'number'], atOnce })
  }
  for (const [index, { go }] of flow.shortcuts.entries()) {
    if (go?.kind === 'flow') links.push({ kind: 'flow', flow: go.flow, path: ['shortcuts', index, 'go'], atOnce: false })
  }
  return links
}

function numberOf(step: Step): string | undefined {
  return step.kind === 'transfer' && step.to.kind === 'number' && step.to.value.fixed
    ? String(fixedValue(step.to.value))
    : undefined
}

/** The steps up to the first ones that wait for the caller, with those. */
function firstSteps(flow: Flow): ReadonlySet<string> {
  const reached = new Set([flow.start])
  // A set tells of what is added to it while it is gone through.
  for (const name of reached) {
    const step = flow.steps.get(name)
    for (const { to, waits } of step === undefined ? [] : exitsOf(step, flow)) {
      if (waits === 'none' && to.kind === 'step') reached.add(to.step)
    }
  }
  return reached
}
