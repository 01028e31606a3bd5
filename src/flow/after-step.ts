import type { Step } from './step.ts'

/** Kinds of steps without audio. */
export const afterKinds = ['set', 'branch', 'split', 'hours', 'request', 'customer', 'attach', 'tag', 'go'] as const

/** A step without audio: what a flow can still do when its caller has left. */
export type AfterStep = Extract<Step, { kind: (typeof afterKinds)[number] }>

export function isAfterStep(step: Step): step is AfterStep {
  return (afterKinds as readonly string[]).includes(step.kind)
}
