import { computed } from '@preact/signals'
import type { Choices } from '../client/public.ts'
import { board } from './board.ts'
import type { Words } from './words/en.ts'
import { language, say } from './words.ts'

/** What the centre has agents choose from. */
export const choices = computed<Choices>(() => board.value?.choices ?? {})

export interface Option {
  readonly value: string
  readonly text: string
}

/** Where the centre has no list of its own. */
const plainReasons = {
  break: 'reasonBreak',
  lunch: 'reasonLunch',
  meeting: 'reasonMeeting',
  training: 'reasonTraining',
  other: 'reasonOther'
} as const satisfies Record<string, keyof Words>

const plainDispositions = {
  solved: 'dispositionSolved',
  'follow-up': 'dispositionFollowUp',
  'not-solved': 'dispositionNoReach'
} as const satisfies Record<string, keyof Words>

/** Why an agent may be not ready. */
export function reasonOptions(): readonly Option[] {
  return choices.value.reasons?.map(optionOf) ?? plainOptions(plainReasons)
}

/** What may come of a contact of that queue. */
export function dispositionOptions(queue: string | undefined): readonly Option[] {
  const fits = ({ queues }: { readonly queues?: readonly string[] | undefined }) =>
    queue === undefined || (queues?.includes(queue) ?? true)
  return choices.value.dispositions?.filter(fits).map(optionOf) ?? plainOptions(plainDispositions)
}

function optionOf({ name, title }: { readonly name: string; readonly title: Readonly<Record<string, string>> }): Option {
  return { value: name, text: inOwnLanguage(title) ?? name }
}

/** What the centre wrote, in the language of the page, or the first that there is. */
export function inOwnLanguage(texts: Readonly<Record<string, string>>): string | undefined {
  return texts[language.value === 'zh' ? 'zh-CN' : 'en'] ?? Object.values(texts)[0]
}

function plainOptions(words: Readonly<Record<string, keyof Words>>): readonly Option[] {
  return Object.entries(words).map(([value, word]) => ({ value, text: say(word) }))
}
