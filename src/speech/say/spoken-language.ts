import type { Language } from '../../domain/language.ts'
import type { CountUnit } from '../../domain/ports/prompts.ts'
import type { CalendarDate, TimeOfDay } from '../../domain/wall-clock.ts'

/**
 * What it takes to speak a language. Numbers become lists of words out of a small fixed vocabulary, so that every word is rendered
 * ahead of time and a spoken number is a list of files, which Asterisk can interrupt (its own `number:` and `digits:` it cannot).
 */
export interface SpokenLanguage {
  readonly tag: Language
  /** Every word that the functions below may answer with. */
  readonly vocabulary: readonly string[]
  /** One by one; anything that is not a digit, a letter or a key of the phone is left out. */
  digits(digits: string): readonly string[]
  /** A quantity, rounded to two decimals. */
  number(value: number): readonly string[]
  money(amount: number, currency: string): readonly string[]
  date(date: CalendarDate): readonly string[]
  time(time: TimeOfDay): readonly string[]
  /** To the nearest second; at least nothing. */
  duration(ms: number): readonly string[]
  /** The digits of one group of a phone number. */
  phone(group: string): readonly string[]
  /** Of a whole number from 1. */
  ordinal(value: number): readonly string[]
  /** A quantity with the word for what is counted. */
  count(value: number, unit: CountUnit | undefined): readonly string[]
  /** A text with its numbers in words, so that the engine meets none. */
  inWords(text: string): string
  readonly espeak: {
    readonly voice: string
    readonly wordsPerMinute: number
    /** The text as this voice reads it best. */
    write(text: string): string
  }
}
