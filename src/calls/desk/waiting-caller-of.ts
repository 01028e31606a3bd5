import type { WaitingCaller } from '../../domain/waiting-caller.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { Distribution } from '../offers/distribution.ts'

/** How it stands for a caller who waits in that queue; undefined when they do not. */
export function waitingCallerOf(
  call: LiveCall,
  queue: string,
  distribution: Pick<Distribution, 'position' | 'estimateMs'>
): WaitingCaller | undefined {
  const { callId, contactId, device: caller, stay, lastPlace, alerting } = call
  const position = stay?.queue === queue ? distribution.position(callId) : undefined
  if (position === undefined || lastPlace === undefined) return undefined
  const { priority, enqueuedAt } = lastPlace
  const estimateMs = distribution.estimateMs(callId)
  return {
    ...{ callId, contactId, caller, queue, priority, enqueuedAt, position },
    ...(estimateMs !== undefined && { estimateMs }),
    ...(alerting !== undefined && { ringing: alerting.offer.agentId })
  }
}
