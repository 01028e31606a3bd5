import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linearOf, tone } from "./mu-law.js";
import { until } from "./until.js";
export async function startBaresip(options) {
    const dir = await mkdtemp(join(tmpdir(), 'switchboard-baresip-'));
    const controlPort = await freePort();
    await writeFiles(dir, controlPort, options);
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'baresip', '-f', dir], { stdio: 'ignore' });
    const killNow = () => void child.kill('SIGKILL');
    process.once('exit', killNow);
    const control = await until(() => tryConnect(controlPort), { what: 'baresip listens for commands' });
    return phones(child, control, dir, options, () => process.off('exit', killNow));
}
function phones(child, control, dir, { users, sip, onEvent }, forget) {
    const events = [];
    const waiting = new Map();
    readNetstrings(control, (message) => {
        if (message.event === true) {
            const event = { ...message, at: Date.now() };
            events.push(event);
            return onEvent?.(event);
        }
        waiting.get(String(message.token))?.(String(message.data ?? ''));
        waiting.delete(String(message.token));
    });
    control.on('error', () => undefined);
    let number = 0;
    const command = (name, params = '') => {
        const token = String(++number);
        const text = JSON.stringify({ command: name, params, token });
        return new Promise((resolve) => {
            waiting.set(token, resolve);
            control.write(`${Buffer.byteLength(text)}:${text},`);
        });
    };
    const of = (user) => (event) => event.accountaor?.startsWith(`sip:${user}@`) ?? false;
    const registered = async (user) => new RegExp(`sip:${user}@\\S+\\s+\\S*OK`).test(await command('reginfo'));
    const end = async (signal) => {
        forget();
        const gone = new Promise((resolve) => child.once('exit', resolve));
        if (child.exitCode === null && child.signalCode === null) {
            child.kill(signal);
            await gone;
        }
        control.destroy();
        await rm(dir, { recursive: true, force: true });
    };
    return {
        events,
        registered,
        async allRegistered(ms = 5000) {
            for (const user of users)
                await until(() => registered(user), { ms, what: () => `phone ${user} is registered` });
        },
        saw: (type, { user, since = 0, ms = 5000 } = {}) => until(() => events.slice(since).find((event) => event.type === type && (user === undefined || of(user)(event))), {
            ms,
            what: () => `${type} of ${user ?? 'any phone'} (events: ${events.map((event) => event.type)})`
        }),
        command,
        accept: () => command('accept'),
        hangup: () => command('hangup'),
        hold: () => command('hold'),
        resume: () => command('resume'),
        press: (digit) => command('sndcode', digit),
        at(user, what) {
            // In one packet: a call that comes in for another phone between the two would make that one the current.
            control.cork();
            const found = command('uafind', `sip:${user}@${sip}`);
            void command(what);
            control.uncork();
            return found;
        },
        async dial(target, user) {
            if (user !== undefined)
                await command('uafind', `sip:${user}@${sip}`);
            return command('dial', `sip:${target}@${sip}`);
        },
        kill: () => end('SIGKILL'),
        async stop() {
            await end('SIGTERM');
        }
    };
}
async function writeFiles(dir, controlPort, options) {
    const rtpBase = 20_000 + Math.floor(Math.random() * 4000) * 2;
    await writeFile(join(dir, 'voice.wav'), wav(tone(options.voiceHz ?? 440, 20_000)));
    const lines = [
        'module_path /usr/lib/baresip/modules',
        'sip_listen 127.0.0.1:0',
        'call_local_timeout 120',
        'call_max_calls 200',
        'net_interface 127.0.0.1',
        'audio_path /usr/share/baresip',
        `audio_source aufile,${join(dir, 'voice.wav')}`,
        'audio_player aubridge,nil',
        'audio_alert aubridge,nil',
        'ausrc_srate 8000',
        'auplay_srate 8000',
        'ausrc_channels 1',
        'auplay_channels 1',
        'audio_level no',
        `rtp_ports ${rtpBase}-${rtpBase + 400}`,
        `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
        ...['g711', 'aufile', 'aubridge'].map((name) => `module ${name}.so`),
        'module_tmp account.so',
        ...['menu', 'contact', 'ctrl_tcp'].map((name) => `module_app ${name}.so`)
    ];
    await writeFile(join(dir, 'config'), `${lines.join('\n')}\n`);
    const password = (user) => (typeof options.password === 'string' ? options.password : options.password(user));
    const common = `answermode=${options.answer};regint=${options.registerEverySeconds ?? 60};audio_codecs=PCMU/8000/1`;
    const accounts = options.users.map((user) => `<sip:${user}@${options.sip};transport=udp>;auth_user=${user};auth_pass=${password(user)};${common}\n`);
    await writeFile(join(dir, 'accounts'), accounts.join(''));
    await writeFile(join(dir, 'contacts'), `"none" <sip:none@${options.sip}>\n`);
}
/** A µ-law WAV as 16-bit samples, which is what aufile reads everywhere. */
function wav(ulaw) {
    const samples = Buffer.alloc(ulaw.length * 2);
    ulaw.forEach((byte, n) => {
        samples.writeInt16LE(linearOf[byte], n * 2);
    });
    const header = Buffer.alloc(44);
    header.write('RIFF', 0);
    header.writeUInt32LE(36 + samples.length, 4);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt32LE(8000, 24);
    header.writeUInt32LE(16_000, 28);
    header.writeUInt16LE(2, 32);
    header.writeUInt16LE(16, 34);
    header.write('data', 36);
    header.writeUInt32LE(samples.length, 40);
    return Buffer.concat([header, samples]);
}
function readNetstrings(socket, read) {
    let pending = Buffer.alloc(0);
    socket.on('data', (bytes) => {
        pending = Buffer.concat([pending, bytes]);
        for (;;) {
            const colon = pending.indexOf(':');
            const end = colon + 1 + Number(pending.subarray(0, colon));
            if (colon < 0 || pending.length <= end)
                return;
            read(JSON.parse(pending.subarray(colon + 1, end).toString()));
            pending = pending.subarray(end + 1);
        }
    });
}
async function tryConnect(port) {
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => resolve(socket));
        socket.once('error', () => resolve(undefined));
    });
}
async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}
//# sourceMappingURL=baresip.js.map