import type { AgentState } from '../../src/domain/agent.ts'
import type { DomainEvent } from '../../src/domain/events.ts'

const atWork: ReadonlySet<AgentState> = new Set(['reserved', 'busy', 'workingAfterCall'])

/** Which share of the agents' time between two moments went to callers: their phone rang, they talked, or wrote down what there was. Traffic over agents, in erlangs. */
export function agentsLoad(facts: readonly DomainEvent[], from: number, to: number): number {
  const since = new Map<string, number>()
  const agents = new Set<string>()
  let workedMs = 0
  const within = (at: number) => Math.min(to, Math.max(from, at))
  const left = (agentId: string, at: number) => {
    const began = since.get(agentId)
    if (began !== undefined) workedMs += within(at) - within(began)
    since.delete(agentId)
  }
  for (const fact of facts) {
    if (fact.type !== 'agent.changed') continue
    const { agentId, state } = fact.status
    agents.add(agentId)
    left(agentId, fact.at)
    if (atWork.has(state)) since.set(agentId, fact.at)
  }
  for (const agentId of [...since.keys()]) left(agentId, to)
  return agents.size === 0 ? 0 : workedMs / (agents.size * (to - from))
}
