import type { Answers, InitLanguage } from './answers.ts'

/** What a first flow says, in one language. */
interface Phrases {
  welcome(company: string): string
  choice(what: string, key: string): string
  otherLanguage(key: string): string
  readonly noInput: string
  readonly noMatch: string
  readonly busy: string
  readonly closed: string
  urgent(what: string, keys: string): string
  readonly goodbye: string
}

const spokenKeys = (keys: string, star: string, hash: string) => keys.replace('*', star).replace('#', hash)

export const phrases: Readonly<Record<InitLanguage, Phrases>> = {
  'zh-CN': {
    welcome: (company) => `欢迎致电${company}。`,
    choice: (what, key) => `${what}请按${key}，`,
    otherLanguage: (key) => `For English, press ${key}.`,
    noInput: '抱歉，没有收到您的按键。',
    noMatch: '抱歉，您的输入有误。',
    busy: '坐席繁忙，请稍后再拨。',
    closed: '现在是非工作时间。',
    urgent: (what, keys) => `${what}请随时按${spokenKeys(keys, '星号', '井号')}。`,
    goodbye: '感谢您的来电，再见。'
  },
  en: {
    welcome: (company) => `Welcome to ${company}.`,
    choice: (what, key) => `For ${what}, press ${key}. `,
    otherLanguage: (key) => `中文服务请按${key}。`,
    noInput: 'Sorry, we did not hear a key.',
    noMatch: 'Sorry, that is not one of the choices.',
    busy: 'All our agents are busy. Please call again later.',
    closed: 'We are closed now.',
    urgent: (what, keys) => `For ${what}, press ${spokenKeys(keys, 'star ', 'hash ')} at any time.`,
    goodbye: 'Thank you for calling. Goodbye.'
  }
}

/** A prompt in all languages of the flow. */
export function inAll(
  { languages }: Answers,
  make: (phrases: Phrases, language: InitLanguage) => string
): Record<string, string> {
  return Object.fromEntries(languages.map((language) => [language, make(phrases[language], language).trim()]))
}

/** The key that changes the language, when there are two; the highest that no choice has. */
export function languageKey({ languages, choices }: Answers): string | undefined {
  if (languages.length < 2) return undefined
  return [...'9876543210'].find((key) => choices.every((choice) => choice.key !== key))
}
