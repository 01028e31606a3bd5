import type { AgentProfile } from '../../../src/domain/agent.ts'
import type { Centre, User } from '../../../src/domain/centre.ts'
import type { AgentId } from '../../../src/domain/ids.ts'
import type { QueueSettings } from '../../../src/domain/queue.ts'

function agent(id: string, team: string, queues: readonly string[]): AgentProfile {
  return { id: id as AgentId, name: `Agent ${id}`, team, queues, skills: {} }
}

function queue(name: string, title: string): QueueSettings {
  return { name, title, skills: {}, ringMs: 20_000, wrapUpMs: 10_000, maxWaitMs: 600_000, maxLength: 50, music: 'default' }
}

/** Two teams, two queues: `service` is served by team east, `sales` by both. */
export const smallCentre: Centre = {
  queues: new Map([
    ['service', queue('service', 'Service')],
    ['sales', queue('sales', 'Sales')]
  ]),
  agents: new Map([
    ['1001', agent('1001', 'east', ['service'])],
    ['1002', agent('1002', 'east', ['service', 'sales'])],
    ['1003', agent('1003', 'west', ['sales'])]
  ]),
  calendars: new Map(),
  skills: new Set(),
  routeApps: new Map([['crm-router', new Set(['crm', 'crm-2'])]]),
  values: {},
  allowedRequests: [],
  allowedTransfers: []
}

export const smallUsers: readonly User[] = [
  { username: '1001', name: 'Agent 1001', role: 'agent', teams: ['east'] },
  { username: '1002', name: 'Agent 1002', role: 'agent', teams: ['east'] },
  { username: '1003', name: 'Agent 1003', role: 'agent', teams: ['west'] },
  { username: '2001', name: 'Leader East', role: 'supervisor', teams: ['east'] },
  { username: '2002', name: 'Leader West', role: 'supervisor', teams: ['west'] },
  { username: 'crm', name: 'CRM', role: 'crm', teams: [] },
  { username: 'admin', name: 'Administrator', role: 'admin', teams: [] }
]

export function userNamed(username: string): User {
  const user = smallUsers.find((one) => one.username === username)
  if (user === undefined) throw new Error(`No user ${username} in the small centre`)
  return user
}
