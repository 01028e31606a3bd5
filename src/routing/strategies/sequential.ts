import { byId } from '../routed-agent.ts'
import type { Strategy } from './strategy.ts'

/** Always the first in the configuration who is free. */
export const sequential: Strategy = {
  compare: (one, other) => {
    const [first, second] = [one.profile.order, other.profile.order]
    if (first === second) return byId(one, other)
    return (first ?? Number.POSITIVE_INFINITY) - (second ?? Number.POSITIVE_INFINITY)
  }
}
