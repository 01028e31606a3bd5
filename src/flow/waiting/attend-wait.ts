import type { Signal } from '../../domain/abort.ts'
import type { Attend, Wait } from '../../domain/caller.ts'
import { toAppError } from '../../domain/errors.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import { ChildAbort } from '../child-abort.ts'
import type { Frame } from '../conversation.ts'
import { Announcer } from './announcer.ts'
import { Messenger } from './messenger.ts'
import type { Speaker } from './speaker.ts'
import { Timetable } from './timetable.ts'
import { untilExitKey } from './until-exit-key.ts'
import { type StepWaiting, waitingWords } from './waiting-words.ts'

interface Attending {
  readonly keys?: ReadonlyMap<string, 'left' | 'callback'>
  readonly waiting?: StepWaiting
}

/** Keeps a caller company while they wait: tells their place and time, gives comfort, and listens for their keys, which end what is being said. */
export function attendWait({ keys = new Map(), waiting }: Attending, frame: Frame): Attend {
  return async (wait, signal) => {
    using over = new ChildAbort(signal)
    const talking = talk(waiting, wait, frame, over.signal)
    try {
      return await Promise.race([untilExitKey(keys, frame.talk.keys, over.signal), talking])
    } finally {
      over.abort(new Error('The caller waits no longer'))
      // Stopped, and so settled with the reason above.
      await talking.catch(() => undefined)
    }
  }
}

async function talk(step: StepWaiting | undefined, wait: Wait, frame: Frame, signal: Signal): Promise<never> {
  const { clock, centre } = frame.talk.world
  const { gapMs, announce, messages } = waitingWords(step, centre.queues.get(wait.queue)?.waiting)
  const speakers: Speaker[] = messages.map((message, index) => new Messenger(message, index + 1, wait, frame))
  if (announce.position || announce.estimate) speakers.unshift(new Announcer(announce, wait, frame))
  const timetable = new Timetable(speakers, gapMs, clock.now())

  for (let next = timetable.next(); next !== undefined; next = timetable.next()) {
    await clock.sleep(Math.max(0, next.at - clock.now()), signal)
    const began = clock.now()
    const spoke = await spoken(next.item, wait, frame, signal)
    timetable.done(next.item, began, clock.now(), spoke)
  }
  return await untilAborted(signal)
}

/** A prompt that cannot be made or played costs the caller that prompt, and not their place. */
async function spoken(speaker: Speaker, { queue }: Wait, frame: Frame, signal: Signal): Promise<boolean> {
  try {
    return await speaker.speak(signal)
  } catch (error) {
    if (signal.aborted) throw error
    frame.talk.trace.announced?.({ queue, whole: false, problem: toAppError(error).code })
    return true
  }
}
