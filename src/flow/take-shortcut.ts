import type { Signal } from '../domain/abort.ts'
import { toAppError } from '../domain/errors.ts'
import type { Frame } from './conversation.ts'
import type { Shortcut } from './flow.ts'
import type { ShortcutWatch } from './key-buffer.ts'
import { accepts } from './offer-shortcut.ts'
import { canResume, resume } from './positions.ts'
import type { Target } from './target.ts'

/** The first shortcut whose condition holds as the flow begins, before anything is played. */
export async function takeEntryShortcut(frame: Frame, watch: ShortcutWatch, signal: Signal): Promise<Target | undefined> {
  for (const shortcut of frame.flow.shortcuts) {
    if (!holds(shortcut, frame) || (shortcut.go === undefined && !canResume(frame.talk))) continue
    if (shortcut.offer === undefined || (await isAccepted(shortcut, shortcut.offer, frame, watch, signal))) {
      return takeShortcut(shortcut, frame)
    }
  }
  return undefined
}

/** An offer that cannot be spoken is not made: it must not keep callers from the flow. */
async function isAccepted(
  shortcut: Shortcut,
  offer: NonNullable<Shortcut['offer']>,
  frame: Frame,
  watch: ShortcutWatch,
  signal: Signal
): Promise<boolean> {
  const at = frame.talk.world.clock.now()
  try {
    if (await accepts(offer, frame, watch, signal)) return true
    traceShortcut(shortcut, frame, at, 'declined')
  } catch (error) {
    if (signal.aborted) throw error
    traceShortcut(shortcut, frame, at, 'error', toAppError(error).code)
  }
  return false
}

export function takeShortcut(shortcut: Shortcut, frame: Frame): Target {
  const { talk } = frame
  if (shortcut.priority !== undefined) talk.priority = shortcut.priority
  talk.hops = 0
  talk.trace.shortcutTaken(shortcut.name, shortcut.priority)
  return shortcut.go ?? resume(frame)
}

function holds(shortcut: Shortcut, frame: Frame): boolean {
  if (shortcut.when === undefined) return false
  try {
    return shortcut.when.evaluate(frame.scope) === true
  } catch (error) {
    // One condition without a value must not keep callers from the other fast paths, nor from the flow. It is told in the trace.
    traceShortcut(shortcut, frame, frame.talk.world.clock.now(), 'error', toAppError(error).code)
    return false
  }
}

function traceShortcut({ name }: Shortcut, { talk, flow }: Frame, at: number, exit: string, detail?: string): void {
  const entry = { step: name, kind: 'shortcut', at, exit, ...(detail !== undefined && { detail }) }
  talk.trace.stepLeft(entry, talk.world.clock.now() - at, flow.name)
}
