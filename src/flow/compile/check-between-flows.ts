import { exitsOf } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import { FlowLibrary } from '../library.ts'
import type { Step } from '../step.ts'
import type { Target } from '../target.ts'
import { didYouMean } from './closest.ts'
import type { DraftedFlow } from './draft-flow.ts'
import { fixedValue } from './fixed-value.ts'
import { proveShortcuts } from './prove-shortcuts.ts'
import type { Report } from './report.ts'
import type { Path } from './source-file.ts'

/** What can only be seen with all flows at hand. Drafts with errors count as there: one mistake is not told in every file. */
export function checkBetweenFlows(drafts: readonly DraftedFlow[]): void {
  reportNameClashes(drafts)
  reportNumberClashes(drafts)

  const flows = new Map<string, Flow | undefined>()
  for (const { name, flow } of drafts) if (name !== undefined) flows.set(name, flow)
  const library = new FlowLibrary()
  library.replaceAll(drafts.flatMap(({ flow }) => flow ?? []))
  for (const { flow, report } of drafts) {
    if (flow === undefined) continue
    for (const step of flow.steps.values()) checkStep(step, flow, flows, library, report)
    for (const [index, { go }] of flow.shortcuts.entries()) requireFlow(go, ['shortcuts', index, 'go'], flows, report)
    proveShortcuts(flow, (name) => flows.get(name), report)
  }
}

function reportNameClashes(drafts: readonly DraftedFlow[]): void {
  const owners = new Map<string, string>()
  for (const { name, report } of drafts) {
    if (name === undefined) continue
    const owner = owners.get(name)
    if (owner === undefined) owners.set(name, report.source.file)
    else report.error('FLOW0030', { path: ['flow'] }, `there is another flow "${name}", in ${owner}`)
  }
}

function reportNumberClashes(drafts: readonly DraftedFlow[]): void {
  const owners = new Map<string, string>()
  for (const { flow, report } of drafts) {
    for (const [index, number] of (flow?.numbers ?? []).entries()) {
      const owner = owners.get(number)
      if (owner === undefined) owners.set(number, flow?.name ?? '')
      else report.error('FLOW0024', { path: ['numbers', index] }, `${number} is already a number of "${owner}"`)
    }
  }
}

function checkStep(
  step: Step,
  flow: Flow,
  flows: ReadonlyMap<string, Flow | undefined>,
  library: FlowLibrary,
  report: Report
): void {
  const path = ['steps', step.name]
  for (const { to } of exitsOf(step, flow)) requireFlow(to, path, flows, report)
  if (step.kind === 'transfer' && step.to.kind === 'number' && step.to.value.fixed) {
    const number = String(fixedValue(step.to.value))
    if (library.byNumber(number) !== undefined) return
    const hint = 'calls to the outside go by { sip: … }'
    report.error('FLOW0033', { path: [...path, 'transfer', 'number'] }, `no flow answers ${number}`, hint)
  }
  if (step.kind !== 'run') return
  requireFlow({ kind: 'flow', flow: step.flow }, [...path, 'run'], flows, report)
  const other = flows.get(step.flow)
  for (const [name] of other === undefined ? [] : step.params) {
    if (other?.params.includes(name) === true) continue
    const hint = didYouMean(name, other?.params ?? []) ?? 'it has none'
    report.error('FLOW0031', { path: [...path, 'with', name], key: true }, `"${step.flow}" has no parameter "${name}"`, hint)
  }
}

function requireFlow(to: Target, path: Path, flows: ReadonlyMap<string, Flow | undefined>, report: Report): void {
  if (to.kind !== 'flow' || flows.has(to.flow)) return
  report.error('FLOW0019', { path }, `there is no flow "${to.flow}"`, didYouMean(to.flow, flows.keys()))
}
