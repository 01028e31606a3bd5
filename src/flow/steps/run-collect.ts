import type { Signal } from '../../domain/abort.ts'
import { ask } from '../ask.ts'
import type { Frame } from '../conversation.ts'
import { readDigits } from '../read-keys.ts'
import { secretShown } from '../secrets.ts'
import type { CollectStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Takes digits into a variable. */
export async function runCollect(step: CollectStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { keys } = frame.talk
  const before = frame.names[step.into]
  const accept = (value: string): boolean => {
    if (step.secret) frame.talk.secrets.add(value)
    // The check sees the new value under the variable's name; a refused one is not left there.
    frame.names[step.into] = value
    if (step.check !== undefined && step.check.evaluate(frame.scope) !== true) {
      frame.names[step.into] = before
      return false
    }
    return true
  }

  const read = (typed: string, shortcuts: readonly string[], late: boolean) => readDigits(typed, step, shortcuts, late)
  const question = () => ask({ asking: step, read, accept }, frame, signal)
  const asked = await (step.secret ? frame.talk.caller.offTheRecord(question) : question())
  const shown = (digits: string) => (step.secret && digits !== '' ? secretShown : digits)
  if (asked.kind !== 'answer') return onward(asked.go, asked.kind, shown(asked.keys))

  if (asked.value.length === step.max && step.finishKey !== undefined) keys.ignoreNext(step.finishKey)
  return onward(step.next, 'answer', shown(asked.value))
}
