import type { AgentProfile } from '../domain/agent.ts'
import type { Centre, User } from '../domain/centre.ts'
import type { CallScope } from '../records/read-calls.ts'

/** Whether the user may look at that agent: agents at themselves, supervisors at their teams, the others at all. */
export function mayLookAt(user: User, agent: Pick<AgentProfile, 'id' | 'team'>): boolean {
  switch (user.role) {
    case 'agent':
      return agent.id === user.username
    case 'supervisor':
      return agent.id === user.username || user.teams.includes(agent.team)
    case 'crm':
    case 'admin':
      return true
    default:
      return user.role satisfies never
  }
}

/** The queues whose messages somebody may hear: agents and supervisors those of their own and of their teams; undefined: all. */
export function voicemailScope(user: User, centre: Centre): readonly string[] | undefined {
  if (user.role === 'admin') return undefined
  const own = centre.agents.get(user.username)
  const led = user.role === 'supervisor' ? [...centre.agents.values()].filter(({ team }) => user.teams.includes(team)) : []
  return [...new Set([...(own === undefined ? [] : [own]), ...led].flatMap(({ queues }) => queues))]
}

/** The calls somebody may read: agents their own; supervisors those of their teams and of the queues these serve; undefined: all. */
export function callScope(user: User, centre: Centre): CallScope | undefined {
  if (user.role === 'crm' || user.role === 'admin') return undefined
  if (user.role === 'agent') return { agents: [user.username], queues: [] }
  const led = [...centre.agents.values()].filter(({ team }) => user.teams.includes(team))
  return { agents: [user.username, ...led.map(({ id }) => id)], queues: [...new Set(led.flatMap(({ queues }) => queues))] }
}

/** The queues whose customers somebody may have called back: agents those they serve, supervisors those of their teams; undefined: all. */
export function queueScope(user: User, centre: Centre): readonly string[] | undefined {
  if (user.role === 'crm' || user.role === 'admin') return undefined
  const own = [...centre.agents.values()].filter(({ id, team }) =>
    user.role === 'agent' ? id === user.username : user.teams.includes(team)
  )
  return [...new Set(own.flatMap(({ queues }) => queues))]
}
