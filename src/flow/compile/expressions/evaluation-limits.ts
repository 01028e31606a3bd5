import { Optional } from '@marcbachmann/cel-js'

/** What a flow can grow by `${x + x}`: enough for what other systems answer, and small enough for any number of calls. */
const TEXT_MAX = 256 * 1024
const ITEMS_MAX = 10_000
/** The same for all that a value holds: `{"a": x, "b": x}` in a circle doubles without any long text or list. */
const LETTERS_MAX = 4 * TEXT_MAX
const VALUES_MAX = 100_000

/**
 * Letters and items that an expression may go through again and again: a list of 2,000 for each item of a list of 2,000 takes some 20 ms. All
 * other calls wait meanwhile.
 */
const WORK_MAX = 5_000_000

/** The names of an expression while it is evaluated. Throws when it comes back to large values too often. */
export class LimitedNames extends Map<string, unknown> {
  readonly #names: Readonly<Record<string, unknown>>
  readonly #sizes = new Map<string, number>()
  #work = 0

  constructor(names: Readonly<Record<string, unknown>>) {
    super()
    this.#names = names
  }

  override get(name: string): unknown {
    const value = Object.hasOwn(this.#names, name) ? this.#names[name] : undefined
    const size = this.#sizes.get(name)
    // The first time is free: most expressions look at each name once, and a size takes looking through all of the value.
    if (size === undefined) this.#sizes.set(name, 0)
    else {
      const known = size === 0 ? sizeOf(value) : size
      this.#sizes.set(name, known)
      this.#work += known
      if (this.#work > WORK_MAX) throw new RangeError('The expression takes too much work')
    }
    return value
  }
}

/** Letters and items, and at least one. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 1 + value.length
  if (typeof value !== 'object' || value === null) return 1
  let size = 1
  for (const item of Object.values(value)) size += sizeOf(item)
  return size
}

interface Room {
  letters: number
  values: number
}

/** CEL's values as JSON has them: its ints are BigInt, which no other room wants to meet. Throws for a value that has grown too large. */
export function plain(value: unknown, left: Room = { letters: LETTERS_MAX, values: VALUES_MAX }): unknown {
  const size = typeof value === 'string' ? value.length / TEXT_MAX : Array.isArray(value) ? value.length / ITEMS_MAX : 0
  left.values--
  if (typeof value === 'string') left.letters -= value.length
  if (size > 1 || left.letters < 0 || left.values < 0) throw new RangeError('The value is too large')
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => plain(item, left))
  if (value instanceof Optional) return value.hasValue() ? plain(value.value(), left) : null
  if (value instanceof Date) return value.toISOString()
  const entries: Iterable<[unknown, unknown]> = value instanceof Map ? value : Object.entries(value)
  return Object.fromEntries([...entries].map(([key, item]) => [String(key), plain(item, left)]))
}
