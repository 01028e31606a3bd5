import { isOver } from "../../src/domain/callback.js";
/** Callbacks in memory, as the database keeps them. `broken` makes every access fail, as in an outage. */
export class MemoryCallbacks {
    kept = new Map();
    broken = false;
    async add(callback) {
        this.#check();
        const open = [...this.kept.values()].find(({ number, queue, state }) => number === callback.number && queue === callback.queue && !isOver(state));
        if (open === undefined)
            this.kept.set(callback.id, callback);
        return open ?? callback;
    }
    async save(callback) {
        this.#check();
        const known = this.kept.get(callback.id);
        if (known === undefined || known.revision >= callback.revision || isOver(known.state))
            return false;
        this.kept.set(callback.id, callback);
        return true;
    }
    async get(id) {
        this.#check();
        return this.kept.get(id);
    }
    async list({ queues, number, open = false, limit }) {
        this.#check();
        return [...this.kept.values()]
            .filter((callback) => queues?.includes(callback.queue) ?? true)
            .filter((callback) => (number === undefined || callback.number === number) && !(open && isOver(callback.state)))
            .sort((one, other) => other.bookedAt - one.bookedAt || (one.id < other.id ? 1 : -1))
            .slice(0, limit);
    }
    #check() {
        if (this.broken)
            throw new Error('The database does not answer');
    }
}
//# sourceMappingURL=memory-callbacks.js.map