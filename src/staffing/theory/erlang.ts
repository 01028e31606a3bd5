/**
 * Erlang B: share of calls that find all `agents` taken and are lost. B(0) = 1, B(c) = a·B(c-1) / (c + a·B(c-1)), with the
 * offered load a in erlangs (A. K. Erlang, 1917; recursion as in Cooper, Introduction to Queueing Theory, 1981, §3.3).
 */
export function erlangB(load: number, agents: number): number {
  let blocked = 1
  for (let c = 1; c <= agents; c++) blocked = (load * blocked) / (c + load * blocked)
  return blocked
}

/** Erlang C: share of calls that must wait, C = B / (1 - ρ(1 - B)) with ρ = a/c < 1 (Cooper, §3.4). 1 when the load is not below the agents. */
export function erlangC(load: number, agents: number): number {
  if (load >= agents) return 1
  const blocked = erlangB(load, agents)
  return blocked / (1 - (load / agents) * (1 - blocked))
}

/** What M/M/c does: times in the unit of `meanHandle`. */
export interface WaitFigures {
  readonly delayed: number
  readonly meanWait: number
  readonly meanQueue: number
  /** P(wait ≤ t). */
  within(t: number): number
}

/** M/M/c: W = C·h/(c - a); P(W > t) = C·e^(-(c-a)t/h); Lq = C·a/(c - a) (Cooper, §3.4). For a load below the agents. */
export function erlangCQueue(load: number, agents: number, meanHandle: number): WaitFigures {
  const delayed = erlangC(load, agents)
  const spare = agents - load
  return {
    delayed,
    meanWait: (delayed * meanHandle) / spare,
    meanQueue: (delayed * load) / spare,
    within: (t) => 1 - delayed * Math.exp((-spare * t) / meanHandle)
  }
}
