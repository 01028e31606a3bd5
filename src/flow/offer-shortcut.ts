import type { Signal } from '../domain/abort.ts'
import { ChildAbort } from './child-abort.ts'
import type { Frame } from './conversation.ts'
import type { Shortcut } from './flow.ts'
import type { ShortcutWatch } from './key-buffer.ts'
import { speak } from './speak.ts'

/** How long to wait for an answer behind the question. Callers who do not want it are not kept. */
const answerMs = 5000

/**
 * Asks whether the caller wants a shortcut. Every other key, and silence, is a no; keys typed before the question were meant for the menus
 * and are one too. The keys of another shortcut end it at once.
 */
export async function accepts(
  { prompt, accept }: NonNullable<Shortcut['offer']>,
  frame: Frame,
  watch: ShortcutWatch,
  signal: Signal
): Promise<boolean> {
  const { keys, trace } = frame.talk
  if (keys.keys !== '' || watch.pressed() !== undefined) return false

  using child = new ChildAbort(signal)
  const keysCame = new Error("The caller pressed a shortcut's keys")
  watch.notify(() => child.abort(keysCame))
  try {
    await keys.untilKey((until) => speak([prompt], frame, until), child.signal)
    if (keys.keys === '') {
      trace.asking?.()
      await keys.nextWithin(answerMs, child.signal)
    }
  } catch (error) {
    if (child.endedBy(keysCame)) return false
    throw error
  }
  if (!keys.keys.startsWith(accept)) return false
  keys.take(accept.length)
  return true
}
