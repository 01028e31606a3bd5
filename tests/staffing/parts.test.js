import t from 'tap';
import { Arrivals } from "../../src/staffing/arrivals.js";
import { inverseOf, momentsOf } from "../../src/staffing/distribution.js";
import { estimate } from "../../src/staffing/estimate.js";
import { EventHeap } from "../../src/staffing/event-heap.js";
import { LevelOverTime } from "../../src/staffing/level-over-time.js";
import { normalQuantile } from "../../src/staffing/normal-quantile.js";
import { Random, splitMix } from "../../src/staffing/random.js";
import { studentQuantile, studentWithin } from "../../src/staffing/student-t.js";
import { erlangB, erlangC, erlangCQueue } from "../../src/staffing/theory/erlang.js";
import { erlangA } from "../../src/staffing/theory/erlang-a.js";
import { finiteQueue } from "../../src/staffing/theory/finite-queue.js";
import { priorityWaits } from "../../src/staffing/theory/priority-waits.js";
import { singleAgentWait } from "../../src/staffing/theory/single-agent-wait.js";
const closeIn = (t) => (actual, wanted, tolerance, message) => void t.ok(Math.abs(actual - wanted) <= tolerance, `${message}: ${actual} is ${wanted} within ${tolerance}`);
t.test('events come earliest first, and in the order they were put in when they are due together', async (t) => {
    const random = Random.seeded(11);
    const heap = new EventHeap();
    const plain = [];
    const popped = [];
    const wanted = [];
    for (let item = 0; item < 4000; item++) {
        const at = Math.floor(random.uniform() * 50);
        heap.push(at, item);
        plain.push({ at, item });
        if (random.uniform() < 0.4) {
            plain.sort((one, other) => one.at - other.at || one.item - other.item);
            t.ok(heap.nextAt === plain[0]?.at);
            const { at, item } = heap.pop() ?? {};
            popped.push({ at, item });
            wanted.push(plain.shift());
        }
    }
    plain.sort((one, other) => one.at - other.at || one.item - other.item);
    for (let entry = heap.pop(); entry !== undefined; entry = heap.pop())
        popped.push({ at: entry.at, item: entry.item });
    t.same(popped, [...wanted, ...plain]);
    t.equal(heap.size, 0);
    t.equal(heap.nextAt, undefined);
});
t.test('chance is that of the published generators', async (t) => {
    // The reference values of xoshiro128** 1.1 and SplitMix64 that other implementations test against.
    const random = new Random([1, 2, 3, 4]);
    t.same(Array.from({ length: 10 }, () => random.next()), [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
    t.same([splitMix(1234567n, 1), splitMix(1234567n, 2)], [6457827717110365317n, 3203168211198807973n]);
    const uniforms = Array.from({ length: 100_000 }, () => random.uniform());
    t.ok(uniforms.every((value) => value > 0 && value < 1));
    const mean = uniforms.reduce((sum, value) => sum + value, 0) / uniforms.length;
    // Six standard deviations of the mean of 100,000: 6 · 0.2887 / 316.
    closeIn(t)(mean, 0.5, 0.0055, 'the mean');
    t.same(Random.seeded(5).uniform(), Random.seeded(5).uniform());
    t.not(Random.seeded(5).uniform(), Random.seeded(6).uniform());
});
t.test('a stream begins 2^64 numbers after the one before, a family 2^96', async (t) => {
    // The step is linear over bits: its matrix, squared n times, is 2^n steps. State and columns are numbers of 128 bits.
    const stepOnce = (state) => {
        const mask = 0xffffffffn;
        let [a, b, c, d] = [0n, 32n, 64n, 96n].map((by) => (state >> by) & mask);
        const shifted = (b << 9n) & mask;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = ((d << 11n) | (d >> 21n)) & mask;
        return a | (b << 32n) | (c << 64n) | (d << 96n);
    };
    const apply = (columns, state) => {
        let sum = 0n;
        for (let bit = 0; bit < 128; bit++)
            if ((state >> BigInt(bit)) & 1n)
                sum ^= columns[bit] ?? 0n;
        return sum;
    };
    const after = (squarings, state) => {
        let columns = Array.from({ length: 128 }, (_, bit) => stepOnce(1n << BigInt(bit)));
        for (let i = 0; i < squarings; i++)
            columns = columns.map((column) => apply(columns, column));
        return apply(columns, state);
    };
    const start = 1n | (2n << 32n) | (3n << 64n) | (4n << 96n);
    const numbersFrom = (state) => {
        const words = [0n, 32n, 64n, 96n].map((by) => Number((state >> by) & 0xffffffffn));
        const random = new Random(words);
        return Array.from({ length: 5 }, () => random.next());
    };
    for (const [take, squarings] of [
        ['stream', 64],
        ['family', 96]
    ]) {
        const random = new Random([1, 2, 3, 4]);
        const first = random[take]();
        t.same(Array.from({ length: 5 }, () => first.next()), numbersFrom(start));
        t.same(Array.from({ length: 5 }, () => random.next()), numbersFrom(after(squarings, start)));
    }
});
t.test('quantiles are those of the tables', async (t) => {
    const close = closeIn(t);
    for (const [probability, quantile] of [
        [0.5, 0],
        [0.75, 0.6744897501960817],
        [0.975, 1.959963984540054],
        [0.001, -3.090232306167813],
        [1e-20, -9.262340089798409]
    ]) {
        close(normalQuantile(probability), quantile, 1e-13, `normal ${probability}`);
    }
    // Two-sided 95 % and 99 % points, as printed in every table of t.
    for (const [degrees, within, quantile] of [
        [1, 0.95, 12.706],
        [2, 0.95, 4.303],
        [9, 0.95, 2.262],
        [10, 0.99, 3.169],
        [19, 0.99, 2.861],
        [29, 0.99, 2.756],
        [120, 0.95, 1.98]
    ]) {
        close(studentQuantile(within, degrees), quantile, 6e-4, `t of ${degrees}`);
        close(studentWithin(studentQuantile(within, degrees), degrees), within, 1e-12, `and back`);
    }
});
t.test('lengths of time have the moments they should have', async (t) => {
    const close = closeIn(t);
    const distributions = [
        { kind: 'exponential', meanMs: 180_000 },
        { kind: 'lognormal', meanMs: 200_000, sdMs: 150_000 },
        { kind: 'fixed', ms: 5000 },
        { kind: 'list', valuesMs: [3000, 1000, 2000, 8000] }
    ];
    for (const distribution of distributions) {
        const inverse = inverseOf(distribution);
        // The midpoint rule instead of chance: the integral of the inverse is the mean.
        const count = 400_000;
        let [sum, squares, last] = [0, 0, 0];
        for (let i = 0; i < count; i++) {
            const value = inverse((i + 0.5) / count);
            if (value < last)
                t.fail('an inverse never falls');
            last = value;
            sum += value / count;
            squares += value ** 2 / count;
        }
        const { mean, square } = momentsOf(distribution);
        close(sum / mean, 1, 1e-4, `mean of ${distribution.kind}`);
        close(squares / square, 1, 1e-3, `mean square of ${distribution.kind}`);
    }
});
t.test('callers come as often as their profile says', async (t) => {
    const perMs = [0.01, 0, 0.05];
    const pieces = perMs.map((rate, index) => ({ untilMs: (index + 1) * 1_000_000, perMs: rate }));
    const arrivals = new Arrivals(pieces, Random.seeded(3));
    const counts = [0, 0, 0];
    let last = 0;
    for (let at = arrivals.next(); at !== undefined; at = arrivals.next()) {
        if (at < last)
            t.fail('time runs backwards');
        last = at;
        const piece = Math.floor(at / 1_000_000);
        counts[piece] = (counts[piece] ?? 0) + 1;
    }
    t.equal(arrivals.next(), undefined);
    counts.forEach((count, index) => {
        const mean = (perMs[index] ?? 0) * 1_000_000;
        // Five standard deviations of a Poisson number.
        closeIn(t)(count, mean, 5 * Math.sqrt(mean), `piece ${index}`);
    });
});
t.test('an average over time counts only its window', async (t) => {
    const level = new LevelOverTime(100, 200);
    level.add(2, 0);
    level.add(-1, 150);
    level.add(5, 250);
    t.equal(level.average(300), 1.5);
});
t.test('an interval is that of Student, and of what is known', async (t) => {
    const { mean, halfWidth } = estimate([1, 2, undefined, 3, 4], 0.95) ?? { mean: 0, halfWidth: 0 };
    t.equal(mean, 2.5);
    // s = 1.29099, t(3) = 3.18245.
    closeIn(t)(halfWidth, (3.182446 * 1.2909944) / 2, 1e-5, 'half width');
    t.equal(estimate([undefined, 1], 0.95), undefined);
});
t.test('Erlang B, C and the finite queue give the published values', async (t) => {
    const close = closeIn(t);
    // Tables of the Erlang loss formula: 10 trunks carry 4.461 erlangs at 1 %, 100 carry 84.06 at 1 %, 20 carry 12.03 at 1 %.
    close(erlangB(4.461, 10), 0.01, 1e-5, 'B(10)');
    close(erlangB(12.03, 20), 0.01, 1e-5, 'B(20)');
    close(erlangB(84.06, 100), 0.01, 1e-5, 'B(100)');
    // M/M/1 and M/M/2 by hand: C = ρ; C = 2ρ²/(1+ρ).
    close(erlangC(0.7, 1), 0.7, 1e-15, 'M/M/1');
    close(erlangC(1.5, 2), (2 * 0.75 ** 2) / 1.75, 1e-15, 'M/M/2');
    t.equal(erlangC(10, 10), 1);
    // The example of Erlang C that call centre texts give: 48 erlangs, 55 agents, calls of 240 s: 23.9 % wait, 8.2 s on average, 84.6 % at most 15 s.
    const example = erlangCQueue(48, 55, 240);
    close(example.delayed, 0.239, 5e-4, 'C(55, 48)');
    close(example.meanWait, 8.2, 0.05, 'mean wait');
    close(example.within(15), 0.846, 5e-4, 'within 15 s');
    const full = finiteQueue(8, 10, 400, 180);
    const endless = erlangCQueue(8, 10, 180);
    for (const key of ['delayed', 'meanWait', 'meanQueue'])
        close(full[key], endless[key], 1e-9, `K → ∞: ${key}`);
    close(full.within(20), endless.within(20), 1e-12, 'K → ∞: within');
    close(finiteQueue(12.03, 20, 20, 1).blocked, erlangB(12.03, 20), 1e-14, 'K = c is Erlang B');
    // M/M/1/K: p(K) = (1-ρ)ρ^K/(1-ρ^(K+1)).
    close(finiteQueue(0.8, 1, 5, 1).blocked, (0.2 * 0.8 ** 5) / (1 - 0.8 ** 6), 1e-15, 'M/M/1/5');
});
t.test('Erlang A gives the published values, and agrees with its limits and with itself', async (t) => {
    const close = closeIn(t);
    // The example of Garnett, Mandelbaum and Reiman (2002): 48 calls a minute, 50 agents, a minute of talk, two minutes of patience.
    // With it 3.1 % give up, wait 3.7 s, queue 3, utilization 93 %; without patience running out 20.8 s, queue 17, 90 % within 58.1 s.
    const published = erlangA(48, 50, 60, 120);
    close(published.abandoned, 0.031, 5e-4, 'give up');
    close(published.meanWait, 3.7, 0.05, 'mean wait');
    close(published.meanQueue, 3, 0.05, 'queue');
    close((48 * (1 - published.abandoned)) / 50, 0.93, 5e-3, 'utilization');
    close(erlangCQueue(48, 50, 60).meanWait, 20.8, 0.05, 'mean wait of the patient');
    close(erlangCQueue(48, 50, 60).within(58.1), 0.9, 5e-4, 'nine of ten of the patient');
    // As patient as can be: Erlang C. As patient as calls are long: Poisson in the system, M/M/∞ (Palm).
    const patient = erlangA(8, 10, 180, 1e12);
    const endless = erlangCQueue(8, 10, 180);
    close(patient.delayed, endless.delayed, 1e-6, 'delayed');
    close(patient.meanWait, endless.meanWait, 1e-4, 'mean wait');
    close(patient.servedWithin(20), endless.within(20), 1e-6, 'within');
    let [term, below] = [Math.exp(-50), 0];
    for (let n = 0; n < 45; n++) {
        below += term;
        term *= 50 / (n + 1);
    }
    const even = erlangA(50, 45, 200, 200);
    close(even.delayed, 1 - below, 1e-12, 'M/M/∞');
    close(even.servedWithin(1e5), 1 - even.abandoned, 1e-9, 'whoever is served is served in the end');
    // All who wait: those who are served and those who are not. E[W] = E[W; served] + E[W; gone], all in agreement with Little.
    t.ok(even.meanWaitServed > 0 && even.meanWaitServed < 200);
    const overloaded = erlangA(1200, 1000, 300, 60);
    close(overloaded.abandoned, 1 / 6, 1e-3, 'a large centre with too much to do loses what is too much');
});
t.test('Cobham and Pollaczek-Khinchine agree with what is known otherwise', async (t) => {
    const close = closeIn(t);
    close(priorityWaits([8], 10, 180)[0] ?? 0, erlangCQueue(8, 10, 180).meanWait, 1e-9, 'one class');
    const waits = priorityWaits([2, 3, 3], 10, 180);
    const weighted = ((waits[0] ?? 0) * 2 + (waits[1] ?? 0) * 3 + (waits[2] ?? 0) * 3) / 8;
    close(weighted, erlangCQueue(8, 10, 180).meanWait, 1e-9, 'Kleinrock: the order moves waits around, their sum stays');
    // M/M/1 with two classes by hand: ρ1 = 0.3, ρ2 = 0.5, h = 1: W0 = 0.8; 0.8/0.7 and 0.8/(0.7·0.2).
    const [urgent, other] = priorityWaits([0.3, 0.5], 1, 1);
    close(urgent ?? 0, 0.8 / 0.7, 1e-12, 'urgent');
    close(other ?? 0, 0.8 / 0.14, 1e-12, 'other');
    close(singleAgentWait(0.7 / 1000, { kind: 'exponential', meanMs: 1000 }), erlangCQueue(0.7, 1, 1000).meanWait, 1e-9, 'M/M/1');
    close(singleAgentWait(0.7 / 1000, { kind: 'fixed', ms: 1000 }), erlangCQueue(0.7, 1, 1000).meanWait / 2, 1e-9, 'M/D/1: half');
});
//# sourceMappingURL=parts.test.js.map