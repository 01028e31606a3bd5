import { birthDeath } from './birth-death.ts'
import type { WaitFigures } from './erlang.ts'

/**
 * M/M/c/K: at most `lines` calls in the system, the next one is lost. From the probabilities p(n) of its birth-death chain
 * (Cooper, §3.6): blocked = p(K); the others enter in state n with p(n)/(1 - p(K)) and wait, when n ≥ c, for n - c + 1
 * departures at rate c/h, so P(W > t | n) = Σ(j ≤ n-c) e^(-ct/h)·(ct/h)^j/j!. All but `blocked` are of those who entered.
 */
export function finiteQueue(
  load: number,
  agents: number,
  lines: number,
  meanHandle: number
): WaitFigures & { readonly blocked: number } {
  const chances = birthDeath(
    () => load,
    (n) => Math.min(n, agents),
    lines + 1
  )
  const blocked = chances[lines] ?? 0
  const arriving = chances.slice(0, lines).map((chance) => chance / (1 - blocked))
  const waiting = arriving.slice(agents)
  const meanQueue = chances.reduce((sum, chance, n) => sum + chance * Math.max(0, n - agents), 0)
  return {
    blocked,
    delayed: waiting.reduce((sum, chance) => sum + chance, 0),
    meanQueue,
    meanWait: waiting.reduce((sum, chance, ahead) => sum + (chance * (ahead + 1) * meanHandle) / agents, 0),
    within: (t) => {
      const departures = (agents * t) / meanHandle
      let [term, tail, late] = [Math.exp(-departures), 0, 0]
      waiting.forEach((chance, ahead) => {
        if (ahead > 0) term *= departures / ahead
        tail += term
        late += chance * tail
      })
      return 1 - late
    }
  }
}
