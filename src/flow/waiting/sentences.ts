import type { Language } from '../../domain/language.ts'
import type { PromptPart } from '../../domain/ports/prompts.ts'
import type { AnnounceSettings, SentenceName, Sentences } from '../../domain/waiting.ts'

/** What is said of places and times, by language. A new language is one entry here. */
const builtIn: Readonly<Record<Language, Sentences>> = {
  en: {
    next: 'You are next.',
    position: 'You are {position} in line.',
    far: 'There are more than {limit} ahead of you.',
    wait: 'The wait is about {wait}.',
    long: 'The wait is more than {limit}.'
  },
  'zh-CN': {
    next: '您是下一位。',
    position: '您目前排在{position}位。',
    far: '您前面有超过{limit}在等候。',
    wait: '预计等候时间约为{wait}。',
    long: '预计等候时间超过{limit}。'
  }
}

/** One sentence with what stands in its braces. */
export interface Saying {
  readonly sentence: SentenceName
  readonly values: Readonly<Record<string, PromptPart>>
}

/** Whether places and times can be said in that language. */
export function canSay(language: Language, settings: Pick<AnnounceSettings, 'sentences'>): boolean {
  const own = settings.sentences[language]
  const names = Object.keys(builtIn.en ?? {}) as SentenceName[]
  return builtInOf(language) !== undefined || (own !== undefined && names.every((name) => own[name] !== undefined))
}

/** The parts of a sentence in that language; English where it has no words for it. */
export function spokenSaying(
  { sentence, values }: Saying,
  language: Language,
  settings: Pick<AnnounceSettings, 'sentences'>
): readonly PromptPart[] {
  return piecesOf(textOf(sentence, language, settings)).flatMap(({ text, name }): PromptPart[] => {
    // A full stop by itself is nothing to say.
    if (name === undefined) return /[\p{L}\p{N}]/u.test(text) ? [{ kind: 'text', text: text.trim() }] : []
    const part = values[name]
    return part === undefined ? [] : [part]
  })
}

/** The texts between the values, for all sentences: what can be made into audio beforehand. */
export function sentenceTexts(language: Language, settings: Pick<AnnounceSettings, 'sentences'>): readonly PromptPart[] {
  const names = Object.keys(builtIn.en ?? {}) as SentenceName[]
  return names.flatMap((sentence) => spokenSaying({ sentence, values: {} }, language, settings))
}

function textOf(sentence: SentenceName, language: Language, { sentences }: Pick<AnnounceSettings, 'sentences'>): string {
  return sentences[language]?.[sentence] ?? builtInOf(language)?.[sentence] ?? builtIn.en?.[sentence] ?? ''
}

/** Exact, then by its first part: `en-GB` → `en`. */
function builtInOf(language: Language): Sentences | undefined {
  const family = language.split('-')[0]
  const near = Object.keys(builtIn).find((tag) => tag.split('-')[0] === family)
  return builtIn[language] ?? (near === undefined ? undefined : builtIn[near])
}

function piecesOf(text: string): readonly { readonly text: string; readonly name?: string }[] {
  return text
    .split(/(\{[^}]*\})/)
    .map((piece) => (piece.startsWith('{') ? { text: piece, name: piece.slice(1, -1) } : { text: piece }))
}
