import { studentQuantile } from "../../src/staffing/student-t.js";
import { erlangCQueue } from "../../src/staffing/theory/erlang.js";
import { erlangA } from "../../src/staffing/theory/erlang-a.js";
import { finiteQueue } from "../../src/staffing/theory/finite-queue.js";
import { priorityWaits } from "../../src/staffing/theory/priority-waits.js";
import { singleAgentWait } from "../../src/staffing/theory/single-agent-wait.js";
export const HANDLE_MS = 180_000;
export const TARGET_MS = 20_000;
export const plainQueue = {
    name: 'all',
    title: 'All',
    skills: {},
    ringMs: 20_000,
    wrapUpMs: 0,
    maxWaitMs: Number.POSITIVE_INFINITY,
    maxLength: Number.POSITIVE_INFINITY,
    music: 'default'
};
/**
 * Classes that no wait breaks, as Cobham has them: a head start of four months is more than any caller waits here. Emergencies
 * need none.
 */
const strict = { headStartMs: { high: 1e10, normal: 0, low: -1e10 }, choice: 'most-urgent' };
/** The sets of the proof: M/M/c, M/M/c/K, M/M/c+M, priorities and M/G/1, from one agent to a hundred. */
export function proofSets(effort) {
    const models = [
        ...[
            [0.6, 1],
            [4, 5],
            [8, 10],
            [17, 20],
            [42, 50],
            [85, 100]
        ].map(([load = 0, agents = 0]) => waiting(load, agents)),
        ...[
            [18, 20, 20],
            [9, 10, 15],
            [84, 90, 120]
        ].map(([load = 0, agents = 0, lines = 0]) => limited(load, agents, lines)),
        ...[
            [9, 10, 1],
            [22, 20, 0.5],
            [50, 50, 2]
        ].map(([load = 0, agents = 0, patience = 0]) => impatient(load, agents, patience)),
        prioritized(1, [
            ['emergency', 0.3],
            ['normal', 0.4]
        ]),
        prioritized(5, [
            ['emergency', 0.5],
            ['high', 1],
            ['normal', 1.5],
            ['low', 1]
        ]),
        prioritized(10, [
            ['high', 2],
            ['normal', 6]
        ]),
        alone(0.7, { kind: 'fixed', ms: HANDLE_MS }),
        alone(0.6, { kind: 'lognormal', meanMs: HANDLE_MS, sdMs: HANDLE_MS })
    ];
    // Chance of its own for each, so that one bad draw does not look like many.
    return models.map((model, index) => ({
        model: model.name,
        claims: model.claims,
        scenario: scenarioOf(model, { ...effort, seed: effort.seed + index })
    }));
}
function waiting(load, agents) {
    const { delayed, meanWait, meanQueue, within } = erlangCQueue(load, agents, HANDLE_MS);
    return {
        name: `M/M/${agents}, ${load} erlangs (Erlang C)`,
        agents,
        loads: [['normal', load]],
        claims: [
            ...claims('normal', { delayed, waitMs: meanWait, queueLength: meanQueue, serviceLevel: within(TARGET_MS) }),
            { calls: '', figure: 'occupancy', theory: load / agents }
        ]
    };
}
function limited(load, agents, lines) {
    const { blocked, delayed, meanWait, meanQueue, within } = finiteQueue(load, agents, lines, HANDLE_MS);
    const queued = { delayed, waitMs: meanWait, queueLength: meanQueue, serviceLevel: within(TARGET_MS) };
    return {
        name: `M/M/${agents}/${lines}, ${load} erlangs${lines === agents ? ' (Erlang B)' : ''}`,
        agents,
        lines,
        loads: [['normal', load]],
        claims: [
            ...claims('normal', { blocked, ...(lines > agents && queued) }),
            { calls: '', figure: 'occupancy', theory: (load * (1 - blocked)) / agents }
        ]
    };
}
function impatient(load, agents, patience) {
    const patienceMs = patience * HANDLE_MS;
    const { abandoned, delayed, meanWait, meanWaitServed, meanQueue, servedWithin } = erlangA(load, agents, HANDLE_MS, patienceMs);
    return {
        name: `M/M/${agents}+M, ${load} erlangs, patience ${patience}h (Erlang A)`,
        agents,
        patienceMs,
        loads: [['normal', load]],
        claims: [
            ...claims('normal', {
                abandoned,
                delayed,
                waitMs: meanWait,
                answerMs: meanWaitServed,
                queueLength: meanQueue,
                serviceLevel: servedWithin(TARGET_MS)
            }),
            { calls: '', figure: 'occupancy', theory: (load * (1 - abandoned)) / agents }
        ]
    };
}
/** `loads` from the most urgent class down. */
function prioritized(agents, loads) {
    const waits = priorityWaits(loads.map(([, load]) => load), agents, HANDLE_MS);
    return {
        name: `M/M/${agents}, ${loads.map(([priority, load]) => `${priority} ${load}`).join(', ')} (Cobham)`,
        agents,
        loads,
        claims: loads.map(([calls], index) => ({ calls, figure: 'waitMs', theory: waits[index] ?? Number.NaN }))
    };
}
function alone(load, handle) {
    return {
        name: `M/G/1, ${load} erlangs, ${handle.kind} (Pollaczek-Khinchine)`,
        agents: 1,
        loads: [['normal', load]],
        handle,
        claims: claims('normal', { waitMs: singleAgentWait(load / HANDLE_MS, handle), delayed: load })
    };
}
function claims(calls, figures) {
    return Object.entries(figures).map(([figure, theory]) => ({ calls, figure: figure, theory }));
}
function scenarioOf({ agents, loads, handle, patienceMs, lines }, { replications, calls, seed }) {
    const load = loads.reduce((sum, [, each]) => sum + each, 0);
    const lengthMs = (calls * HANDLE_MS) / load;
    return {
        queues: new Map([[plainQueue.name, plainQueue]]),
        order: strict,
        calls: loads.map(([priority, each]) => ({
            name: priority,
            queue: plainQueue.name,
            priority,
            skills: {},
            arrivals: [{ untilMs: Number.POSITIVE_INFINITY, perMs: each / HANDLE_MS }],
            handle: handle ?? { kind: 'exponential', meanMs: HANDLE_MS },
            ...(patienceMs !== undefined && { patience: { kind: 'exponential', meanMs: patienceMs } }),
            targetMs: TARGET_MS
        })),
        groups: [{ name: 'agents', count: agents, queues: [plainQueue.name], skills: {} }],
        ...(lines !== undefined && { lines }),
        answerDelay: { kind: 'fixed', ms: 0 },
        awayAfterMissMs: 0,
        warmUpMs: lengthMs / 10,
        lengthMs,
        replications,
        seed,
        confidence: 0.95
    };
}
/** Each claim of theory beside what the simulation estimates, whose intervals are made as wide as that confidence asks. */
export function compare({ model, claims, scenario }, estimates, confidence) {
    const degrees = scenario.replications - 1;
    const widen = studentQuantile(confidence, degrees) / studentQuantile(scenario.confidence, degrees);
    return claims.map((claim) => {
        const found = claim.figure === 'occupancy' ? estimates.occupancy.get('agents') : estimates.calls.get(claim.calls)?.[claim.figure];
        const { mean, halfWidth } = found ?? { mean: Number.NaN, halfWidth: 0 };
        const isInside = Math.abs(mean - claim.theory) <= widen * halfWidth;
        return { ...claim, model, simulated: mean, halfWidth: widen * halfWidth, isInside };
    });
}
/** The confidence of each single interval so that all of them together hold with `family` (Bonferroni). */
export function each(family, sets) {
    return 1 - (1 - family) / sets.reduce((sum, { claims }) => sum + claims.length, 0);
}
//# sourceMappingURL=proof-sets.js.map