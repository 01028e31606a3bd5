/** Country codes whose numbers have a known grouping behind them. */
const COUNTRY = /^(\+86|\+1)(\d{10,11})$/
const NOT_SPOKEN = /[^\dA-Z+*#]+/i
/** Short numbers, such as hotlines, are said in one breath. */
const ONE_GROUP_MAX = 6

/** A phone number in the groups that people pause between: as it is written, or the usual ones where it is written without a gap. */
export function phoneGroups(number: string): readonly string[] {
  const written = number.split(NOT_SPOKEN).filter((group) => group !== '')
  const [only] = written
  if (only === undefined || written.length > 1) return written
  const [, country, rest] = COUNTRY.exec(only) ?? []
  return country === undefined || rest === undefined ? usualGroups(only) : [country, ...usualGroups(rest)]
}

/** 138 0013 8000, 400 820 8820, 555 1234: fours from the end, but threes in numbers of 7, 9 and 10. */
function usualGroups(number: string): string[] {
  if (number.startsWith('+')) {
    const [first = '', ...others] = usualGroups(number.slice(1))
    return [`+${first}`, ...others]
  }
  if (number.length <= ONE_GROUP_MAX) return [number]
  if (number.length === 7) return [number.slice(0, 3), number.slice(3)]
  if (number.length <= 10 && number.length !== 8) return [number.slice(0, 3), number.slice(3, 6), number.slice(6)]
  return number.match(/.{1,4}(?=(?:.{4})*$)/g) ?? [number]
}
