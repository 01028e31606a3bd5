import type { DomainEvent, DomainEventOf } from '../domain/events.ts'
import type { CallView, Connection } from './messages.ts'

/** A call as the board keeps it: what clients see, and who has had to do with it (only ever more), which decides who may see it. */
export interface CallRecord {
  readonly view: Omit<CallView, 'allowed'>
  readonly agents: ReadonlySet<string>
  readonly queues: ReadonlySet<string>
  /** Who talked to the caller: they may still add data while they wrap up. */
  readonly talked: ReadonlySet<string>
  /** By agent: the call in which they consult about this one. */
  readonly consultations: ReadonlyMap<string, Consulted>
}

/** What an agent in a call does beside it. */
export interface Consulted {
  readonly callId: string
  readonly answered: boolean
}

/** Any event about one call. */
export type CallDomainEvent = Extract<DomainEvent, { callId: unknown }>

/** The call that an event changes: a consultation's own, where it happens in one. */
export function subjectOf(event: CallDomainEvent): string {
  if (event.type === 'call.transferred' || event.type === 'call.conferenced') return event.callId
  return ('consultation' in event ? event.consultation : undefined) ?? event.callId
}

/** The call after the event. `agentOf` tells whose phone a device is; `consultation` is the one that becomes part of this call. */
export function nextCall(
  call: CallRecord,
  event: CallDomainEvent,
  agentOf: (device: string) => string | undefined,
  consultation?: CallRecord
): CallRecord {
  switch (event.type) {
    case 'call.started':
    case 'shortcut.taken':
    case 'step.left':
    case 'offer.ringing':
    case 'offer.answer-requested':
    case 'supervision.changed':
    case 'supervision.ended':
    case 'call.digits-sent':
    case 'voicemail.left':
    case 'voicemail.changed':
    case 'recording.kept':
    case 'recording.deleted':
    case 'recording.protected':
    case 'recording.played':
    case 'callback.attempted':
    case 'call.dial-refused':
      return call
    case 'callback.dialed':
      // The agent has picked up, and all there is to do for them now is to hang up.
      return {
        ...call,
        view: turn(put(call.view, callerOf(call), 'alerting'), event.callback.attempts.at(-1)?.agentId ?? '', 'initiated')
      }
    case 'call.dialed':
      return {
        ...call,
        view: turn(put(call.view, callerOf(call), 'alerting'), call.view.callingDevice, 'initiated')
      }
    case 'call.unreached':
      return { ...call, view: put(call.view, callerOf(call), 'fail') }
    case 'call.answered':
      return { ...call, view: { ...put(call.view, callerOf(call), 'connected'), answeredAt: event.at } }
    case 'call.identified': {
      const { id, name, segment } = event.customer
      return { ...call, view: { ...call.view, customer: { id, name, segment } } }
    }
    case 'flow.started':
      return { ...call, view: { ...call.view, flow: event.flow } }
    case 'call.language-changed':
      return { ...call, view: { ...call.view, language: event.language } }
    case 'call.tagged': {
      const { data } = call.view
      return data === undefined ? call : { ...call, view: { ...call.view, data: { ...data, tags: event.tags } } }
    }
    case 'call.data-changed':
      return { ...call, view: { ...call.view, data: event.data } }
    case 'call.queued':
      return enterQueue(call, event)
    case 'call.announced':
      return { ...call, view: { ...call.view, ...standingOf(event) } }
    case 'call.dequeued':
      // Answered: the queue's connection goes with `call.established`, so that clients see one change and not two.
      return event.exit === 'answered' ? call : { ...call, view: leaveQueue(call.view) }
    case 'offer.made':
      // Their own phone, for a call that they make to a colleague: they are its caller.
      if (callerOf(call).agentId === event.agentId)
        return { ...call, view: { ...put(call.view, callerOf(call), 'alerting'), data: event.data } }
      return {
        ...call,
        agents: new Set(call.agents).add(event.agentId),
        view: {
          ...put(call.view, { deviceId: event.device, kind: 'agent', agentId: event.agentId }, 'alerting'),
          data: event.data
        }
      }
    case 'offer.ended':
      return event.result === 'answered' ? call : { ...call, view: drop(call.view, event.device) }
    case 'call.established':
      return establish(call, event)
    case 'recording.started':
      return { ...call, view: { ...call.view, recording: 'on', recordedBy: event.by } }
    case 'recording.paused':
    case 'recording.resumed':
      return { ...call, view: { ...call.view, recording: event.type === 'recording.paused' ? 'paused' : 'on' } }
    case 'recording.stopped':
    case 'recording.refused': {
      const { recording: _state, recordedBy: _by, ...view } = call.view
      const isNever = event.type === 'recording.refused' || event.cause === 'refused'
      return { ...call, view: isNever ? { ...view, recording: 'never' } : view }
    }
    case 'call.held':
      return { ...call, view: turn(call.view, event.device, 'hold') }
    case 'call.retrieved':
      return { ...call, view: turn(call.view, event.device, 'connected') }
    case 'call.transferred': {
      const joined = joinedBy(call, event.to, consultation)
      return event.from === undefined
        ? joined
        : { ...joined, view: drop(joined.view, event.from), consultations: without(call, event.from) }
    }
    case 'call.conferenced': {
      const { by, device, agentId } = event
      const joined = joinedBy(call, device, consultation)
      if (consultation !== undefined) return { ...joined, consultations: without(call, by) }
      return { ...joined, ...party(joined, device, 'connected', () => agentId) }
    }
    // Of the call of that consultation; see the board.
    case 'consultation.started':
      return call
    case 'consultation.ended':
      return { ...call, view: { ...call.view, connections: [], endedAt: event.at } }
    case 'leg.dialed':
      return { ...call, ...party(call, event.device, 'alerting', agentOf) }
    case 'leg.connected':
      return { ...call, ...party(call, event.device, 'connected', agentOf) }
    case 'leg.ended':
      return { ...call, view: drop(call.view, event.device) }
    case 'call.ended':
      return { ...call, view: { ...call.view, connections: [], endedAt: event.at } }
    default:
      return event satisfies never
  }
}

