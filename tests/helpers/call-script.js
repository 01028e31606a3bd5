export const attached = {
    intent: 'lost-card',
    path: [{ step: 'welcome', kind: 'menu', at: 1, exit: '1', detail: '1' }],
    collected: { card: '••••' },
    customer: {
        id: 'c1',
        name: 'Mei Lin',
        numbers: ['13800000001'],
        segment: 'gold',
        flags: ['card-lost'],
        profile: {}
    },
    waited: { totalMs: 1200, queues: ['service'] },
    language: 'en',
    priority: 'high',
    fastPath: 'lost-card'
};
/** The facts of one call, in the words of the core. */
export function callScript(id, queue = 'service') {
    const of = { callId: id, contactId: `contact-${id}` };
    const caller = '13800000001';
    const offer = (agent) => ({
        offerId: `offer-${id}-${agent}`,
        agentId: agent,
        device: agent
    });
    return {
        started: { type: 'call.started', caller, callerName: 'Mei', dialed: '95588', door: 'trunk', language: 'en', ...of },
        answered: { type: 'call.answered', ...of },
        queued: { type: 'call.queued', queue, priority: 'high', enqueuedAt: 5, data: attached, ...of },
        leftQueue: { type: 'call.dequeued', queue, exit: 'timeout', waitedMs: 9, ...of },
        tagged: (...tags) => ({ type: 'call.tagged', tags, ...of }),
        dequeued: { type: 'call.dequeued', queue, exit: 'answered', waitedMs: 9, ...of },
        offered: (agent) => ({
            type: 'offer.made',
            caller,
            queue,
            deadline: 20_000,
            data: attached,
            ...offer(agent),
            ...of
        }),
        offerEnded: (agent, result) => ({
            type: 'offer.ended',
            result,
            ...offer(agent),
            ...of
        }),
        answerRequested: (agent) => ({ type: 'offer.answer-requested', ...offer(agent), ...of }),
        established: (agent) => ({
            type: 'call.established',
            agentId: agent,
            device: agent,
            queue,
            waitedMs: 1200,
            ...of
        }),
        held: (agent) => ({ type: 'call.held', device: agent, by: 'desk', ...of }),
        retrieved: (agent) => ({ type: 'call.retrieved', device: agent, by: 'desk', ...of }),
        transferred: (from, to) => ({
            type: 'call.transferred',
            from: from,
            to: to,
            ...of
        }),
        dialed: (device) => ({ type: 'leg.dialed', device: device, ...of }),
        connected: (device) => ({ type: 'leg.connected', device: device, ...of }),
        legEnded: (device, cause = 16) => ({ type: 'leg.ended', device: device, cause, ...of }),
        dataChanged: { type: 'call.data-changed', data: { ...attached, collected: { amount: 5 } }, by: 'flow', ...of },
        ended: {
            type: 'call.ended',
            termination: { result: 'completed', reason: 'caller-hung-up-after-talk', cause: 16 },
            startedAt: 1,
            totals: { queuedMs: 1, talkedMs: 1, heldMs: 0 },
            ...of
        }
    };
}
//# sourceMappingURL=call-script.js.map