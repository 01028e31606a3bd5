import type { AgentId, CallId } from '../domain/ids.ts'
import type { QueueSettings } from '../domain/queue.ts'
import { FreeAgents, type RoutedAgent } from './free-agents.ts'
import type { Place } from './place.ts'
import { meets } from './requirement.ts'
import { WaitingLine } from './waiting-line.ts'

/** Who waits and who works now: the state that matching reads. It changes only through RoutingCore. */
export class Floor {
  readonly lines = new Map<string, WaitingLine>()
  readonly places = new Map<CallId, Place>()
  readonly agents = new Map<AgentId, RoutedAgent>()
  readonly free = new FreeAgents()
  /** Callers who are being spared somebody. */
  readonly sparing = new Set<Place>()

  constructor(queues: ReadonlyMap<string, QueueSettings>) {
    for (const settings of queues.values()) this.lines.set(settings.name, new WaitingLine(settings))
  }

  /** The longest idle free agent for this caller. */
  agentFor(place: Place, now: number): RoutedAgent | undefined {
    return this.free.longestIdle(place.call.queue, place.requirement, (agent) => this.mayTake(agent, place, now))
  }

  /** The most urgent caller for this agent, over all their queues. */
  placeFor(agent: RoutedAgent, now: number): Place | undefined {
    let best: Place | undefined
    for (const queue of agent.profile.queues) {
      best = this.lines.get(queue)?.mostUrgentFor(agent.profile.skills, (place) => this.mayTake(agent, place, now), best) ?? best
    }
    return best
  }

  /** Whether a caller need not be spared this agent: it was long ago, or nobody else could come. */
  mayTake(agent: RoutedAgent, place: Place, now: number): boolean {
    return !isSpared(agent, place, now) || !this.#canAnother(place, now)
  }

  /**
   * Callers without an offer although a free agent fits. It should be 0 always: the watchdog's question, so it asks
   * every agent and trusts no index.
   */
  stuck(now: number): number {
    const free = [...this.agents.values()].filter((agent) => agent.free)
    const seen = new Map<string, readonly RoutedAgent[]>()
    let stuck = 0
    for (const place of this.places.values()) {
      if (place.offerId !== undefined) continue
      const need = `${place.call.queue} ${place.requirement.key}`
      const fit = seen.get(need) ?? free.filter((agent) => fits(agent, place))
      seen.set(need, fit)
      if (fit.some((agent) => this.mayTake(agent, place, now))) stuck++
    }
    return stuck
  }

  /** Whether somebody is logged on whom the caller need not be spared. */
  #canAnother(place: Place, now: number): boolean {
    for (const agent of this.agents.values()) {
      if (fits(agent, place) && !isSpared(agent, place, now)) return true
    }
    return false
  }
}

function fits({ profile }: RoutedAgent, place: Place): boolean {
  return profile.queues.includes(place.call.queue) && meets(profile.skills, place.requirement)
}

function isSpared({ profile }: RoutedAgent, { spared }: Place, now: number): boolean {
  return (spared.get(profile.id) ?? Number.NEGATIVE_INFINITY) > now
}
