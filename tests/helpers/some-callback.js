/** A callback that waits, with what a test says of it. */
export function someCallback(given = {}) {
    return {
        id: 'callback-1',
        contactId: 'contact-1',
        number: '13800000001',
        queue: 'service',
        priority: 'normal',
        skills: {},
        enqueuedAt: 1000,
        dueAt: 1000,
        expiresAt: 100_000,
        language: 'en',
        data: { path: [], collected: {}, waited: { totalMs: 0, queues: ['service'] }, language: 'en', priority: 'normal' },
        dialed: '95588',
        bookedAt: 1000,
        bookedBy: 'flow',
        state: 'waiting',
        attempts: [],
        revision: 1,
        ...given
    };
}
//# sourceMappingURL=some-callback.js.map