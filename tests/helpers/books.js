import { Pairs } from "./pairs.js";
/** What must be true of every day: each call and each offer ends once, and nobody is ever with two. */
export function keepsTheBooks(test, told) {
    const calls = (type) => counted(told.flatMap((event) => (event.type === type ? event.callId : [])));
    const offers = (type) => counted(told.flatMap((event) => (event.type === type ? event.offerId : [])));
    test.same(calls('call.ended'), calls('call.started'), 'each call ended exactly once');
    test.same(offers('offer.ended'), offers('offer.made'), 'each offer ended exactly once');
    test.same(calls('call.dequeued'), calls('call.queued'), 'who was queued has left the queue');
    const pairs = new Pairs();
    test.same(told.filter((event) => !pairs.allow(event)), [], 'never two agents for one caller, never two callers for one agent');
    test.same(pairs.left, [], 'every agent was let go');
}
function counted(ids) {
    const counts = new Map();
    for (const id of ids)
        counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
}
//# sourceMappingURL=books.js.map