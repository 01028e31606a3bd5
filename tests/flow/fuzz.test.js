import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
const fuzz = fileURLToPath(new URL('../bench/fuzz.ts', import.meta.url));
const run = (...more) => promisify(execFile)(process.execPath, ['--import=tsx', fuzz, ...more], { timeout: 200_000 }).catch((error) => error);
t.test('no file and no expression crashes the compiler, takes long or 256 MB, and each mistake has a place', async (t) => {
    const { stdout, stderr } = await run('8');
    t.match(stdout, /"failures":0/, `${stderr}`);
    t.comment(stdout);
    const { inputs, evaluated, peakMb } = JSON.parse(stdout);
    t.ok(inputs > 100, `${inputs} inputs`);
    t.ok(evaluated > 5, `${evaluated} expressions had a value`);
    t.ok(peakMb <= 256, `${peakMb} MB at most, Node itself among them`);
});
t.test('an input that does not end is named', async (t) => {
    const { stdout, stderr, code } = await run('1', '--hang', '--limit', '4000');
    t.match(stderr, /^the endless input: no end after 4000 ms/m);
    t.match(stdout, /"failures":1/);
    t.equal(code, 1);
});
//# sourceMappingURL=fuzz.test.js.map