import type { Signal } from '../../domain/abort.ts'
import type { Frame } from '../conversation.ts'
import { speak } from '../speak.ts'
import type { PlayStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Says something. A caller who is already typing, or begins to, is past it; the keys are for the steps that follow. */
export async function runPlay(step: PlayStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { keys } = frame.talk
  if (step.flush) keys.clear()
  if (!step.bargeIn) {
    await speak([step.prompt], frame, signal)
    return onward(step.next)
  }
  if (keys.keys !== '') return onward(step.next, 'skipped')
  const heard = await keys.untilKey((child) => speak([step.prompt], frame, child), signal)
  return heard ? onward(step.next) : onward(step.next, 'interrupted')
}
