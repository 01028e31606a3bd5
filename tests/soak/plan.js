import { SeededRandom } from "../helpers/seeded-random.js";
/** Straight to all agents, by the menu, to half of the agents. */
export const NUMBERS = { everybody: '7901', menu: '7902', cards: '7903' };
/** Habits of our own callers by how many of 100 have them. */
const habits = [
    { habit: 'before the answer', share: 12, meanMs: 25 },
    { habit: 'in the menu', share: 10, meanMs: 500 },
    { habit: 'as a phone rings', share: 22, meanMs: 300 },
    { habit: 'as an agent answers', share: 18, meanMs: 25 },
    { habit: 'in the talk', share: 18, meanMs: 2_000 },
    { habit: 'stays', share: 20, meanMs: 0 }
];
/** Who calls when and how they end it, by chance: a Poisson process of arrivals, and exponential times. */
export function planCalls({ durationMs, callsPerSecond, seed }) {
    const chance = new SeededRandom(seed);
    const plan = [];
    for (let atMs = gap(); atMs < durationMs; atMs += gap()) {
        const from = `138${String(plan.length + 1).padStart(8, '0')}`;
        const rest = chance.next() < 0.6 ? bySipp() : byCaller();
        plan.push({ from, atMs: Math.round(atMs), ...rest });
    }
    return plan;
    function gap() {
        return exponential(chance, 1000 / callsPerSecond);
    }
    function bySipp() {
        const number = chance.next() < 0.7 ? NUMBERS.everybody : NUMBERS.cards;
        const leaves = chance.next() < 0.5;
        const afterMs = Math.round(exponential(chance, 4_000));
        return { number, by: 'sipp', habit: leaves ? 'some time' : 'stays', afterMs: leaves ? afterMs : 0 };
    }
    function byCaller() {
        const { habit, meanMs } = pickByShare(chance, habits);
        const inMenu = habit === 'in the menu' || chance.next() < 0.2;
        const afterMs = Math.round(exponential(chance, meanMs));
        return { number: inMenu ? NUMBERS.menu : NUMBERS.everybody, by: 'caller', habit, afterMs };
    }
}
/** A time by chance with that mean, memoryless. */
export function exponential(chance, meanMs) {
    return -meanMs * Math.log(1 - chance.next());
}
/** One of the items, each as often as its share says. */
export function pickByShare(chance, items) {
    let point = chance.next() * items.reduce((sum, { share }) => sum + share, 0);
    for (const item of items) {
        point -= item.share;
        if (point < 0)
            return item;
    }
    throw new Error('Nothing to pick from');
}
//# sourceMappingURL=plan.js.map