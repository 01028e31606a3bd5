import { spokenDecimals, takeApart } from './decimal.ts'
import { numbersInText } from './numbers-in-text.ts'
import { toPinyin } from './pinyin.ts'
import type { SpokenLanguage } from './spoken-language.ts'

const figures = [...'零一二三四五六七八九']
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const keys: Readonly<Record<string, string>> = { '*': '星号', '#': '井号', '+': '加' }
const currencies: Readonly<Record<string, string>> = {
  CNY: '元',
  USD: '美元',
  EUR: '欧元',
  GBP: '英镑',
  HKD: '港元',
  JPY: '日元'
}

const HUNDRED_MILLION = 100_000_000
const TEN_THOUSAND = 10_000
const places = [
  [1000, '千'],
  [100, '百'],
  [10, '十']
] as const

/** 0 … 9999 with 一十 written out and 两 before 百 and 千. */
function upToTenThousand(value: number): string[] {
  const words: string[] = []
  let skipped = false
  let rest = value
  for (const [size, name] of places) {
    const figure = Math.floor(rest / size)
    rest %= size
    if (figure === 0) {
      skipped = words.length > 0
      continue
    }
    if (skipped) words.push('零')
    skipped = false
    words.push(figure === 2 && size > 10 ? '两' : (figures[figure] ?? ''), name)
  }
  if (rest > 0) words.push(...(skipped ? ['零'] : []), figures[rest] ?? '')
  return words
}

/** A part before 万 or 亿: a bare 2 there is 两. */
function counted(words: readonly string[]): readonly string[] {
  return words.length === 1 && words[0] === '二' ? ['两'] : words
}

/** High part, its unit, low part; 零 where the low part leaves its first place empty. */
function joined(high: readonly string[], unit: string, low: number, firstPlace: number): string[] {
  const gap = low > 0 && low < firstPlace ? ['零'] : []
  return [...counted(high), unit, ...gap, ...grouped(low)]
}

function grouped(value: number): string[] {
  if (value >= HUNDRED_MILLION) {
    return joined(grouped(Math.floor(value / HUNDRED_MILLION)), '亿', value % HUNDRED_MILLION, HUNDRED_MILLION / 10)
  }
  if (value >= TEN_THOUSAND) {
    return joined(upToTenThousand(Math.floor(value / TEN_THOUSAND)), '万', value % TEN_THOUSAND, TEN_THOUSAND / 10)
  }
  return upToTenThousand(value)
}

function cardinal(value: number): string[] {
  if (value === 0) return ['零']
  const words = grouped(value)
  // Only at the very beginning is 十 said without 一: 十二, but 一百一十二.
  return words[0] === '一' && words[1] === '十' ? words.slice(1) : words
}

function digits(text: string): string[] {
  return [...text.toUpperCase()].flatMap((key) => {
    if (/\d/.test(key)) return [figures[Number(key)] ?? '']
    if (letters.includes(key)) return [key]
    return keys[key] ?? []
  })
}

function number(value: number): string[] {
  const { negative, whole, cents, tooLarge, digits: written } = takeApart(value)
  const decimals = spokenDecimals(cents)
  return [
    ...(negative ? ['负'] : []),
    ...(tooLarge ? digits(written) : cardinal(whole)),
    ...(decimals === '' ? [] : ['点', ...digits(decimals)])
  ]
}

/** 元角分: 12.05 → 十二元零五分, 2.2 → 两元两角, 0.05 → 五分. */
function yuan(whole: number, cents: string): string[] {
  const [jiao = 0, fen = 0] = [...cents].map(Number)
  const words: string[] = []
  if (whole > 0 || cents === '00') words.push(...counted(cardinal(whole)), '元')
  if (jiao > 0) words.push(...counted([figures[jiao] ?? '']), '角')
  if (fen > 0) words.push(...(whole > 0 && jiao === 0 ? ['零'] : []), ...counted([figures[fen] ?? '']), '分')
  return words
}

function money(amount: number, code: string): string[] {
  const { negative, whole, cents, tooLarge } = takeApart(amount)
  if (code === 'CNY' && !tooLarge) return [...(negative ? ['负'] : []), ...yuan(whole, cents)]
  const name = currencies[code]
  return [...counted(number(amount)), ...(name === undefined ? digits(code) : [name])]
}

/** A year is read digit by digit, and a bare 2 before a measure word is 两. */
function byContext(text: string): string {
  return text
    .replace(/(?<!\d)\d{4}(?=年)/g, (year) => digits(year).join(''))
    .replace(/(?<![\d.,])2(?=[个位次张天条笔元块人种份项])/g, '两')
}

/** Mandarin as spoken on the mainland. */
export const zhCn: SpokenLanguage = {
  tag: 'zh-CN',
  vocabulary: [
    ...figures,
    ...'两十百千万亿点负元角分',
    ...letters,
    ...Object.values(keys),
    ...Object.values(currencies).filter((name) => name !== '元')
  ],
  digits,
  number,
  money,
  inWords: (text) =>
    numbersInText(byContext(text), {
      number: (value) => number(value).join(''),
      digits: (written) => digits(written).join(''),
      percent: (words) => `百分之${words}`
    }),
  espeak: { voice: 'cmn-latn-pinyin', wordsPerMinute: 150, write: toPinyin }
}
