import type { DomainEventOf } from '../../domain/events.ts'
import { type CallDomainEvent, type CallRecord, isUnseen } from './call-record.ts'
import { consultationQueued, joinedBy, noLongerQueued, without } from './consultation-record.ts'
import { callerOf, drop, leaveQueue, party, put, queueDevice, standingOf, turn } from './record-parties.ts'

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
  if (isUnseen(event)) return call
  switch (event.type) {
    case 'call.started':
    case 'call.restored':
    case 'offer.answer-requested':
    case 'call.digits-sent':
      return call
    case 'supervision.changed':
    case 'supervision.ended':
      return { ...call, supervisions: supervised(call, event) }
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
    case 'recording.paused':
    case 'recording.resumed':
    case 'recording.stopped':
    case 'recording.refused':
      return { ...call, view: recorded(call.view, event) }
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
    case 'consultation.queued':
      return consultationQueued(call, event)
    case 'consultation.dequeued':
      // Answered: as of a caller, the queue goes when the two hear each other.
      return event.exit === 'answered' ? call : noLongerQueued(call)
    case 'consultation.ended':
      return { ...call, view: { ...call.view, connections: [], endedAt: event.at } }
    case 'leg.dialed':
      return { ...call, ...party(call, event.device, 'alerting', agentOf) }
    case 'leg.connected': {
      const joined = event.consultation === undefined ? call : noLongerQueued(call)
      return { ...joined, ...party(joined, event.device, 'connected', agentOf) }
    }
    case 'leg.ended':
      return { ...call, view: leave(call, event.device) }
    case 'call.ended':
      return { ...call, view: { ...call.view, connections: [], endedAt: event.at } }
    default:
      return event satisfies never
  }
}

function supervised(
  { supervisions }: CallRecord,
  event: DomainEventOf<'supervision.changed' | 'supervision.ended'>
): CallRecord['supervisions'] {
  const { supervisor, agentId, device, isTold } = event
  const next = new Map(supervisions)
  if (event.type === 'supervision.changed') next.set(supervisor, { agentId, device, isTold, mode: event.mode })
  else next.delete(supervisor)
  return next
}

type Recorded = DomainEventOf<
  'recording.started' | 'recording.paused' | 'recording.resumed' | 'recording.stopped' | 'recording.refused'
>

function recorded({ recording: _state, recordedBy, ...view }: CallRecord['view'], event: Recorded): CallRecord['view'] {
  const by = recordedBy === undefined ? {} : { recordedBy }
  switch (event.type) {
    case 'recording.started':
      return { ...view, recording: 'on', recordedBy: event.by }
    case 'recording.paused':
      return { ...view, ...by, recording: 'paused' }
    case 'recording.resumed':
      return { ...view, ...by, recording: 'on' }
    case 'recording.refused':
      return { ...view, recording: 'never' }
    case 'recording.stopped':
      return event.cause === 'refused' ? { ...view, recording: 'never' } : view
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
      connections: [
        { deviceId: caller, kind: 'caller', state: 'initiated', ...(agentId !== undefined && { agentId }) },
        ...(callsOut ? [{ deviceId: by, kind: 'agent', agentId: by, state: 'initiated' } as const] : [])
      ],
      startedAt: event.at,
      language: event.language
    },
    agents: new Set(by !== undefined ? [by] : agentId === undefined ? [] : [agentId]),
    queues: new Set(),
    talked: new Set(),
    consultations: new Map(),
    supervisions: new Map()
  }
}

/** Without the party of that device. The caller's connection lasts as long as the call, and is none when it was their line that ended. */
function leave(call: CallRecord, device: string): CallRecord['view'] {
  const rest = drop(call.view, device)
  const isCaller = callerOf(call).deviceId === device && rest.connections.length === call.view.connections.length
  return isCaller ? put(rest, callerOf(call), 'null') : rest
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
