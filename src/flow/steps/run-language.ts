import type { Frame } from '../conversation.ts'
import { valueUnfit } from '../faults.ts'
import type { LanguageStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Changes what the caller hears from here on. */
export function runLanguage(step: LanguageStep, frame: Frame): StepEnd {
  const { talk } = frame
  const wanted = step.language.evaluate(frame.scope)
  const language = step.allowed.find((candidate) => candidate === wanted)
  if (language === undefined) throw valueUnfit(step.name, 'a language of the flow')

  if (language !== talk.call.language) {
    talk.call.language = language
    talk.trace.languageChanged(language)
  }
  return onward(step.next, undefined, language)
}
