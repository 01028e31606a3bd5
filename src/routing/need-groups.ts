import { type Alternative, meets, type Requirement } from '../domain/requirement.ts'
import type { Place } from './place.ts'
import type { RoutedAgent } from './routed-agent.ts'
import { SortedList } from './sorted-list.ts'
import { byUrgency, type Urgency } from './urgency.ts'

/** Callers with equal needs: whoever may take the first may take them all. */
interface Group {
  readonly requirement: Requirement
  readonly places: SortedList<Urgency, Place>
  /** The lists that it stands in while somebody is in it. */
  readonly lists: readonly GroupList[]
  /** The first of the places, by which the group stands in its lists. Of an empty group, the last there was. */
  head: Place
}

/** So many needs are remembered without a caller, so that the next one does not have to be sorted in from nothing. */
const EMPTY_MAX = 1_000

type GroupList = SortedList<{ readonly head: Urgency }, Group>

/**
 * The callers of one queue who wait without an offer, by what they need. The groups stand in order of their first callers, by
 * one skill and level that everybody who fits must have: an agent looks at few groups, however many callers and needs there are.
 */
export class NeedGroups {
  readonly #byKey = new Map<string, Group>()
  readonly #ofEverybody: GroupList = newList()
  /** Skill → a list for each least level. */
  readonly #ofSkill = new Map<string, (GroupList | undefined)[]>()

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
    for (const list of added.lists) list.add(added)
  }

  delete(place: Place): void {
    const group = this.#byKey.get(place.requirement.key)
    if (group === undefined || !group.places.delete(place)) return
    if (group.places.size > 0) {
      this.#reorder(group)
      return
    }
    for (const list of group.lists) list.delete(group)
    if (this.#byKey.size > EMPTY_MAX) this.#byKey.delete(place.requirement.key)
  }

  /** The most urgent caller whom the agent fits and may take, if more urgent than `bar`. */
  mostUrgentFor(agent: RoutedAgent, mayTake: (place: Place) => boolean, bar: Urgency | undefined): Place | undefined {
    let best = firstIn(this.#ofEverybody, agent, mayTake, bar)
    for (const [skill, level] of agent.skills) {
      const lists = this.#ofSkill.get(skill)
      if (lists === undefined) continue
      for (let least = 1; least <= level; least++) {
        const list = lists[least]
        if (list !== undefined) best = firstIn(list, agent, mayTake, best ?? bar) ?? best
      }
    }
    return best
  }

  #reorder(group: Group): void {
    const head = group.places.first
    if (head === undefined || head === group.head) return
    for (const list of group.lists) list.delete(group)
    group.head = head
    for (const list of group.lists) list.add(group)
  }

  /** In a list for each alternative: that of its highest level. */
  #newGroup(requirement: Requirement, head: Place): Group {
    const places = new SortedList<Urgency, Place>(byUrgency)
    const lists = new Set(requirement.alternatives.map((alternative) => this.#listOf(alternative)))
    const group = { requirement, places, lists: [...lists], head }
    this.#byKey.set(requirement.key, group)
    return group
  }

  #listOf(alternative: Alternative): GroupList {
    let key = alternative[0]
    for (const bound of alternative) if (bound.min > (key?.min ?? 0)) key = bound
    if (key === undefined || key.min === 0) return this.#ofEverybody
    const lists = this.#ofSkill.get(key.skill) ?? []
    this.#ofSkill.set(key.skill, lists)
    const list = lists[key.min] ?? newList()
    lists[key.min] = list
    return list
  }
}

function newList(): GroupList {
  return new SortedList((one, other) => byUrgency(one.head, other.head))
}

function firstIn(
  list: GroupList,
  agent: RoutedAgent,
  mayTake: (place: Place) => boolean,
  bar: Urgency | undefined
): Place | undefined {
  const { first } = list
  // Mostly so, and nothing need be made for it.
  if (first === undefined || (bar !== undefined && byUrgency(bar, first.head) <= 0)) return undefined
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
