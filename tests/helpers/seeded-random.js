/** Chance that can be repeated: the same seed gives the same numbers (mulberry32). */
export class SeededRandom {
    #state;
    constructor(seed) {
        this.#state = seed >>> 0;
    }
    /** 0 ≤ x < 1. */
    next() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }
    /** A whole number from 0 to below that. */
    below(end) {
        return Math.floor(this.next() * end);
    }
    pick(items) {
        const item = items[this.below(items.length)];
        if (item === undefined)
            throw new Error('Nothing to pick from');
        return item;
    }
}
//# sourceMappingURL=seeded-random.js.map