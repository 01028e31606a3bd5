import { exitsOf } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import type { RunStep } from '../step.ts'
import { fixedValue } from './fixed-value.ts'
import type { Path } from './source-file.ts'

/** What one place of a flow needs of the other flows. */
export type Link =
  | { readonly kind: 'flow'; readonly flow: string; readonly path: Path }
  | { readonly kind: 'number'; readonly number: string; readonly path: Path }
  | { readonly kind: 'run'; readonly step: RunStep; readonly path: Path }

/** All that a flow needs of others: known once when it is drafted, looked up each time any of them changes. */
export function linksOf(flow: Flow): readonly Link[] {
  const links: Link[] = []
  for (const step of flow.steps.values()) {
    const path = ['steps', step.name]
    for (const { to } of exitsOf(step, flow)) if (to.kind === 'flow') links.push({ kind: 'flow', flow: to.flow, path })
    if (step.kind === 'run') links.push({ kind: 'run', step, path })
    if (step.kind === 'transfer' && step.to.kind === 'number' && step.to.value.fixed) {
      links.push({ kind: 'number', number: String(fixedValue(step.to.value)), path: [...path, 'transfer', 'number'] })
    }
  }
  for (const [index, { go }] of flow.shortcuts.entries()) {
    if (go?.kind === 'flow') links.push({ kind: 'flow', flow: go.flow, path: ['shortcuts', index, 'go'] })
  }
  return links
}
