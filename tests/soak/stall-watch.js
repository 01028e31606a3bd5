/** How often it looks. */
const TICK_MS = 5;
/** Knows when this process (the server's, too) did not get to do anything: what it noted at such a moment came late by as much. */
export class StallWatch {
    #stalls = [];
    #timer;
    #last = Date.now();
    constructor() {
        this.#timer = setInterval(() => this.#look(), TICK_MS);
    }
    /** The longest stall around that moment, milliseconds. */
    around(at) {
        const near = this.#stalls.filter(({ from, to }) => from - TICK_MS <= at && at <= to + TICK_MS);
        return Math.max(0, ...near.map(({ from, to }) => to - from));
    }
    close() {
        clearInterval(this.#timer);
    }
    #look() {
        const now = Date.now();
        if (now - this.#last > 2 * TICK_MS)
            this.#stalls.push({ from: this.#last, to: now });
        this.#last = now;
    }
}
//# sourceMappingURL=stall-watch.js.map