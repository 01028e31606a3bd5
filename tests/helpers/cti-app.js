import fastify, {} from 'fastify';
import { CallBoard } from "../../src/cti/call-board.js";
import { registerCti } from "../../src/cti/cti-plugin.js";
import { EventBus } from "../../src/domain/event-bus.js";
import { registerWebsockets } from "../../src/http/websockets.js";
import { FakeAgents, FakeCallbacks, FakeCalls } from "./fake-desk.js";
import { quietLog } from "./quiet-log.js";
import { smallCentre, smallUsers } from "./small-centre.js";
/** Who is let in. A token is a username, or `username/MS` for one that expires so soon. */
export class Doorkeeper {
    users = smallUsers;
    /** Tokens of sign-ins that were ended. */
    ended = new Set();
    #now;
    constructor(now) {
        this.#now = now;
    }
    verifyToken = async (token) => {
        const [username = '', ms = '3600000'] = token.split('/');
        const since = this.#now();
        const signIn = { id: token, username, epoch: 0, since, expiresAt: since + Number(ms) };
        const standing = this.standing(signIn);
        return standing.ok ? { user: standing.user, signIn } : undefined;
    };
    standing = ({ id, username, expiresAt }) => {
        const user = this.users.find((one) => one.username === username);
        if (user === undefined)
            return { ok: false, why: 'unknown-user' };
        if (expiresAt <= this.#now())
            return { ok: false, why: 'expired' };
        return this.ended.has(id) ? { ok: false, why: 'ended' } : { ok: true, user };
    };
}
/** The CTI server on a real socket, with a real bus and a desk that answers as told. */
export async function startCtiApp(limits = {}, centre = smallCentre) {
    let moved = 0;
    const clock = { now: () => Date.now() + moved, sleep: () => Promise.reject(new Error('Nobody sleeps here')) };
    const doorkeeper = new Doorkeeper(clock.now);
    const log = quietLog();
    const bus = new EventBus(clock, (error) => log.error({ err: error }, 'A listener failed'));
    const agents = new FakeAgents(centre.agents.keys(), bus.publish);
    const calls = new FakeCalls();
    const callbacks = new FakeCallbacks();
    const board = new CallBoard(centre, {
        agents: agents.list(),
        queues: [],
        newMessages: [],
        phones: [...centre.agents.keys()].map((id) => ({ deviceId: id, agentId: id, inService: true }))
    });
    const open = async (port) => {
        const app = fastify();
        await registerWebsockets(app);
        const server = registerCti(app, options);
        const listening = bus.listen(server.listener);
        const address = await app.listen({ port, host: '127.0.0.1' });
        return { app, server, listening, url: `${address.replace('http', 'ws')}/cti/v1` };
    };
    const options = {
        board,
        centre,
        agents,
        calls,
        callbacks,
        verifyToken: doorkeeper.verifyToken,
        standing: doorkeeper.standing,
        onDesk: (agentId, connected) => bus.publish({ type: 'desk.changed', agentId, connected }),
        clock,
        log,
        version: '0.0.0',
        allowedOrigins: ['https://crm.example'],
        limits
    };
    let room = await open(0);
    return {
        get app() {
            return room.app;
        },
        get server() {
            return room.server;
        },
        url: room.url,
        bus,
        board,
        agents,
        calls,
        callbacks,
        log,
        doorkeeper,
        pass: (ms) => {
            moved += ms;
        },
        async restart(meanwhile = () => { }) {
            room.listening[Symbol.dispose]();
            const keeping = bus.listen((event) => board.apply(event));
            await room.app.close();
            meanwhile();
            keeping[Symbol.dispose]();
            room = await open(Number(new URL(room.url).port));
        }
    };
}
//# sourceMappingURL=cti-app.js.map