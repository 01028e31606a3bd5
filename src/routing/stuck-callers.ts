import { type Floor, fits, isOpenTo } from './floor.ts'
import type { RoutedAgent } from './routed-agent.ts'

/**
 * Callers without an offer although a free agent fits. It should be 0 always: the watchdog's question, so it asks every
 * agent and trusts no index.
 */
export function stuckCallers(floor: Floor, now: number): number {
  const free = [...floor.agents.values()].filter((agent) => agent.free)
  const seen = new Map<string, readonly RoutedAgent[]>()
  let stuck = 0
  for (const place of floor.places.values()) {
    if (place.offerId !== undefined) continue
    const need = `${place.call.queue} ${place.requirement.key}`
    const fit = seen.get(need) ?? free.filter((agent) => fits(agent, place) && floor.isReadyFor(place, agent))
    seen.set(need, fit)
    const { preferred } = place
    const waitsFor = preferred !== undefined && now < place.call.enqueuedAt + preferred.patienceMs ? preferred.agentId : undefined
    const may = (agent: RoutedAgent) => (waitsFor === undefined ? isOpenTo(place, agent) : agent.profile.id === waitsFor)
    if (fit.some((agent) => may(agent) && floor.mayTake(agent, place, now))) stuck++
  }
  return stuck
}
