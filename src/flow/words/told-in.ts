import { type SaidValue, Saying } from '../../domain/saying.ts'
import { chinese } from './zh-cn.ts'

/** Languages that flow designers are told things in. Another one is a table here; English needs none. */
const tables = { en: {}, 'zh-CN': chinese } as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

export type ToldLanguage = keyof typeof tables

export const toldLanguages = Object.keys(tables) as ToldLanguage[]

/** The sentence in that language; in English where its table does not know it. */
export function toldIn(language: ToldLanguage, saying: Saying): string {
  const table: Readonly<Record<string, string>> = tables[language]
  const values = saying.values.map((value: SaidValue) => (value instanceof Saying ? toldIn(language, value) : String(value)))
  const wording = table[saying.template]
  if (wording === undefined) return saying.parts.reduce((text, part, index) => `${text}${values[index - 1]}${part}`)
  return wording.replace(/\{(\d)\}/g, (_, index) => values[Number(index)] ?? '')
}

/** The language we have for a tag or a locale: `zh_CN.UTF-8`, `zh-Hans`, `en-GB`; undefined for others. */
export function knownLanguage(tag: string): ToldLanguage | undefined {
  const [main = ''] = tag.toLowerCase().split(/[-_.@]/)
  return main === '' ? undefined : toldLanguages.find((language) => language.split('-')[0] === main)
}
