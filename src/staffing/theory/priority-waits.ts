import { erlangC } from './erlang.ts'

/**
 * Mean waits of classes that go before one another and never interrupt, all with the same exponential handle time: M/M/c with
 * non-preemptive priorities. W(k) = W0 / ((1 - σ(k-1))(1 - σ(k))), W0 = C(c,a)·h/c, σ(k) = (a1 + … + ak)/c (A. Cobham, Priority
 * assignment in waiting line problems, Operations Research 2, 1954; Kella and Yechiali, Operations Research 33, 1985).
 * `loads` in erlangs, most urgent class first; their sum is below the agents.
 */
export function priorityWaits(loads: readonly number[], agents: number, meanHandle: number): number[] {
  const all = loads.reduce((sum, load) => sum + load, 0)
  const toNextDeparture = (erlangC(all, agents) * meanHandle) / agents
  let above = 0
  return loads.map((load) => {
    const before = 1 - above / agents
    above += load
    return toNextDeparture / (before * (1 - above / agents))
  })
}
