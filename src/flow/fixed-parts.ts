import type { Centre } from '../domain/centre.ts'
import type { Language } from '../domain/language.ts'
import type { PromptPart } from '../domain/ports/prompts.ts'
import type { Flow } from './flow.ts'
import type { Prompt } from './prompt.ts'
import type { Asking, Step } from './step.ts'
import { canSay, sentenceTexts } from './waiting/sentences.ts'
import { waitingWords } from './waiting/waiting-words.ts'

/**
 * All that a flow says that is known before anybody calls, by language: to be made into audio when the flow goes live. With `queues`
 * also what its callers hear while they wait in them.
 */
export function fixedParts(flow: Flow, queues: Centre['queues'] = new Map()): ReadonlyMap<Language, readonly PromptPart[]> {
  const parts = new Map<Language, PromptPart[]>()
  const add = (language: Language, more: readonly PromptPart[]) => parts.set(language, [...(parts.get(language) ?? []), ...more])
  const addPrompt = (prompt: Prompt) => {
    for (const [language, pieces] of prompt) {
      add(
        language,
        pieces.flatMap((piece) => (piece.fixed ? [piece.part] : []))
      )
    }
  }
  for (const { offer } of flow.shortcuts) if (offer !== undefined) addPrompt(offer.prompt)
  for (const step of flow.steps.values()) {
    for (const prompt of promptsOf(step, queues)) addPrompt(prompt)
    if (step.kind !== 'queue') continue
    const { announce } = waitingWords(step.waiting, queues.get(step.queue)?.waiting)
    if (!announce.position && !announce.estimate) continue
    for (const language of flow.languages) if (canSay(language, announce)) add(language, sentenceTexts(language, announce))
  }
  return parts
}

function promptsOf(step: Step, queues: Centre['queues']): readonly Prompt[] {
  switch (step.kind) {
    case 'play':
      return [step.prompt]
    case 'menu':
    case 'collect':
      return asked(step)
    case 'record':
      return step.prompt === undefined ? [] : [step.prompt]
    case 'request':
      return step.whileWaiting === undefined ? [] : [step.whileWaiting]
    case 'queue':
      return waitingWords(step.waiting, queues.get(step.queue)?.waiting).messages.flatMap(({ say }) => say)
    default:
      return []
  }
}

function asked({ prompt, noInput, noMatch }: Asking): readonly Prompt[] {
  return [...(prompt === undefined ? [] : [prompt]), ...noInput.prompts, ...noMatch.prompts]
}
