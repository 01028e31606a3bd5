import { until } from "./until.js";
/** Callers of one centre, each with the facts about their own call. */
export class Visits {
    /** Every fact since this was made, of all calls. */
    history = [];
    #centre;
    #count = 0;
    constructor(centre) {
        this.#centre = centre;
        centre.server.bus.listen((event) => void this.history.push(event));
    }
    /** Dials; does not wait for the answer. */
    async dial(number, options = {}) {
        // The name tells calls apart that come from the same number.
        const name = `Visitor ${++this.#count}`;
        const from = `137${String(this.#count).padStart(8, '0')}`;
        return new Visit(await this.#centre.call(number, { from, ...options, fromName: name }), name, this.history);
    }
    /** Calls and is answered. */
    async call(number, options = {}) {
        const visit = await this.dial(number, options);
        await visit.caller.answered();
        return visit;
    }
    /** The facts of calls that did not end exactly once, of which something was told after their end, or with a party that never left. */
    endedBadly() {
        const byCall = new Map();
        for (const fact of this.history.filter(isOfCall))
            byCall.set(fact.callId, [...(byCall.get(fact.callId) ?? []), fact]);
        return [...byCall.values()].filter((facts) => !endedWell(facts)).map((facts) => facts.map(({ type }) => type).join(' '));
    }
}
function endedWell(facts) {
    const count = (type) => facts.filter((fact) => fact.type === type).length;
    const pickedUp = facts.filter((fact) => fact.type === 'offer.ended' && fact.result === 'answered').length;
    return (count('call.ended') === 1 &&
        isLast(facts, 'call.ended') &&
        count('offer.made') === count('offer.ended') &&
        count('call.queued') === count('call.dequeued') &&
        count('leg.ended') === count('leg.dialed') + pickedUp);
}
/** What flows do after their callers have left may follow. */
function isLast(facts, type) {
    const after = ['step.left', 'call.tagged', 'call.data-changed', 'call.identified'];
    return facts.slice(facts.findLastIndex((fact) => fact.type === type) + 1).every((fact) => after.includes(fact.type));
}
/** One caller and what is told about their call. */
export class Visit {
    caller;
    #name;
    #history;
    constructor(caller, name, history) {
        this.caller = caller;
        this.#name = name;
        this.#history = history;
    }
    get callId() {
        return this.#history.filter(isOfCall).find((event) => event.type === 'call.started' && event.callerName === this.#name)
            ?.callId;
    }
    facts() {
        const { callId } = this;
        return callId === undefined ? [] : this.#history.filter((event) => isOfCall(event) && event.callId === callId);
    }
    factsOf(type) {
        return this.facts().filter((event) => event.type === type);
    }
    /** The first fact of that type that fits. */
    fact(type, fits = () => true, ms = 5000) {
        return until(() => this.factsOf(type).find(fits), { ms, what: () => `${type} of ${this.#name}, who came by ${this.path()}` });
    }
    /** Resolves when the step was left. */
    left(step, ms = 5000) {
        return this.fact('step.left', ({ entry }) => entry.step === step, ms);
    }
    /** The steps left so far, each with its exit: `main:1`. */
    path() {
        return this.factsOf('step.left').map(({ entry: { step, exit } }) => (exit === undefined ? step : `${step}:${exit}`));
    }
    async termination(ms = 5000) {
        return (await this.fact('call.ended', undefined, ms)).termination;
    }
    /** How the call ended, as `result reason`. */
    async ending(ms = 5000) {
        const { result, reason } = await this.termination(ms);
        return `${result} ${reason}`;
    }
}
function isOfCall(event) {
    return 'callId' in event && event.callId !== undefined;
}
//# sourceMappingURL=visits.js.map