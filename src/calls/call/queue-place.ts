import type { Attend, QueueRequest } from '../../domain/caller.ts'
import { AppError } from '../../domain/errors.ts'
import type { AgentId, CallId } from '../../domain/ids.ts'
import type { KeptStay } from '../../domain/kept-call.ts'
import type { PriorityName, QueueSettings, WaitingCall } from '../../domain/queue.ts'
import type { SkillNeed } from '../../domain/skill-need.ts'
import type { OverflowRule } from '../../domain/waiting.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'

/** The most urgent first. */
const priorities: readonly PriorityName[] = ['emergency', 'high', 'normal', 'low']

/** A place in a queue that can be taken again: after a failed transfer the caller returns to it, with the first enqueue time. */
export interface Place {
  readonly settings: QueueSettings
  readonly priority: PriorityName
  readonly skills: SkillNeed
  /** What else decides who is next, and who is rung. */
  readonly routing: Pick<WaitingCall, 'ageBonusMs' | 'preferred' | 'relax'>
  readonly enqueuedAt: number
  readonly maxWaitMs: number
  /** What the caller had waited in this call before they first took the place, milliseconds. */
  readonly waitedBeforeMs: number
  readonly leaveIfNoAgents: boolean
  readonly attend: Attend | undefined
  /** What the flow plays in place of the queue's music. */
  readonly ownMusic: string | undefined
  /** By which rules the caller goes on in another queue. */
  readonly overflow: readonly OverflowRule[]
  /** Queues that the caller has gone on from: they do not go back to one of them. */
  readonly visited: ReadonlySet<string>
  /** The caller was in this place before: neither length nor staffing turns them away. */
  readonly kept: boolean
  /** When the stay began that an earlier process had to leave; unset for one that begins. */
  readonly since?: number
  /** The call in which this caller had the place before and was cut off. */
  readonly resumes?: CallId
}

/** The place of a caller who was cut off in that queue a while ago, or a new one. Who has a place already, and brings it along, keeps it. */
export function placeFor(request: QueueRequest, call: LiveCall, office: CallsOffice): Place {
  const place = placeOf(request, call, office)
  const { name, resume } = place.settings
  if (place.kept || resume === undefined || !call.hasNumber) return place
  const before = office.keptPlaces.take(call.device, name, resume.withinMs)
  if (before === undefined) return place
  const { callId: resumes, enqueuedAt } = before
  const [priority = place.priority] = priorities.filter((one) => one === before.priority || one === place.priority)
  return { ...place, enqueuedAt, priority, kept: true, resumes }
}

type Loose<Fields> = { readonly [Name in keyof Fields]: Fields[Name] | undefined }

/** What a place is looked up in. */
type Around = { readonly clock: Pick<CallsOffice['clock'], 'now'>; readonly centre: Pick<CallsOffice['centre'], 'queues'> }

/** A place that nobody has been in yet. */
export function placeOf(request: QueueRequest, call: Pick<LiveCall, 'totals'>, office: Around): Place {
  const settings = settingsOf(request.queue, office)
  return {
    settings,
    priority: request.priority,
    skills: request.skills,
    routing: routingOf(request),
    enqueuedAt: request.enqueuedAt ?? office.clock.now(),
    maxWaitMs: request.maxWaitMs ?? settings.maxWaitMs,
    waitedBeforeMs: call.totals.queuedMs,
    leaveIfNoAgents: request.leaveIfNoAgents,
    attend: request.attend,
    ownMusic: request.music,
    overflow: request.overflow ?? settings.overflow ?? [],
    visited: new Set([request.queue]),
    kept: request.enqueuedAt !== undefined
  }
}

/** The place that the caller had in an earlier process, in the queue where that was; a new one where there is no such queue any more. */
export function placeLeft(stay: KeptStay, request: QueueRequest, call: LiveCall, office: CallsOffice): Place {
  const { queue, priority, skills, enqueuedAt, since, waitedBeforeMs, ageBonusMs, preferred, relax } = stay
  if (!office.centre.queues.has(queue)) return { ...placeFor(request, call, office), enqueuedAt, kept: true }
  const place = placeOf(queue === request.queue ? request : { ...request, queue }, call, office)
  return {
    ...place,
    ...{ priority, skills, enqueuedAt, waitedBeforeMs, kept: true },
    ...(since !== undefined && { since }),
    maxWaitMs: request.maxWaitMs ?? place.maxWaitMs,
    routing: routingOf({ ageBonusMs, preferred, relax }),
    visited: new Set(stay.visited),
    ...(queue !== request.queue && { overflow: place.settings.overflow ?? [], leaveIfNoAgents: false })
  }
}

/** As it is written down for the next process; `since`: when the stay began that goes on. */
export function stayIn(place: Place, since: number | undefined): KeptStay {
  const { settings, priority, skills, enqueuedAt, routing, waitedBeforeMs, visited } = place
  const began = since === undefined ? {} : { since }
  return { queue: settings.name, priority, skills, enqueuedAt, ...routing, ...began, waitedBeforeMs, visited: [...visited] }
}

/** What of a place decides, beside its time, who is next and who is rung. */
export function routingOf({ ageBonusMs, preferred, relax }: Loose<Place['routing']>): Place['routing'] {
  return {
    ...(ageBonusMs !== undefined && { ageBonusMs }),
    ...(preferred !== undefined && { preferred }),
    ...(relax !== undefined && { relax })
  }
}

/** The place in the queue that the caller goes on to: with the first time, the priority and the longest wait that they had. */
export function overflowed({ since: _, ...place }: Place, { queue, skills }: OverflowRule, office: Around): Place {
  const settings = settingsOf(queue, office)
  const visited = new Set(place.visited).add(queue)
  return {
    ...place,
    settings,
    skills,
    routing: inAnotherQueue(place.routing),
    overflow: settings.overflow ?? [],
    visited,
    leaveIfNoAgents: false,
    kept: true
  }
}

/**
 * What goes with a caller into another queue: their artificial age, and the agent whom they should get, unless that
 * was who has just talked to them. How skills give way belongs to the skills, and those to the queue that they were asked for.
 */
export function inAnotherQueue({ relax: _, preferred, ...routing }: Place['routing'], talkedWith?: AgentId): Place['routing'] {
  return preferred === undefined || preferred.agentId === talkedWith ? routing : { ...routing, preferred }
}

/** A wait of a caller whom an agent sends to another queue: its time begins anew, unless the agent gives them a place there. */
export function sentOnTo(
  { queue, enqueuedAt }: Pick<QueueRequest, 'queue' | 'enqueuedAt'>,
  talkedWith: AgentId,
  { priority, attend, routing }: Place
): QueueRequest {
  const company = attend === undefined ? {} : { attend }
  const since = enqueuedAt === undefined ? {} : { enqueuedAt }
  return { queue, skills: {}, priority, leaveIfNoAgents: false, ...since, ...company, ...inAnotherQueue(routing, talkedWith) }
}

function settingsOf(queue: string, office: Around): QueueSettings {
  const settings = office.centre.queues.get(queue)
  if (settings !== undefined) return settings
  throw new AppError('QUEUE_UNKNOWN', 'flow', 'A flow named a queue that does not exist', { details: { queue } })
}

/** What is left of the longest wait, `stayedMs` into the stay. Talks in between do not count: who comes back from one has not waited during it. */
export function waitLeftMs(place: Place, call: LiveCall, stayedMs: number): number {
  return Math.max(0, place.maxWaitMs - (call.totals.queuedMs + stayedMs - place.waitedBeforeMs))
}
