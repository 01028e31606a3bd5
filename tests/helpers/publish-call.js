/** The events of a call that waits in a queue, is missed by 1009, and is answered by an agent unless the caller gives up: 17 or 12. */
export function eventsOf(example) {
    const { id, caller = '13800138000', dialed = '95588', queue = 'service', agent = '1001', flow = 'bank-hotline', startedAt } = example;
    const call = { callId: id, contactId: `contact-${id}` };
    const device = agent;
    const data = {
        intent: 'balance',
        path: [],
        collected: {},
        waited: { totalMs: 0, queues: [queue] },
        language: 'en',
        priority: 'normal'
    };
    const offer = (n) => ({ ...call, offerId: `${id}-offer-${n}` });
    const made = { caller: caller, queue, deadline: startedAt + 30_000, data };
    const customer = { id: 'c-1', name: 'Wang Fang', numbers: [caller], segment: 'gold', flags: [], profile: {} };
    const start = [
        {
            type: 'call.started',
            ...call,
            caller: caller,
            callerName: example.callerName ?? '',
            dialed: dialed,
            door: 'trunk',
            language: 'zh-CN'
        },
        { type: 'call.answered', ...call },
        { type: 'call.identified', ...call, customer },
        { type: 'flow.started', ...call, flow, version: 'v1' },
        {
            type: 'step.left',
            ...call,
            flow,
            tookMs: 1200.4,
            entry: { step: 'main', kind: 'menu', at: startedAt, exit: '2', detail: '2' }
        },
        { type: 'call.language-changed', ...call, language: 'en' },
        { type: 'shortcut.taken', ...call, flow, shortcut: 'lost-card-key' },
        { type: 'call.tagged', ...call, tags: ['complaint'] },
        { type: 'call.tagged', ...call, tags: ['complaint', `from-${id}`] },
        { type: 'call.queued', ...call, queue, priority: 'normal', enqueuedAt: startedAt, data },
        { type: 'offer.made', ...offer(1), ...made, agentId: '1009', device: '1009' },
        { type: 'offer.ended', ...offer(1), agentId: '1009', device: '1009', result: 'missed' }
    ];
    const totals = { queuedMs: 5000, talkedMs: example.abandoned ? 0 : 60_000, heldMs: 0 };
    const ended = { type: 'call.ended', ...call, startedAt, answeredAt: startedAt + 100, totals };
    if (example.abandoned) {
        return [
            ...start,
            { type: 'call.dequeued', ...call, queue, exit: 'callerGone', waitedMs: 5000 },
            { ...ended, termination: { result: 'abandoned', reason: 'caller-hung-up-in-queue', cause: 16 } }
        ];
    }
    return [
        ...start,
        { type: 'offer.made', ...offer(2), ...made, agentId: agent, device },
        { type: 'offer.ringing', ...offer(2), agentId: agent, device },
        { type: 'offer.ended', ...offer(2), agentId: agent, device, result: 'answered' },
        { type: 'call.dequeued', ...call, queue, exit: 'answered', waitedMs: 5000 },
        { type: 'call.established', ...call, agentId: agent, device, queue, waitedMs: 5000 },
        { type: 'leg.ended', ...call, device, cause: 16 },
        { ...ended, termination: { result: 'completed', reason: 'agent-hung-up', cause: 16 } }
    ];
}
//# sourceMappingURL=publish-call.js.map