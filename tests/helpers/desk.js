import { WebSocket } from 'ws';
import { CtiClient, RequestFailed } from "../../src/client/public.js";
import { until } from "./until.js";
/** Somebody's desk in a whole centre: the client of the package, and a memory of all it told. */
export class Desk {
    client;
    events = [];
    constructor(url, token) {
        this.client = new CtiClient({ url, token: () => token, WebSocket });
        this.client.on('event', (event) => void this.events.push(event));
    }
    /** Resolves when its session is open. */
    static async open(url, token) {
        const desk = new Desk(url, token);
        await desk.client.opened();
        return desk;
    }
    /** One request; its answer, whatever it is. Not checked against the types, so that tests may ask for what is wrong. */
    async request(method, params = {}) {
        try {
            return { result: await this.client.request(method, params) };
        }
        catch (error) {
            if (!(error instanceof RequestFailed) || error.failure === undefined)
                throw error;
            return { error: error.failure };
        }
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
    /** Leaves, and ends the session. */
    close() {
        this.client.close();
    }
}
//# sourceMappingURL=desk.js.map