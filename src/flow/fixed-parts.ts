import type { Language } from '../domain/language.ts'
import type { PromptPart } from '../domain/ports/prompts.ts'
import type { Flow } from './flow.ts'
import type { Prompt } from './prompt.ts'
import type { Asking, Step } from './step.ts'

/** All that a flow says that is known before anybody calls, by language: to be made into audio when the flow goes live. */
export function fixedParts(flow: Flow): ReadonlyMap<Language, readonly PromptPart[]> {
  const parts = new Map<Language, PromptPart[]>()
  for (const step of flow.steps.values()) {
    for (const prompt of promptsOf(step)) {
      for (const [language, pieces] of prompt) {
        const fixed = pieces.flatMap((piece) => (piece.fixed ? [piece.part] : []))
        parts.set(language, [...(parts.get(language) ?? []), ...fixed])
      }
    }
  }
  return parts
}

function promptsOf(step: Step): readonly Prompt[] {
  switch (step.kind) {
    case 'play':
      return [step.prompt]
    case 'menu':
    case 'collect':
      return asked(step)
    case 'request':
      return step.whileWaiting === undefined ? [] : [step.whileWaiting]
    default:
      return []
  }
}

function asked({ prompt, noInput, noMatch }: Asking): readonly Prompt[] {
  return [...(prompt === undefined ? [] : [prompt]), ...noInput.prompts, ...noMatch.prompts]
}
