import { type Alternative, meetsAll, type Requirement } from '../domain/requirement.ts'
import type { RoutedAgent } from './routed-agent.ts'
import { SortedList } from './sorted-list.ts'

export type AgentList = SortedList<RoutedAgent, RoutedAgent>

/** Agents of one queue in one order, also by the level of each of their skills: a search walks only the shortest lists in which everybody who fits must be. */
export class AgentIndex {
  readonly #compare: (one: RoutedAgent, other: RoutedAgent) => number
  readonly #all: AgentList
  /** Skill → a list for each level; that of level 0 is never made. */
  readonly #ofSkill = new Map<string, (AgentList | undefined)[]>()

  constructor(compare: (one: RoutedAgent, other: RoutedAgent) => number) {
    this.#compare = compare
    this.#all = new SortedList(compare)
  }

  add(agent: RoutedAgent): void {
    for (const list of this.listsFor(agent)) list.add(agent)
  }

  delete(agent: RoutedAgent): void {
    for (const list of this.listsFor(agent)) list.delete(agent)
  }

  /** The first in order who meets the requirement and satisfies. */
  first({ alternatives }: Requirement, satisfies: (agent: RoutedAgent) => boolean): RoutedAgent | undefined {
    let best: RoutedAgent | undefined
    if (this.#all.size === 0) return undefined
    for (const alternative of alternatives) {
      for (const list of this.#candidates(alternative)) {
        const found = list.find((agent) => {
          if (best !== undefined && this.#compare(best, agent) <= 0) return true
          return meetsAll(agent.profile.skills, alternative) && satisfies(agent)
        })
        if (found !== undefined && (best === undefined || this.#compare(found, best) < 0)) best = found
      }
    }
    return best
  }

  /** Who has most (or least) of the named skills, of all who meet the requirement and satisfy; of equals, the first in order. */
  bySkill(
    requirement: Requirement,
    levels: 'most' | 'least',
    satisfies: (agent: RoutedAgent) => boolean
  ): RoutedAgent | undefined {
    const { named, alternatives } = requirement
    if (named.length === 0 || this.#all.size === 0) return this.first(requirement, satisfies)
    const sign = levels === 'most' ? -1 : 1
    let best: { readonly agent: RoutedAgent; readonly score: number } | undefined
    for (const alternative of alternatives) {
      const lists = this.#candidates(alternative)
      // With one skill, all in one of its lists are equals, and the lists that follow are worse.
      const byLevel = named.length === 1 && lists[0] !== this.#all
      for (const list of levels === 'most' ? lists.reverse() : lists) {
        const found = list.find((agent) => {
          if (!meetsAll(agent.profile.skills, alternative) || !satisfies(agent)) return false
          const score = sign * named.reduce((sum, skill) => sum + (agent.profile.skills[skill] ?? 0), 0)
          const order = best === undefined ? -1 : score - best.score || this.#compare(agent, best.agent)
          if (order < 0) best = { agent, score }
          return byLevel
        })
        if (found !== undefined) break
      }
    }
    return best?.agent
  }

  /** The shortest lists, by rising level, that hold everybody who meets the alternative. */
  #candidates(alternative: Alternative): AgentList[] {
    let best = [this.#all]
    let least = this.#all.size
    for (const { skill, min, max } of alternative) {
      if (min === 0) continue
      const lists: AgentList[] = []
      let size = 0
      const levels = this.#ofSkill.get(skill)
      for (let level = min; levels !== undefined && level <= max; level++) {
        const list = levels[level]
        if (list === undefined || list.size === 0) continue
        lists.push(list)
        size += list.size
      }
      if (size > least) continue
      best = lists
      least = size
    }
    return best
  }

  /** The lists that an agent stands in while they are in here. */
  listsFor(agent: RoutedAgent): readonly AgentList[] {
    return [this.#all, ...agent.skills.map(([skill, level]) => this.#listOf(skill, level))]
  }

  #listOf(skill: string, level: number): AgentList {
    const lists = this.#ofSkill.get(skill) ?? []
    this.#ofSkill.set(skill, lists)
    const list = lists[level] ?? new SortedList(this.#compare)
    lists[level] = list
    return list
  }
}
