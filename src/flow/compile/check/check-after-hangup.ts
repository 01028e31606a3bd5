import { listed, say } from '../../../domain/saying.ts'
import { afterKinds, isAfterStep } from '../../after-step.ts'
import { exitsOf } from '../../exits-of.ts'
import type { Flow } from '../../flow.ts'
import type { Step } from '../../step.ts'
import type { Target } from '../../target.ts'
import type { Report } from '../findings/report.ts'

type Steps = Flow['steps']

/** Steps that only come after the caller has left. */
export function onlyAfterHangup({ steps, start, shortcuts, onError, onHangup }: Omit<Flow, 'afterHangup'>): ReadonlySet<string> {
  if (onHangup === undefined) return new Set()
  const first: Target[] = [{ kind: 'step', step: start }, ...shortcuts.flatMap(({ go }) => go ?? [])]
  const before = reached(first, steps, (step) => exitsOf(step, onError === undefined ? {} : { onError }))
  const after = reached([{ kind: 'step', step: onHangup }], steps, (step) => exitsOf(step, {}))
  return new Set([...after].filter((name) => !before.has(name)))
}

/** Nobody is left to hear anything: only steps without audio, in this flow. */
export function checkAfterHangup(flow: Flow, report: Report): void {
  if (flow.onHangup === undefined) return
  for (const name of reached([{ kind: 'step', step: flow.onHangup }], flow.steps, (step) => exitsOf(step, {}))) {
    const step = flow.steps.get(name)
    if (step === undefined) continue
    const path = ['steps', name]
    if (!isAfterStep(step)) {
      const hint = say`after on_hangup there may be ${listed(afterKinds)}; without \`then\` it ends`
      report.error('FLOW0035', { path: [...path, step.kind], key: true }, say`"${name}" comes after the caller has left`, hint)
      continue
    }
    if (step.kind === 'request' && step.whileWaiting !== undefined) {
      const place = { path: [...path, 'request', 'while_waiting'], key: true }
      report.error('FLOW0035', place, say`nobody hears this: the caller has left`)
    }
    if (exitsOf(step, {}).some(({ to }) => to.kind === 'flow')) {
      report.error('FLOW0035', { path, key: true }, say`after on_hangup no other flow can be gone to`)
    }
  }
}

/** All steps that a way leads to. */
function reached(first: readonly Target[], steps: Steps, exits: (step: Step) => readonly { readonly to: Target }[]): Set<string> {
  const found = new Set<string>()
  const pending = [...first]
  for (let to = pending.pop(); to !== undefined; to = pending.pop()) {
    if (to.kind !== 'step' || found.has(to.step)) continue
    found.add(to.step)
    const step = steps.get(to.step)
    if (step !== undefined) pending.push(...exits(step).map((exit) => exit.to))
  }
  return found
}
