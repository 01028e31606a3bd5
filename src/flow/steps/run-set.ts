import type { Frame } from '../conversation.ts'
import type { SetStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Sets variables, one after the other: a later value sees the earlier ones. */
export function runSet(step: SetStep, frame: Frame): StepEnd {
  for (const [name, value] of step.values) frame.names[name] = value.evaluate(frame.scope)
  return onward(step.next)
}
