import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { startSwitchboard } from "../../src/assembly/start-switchboard.js";
import { loadConfig } from "../../src/config/load-config.js";
import { createExampleBank } from "../../src/local/example-bank.js";
import { startBaresip } from "./baresip.js";
import { Desk } from "./desk.js";
import { expectNoLeaks } from "./leak-guard.js";
import { startTestPostgres } from "./postgres.js";
import { startAsterisk } from "./real-asterisk.js";
import { placeCall } from "./test-caller.js";
import { until } from "./until.js";
const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const password = 'secret-of-the-demo';
/** A whole contact centre on real parts: Asterisk, PostgreSQL, the example bank and the server, in this process. */
export class Centre {
    asterisk;
    postgres;
    config;
    /** Every fact, as it was published. */
    events = [];
    server;
    #bank;
    #dir;
    #log;
    #callers = [];
    #phones = [];
    #desks = [];
    #tokens = new Map();
    constructor(parts) {
        this.asterisk = parts.asterisk;
        this.postgres = parts.postgres;
        this.config = parts.config;
        this.server = parts.server;
        this.#bank = parts.bank;
        this.#dir = parts.dir;
        this.#log = parts.log;
        this.#listen();
    }
    static async start({ ariThrough, bank = createExampleBank(), logLevel = process.env.TEST_LOG ?? 'silent', edit = (yaml) => yaml, onLogLine, rtpPorts, variables = {} } = {}) {
        const dir = await mkdtemp(join(tmpdir(), 'switchboard-centre-'));
        const [asterisk, postgres] = await Promise.all([
            startAsterisk({ app: 'switchboard-test', emergencyGroup: ['PJSIP/1001'], ...(rtpPorts && { rtpPorts }) }),
            startTestPostgres()
        ]);
        await new Promise((resolve) => bank.listen(0, '127.0.0.1', resolve));
        const bankPort = bank.address().port;
        await cp(here('flows'), join(dir, 'flows'), { recursive: true });
        await cp(here('tests/centre/flows'), join(dir, 'flows'), { recursive: true });
        await writeFile(join(dir, 'centre.yaml'), edit(await readFile(here('tests/centre/centre.yaml'), 'utf8')));
        const config = loadConfig({
            HTTP_ADDRESS: `127.0.0.1:${asterisk.freePort}`,
            SIP_ADDRESS: asterisk.sipAddress,
            ARI_ADDRESS: ariThrough === undefined ? asterisk.ariAddress : await ariThrough(asterisk.ariAddress),
            DATA_DIR: join(dir, 'data'),
            CONFIG: join(dir, 'centre.yaml'),
            FLOWS: join(dir, 'flows'),
            DATABASE_URL: postgres.url,
            DEMO_PASSWORD: password,
            INSTANCE: 'test',
            EXAMPLE_BANK_ADDRESS: `127.0.0.1:${bankPort}`,
            ARI_USER: asterisk.user,
            ARI_PASSWORD: asterisk.password,
            ...variables
        });
        const log = onLogLine === undefined ? pino({ level: logLevel }, pino.destination(2)) : pino({ level: 'trace' }, { write: onLogLine });
        const server = await startSwitchboard(config, log);
        const centre = new Centre({ asterisk, postgres, config, server, bank, dir, log });
        // Phones are made one after the other in the background; the last one there means that all can register.
        const lastPhone = () => asterisk.ari('GET', 'asterisk/config/dynamic/res_pjsip/endpoint/1020-web');
        await until(async () => (await lastPhone()).status === 200 && centre.ready(), { ms: 15_000, what: 'the centre is ready' });
        return centre;
    }
    get url() {
        return `http://127.0.0.1:${this.asterisk.freePort}`;
    }
    async ready() {
        return (await fetch(`${this.url}/health/ready`)).status === 200;
    }
    /** Stops the server in order and starts it again, on the same parts. */
    async restart() {
        await this.server.close();
        await this.start();
        await until(() => this.ready(), { ms: 15_000, what: 'the centre is ready again' });
    }
    /** Starts the server that was closed. */
    async start() {
        this.server = await startSwitchboard(this.config, this.#log);
        this.#listen();
    }
    async call(number, options = {}) {
        const caller = await placeCall({ sip: this.asterisk.sipAddress, number, ...options });
        this.#callers.push(caller);
        return caller;
    }
    /** Agents' phones, registered. */
    async phones(users, options = {}) {
        const phones = await startBaresip({ sip: this.asterisk.sipAddress, users, password, answer: 'auto', ...options });
        this.#phones.push(phones);
        await phones.allRegistered();
        await until(() => users.every((user) => this.server.telephony.phoneStatus(user) === 'in-service'), {
            what: `phones ${users} in service`
        });
        return phones;
    }
    /** A token; the same one for the same person, as signing in is slow on purpose and limited. */
    async signIn(username) {
        const known = this.#tokens.get(username);
        if (known !== undefined)
            return known;
        const response = await fetch(`${this.url}/api/v1/session`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ username, password })
        });
        const { token } = (await response.json());
        this.#tokens.set(username, token);
        return token;
    }
    /** Somebody's CTI socket, signed in. */
    async desk(username) {
        const desk = await Desk.open(`${this.url.replace('http', 'ws')}/cti/v1`, await this.signIn(username));
        this.#desks.push(desk);
        return desk;
    }
    /** The desk of an agent who is ready for calls. */
    async readyAgent(username) {
        const desk = await this.desk(username);
        await desk.result('setAgentState', { state: 'loggedOn' });
        await desk.result('setAgentState', { state: 'ready' });
        return desk;
    }
    async get(path, username = 'admin') {
        const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${await this.signIn(username)}` } });
        if (!response.ok)
            throw new Error(`${path}: ${response.status} ${await response.text()}`);
        return (await response.json());
    }
    /** The first fact of that type after `since` events that fits. */
    async fact(type, { fits = () => true, since = 0, ms = 5000 } = {}) {
        const isWanted = (event) => event.type === type && fits(event);
        return until(() => this.events.slice(since).find(isWanted), {
            ms,
            what: () => `fact ${type} (facts: ${this.events.slice(since).map((event) => event.type)})`
        });
    }
    /** Another profile for one agent, live, until it is disposed. */
    changeAgent(id, change) {
        const { distribution } = this.server;
        const configured = new Map(this.config.centre.agents);
        const own = configured.get(id);
        if (own === undefined)
            throw new Error(`There is no agent ${id}`);
        distribution.updateAgents(new Map([...configured, [id, { ...own, ...change }]]));
        return { [Symbol.dispose]: () => distribution.updateAgents(configured) };
    }
    /** Hangs up and signs off everybody, then fails when a channel, bridge, subscription, call, offer or timer is left. */
    async expectNothingLeft() {
        for (const caller of this.#callers.splice(0))
            caller.close();
        await until(() => this.server.calls.size === 0, { ms: 8000, what: () => `all calls to end (${this.server.calls.size} left)` });
        for (const { agentId } of this.server.distribution.list())
            this.server.distribution.logOff(agentId);
        await until(() => this.server.distribution.list().every(({ state }) => state === 'loggedOff'), {
            ms: 5000,
            what: () => `all agents to be logged off (${JSON.stringify(this.server.distribution.list().filter(({ state }) => state !== 'loggedOff'))})`
        });
        for (const desk of this.#desks.splice(0))
            desk.close();
        for (const phones of this.#phones.splice(0))
            await phones.stop();
        const { distribution } = this.server;
        await until(() => distribution.openOffers() === 0 && distribution.timers() === 0 && distribution.stuck() === 0, {
            what: () => `no offer and no timer (offers ${distribution.openOffers()}, timers ${distribution.timers()}, stuck ${distribution.stuck()})`
        });
        await expectNoLeaks(this.asterisk);
        this.events.length = 0;
    }
    async stop() {
        for (const caller of this.#callers)
            caller.close();
        for (const desk of this.#desks)
            desk.close();
        for (const phones of this.#phones)
            await phones.stop();
        await this.server.close();
        this.#bank.closeAllConnections();
        this.#bank.close();
        await Promise.all([this.asterisk.stop(), this.postgres.close()]);
        await rm(this.#dir, { recursive: true, force: true });
    }
    #listen() {
        this.server.bus.listen((event) => void this.events.push(event));
    }
}
/** A server that answers what it is told to: a connector gone wrong. */
export function bankThat(answer) {
    return createServer((_request, response) => answer({
        json: (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        status: (code) => response.writeHead(code).end(),
        text: (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    }));
}
//# sourceMappingURL=centre.js.map