import { type Alternative, meets, type Requirement } from '../domain/requirement.ts'
import type { Place } from './place.ts'
import type { RoutedAgent } from './routed-agent.ts'
import type { SkillNumbers } from './skill-numbers.ts'
import { SortedList } from './sorted-list.ts'
import { byUrgency, type Urgency } from './urgency.ts'

/** Callers with equal needs: whoever may take the first may take them all. */
interface Group {
  readonly requirement: Requirement
  readonly places: SortedList<Urgency, Place>
  /** The lists that it stands in while somebody is in it. */
  readonly lists: readonly number[]
  /** The first of the places, by which the group stands in its lists. Of an empty group, the last there was. */
  head: Place
}

/** So many needs are remembered without a caller, so that the next one does not have to be sorted in from nothing. */
const EMPTY_MAX = 1_000

type GroupList = SortedList<{ readonly head: Urgency }, Group>

/** The list of those who must have no certain skill. */
const OF_EVERYBODY = 0

/**
 * The callers of one queue who wait without an offer, by what they need. The groups stand in order of their first callers, by
 * one skill and level that everybody who fits must have: an agent looks at few groups, however many callers and needs there are.
 */
export class NeedGroups {
  readonly #numbers: SkillNumbers
  readonly #byKey = new Map<string, Group>()
  /** By the number of skill and least level. */
  readonly #lists: (GroupList | undefined)[] = []
  /** When the first caller of each list counts as having come, infinite for nobody: most lists have nobody urgent enough to be looked at. */
  readonly #heads: number[] = []

  constructor(numbers: SkillNumbers) {
    this.#numbers = numbers
  }

  add(place: Place): void {
    const { requirement } = place
    const group = this.#byKey.get(requirement.key)
    if (group !== undefined && group.places.size > 0) {
      group.places.add(place)
      this.#reorder(group)
      return
    }
    const added = group ?? this.#newGroup(requirement, place)
    added.places.add(place)
    added.head = place
    this.#enlist(added)
  }

  delete(place: Place): void {
    const group = this.#byKey.get(place.requirement.key)
    if (group === undefined || !group.places.delete(place)) return
    if (group.places.size > 0) {
      this.#reorder(group)
      return
    }
    this.#strike(group)
    if (this.#byKey.size > EMPTY_MAX) this.#byKey.delete(place.requirement.key)
  }

  /** The most urgent caller whom the agent fits and may take, if more urgent than `bar`. */
  mostUrgentFor(agent: RoutedAgent, mayTake: (place: Place) => boolean, bar: Urgency | undefined): Place | undefined {
    const heads = this.#heads
    let best = this.#firstIn(OF_EVERYBODY, agent, mayTake, bar)
    let latest = latestOf(best ?? bar)
    for (const [first, level] of agent.skillNumbers) {
      for (let list = first; list < first + level && list < heads.length; list++) {
        if ((heads[list] as number) > latest) continue
        best = this.#firstIn(list, agent, mayTake, best ?? bar) ?? best
        latest = latestOf(best ?? bar)
      }
    }
    return best
  }

  #reorder(group: Group): void {
    const head = group.places.first
    if (head === undefined || head === group.head) return
    this.#strike(group)
    group.head = head
    this.#enlist(group)
  }

  #enlist(group: Group): void {
    for (const list of group.lists) {
      this.#listOf(list).add(group)
      this.#noteHead(list)
    }
  }

  #strike(group: Group): void {
    for (const list of group.lists) {
      this.#listOf(list).delete(group)
      this.#noteHead(list)
    }
  }

  #noteHead(list: number): void {
    const first = this.#lists[list]?.first
    this.#heads[list] = first === undefined ? NEVER : timeOf(first.head)
  }

  /** In a list for each alternative: that of its highest level. */
  #newGroup(requirement: Requirement, head: Place): Group {
    const places = new SortedList<Urgency, Place>(byUrgency)
    const lists = new Set(requirement.alternatives.map((alternative) => this.#numberOf(alternative)))
    const group = { requirement, places, lists: [...lists], head }
    this.#byKey.set(requirement.key, group)
    return group
  }

  #numberOf(alternative: Alternative): number {
    let key = alternative[0]
    for (const bound of alternative) if (bound.min > (key?.min ?? 0)) key = bound
    return key === undefined || key.min === 0 ? OF_EVERYBODY : this.#numbers.of(key.skill) + key.min - 1
  }

  #listOf(number: number): GroupList {
    const known = this.#lists[number]
    if (known !== undefined) return known
    for (let each = this.#lists.length; each <= number; each++) {
      this.#lists.push(undefined)
      this.#heads.push(NEVER)
    }
    const list: GroupList = new SortedList((one, other) => byUrgency(one.head, other.head))
    this.#lists[number] = list
    return list
  }

  #firstIn(number: number, agent: RoutedAgent, mayTake: (place: Place) => boolean, bar: Urgency | undefined): Place | undefined {
    const list = this.#lists[number]
    const first = list?.first
    if (list === undefined || first === undefined || (bar !== undefined && byUrgency(bar, first.head) <= 0)) return undefined
    // Mostly so, and nothing need be made for it.
    if (meets(agent.profile.skills, first.requirement) && mayTake(first.head)) return first.head
    let best: Place | undefined
    list.find(({ head, requirement, places }) => {
      const worst = best ?? bar
      if (worst !== undefined && byUrgency(worst, head) <= 0) return true
      if (!meets(agent.profile.skills, requirement)) return false
      const found = mayTake(head) ? head : places.find(mayTake)
      if (found !== undefined && (worst === undefined || byUrgency(found, worst) < 0)) best = found
      return best === head
    })
    return best
  }
}

const NEVER = Number.POSITIVE_INFINITY

function latestOf(bar: Urgency | undefined): number {
  return bar === undefined ? NEVER : timeOf(bar)
}

/** An emergency counts as having come before everybody. */
function timeOf({ emergency, agedSince }: Urgency): number {
  return emergency ? Number.NEGATIVE_INFINITY : agedSince
}
