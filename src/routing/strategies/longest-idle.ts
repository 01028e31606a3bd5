import type { Strategy } from './strategy.ts'

/** Who has waited longest for a call; of equals, whose last offer is longer ago. */
export const longestIdle: Strategy = { compare: () => 0 }
