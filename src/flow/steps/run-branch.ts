import type { Frame } from '../conversation.ts'
import type { BranchStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Takes the first case that holds. */
export function runBranch(step: BranchStep, frame: Frame): StepEnd {
  const taken = step.cases.findIndex(({ when }) => when.evaluate(frame.scope) === true)
  const found = step.cases[taken]
  return found === undefined ? onward(step.otherwise, 'else') : onward(found.go, 'when', found.when.source)
}
