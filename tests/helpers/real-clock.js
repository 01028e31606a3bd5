import { setTimeout as sleep } from 'node:timers/promises';
/** Time as it is. */
export const realClock = {
    now: () => Date.now(),
    async sleep(ms, signal) {
        await sleep(ms, undefined, { signal }).catch(() => {
            throw signal.reason;
        });
    }
};
//# sourceMappingURL=real-clock.js.map