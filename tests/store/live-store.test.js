import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { openLiveStore } from "../../src/store/open-live-store.js";
import { quietLog } from "../helpers/quiet-log.js";
import { startTestRedis } from "../helpers/redis.js";
const id = (name) => name;
const call = (name, more = {}) => ({ callId: id(name), startedAt: 1, ...more });
const byId = (calls) => calls.toSorted((one, other) => (one.callId < other.callId ? -1 : 1));
const redis = await startTestRedis(16_100);
t.teardown(() => redis.close());
const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-test-live-'));
t.teardown(() => rm(dataDir, { recursive: true }));
/** What every live store promises. */
function conforms(name, open) {
    t.test(`${name}: what was put is there for the next process`, async (t) => {
        const before = await open('next');
        before.put(call('a', { step: 'welcome' }));
        before.put(call('b'));
        before.put(call('a', { step: 'main', legs: ['x', 'y'] }));
        before.delete(id('b'));
        before.delete(id('never-there'));
        before.put(call('c', { name: '王 "芳"\n' }));
        await before.flush();
        t.same(byId(await before.list()), [call('a', { step: 'main', legs: ['x', 'y'] }), call('c', { name: '王 "芳"\n' })]);
        await before.close();
        const after = await open('next');
        t.teardown(() => after.close());
        t.same(byId(await after.list()), [call('a', { step: 'main', legs: ['x', 'y'] }), call('c', { name: '王 "芳"\n' })]);
    });
    t.test(`${name}: thousands of changes end in the last state of each call`, async (t) => {
        const store = await open('many');
        for (let n = 0; n < 30_000; n++) {
            store.put(call(`call-${n % 100}`, { n }));
            if (n % 1000 === 0)
                await store.flush();
        }
        for (let n = 0; n < 50; n++)
            store.delete(id(`call-${n}`));
        await store.close();
        const again = await open('many');
        t.teardown(() => again.close());
        const calls = await again.list();
        t.equal(calls.length, 50);
        t.equal(calls.find(({ callId }) => callId === 'call-99')?.n, 29_999);
    });
}
const openMemory = (instance) => openLiveStore({ dataDir: join(dataDir, instance), instance, log: quietLog() });
conforms('memory', openMemory);
conforms('redis', (instance) => openLiveStore({ redisUrl: redis.url, dataDir, instance, log: quietLog() }));
t.test('memory: the journal does not grow without end, and a cut-off last line does no harm', async (t) => {
    const journal = join(dataDir, 'many', 'live-calls.jsonl');
    t.ok((await stat(journal)).size < 1_000_000);
    await appendFile(journal, '{"put":{"callId":"call-99","n":');
    const store = await openMemory('many');
    t.teardown(() => store.close());
    t.equal((await store.list()).length, 50);
});
t.test('memory: what was flushed survives kill -9', async (t) => {
    const script = `
    import { openLiveStore } from '${new URL('../../src/store/open-live-store.ts', import.meta.url)}'
    const log = { error: console.error }
    const store = await openLiveStore({ dataDir: '${join(dataDir, 'killed')}', instance: 'killed', log })
    store.put({ callId: 'one', startedAt: 1 })
    await store.flush()
    console.log('flushed')
    setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'inherit']
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await openMemory('killed');
    t.teardown(() => store.close());
    t.same(await store.list(), [call('one')]);
});
t.test('redis: an outage blocks no call, and what was put meanwhile arrives afterwards', async (t) => {
    const store = await openLiveStore({ redisUrl: redis.url, dataDir, instance: 'outage', log: quietLog() });
    t.teardown(() => store.close());
    store.put(call('before'));
    await store.flush();
    await redis.stop();
    store.put(call('during', { n: 1 }));
    store.put(call('during', { n: 2 }));
    store.delete(id('before'));
    await redis.start();
    await store.flush();
    t.same(await store.list(), [call('during', { n: 2 })]);
});
t.test('redis: one that is not there is told at the start', async (t) => {
    await t.rejects(openLiveStore({ redisUrl: 'redis://127.0.0.1:16199', dataDir, instance: 'x', log: quietLog() }), {
        code: 'REDIS_UNAVAILABLE'
    });
});
//# sourceMappingURL=live-store.test.js.map