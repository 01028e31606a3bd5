import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from "./until.js";
const SIZE = 200;
const [FIRST = 15_000, LAST = 15_999] = (process.env.SWITCHBOARD_TEST_PORTS ?? '15000-15999').split('-').map(Number);
const folder = join(tmpdir(), `switchboard-test-ports-${FIRST}`);
export async function takePortBlock() {
    await mkdir(folder, { recursive: true });
    return until(tryAll, { ms: 60_000, what: 'a free block of ports' });
}
async function tryAll() {
    for (let first = FIRST; first + SIZE - 1 <= LAST; first += SIZE) {
        const claim = join(folder, String(first));
        if (await take(claim))
            return { first, release: () => rm(claim, { force: true }) };
    }
    return undefined;
}
async function take(claim) {
    try {
        await writeFile(claim, String(process.pid), { flag: 'wx' });
        return true;
    }
    catch (error) {
        if (error.code !== 'EEXIST')
            throw error;
    }
    const owner = Number(await readFile(claim, 'utf8').catch(() => ''));
    if (owner > 0 && !alive(owner))
        await rm(claim, { force: true });
    return false;
}
function alive(pid) {
    try {
        process.kill(pid, 0);
        return true;
    }
    catch {
        // ESRCH: no such process.
        return false;
    }
}
//# sourceMappingURL=port-block.js.map