import type { Signal } from '../../domain/abort.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing, valueUnfit } from '../faults.ts'
import type { CallbackStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Books a callback for the caller, who is told by the steps that follow. */
export async function runCallback(step: CallbackStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { talk, scope } = frame
  if (step.flush) talk.keys.clear()
  const time = step.at === undefined ? undefined : callbackTime(String(step.at.evaluate(scope)))
  if (step.at !== undefined && time === undefined) throw valueUnfit(step.name, 'a time with its offset')

  const answer = await talk.caller.bookCallback(
    {
      ...(step.number !== undefined && { number: String(step.number.evaluate(scope)) }),
      ...(step.queue !== undefined && { queue: step.queue }),
      ...(time !== undefined && { at: time }),
      ...(step.withinMs !== undefined && { withinMs: step.withinMs })
    },
    signal
  )
  if (answer.exit === 'refused' && answer.why === 'no-queue') throw valueUnfit(step.name, 'a queue, or a caller who was in one')
  const go = step.exits[answer.exit]
  if (go === undefined) throw exitMissing(step.name, answer.exit)
  return onward(go, answer.exit, answer.exit === 'refused' ? answer.why : step.queue)
}

/** Milliseconds of a date and time with its offset (RFC 3339); undefined when it is none. */
export function callbackTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const time = Date.parse(text.replace(' ', 'T'))
  return Number.isNaN(time) ? undefined : time
}
