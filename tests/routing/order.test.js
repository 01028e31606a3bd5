import fc from 'fast-check';
import t from 'tap';
import { defaultOrder } from "../../src/domain/queue.js";
import { relaxProblems, stagesOf } from "../../src/domain/relaxation.js";
import { ALTERNATIVES_MAX, alternativesOf, meets, needProblem, requirementOf } from "../../src/domain/requirement.js";
import { BOOST_MS_MAX } from "../../src/routing/queue-lead.js";
import { RoutingCore } from "../../src/routing/routing-core.js";
import { satisfies } from "./plain-routing.js";
const T = 10_000_000;
const MINUTE = 60_000;
const queue = (name, more = {}) => ({
    name,
    title: name,
    skills: {},
    ringMs: 15_000,
    wrapUpMs: 0,
    maxWaitMs: 6_000_000,
    maxLength: 10_000,
    music: 'default',
    ...more
});
const agent = (id, skills = {}, queues = ['q'], order) => ({
    ...{ id: id, name: id, team: 'one', queues, skills },
    ...(order !== undefined && { order })
});
const call = (id, more = {}) => ({
    ...{ callId: id, contactId: id, queue: 'q', priority: 'normal', skills: {}, enqueuedAt: T },
    ...more
});
function newCore(queues = [queue('q')], order) {
    let count = 0;
    return new RoutingCore(new Map(queues.map((each) => [each.name, each])), () => `o${++count}`, order);
}
const told = (effects) => effects.map(({ type, offer }) => `${offer.callId}${type === 'offer-made' ? '→' : '⊘'}${offer.agentId}`);
/** The one agent takes the next caller, answers, and is free again in a moment. */
function serveNext(core, agentId, now) {
    const [effect] = core.agentFree(agentId, now, now);
    if (effect?.type !== 'offer-made')
        return undefined;
    core.offerAnswered(effect.offer.id, now);
    return effect.offer.callId;
}
const arrivals = fc.array(fc.record({
    gap: fc.nat({ max: 4 * MINUTE }),
    priority: fc.constantFrom('high', 'high', 'normal', 'normal', 'low', 'emergency'),
    bonus: fc.constantFrom(0, 0, 0, 3 * MINUTE),
    queue: fc.constantFrom('q', 'r'),
    servesAfter: fc.constantFrom(0, 0, 1, 2)
}), { minLength: 10, maxLength: 60, size: 'max' });
const leads = { q: 2 * MINUTE, r: 0 };
const withinMs = { q: 20_000, r: 2 * MINUTE };
for (const choice of ['most-urgent', 'service-level']) {
    t.test(`nobody starves, and equals are served in turn (${choice})`, async (t) => {
        // H of src/routing/urgency.ts: what the most favoured has, and what this one has for certain.
        const most = (name) => leads[name] + (choice === 'service-level' ? BOOST_MS_MAX - withinMs[name] : 0);
        const least = (name) => leads[name] - (choice === 'service-level' ? withinMs[name] : 0);
        const H = 5 * MINUTE + 3 * MINUTE + Math.max(most('q'), most('r'));
        let overtaken = 0;
        const check = (served, left) => {
            if (served.priority === 'emergency')
                return;
            if (left.priority === 'emergency')
                throw new Error('An emergency was passed over');
            if (served.at > left.at)
                overtaken++;
            const own = defaultOrder.headStartMs[left.priority] + left.bonus + least(left.queue);
            if (served.at > left.at + (H - own))
                throw new Error(`${served.id} came too late to go before ${left.id}`);
            const alike = served.priority === left.priority && served.queue === left.queue && served.bonus === left.bonus;
            if (alike && served.at > left.at)
                throw new Error(`${served.id} went before its equal ${left.id}`);
        };
        fc.assert(fc.property(arrivals, (comings) => {
            const queues = ['q', 'r'].map((name) => queue(name, { headStartMs: leads[name], serviceLevel: { share: 80, withinMs: withinMs[name] } }));
            const core = newCore(queues, { ...defaultOrder, choice });
            core.agentOn(agent('a', {}, ['q', 'r']));
            const waiting = new Map();
            let now = T;
            const serve = () => {
                const id = serveNext(core, 'a', now);
                const served = id && waiting.get(id);
                core.agentBusy('a', now);
                if (served === undefined)
                    return;
                waiting.delete(served.id);
                for (const left of waiting.values())
                    check(served, left);
            };
            comings.forEach(({ gap, priority, bonus, queue, servesAfter }, index) => {
                now += gap;
                const arrival = { id: `c${index}`, priority, at: now, bonus, queue };
                waiting.set(arrival.id, arrival);
                core.enqueue(call(arrival.id, { priority, queue, enqueuedAt: now, ...(bonus > 0 && { ageBonusMs: bonus }) }), now);
                for (let n = 0; n < servesAfter; n++)
                    serve();
            });
            while (waiting.size > 0) {
                const before = waiting.size;
                serve();
                if (waiting.size === before)
                    throw new Error('Somebody waits who is never served');
            }
        }), { numRuns: 300, seed: 4 });
        t.ok(overtaken > 100, `overtaking is seen: ${overtaken} times`);
    });
}
t.test('a low caller is served while more high callers come than the agent can take', async (t) => {
    const core = newCore();
    core.agentOn(agent('a'));
    core.enqueue(call('low', { priority: 'low' }), T);
    // Two come for each who is served.
    for (let n = 0; n < 200; n++) {
        const now = T + n * MINUTE;
        for (const twin of ['a', 'b'])
            core.enqueue(call(`h${n}${twin}`, { priority: 'high', enqueuedAt: now }), now);
        const served = serveNext(core, 'a', now);
        core.agentBusy('a', now);
        if (served !== 'low')
            continue;
        // Ahead of it: those who came in its first 10 minutes, B(low), and those of the tenth minute itself.
        t.ok(n >= 10 && n <= 22, `after ${n} minutes, as one of those who came within ten`);
        return;
    }
    t.fail('never served');
});
t.test('between queues of one agent: head starts, or the danger of missing the target', async (t) => {
    const queues = [
        queue('q', { serviceLevel: { share: 80, withinMs: 20_000 } }),
        queue('r', { serviceLevel: { share: 80, withinMs: 120_000 } })
    ];
    const first = (order, headStartMs = 0) => {
        const core = newCore([{ ...queues[0], headStartMs }, queues[1]], order);
        core.enqueue(call('r', { queue: 'r', enqueuedAt: T - 60_000 }), T);
        core.enqueue(call('q', { enqueuedAt: T }), T);
        core.agentOn(agent('a', {}, ['q', 'r']));
        return serveNext(core, 'a', T);
    };
    t.equal(first(defaultOrder), 'r', 'who came first');
    t.equal(first(defaultOrder, 61_000), 'q', 'a head start of a minute and a second');
    t.equal(first({ ...defaultOrder, choice: 'service-level' }), 'q', 'due in 20 s; the other in 60 s');
    const core = newCore(queues, { ...defaultOrder, choice: 'service-level' });
    core.agentOn(agent('a', {}, ['q', 'r']));
    for (let n = 0; n < 40; n++) {
        core.enqueue(call(`late${n}`, { queue: 'r', enqueuedAt: T - 10 * MINUTE }), T);
        serveNext(core, 'a', T);
        core.agentBusy('a', T);
    }
    core.enqueue(call('q'), T);
    core.enqueue(call('r', { queue: 'r' }), T);
    t.equal(serveNext(core, 'a', T), 'r', 'a queue far below its target gains more than the 100 s between the due times');
});
t.test('each strategy rings whom it says', async (t) => {
    const free = (strategy) => {
        const core = newCore([queue('q', { strategy })]);
        core.agentOn(agent('expert', { card: 5, english: 5 }, ['q'], 2));
        core.agentOn(agent('middle', { card: 3, english: 5 }, ['q'], 0));
        core.agentOn(agent('novice', { card: 2, english: 1 }, ['q'], 1));
        core.agentFree('novice', T, T);
        core.agentFree('middle', T + 1, T + 1);
        core.agentFree('expert', T + 2, T + 2);
        return core;
    };
    const rung = (strategy, skills = { card: 2 }) => [1, 2, 3].flatMap((n) => told(free3.get(strategy)?.enqueue(call(`${n}`, { skills }), T + 3) ?? []));
    const free3 = new Map();
    const order = (strategy, skills) => {
        free3.set(strategy, free(strategy));
        return rung(strategy, skills).map((each) => each.split('→')[1]);
    };
    t.same(order('longest-idle'), ['novice', 'middle', 'expert']);
    t.same(order('most-skilled'), ['expert', 'middle', 'novice']);
    t.same(order('least-skilled-that-fits', { card: 3 }), ['middle', 'expert']);
    t.same(order('most-skilled', { any: [{ card: 5 }, { english: 1 }] }), ['expert', 'middle', 'novice'], 'by the sum');
    t.same(order('sequential'), ['middle', 'novice', 'expert']);
    const busy = (strategy) => {
        const core = free(strategy);
        // The novice answers two short calls, the middle one a long one.
        for (const [n, agentId, from, ms] of [
            [1, 'novice', T + 10, 1_000],
            [2, 'middle', T + 2_000, 60_000],
            [3, 'expert', T + 2_000, 40_000],
            [4, 'novice', T + 70_000, 1_000]
        ]) {
            const preferred = { agentId: agentId, patienceMs: 1_000_000 };
            const [effect] = core.enqueue(call(`b${n}`, { enqueuedAt: from, preferred }), from);
            if (effect?.type !== 'offer-made' || effect.offer.agentId !== agentId)
                throw new Error('Not the preferred agent');
            core.offerAnswered(effect.offer.id, from);
            core.agentFree(agentId, from + ms, from + ms);
        }
        return [1, 2, 3].flatMap((n) => told(core.enqueue(call(`${n}`), T + 100_000))).map((each) => each.split('→')[1]);
    };
    t.same(busy('longest-idle'), ['expert', 'middle', 'novice']);
    t.same(busy('most-idle-by-occupancy'), ['novice', 'expert', 'middle']);
    t.same(busy('fewest-calls'), ['expert', 'middle', 'novice']);
    t.same(busy('round-robin'), ['middle', 'expert', 'novice'], 'by the last offer from this queue');
});
t.test('a caller waits for the preferred agent as long as the patience lasts', async (t) => {
    const preferred = { agentId: 'mei', patienceMs: 20_000 };
    const start = (...away) => {
        const core = newCore();
        for (const id of ['mei', 'tom'])
            core.agentOn(agent(id));
        for (const id of ['mei', 'tom'])
            if (!away.includes(id))
                core.agentFree(id, id === 'tom' ? T - 9 : T, T);
        return core;
    };
    t.same(told(start().enqueue(call('c', { preferred }), T)), ['c→mei'], 'though Tom has been idle for longer');
    t.same(told(start('mei').enqueue(call('c', { preferred }), T)), ['c→tom'], 'nobody waits for somebody who is away');
    t.same(told(start().enqueue(call('c', { preferred: { ...preferred, agentId: 'nobody' } }), T)), ['c→tom']);
    const talking = () => {
        const core = start();
        const [effect] = core.enqueue(call('first', { preferred }), T);
        if (effect?.type === 'offer-made')
            core.offerAnswered(effect.offer.id, T);
        t.same(core.enqueue(call('second', { preferred }), T), [], 'Mei talks; Tom is not rung');
        t.equal(core.stuck(T), 0);
        return core;
    };
    t.equal(talking().wakeAt(), T + 20_000);
    t.same(told(talking().agentFree('mei', T + 5, T + 5)), ['second→mei']);
    t.same(told(talking().wake(T + 20_000)), ['second→tom'], 'patience is over');
    t.same(told(talking().agentBusy('mei', T + 5)), ['second→tom'], 'she takes a break');
    t.same(told(talking().agentOff('mei', T + 5)), ['second→tom'], 'she goes home');
    const missed = start();
    missed.enqueue(call('c', { preferred }), T);
    t.same(told(missed.offerFailed('o1', 'missed', T + 9)), ['c⊘mei', 'c→tom'], 'she does not answer');
});
const names = ['card', 'mandarin', 'english'];
const levels = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 0, max: 5 })])));
const asked = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 1, max: 5 })])), {
    requiredKeys: []
});
const { need } = fc.letrec((tie) => {
    const some = fc.array(tie('need'), { minLength: 1, maxLength: 3 });
    const worded = fc.record({ all: some, any: some, not: tie('need') }, { requiredKeys: [] });
    return {
        need: fc.oneof({ maxDepth: 3 }, asked, fc.tuple(asked, worded).map(([one, other]) => ({ ...one, ...other })))
    };
});
t.test('the normal form of a need means what the need says', async (t) => {
    let [narrow, nobody] = [0, 0];
    fc.assert(fc.property(need, fc.nat({ max: 3 }), fc.array(levels, { minLength: 20, maxLength: 20 }), (need, slack, people) => {
        if (alternativesOf(need, slack) === undefined)
            return;
        const requirement = requirementOf({ need, slack });
        if (requirement.alternatives.length === 0)
            nobody++;
        for (const skills of people) {
            if (meets(skills, requirement))
                narrow++;
            if (meets(skills, requirement) !== satisfies(skills, need, slack))
                throw new Error('Another meaning');
        }
    }), { numRuns: 2_000, seed: 5 });
    t.ok(narrow > 1_000 && nobody > 20, `${narrow} fitted; ${nobody} needs are nobody's`);
    t.match(needProblem({ card: 3, not: { card: 2 } }), /contradict/);
    const wide = { all: Array.from({ length: 5 }, (_, n) => ({ any: [{ [`a${n}`]: 1 }, { [`b${n}`]: 1 }] })) };
    t.match(needProblem(wide), new RegExp(`more than ${ALTERNATIVES_MAX} ways`));
    t.throws(() => requirementOf({ need: wide, slack: 0 }), { code: 'SKILLS_TOO_WIDE' });
    t.equal(requirementOf({ need: { b: 1, a: 2 }, slack: 0 }).key, requirementOf({ need: { all: [{ a: 2 }, { b: 1 }] }, slack: 0 }).key);
});
t.test('a relaxation that is accepted never shuts anybody out', async (t) => {
    const step = fc.oneof(fc.record({ lower: fc.constantFrom(1, 2) }), fc.record({ skills: asked }), fc.record({ anyone: fc.constant(true) }));
    const [by, tried] = [fc.constantFrom('queue', 'call'), fc.array(step, { minLength: 1, maxLength: 4 })];
    let [accepted, refused] = [0, 0];
    fc.assert(fc.property(need, need, tried, by, fc.array(levels, { minLength: 20, maxLength: 20 }), (ofQueue, ofCall, each, by, people) => {
        const steps = each.map((one, index) => ({ ...one, afterMs: 1_000 * (index + 1) }));
        const own = by === 'queue' ? ofQueue : ofCall;
        if ([ofQueue, ofCall].some((one) => alternativesOf(one, 8) === undefined || alternativesOf(one) === undefined))
            return;
        if (relaxProblems(own, steps).length > 0)
            refused++;
        if (relaxProblems(own, steps).length > 0)
            return;
        accepted++;
        const stages = stagesOf({ ofQueue, ofCall, steps, by: by });
        for (const skills of people) {
            const fits = stages.map(({ requirement }) => meets(skills, requirement));
            if (fits.some((fit, index) => fit && fits[index + 1] === false))
                throw new Error('Shut out later');
        }
    }), { numRuns: 2_000, seed: 6 });
    t.ok(accepted > 200 && refused > 200, `${accepted} accepted, ${refused} refused`);
});
//# sourceMappingURL=order.test.js.map