import type { Strategy } from './strategy.ts'

/** Who has just enough of the skills that the caller needs, so that the experts stay free for those who need more. */
export const leastSkilledThatFits: Strategy = { compare: () => 0, levels: 'least' }
