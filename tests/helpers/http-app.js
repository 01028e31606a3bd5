import { join } from 'node:path';
import { pino } from 'pino';
import { EventBus } from "../../src/domain/event-bus.js";
import { buildApp } from "../../src/http/build-app.js";
import { Metrics } from "../../src/http/metrics.js";
import { SignIns } from "../../src/http/sign-ins.js";
import { Voicemails } from "../../src/recordings/voicemails.js";
import { FakeConfiguration } from "./fake-configuration.js";
import { FakeAgents, FakeCallbacks, FakeCalls } from "./fake-desk.js";
import { noWebhooks } from "./no-webhooks.js";
import { smallCentre, smallUsers } from "./small-centre.js";
export const demoCustomer = {
    id: 'c-1',
    name: 'Mei Lin',
    numbers: ['13800000001', '+8613800000001'],
    segment: 'gold',
    flags: ['vip'],
    profile: { city: 'Shanghai' }
};
/** The HTTP app with that database and the rest of the server as the test says. */
export async function buildHttpApp(database, changes = {}) {
    const clock = { now: () => Date.now(), sleep: () => Promise.reject(new Error('Nobody sleeps here')) };
    const bus = new EventBus(clock, (error) => {
        throw error;
    });
    const agents = new FakeAgents(smallCentre.agents.keys(), bus.publish);
    const callbacks = new FakeCallbacks();
    const calls = new FakeCalls();
    const configuration = new FakeConfiguration();
    const phones = new Map();
    const published = [];
    const logged = [];
    const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
    const signIns = changes.signIns ?? (await SignIns.open({ database, clock, log, users: smallUsers }));
    const voicemails = new Voicemails({ database, clock, publish: bus.publish, pathOf: ({ file }) => join('/nowhere', file) });
    const done = { ok: true, value: undefined };
    const metrics = new Metrics({
        clock,
        ariConnected: () => world.telephony.connected,
        records: () => ({ pending: 3, spilledBytes: 0, lost: 0 }),
        ctiClients: () => 2,
        stuck: () => 0,
        newMessages: () => [['service', 3]],
        queues: () => world.queues,
        agents: () => agents.list()
    });
    bus.listen((event) => void published.push(event));
    bus.listen(metrics.listener);
    const world = {
        ...{ bus, metrics, agents, configuration, calls, callbacks, published, phones, logged, signIns },
        telephony: { connected: true, version: '22.10.1', problem: undefined },
        flowsProblem: undefined,
        queues: [{ queue: 'service', waiting: 1, callbacks: 0, oldestSince: 1000, loggedOn: 2, ready: 1, talking: 0 }]
    };
    const app = await buildApp({
        log,
        version: '1.2.3',
        clock,
        publish: bus.publish,
        database,
        telephony: {
            status: () => world.telephony,
            putPhone: async (phone) => {
                phones.set(phone.user, phone);
                return done;
            },
            removePhone: async (user) => {
                phones.delete(user);
                return done;
            }
        },
        agents,
        calls,
        configuration,
        callbacks,
        centre: smallCentre,
        metrics,
        newMessages: () => 3,
        voicemails,
        webhooks: noWebhooks,
        queues: () => world.queues,
        flows: () => [
            {
                name: 'bank',
                describe: 'The bank',
                version: 'abc',
                file: '/flows/bank.yaml',
                numbers: ['95588', '9*'],
                languages: ['en']
            }
        ],
        flowsProblem: () => world.flowsProblem,
        takesCalls: () => true,
        flowEditing: {
            since: () => 1000,
            findings: () => [],
            put: () => Promise.reject(new Error('Nobody edits flows here'))
        },
        jwtSecret: 'a secret of at least thirty-two bytes',
        metricsToken: undefined,
        signIns,
        sessionMs: 8 * 3_600_000,
        renewForMs: 30 * 24 * 3_600_000,
        signInsPerMinute: 1000,
        requestsPerMinute: 10_000,
        ariAddress: { host: '127.0.0.1', port: 1 },
        consoleFolder: '/nowhere',
        demo: { customers: [demoCustomer] },
        ...changes
    });
    if (changes.signIns === undefined)
        app.addHook('onClose', async () => signIns.close());
    return Object.assign(world, { app });
}
//# sourceMappingURL=http-app.js.map