import type { Skills } from '../domain/agent.ts'
import { priorityRank, type QueueSettings } from '../domain/queue.ts'
import { byUrgency, type Place, type Urgency } from './place.ts'
import { meets, type Requirement } from './requirement.ts'
import { SortedList } from './sorted-list.ts'

/** Callers of one queue with equal needs who wait without an offer: whoever may take the first may take them all. */
interface Group {
  readonly requirement: Requirement
  readonly places: SortedList<Urgency, Place>
}

/**
 * The callers of one queue. Those without an offer are also kept by need, and the groups by the first skill of their need:
 * a free agent looks only at the first of each group whose skill they have, however long the queue is.
 */
export class WaitingLine {
  settings: QueueSettings
  readonly #all = new SortedList<Urgency, Place>(byUrgency)
  readonly #groups = new Map<string, Map<string, Group>>()

  constructor(settings: QueueSettings) {
    this.settings = settings
  }

  /** All who wait, those included whose agent's phone is ringing. */
  get size(): number {
    return this.#all.size
  }

  enter(place: Place): void {
    this.#all.add(place)
  }

  leave(place: Place): void {
    this.#all.delete(place)
    this.withhold(place)
  }

  /** From now on a free agent may be given this caller. */
  expose(place: Place): void {
    const { requirement } = place
    const skill = keySkill(requirement)
    const groups = this.#groups.get(skill) ?? new Map<string, Group>()
    this.#groups.set(skill, groups)
    const group = groups.get(requirement.key) ?? { requirement, places: new SortedList<Urgency, Place>(byUrgency) }
    groups.set(requirement.key, group)
    group.places.add(place)
  }

  /** The caller is being offered to somebody, or gone. */
  withhold(place: Place): void {
    const skill = keySkill(place.requirement)
    const groups = this.#groups.get(skill)
    const group = groups?.get(place.requirement.key)
    if (groups === undefined || group === undefined) return
    group.places.delete(place)
    if (group.places.size === 0) groups.delete(place.requirement.key)
    if (groups.size === 0) this.#groups.delete(skill)
  }

  /** The most urgent exposed caller whom somebody with these skills can take and who is not to be spared them; `soFar` if none is more urgent. */
  mostUrgentFor(skills: Skills, mayTake: (place: Place) => boolean, soFar: Place | undefined): Place | undefined {
    let best = this.#bestOf(this.#groups.get(''), skills, mayTake, soFar)
    for (const skill of Object.keys(skills)) best = this.#bestOf(this.#groups.get(skill), skills, mayTake, best)
    return best
  }

  /** 1 for the head. */
  positionOf(place: Place): number {
    return this.#all.rank(place) + 1
  }

  /** `enqueuedAt` of whoever has waited longest, whatever their priority. */
  get oldestSince(): number | undefined {
    let oldest: number | undefined
    for (const rank of Object.values(priorityRank)) {
      const first = this.#all.firstFrom({ rank, enqueuedAt: Number.NEGATIVE_INFINITY, sequence: 0 })
      if (first?.rank === rank && first.enqueuedAt < (oldest ?? Number.POSITIVE_INFINITY)) oldest = first.enqueuedAt
    }
    return oldest
  }

  #bestOf(
    groups: ReadonlyMap<string, Group> | undefined,
    skills: Skills,
    mayTake: (place: Place) => boolean,
    soFar: Place | undefined
  ): Place | undefined {
    let best = soFar
    for (const { requirement, places } of groups?.values() ?? []) {
      const { first } = places
      if (first === undefined || (best !== undefined && byUrgency(best, first) < 0) || !meets(skills, requirement)) continue
      best = earlier(best, places.find(mayTake))
    }
    return best
  }
}

function keySkill({ skills }: Requirement): string {
  return skills[0]?.[0] ?? ''
}

function earlier(one: Place | undefined, other: Place | undefined): Place | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return byUrgency(one, other) < 0 ? one : other
}
