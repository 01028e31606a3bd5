import { birthDeath } from './birth-death.ts'

export interface AbandonmentFigures {
  readonly delayed: number
  readonly abandoned: number
  /** Of all callers, those who give up included. */
  readonly meanWait: number
  /** Of those who are served. */
  readonly meanWaitServed: number
  readonly meanQueue: number
  /** P(served, and within t). */
  servedWithin(t: number): number
}

/**
 * Erlang A, M/M/c+M (C. Palm, Research on telephone traffic carried by full availability groups, Tele 1, 1957; Garnett,
 * Mandelbaum and Reiman, M&SOM 4(3), 2002): callers give up after an exponential patience. Births λ, deaths min(n,c)/h + (n-c)⁺/θ.
 * Who comes when k wait ahead passes k + 1 stages; stage j ends at rate c/h + j/θ by others, and at 1/θ by giving up oneself,
 * so P(served | k) = (c/h) / (c/h + (k+1)/θ), and E[W | served, k] = Σ(j ≤ k) 1 / (c/h + (j+1)/θ).
 */
export function erlangA(load: number, agents: number, meanHandle: number, meanPatience: number): AbandonmentFigures {
  const chances = birthDeath(
    () => load / meanHandle,
    (n) => Math.min(n, agents) / meanHandle + Math.max(0, n - agents) / meanPatience
  )
  const served = agents / meanHandle
  const waiting = chances.slice(agents)
  const delayed = waiting.reduce((sum, chance) => sum + chance, 0)
  const meanQueue = waiting.reduce((sum, chance, ahead) => sum + chance * ahead, 0)
  const abandoned = (meanQueue * meanHandle) / (load * meanPatience)

  let [stages, waitOfServed] = [0, 0]
  waiting.forEach((chance, ahead) => {
    const rate = served + (ahead + 1) / meanPatience
    stages += 1 / rate
    waitOfServed += ((chance * served) / rate) * stages
  })
  return {
    delayed,
    abandoned,
    // Little's law.
    meanWait: (meanQueue * meanHandle) / load,
    meanWaitServed: waitOfServed / (1 - abandoned),
    meanQueue,
    servedWithin: (t) => 1 - delayed + servedBy(t, waiting, served, 1 / meanPatience)
  }
}

/** P(waits, is served, and within t), by uniformization of the stages (Jensen 1953): one vector for all k at once. */
function servedBy(t: number, waiting: readonly number[], served: number, impatience: number): number {
  const pace = served + waiting.length * impatience
  const steps = pace * t
  let reached: number[] = waiting.map(() => 0)
  let [logTerm, sum] = [-steps, 0]
  for (let n = 0; n <= steps + 12 * Math.sqrt(steps) + 60; n++) {
    if (n > 0) logTerm += Math.log(steps / n)
    sum += Math.exp(logTerm) * waiting.reduce((total, chance, k) => total + chance * (reached[k] ?? 0), 0)
    reached = reached.map((own, k) => {
      const next = (served + k * impatience) / pace
      return next * (k === 0 ? 1 : (reached[k - 1] ?? 0)) + (1 - next - impatience / pace) * own
    })
  }
  return sum
}
