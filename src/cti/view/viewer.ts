import type { Role } from '../../domain/agent.ts'
import type { Centre, User } from '../../domain/centre.ts'
import { ledBy, seesAllTeams } from '../../domain/team-scope.ts'
import type { Monitor } from '../messages.ts'

/** Who a client is and what is theirs, worked out once per session so that fan-out only looks into sets. */
export interface Viewer {
  readonly username: string
  readonly name: string
  readonly role: Role
  /** Set when the user is an agent: their id is their extension. */
  readonly agentId: string | undefined
  /** Of their own phone: an agent's id, and the login of somebody else who has one. By it they are in calls. */
  readonly extension: string | undefined
  /** Whether it sees what is of no team of its own: administrators, and crm clients without teams. */
  readonly unlimited: boolean
  /** Agents of the teams that a supervisor leads, or that a crm client was given. */
  readonly ledAgents: ReadonlySet<string>
  /** Queues that the agent, or an agent of those teams, serves. */
  readonly servedQueues: ReadonlySet<string>
  /** Those of them whose calls it sees, whoever takes them: the ones that an agent of a team serves that is not closed. */
  readonly callQueues: ReadonlySet<string>
  /** Queues that the agent may pick callers up from; none for those of a closed team, who do not see others' calls. */
  readonly pickupQueues: ReadonlySet<string>
  /** Whether a call shows it all past contacts of the customer. Of closed teams: those of their own agents. */
  readonly seesPast: boolean
  /** What it wants to hear of: whatever one of these names. Unset: all that it may see. */
  readonly wanted: readonly Narrowing[] | undefined
  /** What the session's own filter was made of. */
  readonly asked: Monitor | undefined
  /** The monitors that it has started, by cross-reference id. */
  readonly started: ReadonlyMap<string, Monitor>
  /** The same as sets: events say which of them want it. */
  readonly marks: readonly Narrowing[]
  /** Equal text, equal rights, as far as the centre and the user's teams go. */
  readonly rights: string
  /** Equal for equal views: what was sent to one may be replayed to the other. */
  readonly key: string
}

/** A monitor filter as sets. */
export interface Narrowing {
  /** Unset: the session's own. */
  readonly id: string | undefined
  readonly agents: ReadonlySet<string> | undefined
  readonly queues: ReadonlySet<string> | undefined
  readonly calls: ReadonlySet<string> | undefined
  readonly events: ReadonlySet<string> | undefined
}

/** The viewer that a user with that filter is. */
export function viewerOf(user: User, monitor: Monitor | undefined, centre: Centre): Viewer {
  const own = centre.agents.get(user.username)
  const { agents: led, open } = ledBy(user, centre)
  const served = [...(own === undefined ? [] : [own]), ...led].flatMap(({ queues }) => queues)
  const scope = {
    agentId: own?.id,
    extension: own?.id ?? (centre.phones?.has(user.username) === true ? user.username : undefined),
    ledAgents: new Set<string>(led.map(({ id }) => id)),
    servedQueues: new Set(served),
    callQueues: new Set(open.flatMap(({ queues }) => queues)),
    seesPast: seesAllTeams(user) || open.length > 0 || (own !== undefined && centre.closedTeams?.has(own.team) !== true),
    pickupQueues: new Set(own === undefined || centre.closedTeams?.has(own.team) ? [] : own.queues.filter(hasPickup(centre)))
  }
  const viewer = {
    ...{ username: user.username, name: user.name, role: user.role, unlimited: seesAllTeams(user) },
    ...scope,
    rights: JSON.stringify([user, ...Object.values(scope).map((part) => (part instanceof Set ? [...part].sort() : part))])
  }
  return withMonitor(viewer, monitor)
}

function hasPickup({ queues }: Centre): (queue: string) => boolean {
  return (queue) => queues.get(queue)?.pickup === true
}

type Unfiltered = Omit<Viewer, 'wanted' | 'asked' | 'started' | 'marks' | 'key'>

/** The same viewer with another filter, and other monitors beside it. */
export function withMonitor(
  viewer: Unfiltered,
  monitor: Monitor | undefined,
  started: ReadonlyMap<string, Monitor> = new Map()
): Viewer {
  const marks = [...started].map(([id, one]) => asSets(one, id))
  // Whoever hears of all hears of nothing more by a monitor; a crm client hears of nothing without one.
  const hearsAll = monitor === undefined && (viewer.role !== 'crm' || marks.length === 0)
  const own = monitor === undefined ? [] : [asSets(monitor, undefined)]
  return {
    ...viewer,
    wanted: hearsAll ? undefined : [...own, ...marks],
    asked: monitor,
    started,
    marks,
    key: viewer.rights + JSON.stringify(started.size === 0 ? monitor : [monitor, ...started])
  }
}

function asSets({ agents, queues, calls, events }: Monitor, id: string | undefined): Narrowing {
  return { id, agents: asSet(agents), queues: asSet(queues), calls: asSet(calls), events: asSet(events) }
}

function asSet(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names && new Set(names)
}
