import { levelIn } from '../domain/agent.ts'
import type { Medium } from '../domain/medium.ts'
import type { QueueSettings, StrategyName } from '../domain/queue.ts'
import type { Requirement } from '../domain/requirement.ts'
import { AgentIndex, type AgentList } from './agent-index.ts'
import { byIdleness, type RoutedAgent } from './routed-agent.ts'
import { strategies } from './strategies/strategies.ts'
import type { Strategy } from './strategies/strategy.ts'

interface FreeOfQueue {
  readonly medium: Medium
  readonly name: StrategyName
  readonly strategy: Strategy
  /** One for each level that was ever needed, level 1 first. */
  readonly levels: (AgentIndex | undefined)[]
}

/** The free agents of each queue who have room for its medium, in the order of its strategy. */
export class FreeAgents {
  readonly #ofQueue = new Map<string, FreeOfQueue>()

  add(agent: RoutedAgent): void {
    for (const list of this.#listsFor(agent)) list.add(agent)
  }

  delete(agent: RoutedAgent): void {
    for (const list of this.#listsFor(agent)) list.delete(agent)
  }

  /** Whom the strategy of the queue chooses, of the first level in which somebody meets the requirement and may take the call. */
  choose(
    { queue, requirement, levelMax }: { readonly queue: string; readonly requirement: Requirement; readonly levelMax: number },
    mayTake: (agent: RoutedAgent) => boolean
  ): RoutedAgent | undefined {
    const { strategy, levels } = this.#of(queue)
    for (let level = 1; level <= Math.min(levelMax, levels.length); level++) {
      const agents = levels[level - 1]
      const found =
        strategy.levels === undefined
          ? agents?.first(requirement, mayTake)
          : agents?.bySkill(requirement, strategy.levels, mayTake)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The strategy or the medium of a queue may be another one. `agents`: everybody who is logged on. */
  follow({ name: queue, strategy: name = 'longest-idle', medium = 'voice' }: QueueSettings, agents: Iterable<RoutedAgent>): void {
    const before = this.#of(queue)
    if (before.name === name && before.medium === medium) return
    const line = newLine(name, medium)
    this.#ofQueue.set(queue, line)
    for (const agent of agents) {
      if (!agent.profile.queues.includes(queue)) continue
      agent.freeLists = undefined
      if (agent.free && agent.hasRoomFor(medium)) indexFor(agent, line, queue).add(agent)
    }
  }

  #listsFor(agent: RoutedAgent): readonly AgentList[] {
    agent.freeLists ??= agent.profile.queues
      .filter((queue) => agent.hasRoomFor(this.#of(queue).medium))
      .flatMap((queue) => indexFor(agent, this.#of(queue), queue).listsFor(agent))
    return agent.freeLists
  }

  #of(queue: string): FreeOfQueue {
    const line = this.#ofQueue.get(queue) ?? newLine('longest-idle', 'voice')
    this.#ofQueue.set(queue, line)
    return line
  }
}

function newLine(name: StrategyName, medium: Medium): FreeOfQueue {
  return { name, medium, strategy: strategies[name], levels: [] }
}

function indexFor({ profile }: RoutedAgent, { strategy, levels }: FreeOfQueue, queue: string): AgentIndex {
  const at = levelIn(profile, queue) - 1
  const index = levels[at] ?? new AgentIndex((one, other) => strategy.compare(one, other, queue) || byIdleness(one, other))
  levels[at] = index
  return index
}
