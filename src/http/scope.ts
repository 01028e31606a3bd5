import type { AgentProfile } from '../domain/agent.ts'
import type { Centre, User } from '../domain/centre.ts'
import { ledBy, seesAllTeams } from '../domain/team-scope.ts'
import type { CallScope } from '../records/read-calls.ts'

/** Whether the user may look at that agent: at themselves, supervisors and crm clients at their teams, the others at all. */
export function mayLookAt(user: User, agent: Pick<AgentProfile, 'id' | 'team'>): boolean {
  if (seesAllTeams(user) || agent.id === user.username) return true
  return user.role !== 'agent' && user.teams.includes(agent.team)
}

/** The queues whose figures, messages and callbacks are somebody's: those they serve, and those of their teams; undefined: all. */
export function queueScope(user: User, centre: Centre): readonly string[] | undefined {
  if (seesAllTeams(user)) return undefined
  const own = centre.agents.get(user.username)
  return queuesOf([...(own === undefined ? [] : [own]), ...ledBy(user, centre).agents])
}

/** The calls somebody may read: their own, those of their teams, and those of the queues that teams serve which are not closed; undefined: all. */
export function callScope(user: User, centre: Centre): CallScope | undefined {
  if (seesAllTeams(user)) return undefined
  const { agents, open } = ledBy(user, centre)
  return { agents: [user.username, ...agents.map(({ id }) => id)], queues: queuesOf(open) }
}

/** Whether a call of these agents and queues is within that scope. */
export function isInScope(call: CallScope, scope: CallScope | undefined): boolean {
  if (scope === undefined) return true
  return call.agents.some((agent) => scope.agents.includes(agent)) || call.queues.some((queue) => scope.queues.includes(queue))
}

function queuesOf(agents: readonly AgentProfile[]): readonly string[] {
  return [...new Set(agents.flatMap(({ queues }) => queues))]
}
