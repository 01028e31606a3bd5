import type { AgentProfile } from '../domain/agent.ts'
import type { User } from '../domain/centre.ts'

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
