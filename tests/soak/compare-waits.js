import { factsOf } from "./check-day.js";
import { grouped } from "./grouped.js";
import { NUMBERS } from "./plan.js";
/** By how much the records may differ from the wire. */
export const WITHIN_MS = 50;
/**
 * The wait in the record next to the one on the wire, of everybody who went straight into a queue. It begins with the 200 OK that the
 * caller gets (one branch of the flow and the music follow: single milliseconds), and ends with the 200 OK of the agent's phone (known when
 * baresip takes up the command to answer: a millisecond before), with the caller's BYE, or with the server's. Not compared are calls that
 * came into the queue twice: an agent's phone went in the moment of the answer.
 */
export function compareWaits({ plan, views, rings, facts, rows, stalls }) {
    const exits = grouped(factsOf(facts, 'call.dequeued'), ({ callId }) => callId);
    const rowOf = new Map(rows.map((row) => [row.caller, row]));
    const answerOf = new Map(rings.flatMap(({ caller, answeredAt }) => (answeredAt === undefined ? [] : [[caller, answeredAt]])));
    return plan.flatMap(({ from, number, by }) => {
        const row = rowOf.get(from);
        const answeredAt = views.get(from)?.answeredAt;
        const [exit, ...more] = exits.get(row?.call_id ?? '') ?? [];
        if (number === NUMBERS.menu || row?.queued_ms == null || exit === undefined || more.length > 0)
            return [];
        const end = ends[exit.exit];
        const endedAt = end === 'answered' ? answerOf.get(from) : views.get(from)?.endedAt;
        if (end === undefined || answeredAt === undefined || endedAt === undefined)
            return [];
        const stalledMs = Math.max(stalls.around(answeredAt), stalls.around(endedAt));
        const endedLateMs = exit.at - endedAt;
        const beganLateMs = exit.at - exit.waitedMs - answeredAt;
        const recordedMs = row.queued_ms;
        return [{ from, by, end, recordedMs, measuredMs: endedAt - answeredAt, stalledMs, beganLateMs, endedLateMs }];
    });
}
const ends = { answered: 'answered', callerGone: 'hung up', timeout: 'timeout' };
export function differenceMs({ recordedMs, measuredMs }) {
    return recordedMs - measuredMs;
}
export function wrongWaits(waits) {
    return waits
        .filter((wait) => Math.abs(differenceMs(wait)) > WITHIN_MS + wait.stalledMs)
        .map((about) => ({ what: `The wait in the record is not the one on the wire within ${WITHIN_MS} ms`, about }));
}
//# sourceMappingURL=compare-waits.js.map