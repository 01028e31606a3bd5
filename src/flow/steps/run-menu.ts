import type { Signal } from '../../domain/abort.ts'
import { ask } from '../ask.ts'
import type { Frame } from '../conversation.ts'
import { readChoice } from '../read-keys.ts'
import type { MenuStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Lets the caller choose. */
export async function runMenu(step: MenuStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const read = (keys: string, shortcuts: readonly string[], late: boolean) =>
    readChoice(keys, step.choices.keys(), shortcuts, late)
  const asked = await ask({ asking: step, read, accept: () => true }, frame, signal)
  if (asked.kind === 'answer') return onward(step.choices.get(asked.value), asked.value)
  // No more of a wrong input than a choice is long: people type card numbers where nobody asked for one.
  const longest = Math.max(...[...step.choices.keys()].map((keys) => keys.length))
  return onward(asked.go, asked.kind, asked.keys.slice(0, longest))
}
