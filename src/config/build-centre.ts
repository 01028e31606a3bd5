import type { AgentProfile } from '../domain/agent.ts'
import type { Calendar, Centre, User } from '../domain/centre.ts'
import type { Customer } from '../domain/customer.ts'
import type { AgentId, CustomerId } from '../domain/ids.ts'
import type { QueueSettings } from '../domain/queue.ts'
import type { CentreFile } from './centre-schema.ts'
import { expandRange } from './expand-range.ts'

/** The centre as the rooms know it. */
export function toCentre(file: CentreFile): Centre {
  const queues = Object.entries(file.queues).map(([name, queue]): [string, QueueSettings] => [
    name,
    {
      name,
      title: queue.title,
      skills: queue.skills,
      ringMs: queue.ring,
      wrapUpMs: queue.wrap_up,
      maxWaitMs: queue.max_wait,
      maxLength: queue.max_length,
      music: queue.music
    }
  ])
  const calendars = Object.entries(file.calendars).map(([name, calendar]): [string, Calendar] => [
    name,
    { name, timeZone: calendar.time_zone, weekly: calendar.weekly, exceptions: calendar.exceptions }
  ])
  return {
    queues: new Map(queues),
    agents: new Map(toAgents(file).map((agent) => [agent.id, agent])),
    calendars: new Map(calendars),
    skills: new Set(file.skills),
    values: file.values,
    allowedRequests: [...file.allowed_requests, ...Object.values(file.values).filter(isUrl)],
    allowedTransfers: file.allowed_transfers
  }
}

function toAgents(file: CentreFile): AgentProfile[] {
  return file.agents.flatMap((agents) =>
    logins(agents.id, agents.range).map((id, index) => ({
      id: id as AgentId,
      name: agents.name ?? agents.names[index] ?? `Agent ${id}`,
      team: agents.team,
      queues: agents.queues,
      skills: agents.skills
    }))
  )
}

/** All who may sign in: agents first. */
export function toUsers(file: CentreFile): User[] {
  const agents = toAgents(file).map(
    (agent): User => ({ username: agent.id, name: agent.name, role: 'agent', teams: [agent.team] })
  )
  const others = file.users.flatMap((user) =>
    logins(user.username, user.range).map(
      (username): User => ({
        username,
        name: user.range === undefined ? user.name : `${user.name} ${username}`,
        role: user.role,
        teams: user.teams
      })
    )
  )
  return [...agents, ...others]
}

/** The customers of the file. */
export function toCustomers(file: CentreFile): Customer[] {
  return file.customers.map(({ language, ...customer }) => ({
    ...customer,
    id: customer.id as CustomerId,
    ...(language === undefined ? {} : { language })
  }))
}

/** The schema has checked that one of both is there and sound. */
function logins(one: string | undefined, range: string | undefined): readonly string[] {
  if (range !== undefined) return expandRange(range) ?? []
  return one === undefined ? [] : [one]
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value)
}
