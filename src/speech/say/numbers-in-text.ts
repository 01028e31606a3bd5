/** How a language says the numbers that stand inside a text. */
export interface NumberWords {
  number(value: number): string
  digits(digits: string): string
  percent(words: string): string
}

/** Optional minus where a word could start, digits with or without thousands commas, decimals, per cent. */
const NUMBER = /(?<![A-Za-z0-9])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|(?<![A-Za-z0-9])-\d+(?:\.\d+)?%?|\d+(?:\.\d+)?%?/g

/** Numbers this long without commas are names (hotlines, accounts), not quantities. */
const NAME_DIGITS_MIN = 5

/** Replaces each number of the text by words. */
export function numbersInText(text: string, words: NumberWords): string {
  return text.replace(NUMBER, (found, offset: number) => {
    const percent = found.endsWith('%')
    const written = percent ? found.slice(0, -1) : found
    const spoken = isName(written) ? words.digits(written) : words.number(Number(written.replaceAll(',', '')))
    const before = /[A-Za-z]$/.test(text.slice(0, offset)) ? ' ' : ''
    const after = /^[A-Za-z]/.test(text.slice(offset + found.length)) ? ' ' : ''
    return `${before}${percent ? words.percent(spoken) : spoken}${after}`
  })
}

function isName(written: string): boolean {
  return /^\d+$/.test(written) && (written.length >= NAME_DIGITS_MIN || (written.length > 1 && written.startsWith('0')))
}
