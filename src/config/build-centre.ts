import type { AgentProfile } from '../domain/agent.ts'
import type { AbsenceRules, Calendar, Centre, PhoneOwner, User } from '../domain/centre.ts'
import type { Choices } from '../domain/choice.ts'
import type { Customer } from '../domain/customer.ts'
import type { DialRules } from '../domain/dial-rules.ts'
import type { AgentId, CustomerId } from '../domain/ids.ts'
import type { OutsideCaps } from '../domain/outside-tally.ts'
import type { OrderSettings, QueueSettings } from '../domain/queue.ts'
import type { RelaxStep } from '../domain/relaxation.ts'
import { toQueueLife } from './build-queue-life.ts'
import { toOverflow, toWaiting } from './build-waiting.ts'
import type { CentreFile } from './centre-schema.ts'
import { expandRange } from './expand-range.ts'
import { toOverload } from './overload-schema.ts'
import { toSuggestions } from './suggestions-schema.ts'
import { toWebhooks } from './webhooks-schema.ts'

/** The centre as the rooms know it. */
export function toCentre(file: CentreFile): Centre {
  const queues = Object.entries(file.queues).map(([name, queue]): [string, QueueSettings] => [
    name,
    {
      name,
      title: queue.title,
      ...(queue.medium !== 'voice' && { medium: queue.medium }),
      skills: queue.skills,
      ringMs: queue.ring,
      wrapUpMs: queue.wrap_up,
      ...(queue.wrap_up_extension !== undefined && {
        wrapUpExtension: { byMs: queue.wrap_up_extension, maxMs: queue.wrap_up_max }
      }),
      missedMax: queue.missed_calls,
      maxWaitMs: queue.max_wait,
      maxLength: queue.max_length,
      pickup: queue.pickup,
      music: queue.music,
      strategy: queue.strategy,
      relax: toRelaxSteps(queue.relax),
      ...(queue.level_after.length > 0 && { levelAfterMs: queue.level_after }),
      headStartMs: queue.head_start,
      serviceLevel: { share: queue.service_level.share, withinMs: queue.service_level.within },
      waiting: toWaiting(queue),
      overflow: toOverflow(queue),
      ...toQueueLife(queue),
      record: queue.record,
      ...(queue.keep_recordings !== undefined && { keepTalksMs: queue.keep_recordings }),
      ...(queue.calling_hours !== undefined && { callingHours: queue.calling_hours })
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
    choices: toChoices(file),
    suggestions: toSuggestions(file.suggestions),
    absence: toAbsence(file.absence),
    closedTeams: new Set(Object.entries(file.teams).flatMap(([team, { closed }]) => (closed ? [team] : []))),
    order: toOrder(file.order),
    phones: new Map(toOthers(file).flatMap(({ phone, username }) => (phone === undefined ? [] : [[username, phone] as const]))),
    supervision: { tellAgents: file.supervision.tell_agents },
    voices: new Set(Object.keys(file.speech.flow_voices)),
    values: file.values,
    emergencyGroup: file.emergency_group,
    allowedRequests: [...file.allowed_requests, ...Object.values(file.values).filter(isUrl)],
    allowedTransfers: file.allowed_transfers,
    outsideCaps: toOutsideCaps(file.outside_calls),
    resumeWithinMs: file.resume_within,
    routeApps: toRouteApps(file),
    webhooks: toWebhooks(file.webhooks),
    overload: toOverload(file.overload),
    recording: {
      keepVoicemailMs: file.recordings.keep_voicemail,
      keepTalksMs: file.recordings.keep_talks,
      agentsListen: file.recordings.agents_listen
    },
    ...(file.callbacks !== undefined && { dialRules: toDialRules(file.callbacks) })
  }
}

function toOutsideCaps(caps: CentreFile['outside_calls']): OutsideCaps {
  return { perMinute: caps.per_minute, perDestination: caps.per_destination, withinMs: caps.within }
}

function toRouteApps(file: CentreFile): ReadonlyMap<string, ReadonlySet<string>> {
  const granted = new Map<string, Set<string>>()
  for (const { routes, username, range } of file.users) {
    for (const app of routes) granted.set(app, new Set([...(granted.get(app) ?? []), ...logins(username, range)]))
  }
  return granted
}

function toChoices({ reasons, dispositions }: CentreFile): Choices {
  return {
    ...(reasons !== undefined && { reasons }),
    ...(dispositions !== undefined && {
      dispositions: dispositions.map(({ queues, ...each }) => ({ ...each, ...(queues !== undefined && { queues }) }))
    })
  }
}

function toAbsence(file: CentreFile['absence']): AbsenceRules {
  return {
    phone: {
      backWithinMs: file.phone_back_within,
      ...(file.phone_log_off !== undefined && { logOffAfterMs: file.phone_log_off })
    },
    desk: { notReadyAfterMs: file.desk_not_ready, logOffAfterMs: file.desk_log_off }
  }
}

function toDialRules(rules: NonNullable<CentreFile['callbacks']>): DialRules {
  return {
    endpoint: rules.endpoint,
    address: rules.address,
    callerId: rules.caller_id,
    allowed: rules.allowed,
    denied: rules.denied,
    attemptsMax: rules.attempts,
    retryAfterMs: rules.retry_after,
    ringMs: rules.ring,
    withinMs: rules.within,
    aheadMs: rules.ahead
  }
}

/** The schema has checked that each step does one thing. */
export function toRelaxSteps(steps: CentreFile['queues'][string]['relax']): readonly RelaxStep[] {
  return steps.map(({ after: afterMs, lower, skills }) => {
    if (lower !== undefined) return { afterMs, lower }
    return skills === undefined ? { afterMs, anyone: true } : { afterMs, skills }
  })
}

function toOrder({ high, low, choice }: CentreFile['order']): OrderSettings {
  return { headStartMs: { high, normal: 0, low: -low }, choice }
}

function toAgents(file: CentreFile): AgentProfile[] {
  const profiles = file.agents.flatMap((agents) =>
    logins(agents.id, agents.range).map((id, index) => ({
      id: id as AgentId,
      name: agents.name ?? agents.names[index] ?? `Agent ${id}`,
      team: agents.team,
      queues: agents.queues,
      ...(Object.keys(agents.levels).length > 0 && { queueLevels: agents.levels }),
      skills: agents.skills,
      ...(agents.capacity.message > 1 && { capacity: agents.capacity }),
      ...(agents.auto_answer && { autoAnswer: true }),
      ...(agents.ring !== undefined && { ringMs: agents.ring }),
      ...(agents.phone_password_version > 1 && { phonePasswordVersion: agents.phone_password_version })
    }))
  )
  return profiles.map((profile, order) => ({ ...profile, order }))
}

/** All who may sign in: agents first. */
export function toUsers(file: CentreFile): User[] {
  const agents = toAgents(file).map(
    (agent): User => ({ username: agent.id, name: agent.name, role: 'agent', teams: [agent.team] })
  )
  return [...agents, ...toOthers(file).map(({ phone: _, ...user }) => user)]
}

/** Users who are no agents, and the phones of those who have one. */
function toOthers(file: CentreFile): (User & { readonly phone: PhoneOwner | undefined })[] {
  return file.users.flatMap(({ role, teams, phone, phone_password_version: version, ...user }) =>
    logins(user.username, user.range).map((username) => {
      const name = user.range === undefined ? user.name : `${user.name} ${username}`
      return {
        username,
        name,
        role,
        teams,
        phone: phone ? { name, ...(version > 1 && { phonePasswordVersion: version }) } : undefined
      }
    })
  )
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
