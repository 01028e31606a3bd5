import { CallEnded } from "../../src/domain/termination.js";
import { compileAll } from "../../src/flow/compile/compile-all.js";
import { FlowLibrary } from "../../src/flow/library.js";
import { runFlow } from "../../src/flow/run-flow.js";
import { SimulatedCustomers } from "../../src/flow/simulate/simulated-customers.js";
import { ScriptedCaller, SpokenParts } from "./scripted-caller.js";
import { smallCentre } from "./small-centre.js";
import { VirtualClock } from "./virtual-clock.js";
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, ['08:00-20:00']]);
const sales = smallCentre.queues.get('sales');
if (sales === undefined)
    throw new Error('The small centre has lost a queue');
/** A small bank for flows: queues card-security, service and sales; calendar bank; a core-banking system. */
export const flowCentre = {
    ...smallCentre,
    queues: new Map([...smallCentre.queues, ['card-security', { ...sales, name: 'card-security' }]]),
    skills: new Set(['card-security', 'english']),
    calendars: new Map([
        ['bank', { name: 'bank', timeZone: 'Asia/Shanghai', weekly: Object.fromEntries(everyDay), exceptions: { '2026-10-01': [] } }]
    ]),
    voices: new Set(['warm', 'brisk']),
    values: { core_banking: 'http://bank.test:8099', limit: 100 },
    allowedRequests: ['http://bank.test:8099'],
    allowedTransfers: ['sip:*@partner.test', 'sip:desk@example.test']
};
export const flowContext = { centre: flowCentre, hasAudio: (name) => !name.startsWith('missing') };
/** The flows of these sources; throws with the findings when one has an error. */
export function flowsOf(...texts) {
    const sources = texts.map((text, index) => ({ file: `flow-${index}.yaml`, text }));
    const { flows, findings } = compileAll(sources, flowContext);
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0)
        throw new Error(errors.map(({ code, message, frame }) => `${code} ${message}\n${frame}`).join('\n'));
    return flows;
}
export const mondayNoon = Date.UTC(2026, 10, 23, 4, 0);
/** Walks the first flow by a script, in virtual time, until it ends. */
export async function walk(flows, script = {}) {
    const clock = new VirtualClock(script.startAt ?? mondayNoon);
    const startedAt = clock.now();
    const caller = new ScriptedCaller(clock, script);
    const prompts = new SpokenParts();
    prompts.broken = new Set(script.broken);
    const library = new FlowLibrary();
    library.replaceAll(flows);
    const http = new ScriptedHttp(clock, script.http ?? []);
    const notes = new Notes();
    const after = new Set();
    const world = {
        clock,
        prompts,
        http,
        servedBefore: { lastAgent: async (of, withinMs) => script.lastAgent?.(of, withinMs) },
        customers: script.customers ?? new SimulatedCustomers([]),
        centre: flowCentre,
        flows: library,
        afterCall: (work) => {
            const running = work(new AbortController().signal).finally(() => after.delete(running));
            after.add(running);
        },
        queueStatus: (queue) => ({
            queue,
            waiting: 0,
            callbacks: 0,
            loggedOn: 1,
            ready: 1,
            talking: 0,
            ...script.queueStatus
        }),
        random: script.random ?? (() => 0.5)
    };
    const call = new AbortController();
    const [flow] = flows;
    if (flow === undefined)
        throw new Error('There is no flow to walk');
    let end;
    let error;
    let done = false;
    let endedAt = startedAt;
    const pending = (script.events ?? []).toSorted(([a], [b]) => a - b);
    const deliver = () => {
        for (let next = pending[0]; next !== undefined && next[0] <= clock.now() - startedAt; next = pending[0]) {
            pending.shift();
            if (next[1] === 'hangup')
                call.abort(new CallEnded({ result: 'abandoned', reason: 'caller-hung-up' }));
            else
                caller.press(next[1]);
        }
    };
    deliver();
    void runFlow(flow, caller, world, notes, call.signal)
        .then((value) => {
        end = value;
    }, (reason) => {
        error = reason;
    })
        .finally(() => {
        done = true;
        endedAt = clock.now();
    });
    // What can happen without time passing happens first: advancing moves the clock before a step has begun to wait.
    await clock.advance(0);
    for (let steps = 0; !done; steps++) {
        if (steps > 50_000)
            throw new Error(`The walk does not end; so far: ${notes.path.map(({ step }) => step).join(', ')}`);
        const now = clock.now() - startedAt;
        await clock.advance(Math.min(100, Math.max(0, (pending[0]?.[0] ?? Number.POSITIVE_INFINITY) - now)));
        deliver();
        await clock.advance(0);
    }
    for (let steps = 0; after.size > 0; steps++) {
        if (steps > 1000)
            throw new Error('What comes after the call does not end');
        await clock.advance(100);
    }
    return {
        end,
        error,
        caller,
        prompts,
        path: notes.path,
        way: notes.path.map(({ step, exit }) => (exit === undefined ? step : `${step}:${exit}`)),
        requests: http.requests,
        abortedRequests: http.aborted,
        attached: notes.attached,
        position: notes.position,
        other: notes.other,
        announced: notes.announcements,
        tookMs: endedAt - startedAt,
        sleeping: clock.sleeping
    };
}
class ScriptedHttp {
    requests = [];
    aborted = 0;
    #clock;
    #answers;
    constructor(clock, answers) {
        this.#clock = clock;
        this.#answers = answers;
    }
    async send(request, signal) {
        const answer = this.#answers[this.requests.length] ?? this.#answers.at(-1);
        this.requests.push(request);
        if (answer === undefined)
            return { ok: false, problem: 'unreachable' };
        try {
            await this.#clock.sleep(Math.min(answer.afterMs, request.timeoutMs), signal);
        }
        catch (error) {
            this.aborted++;
            throw error;
        }
        return answer.afterMs > request.timeoutMs ? { ok: false, problem: 'timeout' } : answer.outcome;
    }
}
class Notes {
    path = [];
    position;
    other = [];
    announcements = [];
    attached = {};
    stepLeft(entry, _tookMs, flow) {
        this.path.push({ ...entry, flow });
    }
    shortcutTaken(name, priority) {
        this.other.push(`shortcut ${name} ${priority ?? '-'}`);
    }
    attach(values) {
        this.attached = { ...this.attached, ...values };
    }
    leftAt(position) {
        this.position = position;
    }
    identified({ id }) {
        this.other.push(`customer ${id}`);
    }
    tagged(tags) {
        this.other.push(`tags ${tags.join(' ')}`);
    }
    announced(announced) {
        this.announcements.push(announced);
    }
    languageChanged(language) {
        this.other.push(`language ${language}`);
    }
    flowStarted(name) {
        this.other.push(`flow ${name}`);
    }
}
//# sourceMappingURL=flow-walk.js.map