import { type Distribution, momentsOf } from '../distribution.ts'

/** M/G/1: mean wait W = λ·E[S²] / (2(1 - ρ)), ρ = λ·E[S] < 1 (Pollaczek 1930, Khinchine 1932; Cooper, §5.8). Milliseconds; `perMs` is λ. */
export function singleAgentWait(perMs: number, handle: Distribution): number {
  const { mean, square } = momentsOf(handle)
  return (perMs * square) / (2 * (1 - perMs * mean))
}
