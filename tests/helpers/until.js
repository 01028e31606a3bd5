import { setTimeout as sleep } from 'node:timers/promises';
/** The first value of `look` that is neither false nor undefined; throws when there is none in time. */
export async function until(look, { ms = 5000, what }) {
    const deadline = Date.now() + ms;
    for (;;) {
        const value = await look();
        if (value !== false && value !== undefined)
            return value;
        if (Date.now() > deadline)
            throw new Error(`Not within ${ms} ms: ${typeof what === 'string' ? what : what()}`);
        await sleep(10);
    }
}
//# sourceMappingURL=until.js.map