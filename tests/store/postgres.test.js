import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { AppError } from "../../src/domain/errors.js";
import { startEmbeddedPostgres } from "../../src/local/embedded-postgres.js";
import { migrate } from "../../src/store/migrate.js";
import { openDatabase } from "../../src/store/postgres.js";
import { startTestPostgres } from "../helpers/postgres.js";
import { quietLog } from "../helpers/quiet-log.js";
t.test('the embedded database', async (t) => {
    const postgres = await startTestPostgres();
    t.teardown(() => postgres.close());
    const { database } = postgres;
    await t.test('answers, and has the schema', async (t) => {
        await database.ping();
        const tables = await database.query("select table_name as name from information_schema.tables where table_schema = 'public'");
        t.match(new Set(tables.map(({ name }) => name)), new Set(['calls', 'call_events', 'legs', 'call_steps', 'agent_states', 'wrap_ups', 'customers', 'users']));
    });
    await t.test('is migrated once, also by two servers at the same time', async (t) => {
        await Promise.all([migrate(postgres.url, quietLog()), migrate(postgres.url, quietLog())]);
        const rows = await database.query('select name from migrations');
        const files = await readdir(new URL('../../src/store/migrations', import.meta.url));
        t.equal(rows.length, files.length);
    });
    await t.test('a transaction that throws leaves nothing', async (t) => {
        await t.rejects(database.transaction(async (query) => {
            await query("insert into users (username, name, role) values ('x', 'X', 'agent')");
            throw new Error('changed my mind');
        }), { message: 'changed my mind' });
        t.same(await database.query('select * from users'), []);
    });
    await t.test('a statement that the database refuses is our fault and named', async (t) => {
        await t.rejects(database.query("insert into users (username, name, role) values ('x', 'X', 'king')"), {
            code: 'DATABASE_REFUSED',
            details: { sqlState: '23514' }
        });
    });
    await t.test('an outage is told as such, also in the middle of a transaction, and is over when the server is back', async (t) => {
        await t.rejects(database.transaction(async (query) => {
            await postgres.stop();
            await query('select 1');
        }), { code: 'DATABASE_UNAVAILABLE' });
        await t.rejects(database.ping(), { code: 'DATABASE_UNAVAILABLE' });
        await postgres.start();
        await database.ping();
    });
});
t.test('a statement longer than its limit is cut off', async (t) => {
    const postgres = await startTestPostgres({ migrated: false });
    t.teardown(() => postgres.close());
    const database = openDatabase({ url: postgres.url, log: quietLog(), statementTimeoutMs: 100 });
    t.teardown(() => database.close());
    const error = await database.query('select pg_sleep(5)').catch((error) => error);
    t.ok(error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE');
});
t.test('a server that a killed supervisor left behind is adopted and can be stopped', async (t) => {
    const dataDir = await mkdtemp('/tmp/switchboard-test-adopt-');
    await chmod(dataDir, 0o755);
    t.teardown(() => rm(dataDir, { recursive: true }));
    const first = await startEmbeddedPostgres({ dataDir });
    const second = await startEmbeddedPostgres({ dataDir });
    t.equal(second.pid, first.pid);
    await second.stop();
    await first.ended;
});
t.test('a deep folder is no obstacle: the socket finds a short place', async (t) => {
    const dataDir = await mkdtemp('/tmp/switchboard-test-deep-');
    await chmod(dataDir, 0o755);
    t.teardown(() => rm(dataDir, { recursive: true }));
    const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'a'.repeat(60), 'b'.repeat(60)) });
    t.teardown(() => server.stop());
    const database = openDatabase({ url: server.url, log: quietLog() });
    await database.ping();
    await database.close();
});
//# sourceMappingURL=postgres.test.js.map