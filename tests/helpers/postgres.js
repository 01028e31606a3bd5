import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from "../../src/local/embedded-postgres.js";
import { isAlive } from "../../src/local/process-identity.js";
import { migrate } from "../../src/store/migrate.js";
import { openDatabase } from "../../src/store/postgres.js";
import { quietLog } from "./quiet-log.js";
const run = promisify(execFile);
/** A test's data need not survive a power cut. */
const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '16MB' };
const template = join(tmpdir(), 'switchboard-test-postgres-1');
export async function startTestPostgres({ migrated = true } = {}) {
    const dataDir = await makeFolder('switchboard-test-pg-');
    await makeTemplate();
    await run('cp', ['-a', join(template, 'postgres'), dataDir]);
    let server = await startEmbeddedPostgres({ dataDir, settings });
    // A test file that breaks off must not leave its server behind.
    const killNow = () => void (isAlive(server.pid) && process.kill(server.pid, 'SIGQUIT'));
    process.once('exit', killNow);
    if (migrated)
        await migrate(server.url, quietLog());
    const database = openDatabase({ url: server.url, log: quietLog() });
    return {
        url: server.url,
        database,
        stop: () => server.stop(),
        async start() {
            server = await startEmbeddedPostgres({ dataDir, settings });
        },
        async close() {
            await database.close();
            await server.stop();
            process.off('exit', killNow);
            await rm(dataDir, { recursive: true, force: true });
        }
    };
}
/** `initdb` takes most of a second, a copy of its work a tenth. Made beside and renamed, as test files run at the same time. */
async function makeTemplate() {
    if (await exists(template))
        return;
    const dataDir = await makeFolder(`switchboard-test-template-${randomUUID()}`);
    const server = await startEmbeddedPostgres({ dataDir, settings });
    await server.stop();
    try {
        await rename(dataDir, template);
    }
    catch (error) {
        // Another test file was first: its template serves as well.
        if (!(await exists(template)))
            throw error;
        await rm(dataDir, { recursive: true, force: true });
    }
}
/** The server runs as nobody when we are root, so the folder must be open to pass through. */
async function makeFolder(prefix) {
    const folder = await mkdtemp(join(tmpdir(), prefix));
    await chmod(folder, 0o755);
    return folder;
}
async function exists(path) {
    return stat(path).then(() => true, () => false);
}
//# sourceMappingURL=postgres.js.map