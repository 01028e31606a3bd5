import { createRequire } from 'node:module'

/**
 * espeak-ng reads hanzi one by one and so gets everyday words with two readings wrong (重新 as zhòng xīn, 音乐 as yīn lè),
 * and its voice `cmn` reads many hanzi as English letters. It reads pinyin with tone numbers well.
 */
export function toPinyin(text: string): string {
  return text.split(spokenOtherwise).map(readingOf).join(' ').replace(/\s+/g, ' ').trim()
}

let dictionary: typeof import('pinyin-pro') | undefined

/** Half a megabyte that a centre without Chinese does without, and a start with it: loaded by the first sentence. */
function loaded(): typeof import('pinyin-pro') {
  dictionary ??= createRequire(import.meta.url)('pinyin-pro') as typeof import('pinyin-pro')
  return dictionary
}

/** Words of our trade that the dictionary reads wrongly. */
const readings: Readonly<Record<string, string>> = {
  还款: 'huan2 kuan3',
  已还: 'yi3 huan2',
  应还: 'ying1 huan2',
  未还: 'wei4 huan2'
}
const spokenOtherwise = new RegExp(`(${Object.keys(readings).join('|')})`)

/** Full-width punctuation, which espeak-ng would read out or pass over without a pause. */
const punctuation: Readonly<Record<string, string>> = {
  '，': ',',
  '、': ',',
  '。': '.',
  '；': ';',
  '：': ',',
  '！': '!',
  '？': '?',
  '（': ',',
  '）': ',',
  '《': ' ',
  '》': ' ',
  '“': ' ',
  '”': ' '
}

function readingOf(part: string): string {
  const known = readings[part]
  if (known !== undefined) return known
  const plain = part.replace(/[，、。；：！？（）《》“”]/g, (mark) => punctuation[mark] ?? ' ')
  // espeak-ng counts the neutral tone as 5, pinyin-pro as 0. Without a number it would take the syllable for tone 1.
  return loaded()
    .pinyin(plain, { toneType: 'num', v: true, nonZh: 'consecutive' })
    .replace(/(?<=[a-zü])0/g, '5')
}
