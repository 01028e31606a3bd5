import { someCallback } from "./some-callback.js";
/** Agents without calls: states change as asked and are published. */
export class FakeAgents {
    orders = [];
    #statuses = new Map();
    #publish;
    constructor(ids, publish) {
        for (const id of ids)
            this.#statuses.set(id, { agentId: id, state: 'loggedOff', since: 0 });
        this.#publish = publish;
    }
    logOn(agentId) {
        this.orders.push(['logOn', agentId]);
        return this.#move(agentId, 'notReady', 'logged-on');
    }
    logOff(agentId) {
        this.orders.push(['logOff', agentId]);
        return this.#move(agentId, 'loggedOff');
    }
    setState(agentId, wanted) {
        this.orders.push(['setState', agentId, wanted]);
        if (this.status(agentId)?.state === 'loggedOff')
            return { ok: false, code: 'AGENT_LOGGED_OFF' };
        return this.#move(agentId, wanted.state, wanted.reason, wanted.by);
    }
    wrapUp(agentId, result) {
        this.orders.push(['wrapUp', agentId, result]);
        if (this.status(agentId)?.state !== 'workingAfterCall')
            return { ok: false, code: 'AGENT_NOT_IN_WRAP_UP' };
        return this.#move(agentId, 'ready');
    }
    extendWrapUp(agentId) {
        this.orders.push(['extendWrapUp', agentId]);
        return this.#move(agentId, 'workingAfterCall');
    }
    status(agentId) {
        return this.#statuses.get(agentId);
    }
    list() {
        return [...this.#statuses.values()];
    }
    #move(agentId, state, reason, by) {
        const before = this.#statuses.get(agentId);
        if (before === undefined)
            return { ok: false, code: 'AGENT_UNKNOWN' };
        const why = { ...(reason !== undefined && { reason }), ...(by !== undefined && { by }) };
        const status = { agentId, state, since: before.since + 1, ...why };
        this.#statuses.set(agentId, status);
        this.#publish({ type: 'agent.changed', status, previous: before.state });
        return { ok: true, value: status };
    }
}
/** Keeps what was ordered and answers as told. */
export class FakeCalls {
    orders = [];
    answerWith = { ok: true, value: undefined };
    answer(callId, agentId) {
        return this.#take('answer', callId, agentId);
    }
    async clearConnection(callId, device) {
        return this.#take('clearConnection', callId, device);
    }
    /** Who waits, by queue. */
    waiting = new Map();
    waitingIn(queue) {
        return this.waiting.get(queue) ?? [];
    }
    withdraw(callId, by) {
        return this.#take('withdraw', callId, by);
    }
    async hold(callId, agentId) {
        return this.#take('hold', callId, agentId);
    }
    async retrieve(callId, agentId) {
        return this.#take('retrieve', callId, agentId);
    }
    async singleStepTransfer(callId, agentId, to) {
        return this.#take('singleStepTransfer', callId, agentId, to);
    }
    async sendDigits(callId, agentId, digits, toneMs) {
        return this.#take('sendDigits', callId, agentId, digits, toneMs);
    }
    pickUp(callId, agentId) {
        return this.#take('pickUp', callId, agentId);
    }
    associateData(callId, by, values) {
        return this.#take('associateData', callId, by, values);
    }
    contactOf() {
        return undefined;
    }
    #take(...order) {
        this.orders.push(order);
        return this.answerWith;
    }
}
/** Takes bookings in and forgets what is cancelled; answers `refusal` when that is set. */
export class FakeCallbacks {
    kept = new Map();
    refusal;
    async book(request, by) {
        if (this.refusal !== undefined)
            return { exit: 'refused', why: this.refusal };
        const { number, queue, at = 1000 } = request;
        const known = this.open().find((other) => other.number === number && other.queue === queue);
        if (known !== undefined)
            return { exit: 'booked', callback: known, existing: true };
        const callback = someCallback({ id: `callback-${this.kept.size + 1}`, number, queue, dueAt: at, bookedBy: by });
        this.kept.set(callback.id, callback);
        return { exit: 'booked', callback, existing: false };
    }
    async cancel(id) {
        const callback = this.kept.get(id);
        if (callback === undefined)
            return 'unknown';
        if (callback.state === 'cancelled')
            return 'over';
        this.kept.set(id, { ...callback, state: 'cancelled', outcome: 'cancelled', endedAt: 2000 });
        return 'cancelled';
    }
    open() {
        return [...this.kept.values()].filter(({ state }) => state !== 'cancelled');
    }
    async get(id) {
        return this.kept.get(id);
    }
    async list({ queues, number, open = false, limit }) {
        const listed = open ? this.open() : [...this.kept.values()];
        return listed
            .filter((callback) => (queues?.includes(callback.queue) ?? true) && (number === undefined || callback.number === number))
            .slice(0, limit);
    }
}
//# sourceMappingURL=fake-desk.js.map