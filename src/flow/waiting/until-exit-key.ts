import type { Signal } from '../../domain/abort.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import type { KeyBuffer } from '../key-buffer.ts'

/**
 * Resolves when the caller presses one of these keys. Other keys are forgotten, but for the beginning of a shortcut. What was pressed
 * before the wait was meant for something else: somebody who presses 0 again and again to reach an agent must not lose their place by it.
 */
export async function untilExitKey<Exit>(exits: ReadonlyMap<string, Exit>, keys: KeyBuffer, signal: Signal): Promise<Exit> {
  if (exits.size > 0) keys.clear()
  for (;;) {
    await keys.untilKey(untilAborted, signal)
    const exit = takeExit(exits, keys)
    if (exit !== undefined) return exit
  }
}

/** Uses up what has been pressed, up to a key with an exit or the beginning of a shortcut. */
function takeExit<Exit>(exits: ReadonlyMap<string, Exit>, keys: KeyBuffer): Exit | undefined {
  // Where no key has a meaning here, they are kept for the step that follows the wait.
  if (exits.size === 0) return undefined
  while (keys.keys !== '' && !keys.shortcutKeys.some((sequence) => sequence.startsWith(keys.keys))) {
    const exit = exits.get(keys.keys.charAt(0))
    keys.take(1)
    if (exit !== undefined) return exit
  }
  return undefined
}
