import { readVariables, type Variables } from '../config/environment.ts'
import { AppError } from '../domain/errors.ts'
import { knownLanguage, type ToldLanguage, toldLanguages } from '../flow/words/told-in.ts'

/** The language in which a person at a terminal is told things: as `--language` says, or by the locale (POSIX XBD §8.2). */
export function toldLanguage(given: string | undefined, variables: Variables = readVariables()): ToldLanguage {
  if (given !== undefined) {
    const language = knownLanguage(given)
    if (language !== undefined) return language
    throw new AppError('LANGUAGE_UNKNOWN', 'client', 'There is no such language', { details: { given, known: toldLanguages } })
  }
  const locale = variables.LC_ALL || variables.LC_MESSAGES || variables.LANG || ''
  return knownLanguage(locale) ?? 'en'
}
