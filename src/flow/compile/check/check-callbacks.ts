import { say } from '../../../domain/saying.ts'
import { exitsOf } from '../../exits-of.ts'
import type { Flow } from '../../flow.ts'
import type { Step } from '../../step.ts'
import type { Report } from '../findings/report.ts'

/** Steps after which a caller may have been in a queue: also of a flow that is run, or by an agent they were sent to. */
const mayQueue: readonly Step['kind'][] = ['queue', 'run', 'transfer', 'route']

/**
 * A booking that names no queue is for the one the caller was in last. Whoever dials this flow and has been in none ends in a fault. Who
 * comes from another flow may have been in one, so this is a warning.
 */
export function checkCallbacks(flow: Flow, report: Report): void {
  if (flow.numbers.length === 0) return
  const withoutQueue = [...flow.steps.values()].filter((step) => step.kind === 'callback' && step.queue === undefined)
  if (withoutQueue.length === 0) return
  const after = stepsAfterQueues(flow)
  for (const { name } of withoutQueue) {
    if (after.has(name)) continue
    const message = say`who dials this flow has been in no queue when they come here`
    report.warning('FLOW0007', { path: ['steps', name, 'callback'], key: true }, message, say`callback: { queue: … }`)
  }
}

/** Shortcuts and a flow's own on_error lead from any step to theirs. */
function stepsAfterQueues(flow: Flow): ReadonlySet<string> {
  const queues = [...flow.steps.values()].filter(({ kind }) => mayQueue.includes(kind))
  const pending = queues.flatMap((step) => exitsOf(step, flow).map(({ to }) => to))
  if (queues.length > 0) {
    for (const { go, keys } of flow.shortcuts) if (go !== undefined && keys !== undefined) pending.push(go)
    if (flow.onError !== undefined) pending.push(flow.onError)
  }
  const reached = new Set<string>()
  for (let to = pending.pop(); to !== undefined; to = pending.pop()) {
    const step = to.kind === 'step' && !reached.has(to.step) ? flow.steps.get(to.step) : undefined
    if (step === undefined) continue
    reached.add(step.name)
    for (const exit of exitsOf(step, flow)) pending.push(exit.to)
  }
  return reached
}
