import type { Strategy } from './strategy.ts'

/** Who has most of the skills that the caller needs: the sum of the levels. */
export const mostSkilled: Strategy = { compare: () => 0, levels: 'most' }
