import { spokenDecimals, takeApart } from './decimal.ts'
import { numbersInText } from './numbers-in-text.ts'
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
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const keys: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound', '+': 'plus' }

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

function digits(text: string): string[] {
  return [...text.toUpperCase()].flatMap((key) => {
    if (/\d/.test(key)) return [small[Number(key)] ?? '']
    if (letters.includes(key)) return [key]
    return keys[key] ?? []
  })
}

function number(value: number): string[] {
  const { negative, whole, cents, tooLarge, digits: written } = takeApart(value)
  const decimals = spokenDecimals(cents)
  return [
    ...(negative ? ['minus'] : []),
    ...(tooLarge ? digits(written) : cardinal(whole)),
    ...(decimals === '' ? [] : ['point', ...digits(decimals)])
  ]
}

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
      'point',
      'minus',
      'and'
    ])
  ],
  digits,
  number,
  money,
  inWords: (text) =>
    numbersInText(text, {
      number: (value) => number(value).join(' '),
      digits: (written) => digits(written).join(' '),
      percent: (words) => `${words} percent`
    }),
  espeak: { voice: 'en-us', wordsPerMinute: 160, write: (text) => text }
}
