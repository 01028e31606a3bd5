import type { WaitingCall } from '../../../src/domain/queue.ts'
import { RoutingCore } from '../../../src/routing/routing-core.ts'
import type { NewCore } from '../../../src/staffing/new-core.ts'

/** Serves whoever came last. */
class LastComeFirst extends RoutingCore {
  override enqueue(call: WaitingCall, now: number) {
    return super.enqueue({ ...call, enqueuedAt: -call.enqueuedAt }, now)
  }
}

/** Knows no priorities. */
class AllAlike extends RoutingCore {
  override enqueue(call: WaitingCall, now: number) {
    return super.enqueue({ ...call, priority: 'normal' }, now)
  }
}

export const lastComeFirst: NewCore = (queues, newOfferId, order) => new LastComeFirst(queues, newOfferId, order)
export const allAlike: NewCore = (queues, newOfferId, order) => new AllAlike(queues, newOfferId, order)
