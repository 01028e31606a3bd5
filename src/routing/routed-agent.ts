import type { AgentProfile } from '../domain/agent.ts'
import type { OfferId } from '../domain/ids.ts'
import type { Medium } from '../domain/medium.ts'
import { Occupancy } from './occupancy.ts'
import type { Place } from './place.ts'
import type { SkillNumbers } from './skill-numbers.ts'
import { SortedList } from './sorted-list.ts'
import { byUrgency, type Urgency } from './urgency.ts'

/** An agent who is logged on, as routing sees them. */
export class RoutedAgent {
  profile: AgentProfile
  skills: readonly (readonly [skill: string, level: number])[]
  /** The same, with the number of the skill at level 1. */
  skillNumbers: readonly (readonly [first: number, level: number])[]
  readonly #numbers: SkillNumbers
  /** Free: waiting for a call, without an offer. */
  free = false
  /** Where they stand while they are free; unset until then. Written by FreeAgents only. */
  freeLists: readonly SortedList<RoutedAgent, RoutedAgent>[] | undefined
  idleSince = 0
  /** Kept through a whole log-on, so that of two equally idle agents not always the same one is rung. */
  lastOfferAt = 0
  offerId: OfferId | undefined
  readonly occupancy = new Occupancy()
  /** Messages in hand. */
  messages = 0
  /** Calls answered since they logged on. */
  calls = 0
  /** Number of their latest offer from each queue, of all offers there were. */
  readonly turns = new Map<string, number>()
  /** Callers who wait for nobody but them, by queue. */
  readonly awaitedBy = new Map<string, SortedList<Urgency, Place>>()

  constructor(profile: AgentProfile, numbers: SkillNumbers) {
    this.#numbers = numbers
    this.profile = profile
    this.skills = Object.entries(profile.skills)
    this.skillNumbers = this.#numbered()
  }

  /** Another profile, while the agent is in no index. */
  follow(profile: AgentProfile): void {
    this.profile = profile
    this.skills = Object.entries(profile.skills)
    this.skillNumbers = this.#numbered()
    this.freeLists = undefined
  }

  /** Whether another contact of that medium is within their limit. Of calls, being free says it. */
  hasRoomFor(medium: Medium): boolean {
    return medium === 'voice' || this.messages < (this.profile.capacity?.message ?? 1)
  }

  /** One message more or less in hand, while the agent is in no index. */
  hold(change: 1 | -1): void {
    this.messages += change
    this.freeLists = undefined
  }

  /** From now on the caller waits for this agent alone. */
  await(place: Place): void {
    const { queue } = place.call
    const places = this.awaitedBy.get(queue) ?? new SortedList<Urgency, Place>(byUrgency)
    this.awaitedBy.set(queue, places)
    places.add(place)
    place.shelf = places
  }

  #numbered(): readonly (readonly [number, number])[] {
    return this.skills.map(([skill, level]) => [this.#numbers.of(skill), level] as const)
  }
}

/** Whether the agent is with nobody: free, or logged on and taking no calls. */
export function isAlone({ free, offerId, occupancy }: RoutedAgent): boolean {
  return offerId === undefined && (free || occupancy.away)
}

/** Longest idle first, then whose last offer is longer ago; the id makes it certain. */
export function byIdleness(one: RoutedAgent, other: RoutedAgent): number {
  return one.idleSince - other.idleSince || one.lastOfferAt - other.lastOfferAt || byId(one, other)
}

export function byId(one: RoutedAgent, other: RoutedAgent): number {
  return one === other ? 0 : one.profile.id < other.profile.id ? -1 : 1
}
