import { type CallDomainEvent, isUnseen } from './call-record.ts'
import { queueDevice } from './record-parties.ts'

/** The device that the call has just been led away from: one that did not take it, a queue it has left, or who sent it on. Unset: none. */
export function redirectedFrom(event: CallDomainEvent): string | undefined {
  if (isUnseen(event)) return undefined
  switch (event.type) {
    case 'offer.ended':
      return event.result === 'answered' || event.result === 'callerGone' ? undefined : event.device
    case 'call.dequeued':
      return event.exit === 'answered' || event.exit === 'callerGone' ? undefined : queueDevice(event.queue)
    case 'call.transferred':
      return event.from
    default:
      return undefined
  }
}
