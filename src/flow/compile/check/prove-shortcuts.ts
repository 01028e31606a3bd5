import { say } from '../../../domain/saying.ts'
import { exitsOf } from '../../exits-of.ts'
import type { Flow } from '../../flow.ts'
import type { Step } from '../../step.ts'
import type { Target } from '../../target.ts'
import type { Report } from '../findings/report.ts'

type FlowNamed = (name: string) => Flow | undefined

/** Somebody in an emergency hears no menu: proves it for every shortcut that does not say it is not urgent. */
export function proveShortcuts(flow: Flow, flowNamed: FlowNamed, report: Report): void {
  for (const [index, { name, go, urgent }] of flow.shortcuts.entries()) {
    if (!urgent || go === undefined) continue
    const way = wayToMenu(go, flow, flowNamed)
    if (way === undefined) continue
    const message = say`callers of the shortcut "${name}" may hear a menu: ${way.join(' → ')}`
    const hint = say`lead it straight to a queue, transfer or hangup, or say urgent: false`
    report.error('FLOW0025', { path: ['shortcuts', index, 'go'] }, message, hint)
  }
}

interface Visit {
  readonly flow: Flow
  readonly step: Step
  readonly way: readonly string[]
}

/** The first way from there that comes to a menu before somebody takes the call. */
function wayToMenu(from: Target, flow: Flow, flowNamed: FlowNamed): readonly string[] | undefined {
  const seen = new Set<Step>()
  const pending: Visit[] = []
  const follow = (to: Target, inside: Flow, way: readonly string[]) => {
    const next = to.kind === 'step' ? inside : flowNamed(to.flow)
    const step = next?.steps.get(to.kind === 'step' ? to.step : next.start)
    if (next !== undefined && step !== undefined && !seen.has(step)) pending.push({ flow: next, step, way: [...way, step.name] })
  }

  follow(from, flow, [])
  for (let visit = pending.shift(); visit !== undefined; visit = pending.shift()) {
    const { step, way } = visit
    seen.add(step)
    if (step.kind === 'menu') return way
    if (step.kind === 'queue' || step.kind === 'transfer' || step.kind === 'hangup') continue
    if (step.kind === 'run') follow({ kind: 'flow', flow: step.flow }, visit.flow, way)
    for (const { to } of exitsOf(step, visit.flow)) follow(to, visit.flow, way)
  }
  return undefined
}
