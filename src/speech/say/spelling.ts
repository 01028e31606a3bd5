import { spokenDecimals, takeApart } from './decimal.ts'

export const letters: readonly string[] = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Reads one by one: digits by their words, letters as they are, keys by their names; what is none of them is left out. */
export function speller(figures: readonly string[], keys: Readonly<Record<string, string>>): (text: string) => string[] {
  return (text) =>
    [...text.toUpperCase()].flatMap((key) => {
      if (/\d/.test(key)) return [figures[Number(key)] ?? '']
      return letters.includes(key) ? [key] : (keys[key] ?? [])
    })
}

/** How a language says quantities, out of how it says whole ones and reads digits. */
export function quantities(
  { minus, point }: { readonly minus: string; readonly point: string },
  cardinal: (value: number) => readonly string[],
  digits: (text: string) => readonly string[]
): (value: number) => string[] {
  return (value) => {
    const { negative, whole, cents, tooLarge, digits: written } = takeApart(value)
    const decimals = spokenDecimals(cents)
    return [
      ...(negative ? [minus] : []),
      ...(tooLarge ? digits(written) : cardinal(whole)),
      ...(decimals === '' ? [] : [point, ...digits(decimals)])
    ]
  }
}
