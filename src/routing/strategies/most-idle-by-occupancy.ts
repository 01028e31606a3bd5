import type { Strategy } from './strategy.ts'

/** Who was at work for the smallest share of the last half hour or so. See occupancy.ts for the formula. */
export const mostIdleByOccupancy: Strategy = {
  compare: (one, other) => compareNumbers(one.occupancy.order, other.occupancy.order)
}

/** Two agents who never worked are both at minus infinity, whose difference is no number. */
function compareNumbers(one: number, other: number): number {
  return one === other ? 0 : one - other
}
