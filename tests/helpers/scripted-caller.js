var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
import { ChildAbort } from "../../src/flow/child-abort.js";
import { SimulatedWait } from "../../src/flow/simulate/simulated-wait.js";
/** A caller on a virtual phone. Times are milliseconds since the call began. */
export class ScriptedCaller {
    facts;
    heard = [];
    queued = [];
    transfers = [];
    recordings = [];
    callbacks = [];
    #clock;
    #script;
    #startedAt;
    #listener;
    #early = '';
    #playing = false;
    constructor(clock, script = {}) {
        this.#clock = clock;
        this.#script = script;
        this.#startedAt = clock.now();
        this.facts = {
            callId: 'call-1',
            contactId: 'contact-1',
            dialed: script.dialed ?? '95588',
            callerNumber: '13800000000',
            callerName: '',
            startedAt: clock.now(),
            customer: script.customer,
            ...(script.interrupted !== undefined && { interrupted: script.interrupted })
        };
    }
    /** Texts heard, in order; cut-off ones end in `…`. */
    get texts() {
        return this.heard.map(({ text, whole }) => (whole ? text : `${text}…`));
    }
    /** Nobody listens to the keys any more: the leak guard's question. */
    get isReleased() {
        return this.#listener === undefined;
    }
    press(keys) {
        for (const key of keys) {
            if (this.#listener === undefined)
                this.#early += key;
            else
                this.#listener(key);
        }
    }
    onDigit(listener) {
        if (this.#listener !== undefined)
            throw new Error('The keys already have a reader');
        this.#listener = listener;
        const early = this.#early;
        this.#early = '';
        this.press(early);
        return {
            [Symbol.dispose]: () => {
                this.#listener = undefined;
            }
        };
    }
    async play(clips, signal) {
        signal.throwIfAborted();
        if (this.#playing)
            throw new Error('Two prompts at once');
        this.#playing = true;
        const from = this.#clock.now() - this.#startedAt;
        const text = clips.map(({ file }) => file).join(' ');
        const duration = clips.reduce((sum, { durationMs }) => sum + durationMs, 0);
        let whole = false;
        try {
            await this.#clock.sleep(duration, signal);
            whole = true;
        }
        finally {
            this.#playing = false;
            this.heard.push({ text, from, to: this.#clock.now() - this.#startedAt, whole });
        }
    }
    async queue(request, signal) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            signal.throwIfAborted();
            this.queued.push(request);
            const { afterMs, exit, ...figures } = this.#script.queue?.(request) ?? {
                afterMs: 86_400_000,
                exit: { exit: 'timeout' }
            };
            const over = __addDisposableResource(env_1, new ChildAbort(signal), false);
            const play = (clips, playing) => this.play(clips, playing);
            const wait = new SimulatedWait(request.queue, { afterMs, value: exit, ...figures }, this.#clock, play);
            const company = request.attend?.(wait, over.signal).then((left) => ({ exit: left }));
            try {
                const scripted = this.#clock.sleep(afterMs, over.signal).then(() => exit);
                return await Promise.race([scripted, ...(company === undefined ? [] : [company])]);
            }
            finally {
                over.abort(new Error('The wait is over'));
                await company?.catch(() => undefined);
            }
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    }
    async transfer(request, signal) {
        signal.throwIfAborted();
        this.transfers.push(request);
        return this.#script.transfer?.(request) ?? { exit: 'completed' };
    }
    async record(request, signal) {
        signal.throwIfAborted();
        this.recordings.push(request);
        const { ms, exit } = this.#script.record?.(request) ?? { ms: 0, exit: { exit: 'too_short' } };
        await this.#clock.sleep(ms, signal).catch(() => undefined);
        return exit;
    }
    async bookCallback(request, signal) {
        signal.throwIfAborted();
        this.callbacks.push(request);
        return this.#script.callback?.(request) ?? { exit: 'booked' };
    }
}
/** Says every part for one second; the clip's file is what was said. Parts in `broken` cannot be spoken. */
export class SpokenParts {
    rendered = [];
    broken = new Set();
    async render(parts, language, _signal) {
        this.rendered.push({ parts, language });
        const words = parts.map(wordsOf);
        const broken = words.find((word) => this.broken.has(word));
        if (broken !== undefined)
            throw new Error(`Cannot say ${broken}`);
        return words.map((file, index) => ({ file, durationMs: parts[index]?.kind === 'pause' ? 0 : 1000 }));
    }
    async prepare() { }
    inVoice(name) {
        return {
            render: async (parts, language, signal) => {
                const clips = await this.render(parts, language, signal);
                return clips.map(({ file, durationMs }) => ({ file: `${name} says ${file}`, durationMs }));
            },
            prepare: () => this.prepare(),
            inVoice: (other) => this.inVoice(other),
            hasAudio: () => true
        };
    }
    hasAudio() {
        return true;
    }
}
function wordsOf(part) {
    switch (part.kind) {
        case 'audio':
            return `(${part.name})`;
        case 'text':
            return part.text;
        case 'digits':
            return `digits:${part.digits}`;
        case 'number':
            return `number:${part.value}`;
        case 'money':
            return `${part.amount} ${part.currency}`;
        case 'pause':
            return `pause:${part.ms}`;
        case 'date':
        case 'time':
            return `${part.kind}:${part.iso}`;
        case 'duration':
            return `duration:${part.ms}`;
        case 'phone':
            return `phone:${part.number}`;
        case 'ordinal':
            return `ordinal:${part.value}`;
        case 'count':
            return `count:${part.value} ${part.unit ?? ''}`.trim();
    }
}
//# sourceMappingURL=scripted-caller.js.map