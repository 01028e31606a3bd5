import type { AgentProfile } from '../domain/agent.ts'
import type { OfferId } from '../domain/ids.ts'
import { meets, type Requirement } from './requirement.ts'
import { SortedList } from './sorted-list.ts'

/** An agent who is logged on, as routing sees them. */
export interface RoutedAgent {
  profile: AgentProfile
  /** Free: waiting for a call, without an offer. */
  free: boolean
  idleSince: number
  /** Kept through a whole log-on, so that of two equally idle agents not always the same one is rung. */
  lastOfferAt: number
  offerId: OfferId | undefined
}

/**
 * The free agents, longest idle first, kept by queue and by skill: a caller's search walks only the shortest list that
 * everybody who fits must be in.
 */
export class FreeAgents {
  readonly #ofQueue = new Map<string, SortedList<RoutedAgent, RoutedAgent>>()
  readonly #ofSkill = new Map<string, SortedList<RoutedAgent, RoutedAgent>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(agent: RoutedAgent): void {
    this.#size++
    for (const queue of agent.profile.queues) listOf(this.#ofQueue, queue).add(agent)
    for (const skill of Object.keys(agent.profile.skills)) listOf(this.#ofSkill, skill).add(agent)
  }

  delete(agent: RoutedAgent): void {
    this.#size--
    for (const queue of agent.profile.queues) listOf(this.#ofQueue, queue).delete(agent)
    for (const skill of Object.keys(agent.profile.skills)) listOf(this.#ofSkill, skill).delete(agent)
  }

  /** The longest idle agent who serves the queue, has the skills and may take the call. */
  longestIdle(queue: string, requirement: Requirement, mayTake: (agent: RoutedAgent) => boolean): RoutedAgent | undefined {
    let shortest = this.#ofQueue.get(queue)
    for (const [skill] of requirement.skills) {
      const list = this.#ofSkill.get(skill)
      if ((list?.size ?? 0) < (shortest?.size ?? 0)) shortest = list
    }

    return shortest?.find(
      (agent) => agent.profile.queues.includes(queue) && meets(agent.profile.skills, requirement) && mayTake(agent)
    )
  }
}

function listOf(lists: Map<string, SortedList<RoutedAgent, RoutedAgent>>, name: string): SortedList<RoutedAgent, RoutedAgent> {
  const list = lists.get(name) ?? new SortedList(byIdleness)
  lists.set(name, list)
  return list
}

/** Longest idle first, then whose last offer is longer ago; the id makes it certain. */
function byIdleness(one: RoutedAgent, other: RoutedAgent): number {
  return one.idleSince - other.idleSince || one.lastOfferAt - other.lastOfferAt || (one.profile.id < other.profile.id ? -1 : 1)
}
