import type { AgentState } from '../domain/agent.ts'
import type { DomainEvent, DomainEventOf } from '../domain/events.ts'
import type { OfferResult } from '../domain/queue.ts'
import type { CallBoard, CallChange } from './call-board.ts'
import type { CallDomainEvent, CallRecord } from './call-record.ts'
import type { AgentEvent, Cause } from './messages.ts'
import { queueDevice } from './record-parties.ts'
import { translateCallback } from './translate-callback.ts'
import { translateVoicemail } from './translate-voicemail.ts'
import type { EventBody, Subject, Translation, Without } from './translation.ts'

/** One domain event in the words of CSTA: none, one, or two (an offer's end is both `diverted` and its outcome). Call after `board.apply`. */
export function translateEvent(event: DomainEvent, change: CallChange, board: CallBoard): readonly Translation[] {
  const time = new Date(event.at).toISOString()

  switch (event.type) {
    case 'agent.changed': {
      const agent = board.agents.get(event.status.agentId)
      if (agent === undefined) return []
      const type = event.previous === 'loggedOff' && agent.state !== 'loggedOff' ? 'agentLoggedOn' : agentEvents[agent.state]
      const body: Without<AgentEvent, 'seq'> = { type, time, ...agent }
      return [{ subject: { kind: 'agent', agentId: agent.agentId }, body }]
    }
    case 'phone.changed': {
      const phone = board.phones.get(event.device)
      if (phone === undefined) return []
      const subject: Subject = { kind: 'phone', deviceId: phone.deviceId, agentId: phone.agentId }
      return [{ subject, body: { type: phone.inService ? 'backInService' : 'outOfService', time, ...phone } }]
    }
    case 'queue.changed': {
      const queue = board.queues.get(event.status.queue)
      if (queue === undefined) return []
      return [{ subject: { kind: 'queue', queue: queue.queue }, body: { type: 'queueChanged', time, ...queue } }]
    }
    case 'customer.changed': {
      const { customer, merged, by } = event
      const subject: Subject = { kind: 'customer', customer: customer.id, calls: board.callsOf(customer.id) }
      const who = { customer, ...(merged !== undefined && { mergedId: merged }), by }
      return [{ subject, body: { type: 'customerChanged', time, ...who } }]
    }
    case 'flow.reloaded': {
      const { flow, version } = event
      return [{ subject: { kind: 'flow', flow }, body: { type: 'flowReloaded', time, flow, version } }]
    }
    case 'voicemail.left':
    case 'voicemail.changed':
      return translateVoicemail(event, board, time)
    case 'recording.kept':
    case 'recording.deleted':
    case 'recording.protected':
    case 'recording.played':
      return []
    case 'callback.booked':
    case 'callback.changed':
    case 'callback.ended':
      return translateCallback(event, time)
    case 'agent.wrapped-up':
    case 'desk.changed':
    case 'user.signed-in':
      return []
    default: {
      const call = change.after
      const ofCallback =
        event.type === 'callback.dialed' || event.type === 'callback.attempted' ? translateCallback(event, time) : []
      return call === undefined ? ofCallback : [...ofCallback, ...translateCall(event, call, time), ...aside(event, board, time)]
    }
  }
}

const agentEvents = {
  loggedOff: 'agentLoggedOff',
  notReady: 'agentNotReady',
  ready: 'agentReady',
  reserved: 'agentBusy',
  busy: 'agentBusy',
  workingAfterCall: 'agentWorkingAfterCall'
} as const satisfies Record<AgentState, AgentEvent['type']>

const dequeueCauses = {
  answered: 'distributed',
  timeout: 'timeout',
  no_agents: 'noAvailableAgents',
  closed: 'noAvailableAgents',
  withdrawn: 'normal',
  left: 'normal',
  callback: 'normal',
  overflow: 'overflow',
  deflected: 'redirected',
  callerGone: 'callCancelled',
  fault: 'resourcesNotAvailable'
} as const satisfies Record<DomainEventOf<'call.dequeued'>['exit'], Cause>

const waitCauses = { ...dequeueCauses, left: 'callCancelled' } as const satisfies Record<string, Cause>

const unreachedCauses = {
  busy: 'busy',
  'no-answer': 'callNotAnswered',
  rejected: 'callRejected',
  unreachable: 'destNotObtainable'
} as const satisfies Record<DomainEventOf<'call.unreached'>['result'], Cause>

const offerCauses = {
  answered: 'distributed',
  missed: 'callNotAnswered',
  rejected: 'callRejected',
  callerGone: 'callCancelled',
  unreachable: 'destNotObtainable',
  deflected: 'redirected',
  answeredElsewhere: 'callPickup'
} as const satisfies Record<OfferResult, Cause>

