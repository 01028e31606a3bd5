import type { Signal } from '../../domain/abort.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing } from '../faults.ts'
import { speak } from '../speak.ts'
import type { RecordStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Takes a message. Keys are no part of it: they end the prompt or the recording, or are a shortcut's, and are then forgotten. */
export async function runRecord(step: RecordStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { caller, keys } = frame.talk
  if (step.flush) keys.clear()
  await sayWhatToDo(step, frame, signal)
  keys.clear()

  const { queue, maxMs, minMs, maxSilenceMs, finishKey, beep } = step
  const request = {
    queue,
    flow: frame.flow.name,
    maxMs,
    minMs,
    maxSilenceMs,
    ...(finishKey !== undefined && { finishKey }),
    beep
  }
  const end = await caller.record(request, signal)
  // Also for a caller who has hung up, and for a shortcut: the message is there.
  if (end.exit === 'recorded' && step.into !== undefined) frame.names[step.into] = { id: end.id, seconds: end.seconds }
  signal.throwIfAborted()

  keys.clear()
  // It may begin a shortcut as well, and was not meant to.
  if (finishKey !== undefined && keys.keys.startsWith(finishKey)) keys.take(finishKey.length)
  frame.talk.hops = 0
  const go = step.exits[end.exit]
  if (go === undefined && end.exit === 'too_short') throw exitMissing(step.name, end.exit)
  return onward(go, end.exit, end.exit === 'recorded' ? `${end.seconds} s` : undefined)
}

async function sayWhatToDo({ prompt, bargeIn }: RecordStep, frame: Frame, signal: Signal): Promise<void> {
  const { keys } = frame.talk
  if (prompt === undefined) return
  if (!bargeIn) await speak([prompt], frame, signal)
  else if (keys.keys === '') await keys.untilKey((child) => speak([prompt], frame, child), signal)
}
