const RANGE_MAX = 1000

/** `1001-1003` → 1001, 1002, 1003. Undefined when it runs downwards, changes its length or is too long. */
export function expandRange(range: string): readonly string[] | undefined {
  const [first = '', last = ''] = range.split('-')
  // Logins have up to 20 digits, more than a number holds.
  const from = BigInt(first)
  const count = Number(BigInt(last) - from) + 1
  if (first.length !== last.length || count < 1 || count > RANGE_MAX) return undefined
  return Array.from({ length: count }, (_, index) => String(from + BigInt(index)).padStart(first.length, '0'))
}
