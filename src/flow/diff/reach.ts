import { exitsOf } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import { sourceText } from '../prompt-words.ts'
import type { Step } from '../step.ts'
import type { Target } from '../target.ts'

export interface Reach {
  readonly steps: ReadonlySet<string>
  /** Where callers get to in the end: `queue sales`, `transfer number 100`, `flow night`. */
  readonly places: ReadonlySet<string>
}

/** What callers of a flow can come to, by any of its ways. */
export function reachOf(flow: Flow): Reach {
  const steps = new Set<string>()
  const places = new Set<string>()
  const pending: Target[] = [{ kind: 'step', step: flow.start }, ...flow.shortcuts.flatMap(({ go }) => go ?? [])]
  if (flow.onError !== undefined) pending.push(flow.onError)
  if (flow.onHangup !== undefined) pending.push({ kind: 'step', step: flow.onHangup })
  for (let to = pending.pop(); to !== undefined; to = pending.pop()) {
    if (to.kind === 'flow') {
      places.add(`flow ${to.flow}`)
      continue
    }
    const step = flow.steps.get(to.step)
    if (step === undefined || steps.has(to.step)) continue
    steps.add(to.step)
    const place = placeOf(step)
    if (place !== undefined) places.add(place)
    pending.push(...exitsOf(step, flow).map((exit) => exit.to))
  }
  return { steps, places }
}

function placeOf(step: Step): string | undefined {
  switch (step.kind) {
    case 'queue':
      return `queue ${step.queue}`
    case 'transfer':
      return `transfer ${step.to.kind} ${sourceText(step.to.value)}`
    case 'run':
      return `flow ${step.flow}`
    default:
      return undefined
  }
}