function translateCall(event: CallDomainEvent, call: CallRecord, time: string): readonly Translation[] {
  const { data, ...view } = call.view
  const withData = call.view
  const tell = (body: EventBody): readonly Translation[] => [{ subject: { kind: 'call', call }, body }]

  switch (event.type) {
    case 'call.started':
      return tell({ type: 'originated', time, cause: 'newCall', deviceId: view.callingDevice, ...view })
    case 'supervision.changed':
    case 'supervision.ended': {
      const { supervisor, agentId, device, isTold } = event
      const who = { callId: event.callId, contactId: event.contactId, supervisor, agentId, deviceId: device }
      const body: EventBody =
        event.type === 'supervision.changed'
          ? { type: 'supervisionChanged', time, ...who, mode: event.mode }
          : { type: 'supervisionEnded', time, ...who, result: event.result }
      return [{ subject: { kind: 'supervision', call, agentId, isTold }, body }]
    }
    case 'call.unreached':
      return tell({ type: 'failed', time, cause: unreachedCauses[event.result], deviceId: event.device, ...view })
    case 'call.answered':
    case 'flow.started':
    case 'call.language-changed':
    case 'call.identified':
      return tell({ type: 'callInformation', time, cause: 'normal', ...view })
    case 'call.tagged':
    case 'call.data-changed':
      return tell({ type: 'callInformation', time, cause: 'normal', ...withData })
    case 'call.queued':
      return tell({ type: 'queued', time, cause: 'enteringDistribution', deviceId: queueDevice(event.queue), ...withData })
    case 'call.announced':
      // A message changes nothing that clients see.
      return event.position === undefined ? [] : tell({ type: 'callInformation', time, cause: 'normal', ...view })
    case 'call.dequeued':
      if (event.exit === 'answered') return []
      return tell({
        type: 'diverted',
        time,
        cause: dequeueCauses[event.exit],
        deviceId: queueDevice(event.queue),
        ...(event.to !== undefined && { newDestination: event.to }),
        ...view
      })
    case 'offer.made': {
      const { offerId, agentId, device, deadline } = event
      const straight = event.consultation === undefined ? 'singleStepTransfer' : 'consultation'
      const cause = event.queue === undefined ? straight : 'distributed'
      return tell({
        type: 'delivered',
        time,
        cause,
        deviceId: device,
        alertingDevice: device,
        offerId,
        agentId,
        deadline,
        ...withData
      })
    }
    case 'offer.answer-requested':
    case 'offer.ended':
      return translateOffer(event, call, time)
    case 'call.established':
      return tell({
        type: 'established',
        time,
        cause: 'normal',
        deviceId: event.device,
        answeringDevice: event.device,
        ...withData
      })
    case 'call.held':
      return tell({ type: 'held', time, cause: holdCauses[event.by], deviceId: event.device, ...view })
    case 'call.retrieved':
      return tell({ type: 'retrieved', time, cause: holdCauses[event.by], deviceId: event.device, ...view })
    case 'call.digits-sent':
      return tell({ type: 'digitsGenerated', time, cause: 'normal', deviceId: event.device, count: event.count, ...view })
    case 'recording.started':
    case 'recording.paused':
    case 'recording.resumed':
    case 'recording.stopped':
      return tell(recorded(event, view, time))
    case 'recording.refused':
      return tell({ type: 'callInformation', time, cause: 'normal', ...view })
    case 'call.transferred':
      return tell(transferred(event, view, time))
    case 'call.conferenced':
      return tell(conferenced(event, view, time))
    case 'consultation.started':
      return tell({ type: 'originated', time, cause: 'consultation', deviceId: event.device, ...withData })
    case 'consultation.queued':
      return tell({ type: 'queued', time, cause: 'enteringDistribution', deviceId: queueDevice(event.queue), ...view })
    case 'consultation.dequeued':
      if (event.exit === 'answered') return []
      return tell({ type: 'diverted', time, cause: waitCauses[event.exit], deviceId: queueDevice(event.queue), ...view })
    case 'consultation.ended':
      return tell({ type: 'callCleared', time, cause: 'normalClearing', result: 'completed', reason: event.result, ...view })
    case 'leg.dialed':
      return tell({ type: 'networkReached', time, cause: 'normal', deviceId: event.device, ...view })
    case 'leg.connected':
      return tell({ type: 'established', time, cause: 'normal', deviceId: event.device, answeringDevice: event.device, ...view })
    case 'leg.ended':
      return tell({ type: 'connectionCleared', time, cause: causeOf(event.cause), deviceId: event.device, ...view })
    case 'call.ended': {
      const { result, reason, cause } = event.termination
      return tell({ type: 'callCleared', time, cause: causeOf(cause ?? 16), result, reason, ...view })
    }
    case 'call.dialed':
    case 'callback.dialed':
      return tell({ type: 'networkReached', time, cause: 'normal', deviceId: event.device, ...view })
    // Clients are given a snapshot when calls are restored.
    case 'call.restored':
    case 'shortcut.taken':
    case 'step.left':
    case 'offer.ringing':
    case 'voicemail.left':
    case 'voicemail.changed':
    case 'recording.kept':
    case 'recording.deleted':
    case 'recording.protected':
    case 'recording.played':
    case 'callback.attempted':
    case 'call.dial-refused':
      return []
    default:
      return event satisfies never
  }
}

