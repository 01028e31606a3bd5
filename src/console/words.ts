import { signal } from '@preact/signals'
import { en, type Words } from './words/en.ts'
import { zh } from './words/zh.ts'

const tables: Readonly<Record<'en' | 'zh', Words>> = { en, zh }

/** The language of the page: the browser's at first. */
export const language = signal<'en' | 'zh'>(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')

/** The text in the page's language, with its `{}` filled. */
export function say(word: keyof Words, value?: string | number): string {
  const text = tables[language.value][word]
  return value === undefined ? text : text.replace('{}', String(value))
}

/** How dates are written: as the browser does in the page's language. */
export function locale(): string {
  return navigator.language.toLowerCase().startsWith(language.value) ? navigator.language : language.value
}

/** The other language. */
export function switchLanguage(): void {
  language.value = language.value === 'en' ? 'zh' : 'en'
  document.documentElement.lang = language.value
}
