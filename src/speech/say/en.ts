import type { CountUnit } from '../../domain/ports/prompts.ts'
import type { CalendarDate, TimeOfDay } from '../../domain/wall-clock.ts'
import { takeApart } from './decimal.ts'
import { durationUnits } from './duration-units.ts'
import { numbersInText } from './numbers-in-text.ts'
import { letters, quantities, speller } from './spelling.ts'
import type { SpokenLanguage } from './spoken-language.ts'

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' '
  )
const tens = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const scales = [
  [1_000_000_000_000, 'trillion'],
  [1_000_000_000, 'billion'],
  [1_000_000, 'million'],
  [1_000, 'thousand'],
  [100, 'hundred']
] as const
const keys: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound', '+': 'plus' }
const months = 'January February March April May June July August September October November December'.split(' ')
const halves = ['a.m.', 'p.m.'] as const
type Noun = readonly [one: string, many: string]
const durations: readonly Noun[] = [
  ['day', 'days'],
  ['hour', 'hours'],
  ['minute', 'minutes'],
  ['second', 'seconds']
]
const counted: Readonly<Record<CountUnit, Noun>> = {
  people: ['person', 'people'],
  messages: ['message', 'messages'],
  items: ['item', 'items'],
  times: ['time', 'times']
}
/** Ordinals that do not just end in "th". */
const irregular: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth'
}

interface Currency {
  readonly one: string
  readonly many: string
  /** Unset: decimals are spoken after "point". */
  readonly cents?: readonly [one: string, many: string]
}

const currencies: Readonly<Record<string, Currency>> = {
  CNY: { one: 'yuan', many: 'yuan' },
  USD: { one: 'dollar', many: 'dollars', cents: ['cent', 'cents'] },
  EUR: { one: 'euro', many: 'euros', cents: ['cent', 'cents'] },
  GBP: { one: 'pound', many: 'pounds', cents: ['penny', 'pence'] },
  HKD: { one: 'Hong Kong dollar', many: 'Hong Kong dollars', cents: ['cent', 'cents'] },
  JPY: { one: 'yen', many: 'yen' }
}

function cardinal(value: number): string[] {
  if (value < 20) return [small[value] ?? '']
  if (value < 100) return [tens[Math.floor(value / 10)] ?? '', ...(value % 10 === 0 ? [] : cardinal(value % 10))]
  const [size, name] = scales.find(([scale]) => value >= scale) ?? [100, 'hundred']
  const rest = value % size
  return [...cardinal(Math.floor(value / size)), name, ...(rest === 0 ? [] : cardinal(rest))]
}

const digits = speller(small, keys)
const number = quantities({ minus: 'minus', point: 'point' }, cardinal, digits)

function money(amount: number, code: string): string[] {
  const currency = currencies[code]
  if (currency === undefined) return [...number(amount), ...digits(code)]
  const { negative, whole, cents, tooLarge, digits: written } = takeApart(amount)
  const name = (count: number, one: string, many: string) => (count === 1 ? one : many)

  if (currency.cents === undefined || tooLarge) {
    const words = number(amount)
    return [...words, name(cents === '00' ? whole : 0, currency.one, currency.many)]
  }
  const few = Number(cents)
  const main = [...cardinal(Number(written)), name(whole, currency.one, currency.many)]
  const rest = [...cardinal(few), name(few, ...currency.cents)]
  const spoken = few === 0 ? main : whole === 0 ? rest : [...main, 'and', ...rest]
  return negative ? ['minus', ...spoken] : spoken
}

function nthOf(word: string): string {
  return irregular[word] ?? `${word.endsWith('y') ? `${word.slice(0, -1)}ie` : word}th`
}

function ordinal(value: number): string[] {
  const words = number(value)
  return [...words.slice(0, -1), nthOf(words.at(-1) ?? '')]
}

/** Two halves, as in "twenty twenty six" and "nineteen oh five"; "two thousand five" where the first would be round. */
function year(value: number): string[] {
  const century = Math.floor(value / 100)
  const rest = value % 100
  if (century < 10 || (century % 10 === 0 && rest < 10)) return cardinal(value)
  return [...cardinal(century), ...(rest === 0 ? ['hundred'] : twoDigits(rest))]
}

/** After a century or an hour: "oh five", "ten". */
function twoDigits(value: number): string[] {
  return value < 10 ? ['oh', ...cardinal(value)] : cardinal(value)
}

function date(on: CalendarDate): string[] {
  return [months[on.month - 1] ?? '', ...ordinal(on.day), ...year(on.year)]
}

/** Twelve hours; 12 p.m. is a riddle to many, so noon and midnight have names. */
function time({ hours, minutes }: TimeOfDay): string[] {
  if (minutes === 0 && hours % 12 === 0) return [hours === 0 ? 'midnight' : 'noon']
  return [...cardinal(hours % 12 || 12), ...(minutes === 0 ? [] : twoDigits(minutes)), halves[hours < 12 ? 0 : 1]]
}

function duration(ms: number): string[] {
  const parts = durationUnits(ms).flatMap((amount, index) => (amount === 0 ? [] : [withNoun(amount, durations[index])]))
  if (parts.length === 0) return withNoun(0, durations.at(-1))
  return parts.flatMap((words, index) => (index > 0 && index === parts.length - 1 ? ['and', ...words] : words))
}

function withNoun(value: number, noun: Noun | undefined): string[] {
  return [...number(value), ...(noun === undefined ? [] : [noun[value === 1 ? 0 : 1]])]
}

/** English as spoken in the United States. */
export const en: SpokenLanguage = {
  tag: 'en',
  vocabulary: [
    ...new Set([
      ...small,
      ...tens.slice(2),
      ...scales.map(([, name]) => name),
      ...letters,
      ...Object.values(keys),
      ...Object.values(currencies).flatMap(({ one, many, cents = [] }) => [one, many, ...cents]),
      ...[...small.slice(1), ...tens.slice(2), ...scales.map(([, name]) => name)].map(nthOf),
      ...months,
      ...halves,
      ...[...durations, ...Object.values(counted)].flat(),
      'point',
      'minus',
      'and',
      'oh',
      'noon',
      'midnight'
    ])
  ],
  digits,
  number,
  money,
  date,
  time,
  duration,
  phone: digits,
  ordinal,
  count: (value, unit) => withNoun(value, unit && counted[unit]),
  inWords: (text) =>
    numbersInText(text, {
      number: (value) => number(value).join(' '),
      digits: (written) => digits(written).join(' '),
      percent: (words) => `${words} percent`
    }),
  espeak: { voice: 'en-us', wordsPerMinute: 160, write: (text) => text }
}
