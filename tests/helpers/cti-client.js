import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from "./until.js";
/** A desk on the CTI socket, as plain as can be. */
export class CtiClient {
    events = [];
    answers = [];
    socket;
    closedWith;
    #requests = 0;
    #name = Math.random().toString(36).slice(2);
    constructor(socket) {
        this.socket = socket;
        socket.on('message', (data) => this.#take(JSON.parse(data.toString())));
        socket.on('close', (code, reason) => {
            this.closedWith = { code, reason: reason.toString() };
        });
        // Errors of a socket that the server cuts are told by `closedWith`.
        socket.on('error', () => { });
    }
    static async connect(url, headers = {}) {
        const socket = new WebSocket(url, 'switchboard.cti.v1', { headers });
        const client = new CtiClient(socket);
        await once(socket, 'open');
        return client;
    }
    /** Connects and opens a session; the token of the tests is the username. */
    static async open(url, username, params = {}) {
        const client = await CtiClient.connect(url);
        const opened = await client.result('session.open', { token: username, ...params });
        return Object.assign(client, { opened });
    }
    /** Sends one request; its answer, whatever it is. */
    async request(method, params = {}, id = `${this.#name}-${++this.#requests}`) {
        const before = this.answers.length;
        this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
        return until(() => this.answers.slice(before).find((answer) => answer.id === id), { what: `the answer to ${method}` });
    }
    async result(method, params = {}) {
        const answer = await this.request(method, params);
        if (answer.error !== undefined)
            throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
        return answer.result;
    }
    async saw(type) {
        return until(() => this.events.find((event) => event.type === type), { what: `event ${type}` });
    }
    async closed() {
        return until(() => this.closedWith, { what: 'the socket to close' });
    }
    /** The line goes dead without a goodbye. */
    async cut() {
        this.socket.terminate();
        await this.closed();
    }
    #take(message) {
        if ('params' in message)
            this.events.push(message.params);
        else
            this.answers.push(message);
    }
}
//# sourceMappingURL=cti-client.js.map