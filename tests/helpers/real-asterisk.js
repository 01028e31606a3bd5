import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { renderAsterisk } from "../../src/local/render-asterisk.js";
import { takePortBlock } from "./port-block.js";
import { until } from "./until.js";
const run = promisify(execFile);
const installer = fileURLToPath(new URL('../../asterisk/install.sh', import.meta.url));
export async function startAsterisk(settings = {}) {
    const [root, ports, dir] = await Promise.all([
        asteriskRoot(),
        takePortBlock(),
        mkdtemp(join(tmpdir(), 'switchboard-asterisk-'))
    ]);
    const sipAddress = `127.0.0.1:${ports.first}`;
    const ariAddress = `127.0.0.1:${ports.first + 1}`;
    const access = { ariUser: 'switchboard', ariPassword: 'secret-of-ari', app: 'switchboard' };
    const rendered = await renderAsterisk({
        root,
        etcDir: join(dir, 'etc'),
        dataDir: join(dir, 'data'),
        sipAddress,
        ariAddress,
        rtpPorts: { from: ports.first + 100, to: ports.first + 199 },
        ...access,
        ...settings
    });
    let child;
    const cli = async (command) => (await run(rendered.command, [...rendered.consoleArgs, command])).stdout;
    async function start() {
        // It dies with us, also when we are killed: an orphan would keep the ports of the next test.
        child = spawn('setpriv', ['--pdeathsig', 'KILL', rendered.command, ...rendered.args], { stdio: 'ignore' });
        const failed = new Promise((_, reject) => child?.once('exit', (code) => reject(new Error(`Asterisk ended with ${code} at start`))));
        failed.catch(() => undefined);
        const booted = async () => (await cli('core waitfullybooted').catch(() => '')).includes('fully booted');
        await Promise.race([until(booted, { ms: 20_000, what: 'Asterisk fully booted' }), failed]);
    }
    async function end() {
        const ending = child;
        child = undefined;
        if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null)
            return;
        const gone = new Promise((resolve) => ending.once('exit', resolve));
        ending.kill('SIGKILL');
        await gone;
    }
    const killNow = () => void child?.kill('SIGKILL');
    process.once('exit', killNow);
    await start();
    return {
        sipAddress,
        ariAddress,
        ariUrl: `http://${ariAddress}/ari`,
        user: access.ariUser,
        password: access.ariPassword,
        app: settings.app ?? access.app,
        freePort: ports.first + 2,
        dir,
        get pid() {
            return child?.pid ?? 0;
        },
        cli,
        ari: (method, path, body) => request(`http://${ariAddress}/ari`, access, method, path, body),
        log: () => readFile(join(dir, 'data/log/messages'), 'utf8'),
        kill: end,
        start,
        async stop() {
            process.off('exit', killNow);
            await end();
            await rm(dir, { recursive: true, force: true });
            await ports.release();
        }
    };
}
async function asteriskRoot() {
    const { stdout } = await run(installer);
    return stdout.trim().split('\n').at(-1) ?? '';
}
async function request(url, access, method, path, body) {
    const response = await fetch(`${url}/${path}`, {
        method,
        headers: {
            authorization: `Basic ${Buffer.from(`${access.ariUser}:${access.ariPassword}`).toString('base64')}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' })
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000)
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
//# sourceMappingURL=real-asterisk.js.map