/** A call at its first event. */
export function firstCall(event: DomainEventOf<'call.started'>, agentOf: (device: string) => string | undefined): CallRecord {
  // A caller from outside may show any number, also one of our extensions.
  const { caller, by } = event
  const agentId = event.door === 'agent' || caller === (by as string | undefined) ? agentOf(caller) : undefined
  const callsOut = by !== undefined && agentId === undefined
  return {
    view: {
      callId: event.callId,
      contactId: event.contactId,
      callingDevice: by ?? caller,
      callerName: event.callerName,
      calledDevice: callsOut ? caller : event.dialed,
      connections: [{ deviceId: caller, kind: 'caller', state: 'initiated', ...(agentId !== undefined && { agentId }) }],
      startedAt: event.at,
      language: event.language
    },
    agents: new Set(by !== undefined ? [by] : agentId === undefined ? [] : [agentId]),
    queues: new Set(),
    talked: new Set(),
    consultations: new Map()
  }
}

/** A consultation at its beginning: a call of agent and consulted party, for the contact of the caller's call. */
export function firstConsultation(event: DomainEventOf<'consultation.started'>, of: CallRecord): CallRecord {
  const { consultation: callId, agentId, device, to } = event
  const { contactId, callerName, language, customer } = of.view
  return {
    view: {
      callId,
      contactId,
      callingDevice: device,
      callerName,
      calledDevice: to,
      connections: [{ deviceId: device, kind: 'agent', agentId, state: 'connected' }],
      startedAt: event.at,
      language,
      consultationOf: of.view.callId,
      ...(customer !== undefined && { customer })
    },
    agents: new Set([agentId]),
    queues: of.queues,
    talked: new Set(),
    consultations: new Map()
  }
}

/** The caller's call, as the agent's consultation stands. */
export function withConsultation(call: CallRecord, agentId: string, consulted: Consulted | undefined): CallRecord {
  const consultations = new Map(call.consultations)
  if (consulted === undefined) consultations.delete(agentId)
  else consultations.set(agentId, consulted)
  return { ...call, consultations }
}

/** The device name of a queue. */
export function queueDevice(queue: string): string {
  return `queue:${queue}`
}

