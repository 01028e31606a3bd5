// CPU per call of the bank hotline's menu, next to a dialplan-only IVR that plays the same prompts: `npm run bench`, `npm run bench -- --json`.
// Both take the same calls from SIPp, in turns in one run, so that the ratio holds on a busy machine.
import { spawn } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createExampleBank } from "../../src/local/example-bank.js";
import { openPrompts } from "../../src/speech/open-prompts.js";
import { startTestPostgres } from "../helpers/postgres.js";
import { quietLog } from "../helpers/quiet-log.js";
import { startAsterisk } from "../helpers/real-asterisk.js";
import { runSipp } from "../helpers/sipp.js";
import { until } from "../helpers/until.js";
const argument = (name, otherwise) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? otherwise) || otherwise;
const rounds = process.argv.includes('--rounds') ? argument('rounds', 3) : 3;
const calls = process.argv.includes('--calls') ? argument('calls', 300) : 300;
const callsPerSecond = 20;
const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const asterisk = await startAsterisk({ app: 'switchboard-bench', rtpPorts: { from: 30_000, to: 32_000 } });
const postgres = await startTestPostgres();
const bank = createExampleBank();
await new Promise((resolve) => bank.listen(0, '127.0.0.1', resolve));
const dataDir = join(asterisk.dir, 'switchboard');
const url = `http://127.0.0.1:${asterisk.freePort}`;
const server = spawn(process.execPath, [...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []), '--import=tsx', here('src/cli.ts'), 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
        ...process.env,
        HTTP_ADDRESS: `127.0.0.1:${asterisk.freePort}`,
        SIP_ADDRESS: asterisk.sipAddress,
        ARI_ADDRESS: asterisk.ariAddress,
        DATA_DIR: dataDir,
        CONFIG: here('tests/centre/centre.yaml'),
        FLOWS: here('flows'),
        DATABASE_URL: postgres.url,
        DEMO_PASSWORD: 'secret-of-the-demo',
        INSTANCE: 'bench',
        EXAMPLE_BANK_ADDRESS: `127.0.0.1:${bank.address().port}`,
        ARI_USER: asterisk.user,
        ARI_PASSWORD: asterisk.password,
        LOG_LEVEL: 'warn'
    }
});
try {
    const ready = async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200;
    await until(ready, { ms: 30_000, what: 'the server is ready' });
    await addDialplanIvr();
    if (process.env.BENCH_NODE_ARGS === undefined)
        await untilIdle();
    await measure('95588', 40);
    await measure('8000', 40);
    const switchboard = [];
    const dialplan = [];
    for (let round = 0; round < rounds; round++) {
        dialplan.push(await measure('8000', calls));
        switchboard.push(await measure('95588', calls));
    }
    report(dialplan, switchboard);
}
finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    bank.close();
    await Promise.all([asterisk.stop(), postgres.close()]);
}
/** Calls that hear the greeting, press 1, hear the next question and hang up. */
async function measure(number, count) {
    const before = [await cpuMs(asterisk.pid), await cpuMs(server.pid ?? 0)];
    const { ok, failed, errors } = await runSipp({
        sip: asterisk.sipAddress,
        number,
        from: '13100000000',
        calls: count,
        callsPerSecond,
        steps: [{ pauseMs: 1000 }, { press: '1' }, { pauseMs: 1500 }, 'hang up'],
        timeoutMs: 120_000
    });
    const channels = async () => (await asterisk.ari('GET', 'channels')).body;
    await until(async () => (await channels()).length === 0, { what: 'all calls are gone' });
    if (!ok)
        console.error(errors);
    // The records of the last calls are still to be written.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = [await cpuMs(asterisk.pid), await cpuMs(server.pid ?? 0)];
    return {
        asterisk: (after[0] - before[0]) / count,
        application: (after[1] - before[1]) / count,
        failed: ok ? 0 : Math.max(1, failed)
    };
}
/** The server makes its prompts in the background after the start: that is not the price of a call. */
async function untilIdle() {
    let last = 0;
    const idle = async () => {
        const used = await cpuMs(server.pid ?? 0);
        const quiet = used - last < 100;
        last = used;
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        return quiet;
    };
    await until(idle, { ms: 60_000, what: 'the server has made its prompts' });
}
/** User and system time of a process; the kernel counts in ticks of 10 ms (proc(5), fields 14 and 15). */
async function cpuMs(pid) {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
}
/** The same menu in the dialplan alone, with the very files Switchboard plays. */
async function addDialplanIvr() {
    const prompts = await openPrompts({ directory: join(dataDir, 'prompts'), audioDirectory: here('flows/audio'), log: quietLog() });
    const file = async (text) => (await prompts.render([{ kind: 'text', text }], 'zh-CN', AbortSignal.timeout(20_000)))[0]?.file;
    const greeting = `${await file('欢迎致电示例银行。')}&${await file('查询余额请按1，挂失请按2，办理新业务请按3，人工服务请按0，英语服务请按8。')}`;
    const question = await file('请输入十六位卡号。');
    await prompts.close();
    const dialplan = `
[from-trunk](+)
exten => 8000,1,Goto(bench-ivr,s,1)
[bench-ivr]
exten => s,1,Answer()
 same => n,Background(${greeting})
 same => n,WaitExten(5)
exten => 1,1,Background(${question})
 same => n,WaitExten(8)
`;
    await appendFile(join(asterisk.dir, 'etc/extensions.conf'), dialplan);
    await asterisk.cli('dialplan reload');
}
function report(dialplan, switchboard) {
    const figures = (costs) => {
        const sums = costs.map((cost) => cost.asterisk + cost.application).sort((a, b) => a - b);
        const mid = (pick) => costs.map(pick).sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
        return {
            asterisk: mid((cost) => cost.asterisk),
            application: mid((cost) => cost.application),
            sum: sums[Math.floor(sums.length / 2)] ?? 0,
            least: sums[0] ?? 0,
            most: sums.at(-1) ?? 0,
            failed: costs.reduce((sum, cost) => sum + cost.failed, 0)
        };
    };
    const [a, d] = [figures(dialplan), figures(switchboard)];
    const row = (name, one) => `${name.padEnd(14)}${[one.asterisk, one.application, one.sum].map((ms) => ms.toFixed(2).padStart(12)).join('')}   ${one.least.toFixed(2)} – ${one.most.toFixed(2)}${String(one.failed).padStart(8)}`;
    console.log(`CPU ms per call, medians of ${rounds} rounds of ${calls} calls at ${callsPerSecond}/s`);
    console.log(`${''.padEnd(14)}${['asterisk', 'application', 'sum'].map((name) => name.padStart(12)).join('')}   spread of sum  failed`);
    console.log(row('dialplan only', a));
    console.log(row('switchboard', d));
    console.log(`ratio of sums ${(d.sum / a.sum).toFixed(2)}`);
    if (process.argv.includes('--json'))
        console.log(JSON.stringify({ rounds, calls, callsPerSecond, dialplan: a, switchboard: d, ratio: d.sum / a.sum }));
}
//# sourceMappingURL=ivr.js.map