import type { AgentProfile } from './agent.ts'
import type { Centre, User } from './centre.ts'

/** Agents whom somebody may look after. */
export interface Led {
  readonly agents: readonly AgentProfile[]
  /** Those of teams that are not closed: whoever looks after them sees all calls of their queues. */
  readonly open: readonly AgentProfile[]
}

/** Whether somebody sees the agents, queues and calls of all teams: administrators, and crm clients to whom no team was given. */
export function seesAllTeams({ role, teams }: User): boolean {
  return role === 'admin' || (role === 'crm' && teams.length === 0)
}

/** The agents of the teams that a supervisor leads or a crm client was given; nobody for the others. */
export function ledBy({ role, teams }: User, { agents, closedTeams }: Centre): Led {
  if (role !== 'supervisor' && role !== 'crm') return { agents: [], open: [] }
  const led = [...agents.values()].filter(({ team }) => teams.includes(team))
  return { agents: led, open: led.filter(({ team }) => closedTeams?.has(team) !== true) }
}
