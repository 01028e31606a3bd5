import type { StrategyName } from '../../domain/queue.ts'
import { fewestCalls } from './fewest-calls.ts'
import { leastSkilledThatFits } from './least-skilled-that-fits.ts'
import { longestIdle } from './longest-idle.ts'
import { mostIdleByOccupancy } from './most-idle-by-occupancy.ts'
import { mostSkilled } from './most-skilled.ts'
import { roundRobin } from './round-robin.ts'
import { sequential } from './sequential.ts'
import type { Strategy } from './strategy.ts'

/** The strategies by the name that queues are configured with. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  'longest-idle': longestIdle,
  'most-idle-by-occupancy': mostIdleByOccupancy,
  'most-skilled': mostSkilled,
  'least-skilled-that-fits': leastSkilledThatFits,
  'round-robin': roundRobin,
  'fewest-calls': fewestCalls,
  sequential
}
