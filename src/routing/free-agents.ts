import type { QueueSettings, StrategyName } from '../domain/queue.ts'
import type { Requirement } from '../domain/requirement.ts'
import { AgentIndex, type AgentList } from './agent-index.ts'
import { byIdleness, type RoutedAgent } from './routed-agent.ts'
import { strategies } from './strategies/strategies.ts'
import type { Strategy } from './strategies/strategy.ts'

interface FreeOfQueue {
  readonly name: StrategyName
  readonly strategy: Strategy
  readonly agents: AgentIndex
}

/** The free agents of each queue, in the order of its strategy. */
export class FreeAgents {
  readonly #ofQueue = new Map<string, FreeOfQueue>()

  add(agent: RoutedAgent): void {
    for (const list of this.#listsFor(agent)) list.add(agent)
  }

  delete(agent: RoutedAgent): void {
    for (const list of this.#listsFor(agent)) list.delete(agent)
  }

  /** Whom the strategy of the queue chooses, of those who meet the requirement and may take the call. */
  choose(queue: string, requirement: Requirement, mayTake: (agent: RoutedAgent) => boolean): RoutedAgent | undefined {
    const { strategy, agents } = this.#of(queue)
    if (strategy.levels !== undefined) return agents.bySkill(requirement, strategy.levels, mayTake)
    return agents.first(requirement, mayTake)
  }

  /** The strategy of a queue may be another one. `agents`: everybody who is logged on. */
  follow({ name: queue, strategy: name = 'longest-idle' }: QueueSettings, agents: Iterable<RoutedAgent>): void {
    if (this.#of(queue).name === name) return
    const line = newLine(queue, name)
    this.#ofQueue.set(queue, line)
    for (const agent of agents) {
      if (!agent.profile.queues.includes(queue)) continue
      agent.freeLists = undefined
      if (agent.free) line.agents.add(agent)
    }
  }

  #listsFor(agent: RoutedAgent): readonly AgentList[] {
    agent.freeLists ??= agent.profile.queues.flatMap((queue) => this.#of(queue).agents.listsFor(agent))
    return agent.freeLists
  }

  #of(queue: string): FreeOfQueue {
    const line = this.#ofQueue.get(queue) ?? newLine(queue, 'longest-idle')
    this.#ofQueue.set(queue, line)
    return line
  }
}

function newLine(queue: string, name: StrategyName): FreeOfQueue {
  const strategy = strategies[name]
  return { name, strategy, agents: new AgentIndex((one, other) => strategy.compare(one, other, queue) || byIdleness(one, other)) }
}
