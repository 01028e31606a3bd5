import type { Attend } from '../../domain/caller.ts'
import type { Frame } from '../conversation.ts'
import type { QueueStep } from '../step.ts'
import { untilExitKey } from './until-exit-key.ts'

/** Keeps the caller of a `queue` step company while they wait. */
export function attendWait(step: QueueStep, frame: Frame): Attend {
  return async (_wait, signal) => await untilExitKey(step.keys, frame.talk.keys, signal)
}
