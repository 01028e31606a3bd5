import { once } from 'node:events';
import t from 'tap';
import { createExampleBank } from "../../src/local/example-bank.js";
import { keepAlive } from "../../src/local/keep-alive.js";
import { findMachineProblems } from "../../src/local/preflight.js";
import { problemInAsterisk, problemInJson } from "../../src/local/problem-lines.js";
import { until } from "../helpers/until.js";
t.test('the example bank', async (t) => {
    const server = createExampleBank().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const { port } = server.address();
    const post = async (path, body) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, {
            method: 'POST',
            body: typeof body === 'string' ? body : JSON.stringify(body)
        });
        return [response.status, await response.json()];
    };
    const card = '6225880000000027';
    t.same(await post('/balance', { card }), [200, { card, balance: 864.2, currency: 'CNY', blocked: false }]);
    t.same(await post(`/cards/${card}/payments`, { amount: 64.2 }), [200, { balance: 800, currency: 'CNY' }]);
    t.match(await post(`/cards/${card}/payments`, { amount: 800.01 }), [409]);
    const [status, blocked] = await post(`/cards/${card}/block`, {});
    t.match([status, blocked], [200, { card, blocked: true, blockedAt: /^20/ }]);
    t.same(await post(`/cards/${card}/block`, {}), [200, blocked], 'blocking twice is no fault');
    t.match(await post(`/cards/${card}/payments`, { amount: 1 }), [409]);
    t.match(await post('/balance', { card }), [200, { balance: 800, blocked: true }]);
    t.match(await post('/balance', { card: '1' }), [404]);
    t.match(await post('/balance', '{"card"'), [400]);
    t.match(await post('/nowhere', {}), [404]);
});
t.test('a machine that is not enough is told what to do', async (t) => {
    const good = { platform: 'linux', nodeVersion: '20.19.0', isDebian: true, isRoot: true, hasCommand: () => true };
    const without = (name) => ({ hasCommand: (command) => command !== name });
    t.same(findMachineProblems(good), []);
    t.match(findMachineProblems({ ...good, nodeVersion: '20.18.3' }), [/Node 20.19 or newer is needed and this is 20.18.3/]);
    t.same(findMachineProblems({ ...good, nodeVersion: '24.1.0' }), []);
    t.match(findMachineProblems({ ...good, platform: 'darwin' }), [/docker compose/]);
    t.same(findMachineProblems({ ...good, ...without('sox') }), ['sox missing: run apt-get install -y sox']);
    t.match(findMachineProblems({ ...good, isRoot: false, ...without('sox') }), [/run as root: apt-get install -y sox/]);
    t.match(findMachineProblems({ ...good, isDebian: false, hasCommand: () => false }), [
        /espeak-ng and sox missing: install them with the package manager/
    ]);
});
t.test('only problems are shown', async (t) => {
    t.equal(problemInJson('{"level":30,"msg":"Call ended"}'), undefined);
    t.equal(problemInJson('{"level":50,"time":1,"pid":2,"msg":"It broke","callId":"a","err":{"message":"why","stack":"…"}}'), 'error: It broke  callId=a  err=why');
    t.equal(problemInJson('Error: not JSON at all'), 'Error: not JSON at all');
    t.equal(problemInAsterisk('[Nov 22 10:00:00] NOTICE[12]: loader.c: fine'), undefined);
    t.match(problemInAsterisk('[Nov 22 10:00:00] ERROR[12]: res_pjsip.c: bad'), 'bad');
});
t.test('a part is started again when it ends, also when a start fails, and never after the stop', async (t) => {
    const said = [];
    const ends = [];
    let starts = 0;
    let stops = 0;
    const part = {
        name: 'It',
        async start() {
            if (++starts === 2)
                throw new Error('not yet');
            const ended = new Promise((resolve) => ends.push(resolve));
            return {
                ended,
                async stop() {
                    stops++;
                    ends.at(-1)?.('was stopped');
                }
            };
        }
    };
    const kept = await keepAlive(part, (text) => said.push(text), new AbortController().signal);
    ends[0]?.('ended with code 7');
    await until(() => said.includes('It is back'), { what: 'a third start' });
    t.same(said, [
        'It ended with code 7; starting it again in 0.5 s',
        'It did not start: Error: not yet',
        'It did not start; starting it again in 1 s',
        'It is back'
    ]);
    await kept.stop();
    t.ok(stops > 0);
    t.equal(starts, 3);
});
//# sourceMappingURL=parts.test.js.map