import type { Strategy } from './strategy.ts'

/** In turn: whose last offer from this queue is the most offers ago, whatever came of it; who had none yet is first. */
export const roundRobin: Strategy = {
  compare: (one, other, queue) => (one.turns.get(queue) ?? 0) - (other.turns.get(queue) ?? 0)
}