type Recorded = DomainEventOf<'recording.started' | 'recording.paused' | 'recording.resumed' | 'recording.stopped'>

function recorded(event: Recorded, view: Omit<CallRecord['view'], 'data'>, time: string): EventBody {
  const { recordingId, by } = event
  const common = { time, cause: 'normal', recordingId, ...(by !== undefined && { by }), ...view } as const
  if (event.type === 'recording.stopped') return { type: 'recordingStopped', ...common, why: event.cause }
  return { type: recordingEvents[event.type], ...common }
}

const recordingEvents = {
  'recording.started': 'recordingStarted',
  'recording.paused': 'recordingPaused',
  'recording.resumed': 'recordingResumed'
} as const

type OfferEvent = DomainEventOf<'offer.answer-requested'> | DomainEventOf<'offer.ended'>

function translateOffer(event: OfferEvent, call: CallRecord, time: string): readonly Translation[] {
  const { contactId, offerId, agentId } = event
  const { callId } = call.view
  const subject: Subject = { kind: 'offer', agentId, call }
  if (event.type === 'offer.answer-requested') {
    return [{ subject, body: { type: 'answerRequested', time, callId, contactId, offerId, agentId, deviceId: agentId } }]
  }
  if (event.result === 'answered') return []

  const { data, ...view } = call.view
  const ofCall: Subject = { kind: 'call', call }
  const cause = offerCauses[event.result]
  if (event.result === 'unreachable')
    return [{ subject: ofCall, body: { type: 'failed', time, cause, deviceId: event.device, ...view } }]
  return [
    { subject: ofCall, body: { type: 'diverted', time, cause, deviceId: event.device, ...view } },
    { subject, body: { type: event.result, time, callId, contactId, offerId, agentId, deviceId: event.device } }
  ]
}

function transferred(event: DomainEventOf<'call.transferred'>, view: Omit<CallRecord['view'], 'data'>, time: string): EventBody {
  const { callId, from, to, consultation } = event
  const sentOn = from === undefined ? [] : [{ old: { callId, deviceId: from }, new: { callId, deviceId: to } }]
  const connectionMap = consultation === undefined ? sentOn : mapOf(view, consultation, [to])
  return {
    type: 'transferred',
    time,
    cause: consultation === undefined ? 'singleStepTransfer' : 'transfer',
    deviceId: to,
    ...(from !== undefined && { transferringDevice: from }),
    transferredToDevice: to,
    connectionMap,
    ...view
  }
}

function conferenced(event: DomainEventOf<'call.conferenced'>, view: Omit<CallRecord['view'], 'data'>, time: string): EventBody {
  const { by, device, consultation } = event
  const connectionMap = consultation === undefined ? [] : mapOf(view, consultation, [device, by])
  const who = { deviceId: device, conferencingDevice: by, addedDevice: device }
  return { type: 'conferenced', time, cause: 'conference', ...who, connectionMap, ...view }
}

/** From the consultation into the call that is left; whoever was in that before has the connection they had. */
function mapOf(
  { callId, connections }: Pick<CallRecord['view'], 'callId' | 'connections'>,
  consultation: string,
  moved: readonly string[]
) {
  const stays = connections.filter(({ kind }) => kind !== 'queue').map(({ deviceId }) => deviceId)
  return [
    ...moved.map((deviceId) => ({ old: { callId: consultation, deviceId }, new: { callId, deviceId } })),
    ...stays
      .filter((deviceId) => deviceId !== moved[0])
      .map((deviceId) => ({ old: { callId, deviceId }, new: { callId, deviceId } }))
  ]
}

/** What a consultation changes in the caller's call: what its agent may do there now. */
function aside(event: CallDomainEvent, board: CallBoard, time: string): readonly Translation[] {
  const isOfConsultation =
    event.type === 'consultation.started' ||
    (event.type === 'leg.connected' && event.consultation !== undefined) ||
    (event.type === 'consultation.ended' && event.result !== 'transferred' && event.result !== 'conferenced')
  const call = isOfConsultation ? board.calls.get(event.callId) : undefined
  if (call === undefined || call.view.endedAt !== undefined) return []
  const { data: _, ...view } = call.view
  return [{ subject: { kind: 'call', call }, body: { type: 'callInformation', time, cause: 'consultation', ...view } }]
}

const holdCauses = {
  desk: 'keyOperation',
  phone: 'keyOperation',
  consultation: 'consultation'
} as const satisfies Record<DomainEventOf<'call.held'>['by'], Cause>

/** Q.850 in the words of CSTA; what has no word of its own is normal clearing. */
function causeOf(q850: number): Cause {
  switch (q850) {
    case 17:
      return 'busy'
    case 18:
    case 19:
      return 'callNotAnswered'
    case 21:
      return 'callRejected'
    case 1:
    case 20:
    case 27:
      return 'destNotObtainable'
    case 34:
    case 38:
    case 42:
      return 'networkNotObtainable'
    default:
      return 'normalClearing'
  }
}
