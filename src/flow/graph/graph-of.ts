import { exitsOf } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import type { Step } from '../step.ts'
import type { Target } from '../target.ts'
import { aboutStep } from './about-step.ts'

/** A box of the drawing. `kind` is that of the step, or one of: entry, shortcut, fault, left, flow. */
export interface Box {
  readonly id: string
  readonly kind: string
  readonly title: string
  /** What stands below the title, to be wrapped. */
  readonly about: readonly string[]
  /** The flow that a click leads to. */
  readonly flow?: string
}

export interface Arrow {
  readonly from: string
  readonly to: string
  /** All exits that lead this way. */
  readonly labels: readonly string[]
  /**
   * - way: where callers go on.
   * - fail: where only those end up who say nothing or the wrong thing, or whom a fault meets.
   * - fast: a shortcut.
   */
  readonly kind: 'way' | 'fail' | 'fast'
}

export interface Graph {
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

const silent: ReadonlySet<string> = new Set(['then', 'go'])
const failing: ReadonlySet<string> = new Set(['no_input', 'no_match', 'on_error'])

/** A flow as boxes and arrows. Where a fault goes by default is drawn once, not at every step; exits that lead to the same place are one arrow. */
export function graphOf(flow: Flow): Graph {
  const others = new Map<string, Box>()
  const idOf = (to: Target): string => {
    if (to.kind === 'step') return stepId(to.step)
    const id = `flow ${to.flow}`
    others.set(id, { id, kind: 'flow', title: to.flow, about: [], flow: to.flow })
    return id
  }
  const entry: Box = { id: 'entry', kind: 'entry', title: flow.name, about: flow.numbers }
  const shortcuts = flow.shortcuts.map(({ name, keys, when, priority, go, offer }, index): Box => {
    const how = [keys === undefined ? [] : `keys ${keys}`, when === undefined ? [] : `when ${when.source}`].flat()
    return {
      id: `shortcut ${index}`,
      kind: 'shortcut',
      title: name,
      about: [
        ...how,
        ...(offer === undefined ? [] : [`offered, taken by ${offer.accept}`]),
        ...(go === undefined ? ['→ where the caller was cut off'] : []),
        ...(priority === undefined ? [] : [`priority ${priority}`])
      ]
    }
  })
  const steps = [...flow.steps.values()].map((step) => boxOf(step, flow))
  const faults: Box[] = flow.onError === undefined ? [] : [{ id: 'fault', kind: 'fault', title: 'any fault', about: [] }]

  const left: Box[] = flow.onHangup === undefined ? [] : [{ id: 'left', kind: 'left', title: 'the caller has left', about: [] }]

  const arrows: Arrow[] = [{ from: 'entry', to: stepId(flow.start), labels: [], kind: 'way' }]
  for (const [index, { go }] of flow.shortcuts.entries())
    if (go !== undefined) arrows.push({ from: `shortcut ${index}`, to: idOf(go), labels: [], kind: 'fast' })
  if (flow.onError !== undefined) arrows.push({ from: 'fault', to: idOf(flow.onError), labels: [], kind: 'fail' })
  if (flow.onHangup !== undefined) arrows.push({ from: 'left', to: stepId(flow.onHangup), labels: [], kind: 'fail' })
  for (const step of flow.steps.values()) arrows.push(...arrowsOf(step, idOf))
  return { boxes: [entry, ...shortcuts, ...faults, ...left, ...steps, ...others.values()], arrows }
}

function boxOf(step: Step, flow: Flow): Box {
  const isEnd = exitsOf(step, {}).length === 0 && step.kind !== 'hangup'
  return {
    id: stepId(step.name),
    kind: step.kind,
    title: step.name,
    about: [...aboutStep(step, flow), ...roundabouts(step), ...(isEnd ? ['the flow ends here'] : [])],
    ...(step.kind === 'run' && { flow: step.flow })
  }
}

/** Exits back into the same step are told in its box: an arrow round it would only be in the way. */
function roundabouts(step: Step): readonly string[] {
  const names = exitsOf(step, {}).flatMap(({ name, to }) => (to.kind === 'step' && to.step === step.name ? name : []))
  return names.length === 0 ? [] : [`↻ ${names.join(' · ')}`]
}

function arrowsOf(step: Step, idOf: (to: Target) => string): readonly Arrow[] {
  const byTarget = new Map<string, string[]>()
  for (const { name, to } of exitsOf(step, {})) {
    const id = idOf(to)
    byTarget.set(id, [...(byTarget.get(id) ?? []), name])
  }
  byTarget.delete(stepId(step.name))
  return [...byTarget].map(([to, names]): Arrow => {
    const kind = names.every((name) => failing.has(name)) ? 'fail' : 'way'
    return { from: stepId(step.name), to, labels: names.filter((name) => !silent.has(name)), kind }
  })
}

function stepId(name: string): string {
  return `step ${name}`
}
