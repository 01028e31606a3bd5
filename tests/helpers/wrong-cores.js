import { RoutingCore } from "../../src/routing/routing-core.js";
/** Serves whoever came last. */
class LastComeFirst extends RoutingCore {
    enqueue(call, now) {
        return super.enqueue({ ...call, enqueuedAt: -call.enqueuedAt }, now);
    }
}
/** Knows no priorities. */
class AllAlike extends RoutingCore {
    enqueue(call, now) {
        return super.enqueue({ ...call, priority: 'normal' }, now);
    }
}
export const lastComeFirst = (queues, newOfferId, order) => new LastComeFirst(queues, newOfferId, order);
export const allAlike = (queues, newOfferId, order) => new AllAlike(queues, newOfferId, order);
//# sourceMappingURL=wrong-cores.js.map