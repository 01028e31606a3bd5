import type { Frame } from '../conversation.ts'
import type { Template } from '../expression.ts'
import { valueUnfit } from '../faults.ts'
import type { AttachStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Puts data on the agent's screen. */
export function runAttach(step: AttachStep, frame: Frame): StepEnd {
  attachValues(step.name, step.values, frame)
  return onward(step.next)
}

/** Secrets are replaced here: the agent's screen and the records are open to more eyes than the caller meant. */
export function attachValues(step: string, values: Template, frame: Frame): void {
  const evaluated = frame.talk.secrets.redact(values.evaluate(frame.scope))
  if (typeof evaluated !== 'object' || evaluated === null || Array.isArray(evaluated)) throw valueUnfit(step, 'names with values')
  frame.talk.trace.attach({ ...evaluated })
}
