import type { DomainEventOf } from '../../domain/events.ts'
import type { CallRecord } from '../board/call-record.ts'
import { offerCauses } from './event-causes.ts'
import type { Subject, Translation } from './translation.ts'

type OfferEvent = DomainEventOf<'offer.answer-requested'> | DomainEventOf<'offer.ended'>

/** The phone in the browser is to answer; or an offer is over: what left the device, and the outcome for its agent. */
export function translateOffer(event: OfferEvent, call: CallRecord, time: string): readonly Translation[] {
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
