const done = { ok: true, value: undefined };
const gone = { ok: false, problem: 'gone', status: 404, detail: 'Recording not found' };
const away = { ok: false, problem: 'unavailable', status: 0, detail: 'Asterisk is not connected' };
/** What Asterisk holds, in memory. `tests/ari` shows that the real one answers the same. */
export class HeldFiles {
    files = new Map();
    underWay = new Set();
    away = false;
    /** Breaks off after so many bytes. */
    breaksAfter;
    async stop(name) {
        if (this.away)
            return away;
        return this.underWay.delete(name) ? done : gone;
    }
    async isUnderWay(name) {
        return this.away ? away : { ok: true, value: this.underWay.has(name) };
    }
    async read(name) {
        if (this.away)
            return away;
        const file = this.files.get(name);
        return file === undefined ? gone : { ok: true, value: this.#chunksOf(file) };
    }
    async remove(name) {
        if (this.away)
            return away;
        return this.files.delete(name) ? done : gone;
    }
    async *#chunksOf(file) {
        // Of odd sizes, as a network has them.
        for (let at = 0; at < file.length; at += 1001) {
            if (this.breaksAfter !== undefined && at > this.breaksAfter)
                throw new Error('other side closed');
            yield file.subarray(at, at + 1001);
        }
    }
}
//# sourceMappingURL=held-files.js.map