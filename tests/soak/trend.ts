/** One look at something that should stay as it is. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number
  readonly value: number
}

export interface Trend {
  /** What it is at in the end, and by how much it has come up over the whole time by the line through it. */
  readonly level: number
  readonly rise: number
  /** So much of the rise may be chance: what differs less is no growth. */
  readonly tolerance: number
  readonly grows: boolean
}

/** The first part of a run fills pools and caches, and is not looked at: this share, and at least the time that is asked for. */
const WARM_SHARE = 0.3
const BLOCKS = 10
/** Fewer samples after that say nothing. */
export const STEADY_SAMPLES = 3 * BLOCKS
/** Student's t with 8 degrees of freedom: once in 1,000 runs chance alone goes beyond. */
const T_OF_8 = 4.5

/**
 * Whether a series grows: a line through the medians of ten blocks, so that single peaks and the saw-tooth of garbage do not count, and its
 * rise beside what the scatter of the blocks explains. `least` is what nobody minds over the whole time, in the unit of the values.
 */
export function trendOf(samples: readonly Sample[], least: number, warmMs = 0): Trend | undefined {
  const [first = 0, last = 0] = [samples[0]?.at, samples.at(-1)?.at]
  const from = first + Math.max(warmMs, WARM_SHARE * (last - first))
  const steady = samples.filter(({ at }) => at >= from)
  if (steady.length < STEADY_SAMPLES) return undefined
  const blocks = Array.from({ length: BLOCKS }, (_, index) => {
    const own = steady.slice(Math.floor((index * steady.length) / BLOCKS), Math.floor(((index + 1) * steady.length) / BLOCKS))
    return { x: index, y: medianOf(own.map(({ value }) => value)) }
  })
  const meanX = (BLOCKS - 1) / 2
  const meanY = blocks.reduce((sum, { y }) => sum + y, 0) / BLOCKS
  const spreadX = blocks.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  const slope = blocks.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spreadX
  const left = blocks.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  // Standard error of a slope by least squares.
  const error = Math.sqrt(left / (BLOCKS - 2) / spreadX)
  // From the middle of the first block to that of the last.
  const span = BLOCKS - 1
  const tolerance = Math.max(least, T_OF_8 * error * span)
  return { level: blocks.at(-1)?.y ?? 0, rise: slope * span, tolerance, grows: slope * span > tolerance }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
