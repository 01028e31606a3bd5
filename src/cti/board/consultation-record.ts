import type { DomainEventOf } from '../../domain/events.ts'
import type { CallRecord, Consulted } from './call-record.ts'
import { leaveQueue, put, queueDevice, standingOf } from './record-parties.ts'

/** A consultation at its beginning: a call of agent and consulted party, for the contact of the caller's call. */
export function firstConsultation(event: DomainEventOf<'consultation.started'>, of: CallRecord): CallRecord {
  const { consultation: callId, agentId, device, to, queue } = event
  const { contactId, callerName, language, customer } = of.view
  return {
    view: {
      callId,
      contactId,
      callingDevice: device,
      callerName,
      calledDevice: queue === undefined ? to : queueDevice(queue),
      connections: [{ deviceId: device, kind: 'agent', agentId, state: 'connected' }],
      startedAt: event.at,
      language,
      consultationOf: of.view.callId,
      ...(customer !== undefined && { customer })
    },
    agents: new Set([agentId]),
    queues: of.queues,
    talked: new Set(),
    consultations: new Map(),
    supervisions: new Map(),
    ...(of.past !== undefined && { past: of.past })
  }
}

/** The caller's call, as the agent's consultation stands. */
export function withConsultation(call: CallRecord, agentId: string, consulted: Consulted | undefined): CallRecord {
  const consultations = new Map(call.consultations)
  if (consulted === undefined) consultations.delete(agentId)
  else consultations.set(agentId, consulted)
  return { ...call, consultations }
}

/** With whoever was consulted, in the state they are in. */
export function joinedBy(call: CallRecord, device: string, consultation: CallRecord | undefined): CallRecord {
  const found = consultation?.view.connections.find((connection) => connection.deviceId === device)
  if (found === undefined) return call
  const { state, ...who } = found
  const agents = who.agentId === undefined ? call.agents : new Set(call.agents).add(who.agentId)
  return { ...call, agents, view: put(call.view, who, state === 'hold' ? 'connected' : state) }
}

/** The consultations of a call that are left when that device's is over. */
export function without({ consultations, view }: CallRecord, device: string): ReadonlyMap<string, Consulted> {
  const agentId = view.connections.find((connection) => connection.deviceId === device)?.agentId
  const rest = new Map(consultations)
  rest.delete(agentId ?? device)
  return rest
}

/** The agent waits in a queue for somebody to consult. */
export function consultationQueued(call: CallRecord, event: DomainEventOf<'consultation.queued'>): CallRecord {
  const { queue, enqueuedAt } = event
  const view = put(call.view, { deviceId: queueDevice(queue), kind: 'queue' }, 'queued')
  return {
    ...call,
    queues: new Set(call.queues).add(queue),
    view: { ...view, queue, enqueuedAt, ...standingOf(event) }
  }
}

/** They wait in it no more. */
export function noLongerQueued(consultation: CallRecord): CallRecord {
  return { ...consultation, view: leaveQueue(consultation.view) }
}
