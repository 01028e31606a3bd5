import type { CallBoard } from '../board/call-board.ts'
import { type CallDomainEvent, type CallRecord, isUnseen } from '../board/call-record.ts'
import { queueDevice } from '../board/record-parties.ts'
import { causeOf, dequeueCauses, holdCauses, unreachedCauses, waitCauses } from './event-causes.ts'
import { conferenced, transferred } from './translate-joins.ts'
import { translateOffer } from './translate-offer.ts'
import { recorded } from './translate-recording.ts'
import type { EventBody, Translation } from './translation.ts'

/** A fact of a call, as those who see the call are told. */
export function translateCall(event: CallDomainEvent, call: CallRecord, board: CallBoard, time: string): readonly Translation[] {
  if (isUnseen(event)) return []
  const withData = call.view
  const view = withoutData(withData)
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
        ...(event.to !== undefined && { newDestination: deviceOf(event.to, board) }),
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
      return tell(transferred(event, view, deviceOf(event.to, board), time))
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
      return []
    default:
      return event satisfies never
  }
}

/** Most calls have none, and need no copy. */
function withoutData(view: CallRecord['view']): Omit<CallRecord['view'], 'data'> {
  if (view.data === undefined) return view
  const { data: _, ...rest } = view
  return rest
}

/** Where a caller is sent: an agent, a number, or a queue under the name that it has as a device. */
function deviceOf(target: string, board: CallBoard): string {
  return board.queues.has(target) ? queueDevice(target) : target
}

/** What a consultation changes in the caller's call: what its agent may do there now. */
export function aside(event: CallDomainEvent, board: CallBoard, time: string): readonly Translation[] {
  const isOfConsultation =
    event.type === 'consultation.started' ||
    (event.type === 'leg.connected' && event.consultation !== undefined) ||
    (event.type === 'consultation.ended' && event.result !== 'transferred' && event.result !== 'conferenced')
  const call = isOfConsultation ? board.calls.get(event.callId) : undefined
  if (call === undefined || call.view.endedAt !== undefined) return []
  const body = { type: 'callInformation', time, cause: 'consultation', ...withoutData(call.view) } as const
  return [{ subject: { kind: 'call', call }, body }]
}
