import type { CountUnit } from '../../domain/ports/prompts.ts'
import type { TimeOfDay } from '../../domain/wall-clock.ts'
import { takeApart } from './decimal.ts'
import { durationUnits } from './duration-units.ts'
import { numbersInText } from './numbers-in-text.ts'
import { toPinyin } from './pinyin.ts'
import { letters, quantities, speller } from './spelling.ts'
import type { SpokenLanguage } from './spoken-language.ts'

const figures = [...'零一二三四五六七八九']
const keys: Readonly<Record<string, string>> = { '*': '星号', '#': '井号', '+': '加' }
const currencies: Readonly<Record<string, string>> = {
  CNY: '元',
  USD: '美元',
  EUR: '欧元',
  GBP: '英镑',
  HKD: '港元',
  JPY: '日元'
}
const durations = ['天', '小时', '分钟', '秒'] as const
const measures: Readonly<Record<CountUnit, string>> = { people: '位', messages: '条信息', items: '件', times: '次' }
/** What a time of the day is called, from that hour on. */
const partsOfDay = [
  [18, '晚上'],
  [13, '下午'],
  [12, '中午'],
  [8, '上午'],
  [5, '早上'],
  [0, '凌晨']
] as const

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

const digits = speller(figures, keys)
const number = quantities({ minus: '负', point: '点' }, cardinal, digits)

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

/** 下午两点半, 凌晨零点零五分. */
function time({ hours, minutes }: TimeOfDay): string[] {
  const [, part] = partsOfDay.find(([from]) => hours >= from) ?? [0, '凌晨']
  const words = [part, ...counted(cardinal(hours > 12 ? hours - 12 : hours)), '点']
  if (minutes === 0) return words
  if (minutes === 30) return [...words, '半']
  return [...words, ...(minutes < 10 ? ['零'] : []), ...cardinal(minutes), '分']
}

/** 零 where a unit between two others is empty: 一小时零五秒. */
function duration(ms: number): string[] {
  const words: string[] = []
  let skipped = false
  for (const [index, amount] of durationUnits(ms).entries()) {
    if (amount === 0) {
      skipped = words.length > 0
      continue
    }
    words.push(...(skipped ? ['零'] : []), ...counted(cardinal(amount)), durations[index] ?? '')
    skipped = false
  }
  return words.length === 0 ? ['零', '秒'] : words
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
    ...new Set([
      ...figures,
      ...'两幺十百千万亿点负元角分年月日半第个',
      ...letters,
      ...Object.values(keys),
      ...Object.values(currencies),
      ...durations,
      ...Object.values(measures),
      ...partsOfDay.map(([, name]) => name)
    ])
  ],
  digits,
  number,
  money,
  date: ({ year, month, day }) => [
    ...digits(String(year).padStart(4, '0')),
    '年',
    ...cardinal(month),
    '月',
    ...cardinal(day),
    '日'
  ],
  time,
  duration,
  // On the phone 一 is said as 幺: it cannot be taken for 七.
  phone: (group) => digits(group).map((word) => (word === '一' ? '幺' : word)),
  ordinal: (value) => ['第', ...number(value)],
  count: (value, unit) => [...counted(number(value)), unit === undefined ? '个' : measures[unit]],
  inWords: (text) =>
    numbersInText(byContext(text), {
      number: (value) => number(value).join(''),
      digits: (written) => digits(written).join(''),
      percent: (words) => `百分之${words}`
    }),
  espeak: { voice: 'cmn-latn-pinyin', wordsPerMinute: 150, write: toPinyin }
}
