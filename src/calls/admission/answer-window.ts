/**
 * How many callers may be let in and not be answered yet: answers come one after the other, so it bounds how long the last of them waits,
 * from the first moment of a rush on and without knowing how many a second this machine can serve.
 */
export const FIRST_WINDOW = 25

/** With fewer under way, answers are not slow because of each other. */
const LEAST_WINDOW = 5
const LESS = 0.7
const MORE = 1.25
/** Answers are quick again below this share of what counts as slow; in between nothing changes. */
const EASED = 0.5
/** From this share on a window is in use: one that nobody fills says nothing about what fits. */
const IN_USE = 0.5

/** What a look has seen. */
export interface Answers {
  /** Of those answered since the last look, and of those that are not yet. */
  readonly slowestMs: number
  /** The most that were under way at once. */
  readonly most: number
}

/** The window after another look: smaller while answers take longer than `slowMs`, larger while they are quick and it is full. Pure. */
export function nextWindow(size: number, { slowestMs, most }: Answers, slowMs: number): number {
  if (slowestMs > slowMs) return Math.max(LEAST_WINDOW, size * LESS)
  if (slowestMs > slowMs * EASED) return size
  return size < FIRST_WINDOW || most >= size * IN_USE ? size * MORE : size
}
