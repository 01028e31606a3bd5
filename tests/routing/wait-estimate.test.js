import t from 'tap';
import { WaitEstimate } from "../../src/routing/wait-estimate.js";
/** Always the same chance: a linear congruential generator (Numerical Recipes). */
function chance(seed) {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return (state + 0.5) / 2 ** 32;
    };
}
t.test('a wait is the position times the handling time over the agents at work', async (t) => {
    const estimate = new WaitEstimate();
    t.equal(estimate.expect(1, 3), undefined);
    for (let talks = 0; talks < 4; talks++)
        estimate.handled(180_000);
    t.equal(estimate.expect(1, 3), undefined, 'four talks say too little');
    estimate.handled(180_000);
    t.match(estimate.expect(1, 3), { ms: 60_000 });
    t.match(estimate.expect(4, 2), { ms: 360_000 });
    t.equal(estimate.expect(1, 0), undefined, 'nobody is at work');
    for (let talks = 0; talks < 20; talks++)
        estimate.handled(60_000);
    t.ok((estimate.expect(1, 1)?.ms ?? 0) < 65_000, 'the latest talks count most');
});
t.test('what it says comes near to what waits are', async (t) => {
    const estimate = new WaitEstimate();
    for (let talks = 0; talks < 10; talks++)
        estimate.handled(100_000);
    // Half of the agents' time goes to other queues: each wait is twice what the formula says.
    for (let waits = 0; waits < 30; waits++) {
        const expected = estimate.expect(2, 2);
        if (expected !== undefined)
            estimate.answered(expected, 200_000);
    }
    const { ms, plainMs } = estimate.expect(2, 2) ?? { ms: 0, plainMs: 0 };
    t.equal(plainMs, 100_000);
    t.ok(Math.abs(ms - 200_000) < 1_000, `${ms} ms`);
    t.ok((estimate.errorMs ?? 0) < 10_000, `the error goes down to ${estimate.errorMs} ms`);
    for (let waits = 0; waits < 50; waits++)
        estimate.answered({ plainMs: 1_000, ms: 1_000 }, 3_600_000);
    t.ok((estimate.expect(1, 1)?.ms ?? 0) <= 400_000, 'odd waits do not carry it away');
});
t.test('a busy queue of the M/M/s kind is foretold without a bias, and better than by the mean wait', async (t) => {
    const random = chance(7);
    const exponential = (mean) => -Math.log(random()) * mean;
    const [agents, handleMs, betweenMs] = [5, 180_000, 38_000];
    const estimate = new WaitEstimate();
    const freeAt = Array.from({ length: agents }, () => 0);
    /** When the callers before were, or will be, taken. */
    const starts = [];
    const ends = [];
    const errors = [];
    const biases = [];
    const waits = [];
    for (let now = 0, caller = 0; caller < 4_000; caller++, now += exponential(betweenMs)) {
        for (const end of ends.splice(0, ends.findLastIndex(({ at }) => at <= now) + 1))
            estimate.handled(end.ms);
        const ahead = starts.filter((start) => start > now).length;
        const next = freeAt.indexOf(Math.min(...freeAt));
        const start = Math.max(now, freeAt[next] ?? 0);
        const ms = exponential(handleMs);
        freeAt[next] = start + ms;
        starts.push(start);
        ends.push({ at: start + ms, ms });
        ends.sort((one, other) => one.at - other.at);
        if (start === now)
            continue;
        const expected = estimate.expect(ahead + 1, agents);
        if (expected === undefined)
            continue;
        if (caller > 200) {
            errors.push(Math.abs(start - now - expected.ms));
            biases.push(start - now - expected.ms);
            waits.push(start - now);
        }
        estimate.answered(expected, start - now);
    }
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const meanWait = mean(waits);
    const spread = mean(waits.map((wait) => Math.abs(wait - meanWait)));
    t.ok(waits.length > 1_000, `${waits.length} waits of ${meanWait} ms in the mean`);
    t.ok(mean(errors) < 0.8 * spread, `misses by ${mean(errors)} ms, where the mean wait would miss by ${spread} ms`);
    t.ok(Math.abs(mean(biases)) < 0.15 * meanWait, `a bias of ${mean(biases)} ms`);
});
//# sourceMappingURL=wait-estimate.test.js.map