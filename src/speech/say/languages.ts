import type { Language } from '../../domain/language.ts'
import type { Log } from '../../domain/log.ts'
import { en } from './en.ts'
import type { SpokenLanguage } from './spoken-language.ts'
import { zhCn } from './zh-cn.ts'

/** All languages that can be spoken; the first is the one for callers of an unknown language. A new language is one file and one name here. */
export const languages: readonly SpokenLanguage[] = [en, zhCn]

/** Finds the spoken language for a tag: exact, then by its first part (`en-GB` → `en`), then the default with one warning per tag. */
export function languageFinder(log: Log): (tag: Language) => SpokenLanguage {
  const warned = new Set<string>()
  return (tag) => {
    const found = find(tag)
    if (found !== undefined) return found
    if (!warned.has(tag)) log.warn({ language: tag, spoken: en.tag }, 'No voice for this language; speaking the default one')
    warned.add(tag)
    return en
  }
}

function find(tag: Language): SpokenLanguage | undefined {
  const wanted = tag.toLowerCase()
  const family = wanted.split('-')[0]
  return (
    languages.find(({ tag }) => tag.toLowerCase() === wanted) ??
    languages.find(({ tag }) => tag.toLowerCase().split('-')[0] === family)
  )
}
