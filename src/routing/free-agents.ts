import type { QueueSettings, StrategyName } from '../domain/queue.ts'
import type { Requirement } from '../domain/requirement.ts'
import { AgentIndex } from './agent-index.ts'
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
    for (const queue of agent.profile.queues) this.#of(queue).agents.add(agent)
  }

  delete(agent: RoutedAgent): void {
    for (const queue of agent.profile.queues) this.#of(queue).agents.delete(agent)
  }

  /** Whom the strategy of the queue chooses, of those who meet the requirement and may take the call. */
  choose(queue: string, requirement: Requirement, mayTake: (agent: RoutedAgent) => boolean): RoutedAgent | undefined {
    const { strategy, agents } = this.#of(queue)
    if (strategy.levels !== undefined) return agents.bySkill(requirement, strategy.levels, mayTake)
    return agents.first(requirement, mayTake)
  }

  /** `free`: everybody who is free and serves the queue. */
  follow({ name: queue, strategy: name = 'longest-idle' }: QueueSettings, free: Iterable<RoutedAgent>): void {
    if (this.#of(queue).name === name) return
    const line = newLine(queue, name)
    this.#ofQueue.set(queue, line)
    for (const agent of free) if (agent.free && agent.profile.queues.includes(queue)) line.agents.add(agent)
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
