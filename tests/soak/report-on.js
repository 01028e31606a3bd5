import { checkDay, factsOf, isUnseen, outcomeOf, startedCalls } from "./check-day.js";
import { compareWaits, differenceMs, WITHIN_MS, wrongWaits } from "./compare-waits.js";
import { counted } from "./grouped.js";
/** The books of a day. `left` is what was found when everybody had gone. */
export function reportOn(options, day, deskAnswers, left) {
    const { facts, rows, legs, cleared, deskOffers, plan } = day;
    const waits = compareWaits(day);
    const desks = [...deskOffers].flatMap(([, offers]) => offers);
    return {
        options,
        evidence: day,
        wire: whoEnded(day),
        outcomes: {
            facts: counts(factsOf(facts, 'call.ended').map(outcomeOf)),
            desks: counts(cleared.map(({ outcome }) => outcome)),
            records: counts(rows.map(({ result, reason }) => `${result} ${reason}`))
        },
        offers: {
            facts: counts(factsOf(facts, 'offer.ended').map(({ result }) => result)),
            desks: counts(desks.map(({ result }) => result)),
            records: counts(legs.map(({ result }) => String(result)))
        },
        habits: counts(plan.map(({ habit }) => habit)),
        deskAnswers: Object.fromEntries(deskAnswers),
        waits: { ...spreadOf(waits), over: waits.filter((wait) => Math.abs(differenceMs(wait)) > WITHIN_MS) },
        violations: [...checkDay(day), ...wrongWaits(waits), ...left]
    };
}
function whoEnded({ plan, views, facts }) {
    const started = startedCalls(facts);
    return counts(plan.map(({ from }) => {
        const view = views.get(from);
        if (isUnseen(started.get(from)?.length ?? 0, view))
            return 'gone before we had them';
        return view?.endedBy === undefined ? 'not seen' : `ended by ${view.endedBy}`;
    }));
}
function spreadOf(waits) {
    const errors = waits.map((wait) => Math.abs(differenceMs(wait))).toSorted((one, other) => one - other);
    const at = (share) => errors[Math.min(errors.length - 1, Math.floor(errors.length * share))] ?? 0;
    return { compared: waits.length, medianMs: at(0.5), p99Ms: at(0.99), worstMs: errors.at(-1) ?? 0 };
}
function counts(names) {
    return Object.fromEntries(counted(names));
}
//# sourceMappingURL=report-on.js.map