type View = CallRecord['view']
type Party = Omit<Connection, 'state'>

function callerOf(call: CallRecord): Party {
  const found = call.view.connections.find(isCaller)
  if (found === undefined) return { deviceId: call.view.callingDevice, kind: 'caller' }
  const { state: _, ...who } = found
  return who
}

/** With whoever was consulted, in the state they are in. */
function joinedBy(call: CallRecord, device: string, consultation: CallRecord | undefined): CallRecord {
  const found = consultation?.view.connections.find((connection) => connection.deviceId === device)
  if (found === undefined) return call
  const { state, ...who } = found
  const agents = who.agentId === undefined ? call.agents : new Set(call.agents).add(who.agentId)
  return { ...call, agents, view: put(call.view, who, state === 'hold' ? 'connected' : state) }
}

function without({ consultations, view }: CallRecord, device: string): ReadonlyMap<string, Consulted> {
  const agentId = view.connections.find((connection) => connection.deviceId === device)?.agentId
  const rest = new Map(consultations)
  rest.delete(agentId ?? device)
  return rest
}

function isCaller(connection: Connection): boolean {
  return connection.kind === 'caller'
}

function put(view: View, party: Party, state: Connection['state']): View {
  const next = { ...party, state }
  const at = view.connections.findIndex((connection) => connection.deviceId === party.deviceId && connection.kind === party.kind)
  return { ...view, connections: at < 0 ? [...view.connections, next] : view.connections.with(at, next) }
}

/** Removes a party other than the caller, whose connection lasts as long as the call. */
function drop(view: View, device: string): View {
  return { ...view, connections: view.connections.filter((connection) => connection.deviceId !== device || isCaller(connection)) }
}

function turn(view: View, device: string, state: Connection['state']): View {
  const connections = view.connections.map((connection) =>
    connection.deviceId === device && !isCaller(connection) ? { ...connection, state } : connection
  )
  return { ...view, connections }
}

function enterQueue(call: CallRecord, event: DomainEventOf<'call.queued'>): CallRecord {
  const { establishedAt: _, ...rest } = leaveQueue(call.view)
  const view = put(rest, { deviceId: queueDevice(event.queue), kind: 'queue' }, 'queued')
  return {
    ...call,
    queues: new Set(call.queues).add(event.queue),
    view: {
      ...view,
      queue: event.queue,
      priority: event.priority,
      enqueuedAt: event.enqueuedAt,
      ...standingOf(event),
      data: event.data
    }
  }
}

function standingOf({ position, estimateMs }: { readonly position?: number; readonly estimateMs?: number }): Partial<View> {
  return { ...(position !== undefined && { position }), ...(estimateMs !== undefined && { estimateMs }) }
}

function leaveQueue({ queue: _queue, enqueuedAt: _since, position: _place, estimateMs: _estimate, ...view }: View): View {
  return { ...view, connections: view.connections.filter((connection) => connection.kind !== 'queue') }
}

function establish(call: CallRecord, event: DomainEventOf<'call.established'>): CallRecord {
  const waiting = call.view.connections.filter((connection) => connection.kind !== 'queue')
  const view = put(
    { ...call.view, connections: waiting },
    { deviceId: event.device, kind: 'agent', agentId: event.agentId },
    'connected'
  )
  return {
    ...call,
    agents: new Set(call.agents).add(event.agentId),
    talked: new Set(call.talked).add(event.agentId),
    view: { ...view, establishedAt: event.at, ...(event.queue !== undefined && { queue: event.queue }) }
  }
}

function party(call: CallRecord, device: string, state: Connection['state'], agentOf: (device: string) => string | undefined) {
  const agentId = agentOf(device)
  const known = call.view.connections.some((connection) => connection.deviceId === device && connection.kind === 'agent')
  if (agentId === undefined && !known) return { view: put(call.view, { deviceId: device, kind: 'outside' }, state) }
  const view = put(call.view, { deviceId: device, kind: 'agent', ...(agentId !== undefined && { agentId }) }, state)
  return { view, agents: agentId === undefined ? call.agents : new Set(call.agents).add(agentId) }
}
