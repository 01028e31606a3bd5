import { toAppError } from '../domain/errors.ts'
import type { Frame } from './conversation.ts'
import type { Shortcut } from './flow.ts'
import type { Target } from './target.ts'

/** The first shortcut whose condition holds as the flow begins, before anything is played. */
export function takeEntryShortcut(frame: Frame): Target | undefined {
  const shortcut = frame.flow.shortcuts.find((candidate) => holds(candidate, frame))
  return shortcut && takeShortcut(shortcut, frame)
}

export function takeShortcut(shortcut: Shortcut, frame: Frame): Target {
  const { talk } = frame
  if (shortcut.priority !== undefined) talk.priority = shortcut.priority
  talk.hops = 0
  talk.trace.shortcutTaken(shortcut.name, shortcut.priority)
  return shortcut.go
}

function holds(shortcut: Shortcut, frame: Frame): boolean {
  if (shortcut.when === undefined) return false
  try {
    return shortcut.when.evaluate(frame.scope) === true
  } catch (error) {
    // One condition without a value must not keep callers from the other fast paths, nor from the flow. It is told in the trace.
    const at = frame.talk.world.clock.now()
    const entry = { step: shortcut.name, kind: 'shortcut', at, exit: 'error', detail: toAppError(error).code }
    frame.talk.trace.stepLeft(entry, 0, frame.flow.name)
    return false
  }
}
