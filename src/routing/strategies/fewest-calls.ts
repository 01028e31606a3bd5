import type { Strategy } from './strategy.ts'

/** Who has answered the fewest calls since they logged on. Who has just come gets one call after the other until they are even. */
export const fewestCalls: Strategy = { compare: (one, other) => one.calls - other.calls }
