import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { EventBus } from "../../src/domain/event-bus.js";
import { byteRange } from "../../src/http/byte-range.js";
import { seedUsers } from "../../src/http/users.js";
import { addRecording } from "../../src/recordings/add-recording.js";
import { newVoicemails, readVoicemail } from "../../src/recordings/read-recordings.js";
import { RecordingStore } from "../../src/recordings/recording-store.js";
import { Voicemails } from "../../src/recordings/voicemails.js";
import { readCall } from "../../src/records/read-call.js";
import { startRecorder } from "../../src/records/recorder.js";
import { collectedLog } from "../helpers/collected-log.js";
import { HeldFiles } from "../helpers/held-files.js";
import { buildHttpApp } from "../helpers/http-app.js";
import { startTestPostgres } from "../helpers/postgres.js";
import { quietLog } from "../helpers/quiet-log.js";
import { readWav } from "../helpers/read-wav.js";
import { realClock } from "../helpers/real-clock.js";
import { smallUsers } from "../helpers/small-centre.js";
import { telephoneWav } from "../helpers/telephone-wav.js";
const postgres = await startTestPostgres();
const { database } = postgres;
const dir = await mkdtemp(join(tmpdir(), 'switchboard-recordings-'));
const events = [];
const bus = new EventBus(realClock, (error) => {
    throw error;
});
const recorder = await startRecorder({
    ...{ database, log: quietLog(), clock: realClock, instance: randomUUID(), everyMs: 20 },
    spillDir: join(dir, 'records')
});
bus.listen(recorder.listener);
bus.listen((event) => void events.push(event));
t.teardown(async () => {
    await recorder.close();
    await postgres.close();
    await rm(dir, { recursive: true, force: true });
});
/** A store as one process has it; the same folder is the next process of the same server. */
function storeIn(folder, held = new HeldFiles()) {
    const log = collectedLog();
    const world = { databaseAway: false };
    const addRow = (recording) => world.databaseAway ? Promise.reject(new Error('The database is away')) : addRecording(database, recording);
    const store = new RecordingStore({ folder, heldBelow: 'switchboard-main', held, addRow, publish: bus.publish, log });
    return { store, held, log, folder, world };
}
function freshStore() {
    return storeIn(join(dir, randomUUID()));
}
function expected(changes = {}) {
    const id = randomUUID();
    return {
        id: id,
        kind: 'voicemail',
        callId: `call-${id}`,
        contactId: `contact-${id}`,
        caller: '13800138000',
        callerName: 'Mei Lin',
        queue: 'service',
        flow: 'night',
        createdAt: Date.UTC(2026, 10, 22, 8),
        ...changes
    };
}
const told = (id) => events.filter((event) => event.type === 'voicemail.left' && event.recording.id === id);
/** A message of two seconds of tone, kept and recorded. */
async function leave(changes = {}, { store, held } = freshStore()) {
    const recording = expected(changes);
    const name = await store.expect(recording, 1000);
    held.files.set(name, telephoneWav({ toneMs: 2000, after: 500 }));
    const stored = await store.keep(recording.id);
    if (stored === undefined)
        throw new Error('The message was not kept');
    return { stored, path: store.pathOf(stored) };
}
t.test('a message is taken from Asterisk, checked, and told', async (t) => {
    const { store, held, folder } = freshStore();
    const recording = expected({ customer: { id: 'c-1', name: 'Mei Lin' } });
    const name = await store.expect(recording, 1000);
    t.equal(name, `switchboard-main/voicemail/${recording.id}`);
    const wav = telephoneWav({ before: 300, toneMs: 2000, after: 700 });
    held.files.set(name, wav);
    const stored = await store.keep(recording.id);
    t.match(stored, { durationMs: 3000, bytes: wav.length, file: `voicemail/2026-11/${recording.id}.wav` });
    t.equal(stored?.checksum, createHash('sha256').update(wav).digest('hex'));
    t.same(await readFile(join(folder, stored?.file ?? '')), wav);
    t.equal(held.files.size, 0, 'Asterisk holds it no longer');
    t.equal(told(recording.id).length, 1);
    t.same(await readdir(join(folder, 'expected')), [], 'nothing is left to be done');
    await recorder.flush(AbortSignal.timeout(10_000));
    t.match(await readCall(database, recording.callId), {
        messages: [{ id: recording.id, queue: 'service', seconds: 3, state: 'new' }],
        events: [{ type: 'voicemail.left' }]
    });
    await store.tidy();
    t.equal(told(recording.id).length, 1, 'and nothing is told twice');
});
t.test('what holds too little speech is no message', async (t) => {
    const { store, held, folder } = freshStore();
    for (const wav of [telephoneWav({ after: 4200 }), telephoneWav({ before: 500, toneMs: 900, after: 3000 }), telephoneWav()]) {
        const recording = expected();
        held.files.set(await store.expect(recording, 1000), wav);
        t.equal(await store.keep(recording.id), undefined);
        t.equal(told(recording.id).length, 0);
    }
    t.equal(held.files.size, 0);
    t.same(await readdir(folder, { recursive: true }), ['expected'], 'nothing is kept of it');
});
t.test('an Asterisk that was killed leaves a file without sizes, which is mended', async (t) => {
    const { store, held } = freshStore();
    const recording = expected();
    held.files.set(await store.expect(recording, 1000), telephoneWav({ toneMs: 1500, sizes: false }));
    const stored = await store.keep(recording.id);
    const file = await readFile(store.pathOf(stored));
    t.equal(readWav(file).ms, 1500);
    t.equal(stored?.checksum, createHash('sha256').update(file).digest('hex'), 'the checksum is that of the mended file');
});
t.test('what cannot be taken now is taken later, and told then', async (t) => {
    const { store, held, log } = freshStore();
    const recording = expected();
    const name = await store.expect(recording, 1000);
    held.files.set(name, telephoneWav({ toneMs: 2000 }));
    held.away = true;
    await t.rejects(store.keep(recording.id), { code: 'RECORDING_NOT_TAKEN', blame: 'upstream' });
    await store.tidy();
    held.away = false;
    held.breaksAfter = 8000;
    await store.tidy();
    t.match(log.lines.at(-1), { message: 'A recording could not be taken over; it is tried again' });
    t.equal(told(recording.id).length, 0);
    t.ok(held.files.has(name), 'Asterisk holds it until we have it');
    held.breaksAfter = undefined;
    await store.tidy();
    t.equal(told(recording.id).length, 1);
});
t.test('a full or broken disk is told at once, before anybody speaks in vain', async (t) => {
    const folder = join(dir, 'no-folder');
    await writeFile(folder, 'a file where the folder should be');
    const { store, log } = storeIn(folder);
    await t.rejects(store.expect(expected(), 1000), { code: 'RECORDING_NOT_STORED', blame: 'server' });
    t.match(log.lines, [{ level: 'error', message: 'Recordings cannot be stored' }]);
});
t.test('a disk that fails after the message leaves it in Asterisk', async (t) => {
    const { store, held, folder } = freshStore();
    const recording = expected();
    const name = await store.expect(recording, 1000);
    held.files.set(name, telephoneWav({ toneMs: 2000 }));
    await writeFile(join(folder, 'voicemail'), 'a file where the folder should be');
    await t.rejects(store.keep(recording.id), { code: 'RECORDING_NOT_STORED' });
    t.ok(held.files.has(name));
    await rm(join(folder, 'voicemail'));
    await store.tidy();
    t.equal(told(recording.id).length, 1, 'it is there as soon as there is room');
});
t.test('a server that dies leaves messages to the next one', async (t) => {
    const first = freshStore();
    const [recorded, short, speaking, never] = [expected(), expected(), expected(), expected()];
    const name = await first.store.expect(recorded, 1000);
    first.held.files.set(name, telephoneWav({ toneMs: 2000 }));
    first.held.files.set(await first.store.expect(short, 1000), telephoneWav({ after: 2000 }));
    const live = await first.store.expect(speaking, 1000);
    first.held.underWay.add(live);
    first.held.files.set(live, telephoneWav({ toneMs: 3000 }));
    await first.store.expect(never, 1000);
    await first.store.tidy();
    t.equal(told(recorded.id).length, 0, 'a call that goes on looks after its own');
    const next = storeIn(first.folder, first.held);
    await next.store.tidy();
    t.equal(told(recorded.id).length, 1);
    t.equal(told(speaking.id).length, 1, 'one in progress is ended and kept');
    t.equal(told(short.id).length + told(never.id).length, 0);
    t.equal(first.held.files.size, 0);
    t.same(await readdir(join(first.folder, 'expected')), []);
});
t.test('while the database is away a message is stored and told; its row comes later', async (t) => {
    const here = freshStore();
    const recording = expected();
    here.held.files.set(await here.store.expect(recording, 1000), telephoneWav({ toneMs: 2000 }));
    here.world.databaseAway = true;
    t.match(await here.store.keep(recording.id), { durationMs: 2000 });
    t.equal(told(recording.id).length, 1);
    await here.store.tidy();
    t.equal(await readVoicemail(database, recording.id), undefined);
    here.world.databaseAway = false;
    await here.store.tidy();
    t.match(await readVoicemail(database, recording.id), { state: 'new', duration_ms: 2000 });
    t.equal(told(recording.id).length, 1, 'once');
    t.same(await readdir(join(here.folder, 'expected')), []);
});
t.test('a process that dies before the database was back leaves that to the next one, which tells it again', async (t) => {
    const first = freshStore();
    const recording = expected();
    first.held.files.set(await first.store.expect(recording, 1000), telephoneWav({ toneMs: 2000 }));
    first.world.databaseAway = true;
    await first.store.keep(recording.id);
    const next = storeIn(first.folder, first.held);
    await next.store.tidy();
    await next.store.tidy();
    t.match(await readVoicemail(database, recording.id), { state: 'new' });
    t.equal(told(recording.id).length, 2, 'once for each process');
    t.same(await readdir(join(first.folder, 'expected')), []);
});
t.test('a note that is not ours to read is left for a person', async (t) => {
    const { store, folder, log } = freshStore();
    await mkdir(join(folder, 'expected'), { recursive: true });
    await writeFile(join(folder, 'expected/odd.json'), '{ half');
    await store.tidy();
    t.match(log.lines, [{ level: 'error', message: 'A note of a recording cannot be read' }]);
    t.same(await readdir(join(folder, 'expected')), ['odd.json']);
});
t.test('messages are listed, heard, dealt with and deleted by those who may', async (t) => {
    await database.query('delete from recordings');
    await seedUsers(database, smallUsers, 'correct horse');
    const around = freshStore();
    const voicemails = new Voicemails({
        ...{ database, clock: realClock, publish: bus.publish },
        pathOf: (recording) => around.store.pathOf(recording)
    });
    const { app } = await buildHttpApp(database, { voicemails });
    t.teardown(() => app.close());
    const tokens = new Map();
    const ask = async (username, method, path, more = {}, headers = {}) => {
        if (!tokens.has(username)) {
            const answer = await app.inject({
                method: 'POST',
                url: '/api/v1/session',
                payload: { username, password: 'correct horse' }
            });
            tokens.set(username, answer.json().token);
        }
        const authorization = `Bearer ${tokens.get(username)}`;
        return app.inject({ method, url: `/api/v1/voicemails${path}`, headers: { authorization, ...headers }, ...more });
    };
    const ids = async (username, search = '') => (await ask(username, 'GET', search)).json().items.map((item) => item.id);
    const minute = 60_000;
    const one = await leave({ createdAt: 1000 * minute, customer: { id: 'c-1', name: 'Mei Lin' } }, around);
    const two = await leave({ createdAt: 1001 * minute, queue: 'sales', caller: '13900139000' }, around);
    const three = await leave({ createdAt: 1002 * minute }, around);
    const [a, b, c] = [one.stored.id, two.stored.id, three.stored.id];
    t.same(await ids('admin'), [c, b, a], 'newest first');
    t.same(await ids('1001'), [c, a], 'an agent: of their queues');
    t.same(await ids('1003'), [b]);
    t.same(await ids('2001'), [c, b, a], 'a supervisor: of the queues of their teams');
    t.same(await ids('2002'), [b]);
    t.equal((await ask('crm', 'GET', '')).statusCode, 403);
    t.same(await ids('admin', '?queue=sales'), [b]);
    t.same(await ids('admin', '?caller=13900139000'), [b]);
    t.same(await ids('1001', '?queue=sales'), [], 'a filter opens no door');
    const page = (await ask('admin', 'GET', '?limit=2')).json();
    t.same(await ids('admin', `?limit=2&cursor=${page.next}`), [a]);
    t.equal((await ask('admin', 'GET', '?cursor=nonsense')).statusCode, 400);
    t.match((await ask('1001', 'GET', `/${a}`)).json(), {
        ...{ id: a, queue: 'service', callerName: 'Mei Lin', seconds: 2.5, state: 'new', stateBy: null },
        customer: { id: 'c-1', name: 'Mei Lin' }
    });
    for (const method of ['GET', 'PATCH'])
        t.equal((await ask('1003', method, `/${a}`, { ...(method === 'PATCH' && { payload: { state: 'done' } }) })).statusCode, 404);
    const audio = await readFile(one.path);
    const whole = await ask('1001', 'GET', `/${a}/audio`);
    t.equal(whole.headers['content-type'], 'audio/wav');
    t.equal(whole.headers['cache-control'], 'private, no-store');
    t.ok(whole.rawPayload.equals(audio));
    t.match(events.at(-1), { type: 'recording.played', recordingId: a, by: '1001', callId: one.stored.callId });
    const plays = () => events.filter(({ type }) => type === 'recording.played').length;
    const before = plays();
    const part = await ask('1001', 'GET', `/${a}/audio`, {}, { range: 'bytes=44-1043' });
    t.match(part, { statusCode: 206 });
    t.equal(part.headers['content-range'], `bytes 44-1043/${audio.length}`);
    t.ok(part.rawPayload.equals(audio.subarray(44, 1044)));
    const tail = await ask('1001', 'GET', `/${a}/audio`, {}, { range: 'bytes=-100', 'if-range': String(whole.headers.etag) });
    t.ok(tail.rawPayload.equals(audio.subarray(-100)));
    const other = await ask('1001', 'GET', `/${a}/audio`, {}, { range: 'bytes=-100', 'if-range': '"another"' });
    t.match(other, { statusCode: 200 });
    t.equal(plays(), before + 3, 'every part is on record');
    const beyond = await ask('1001', 'GET', `/${a}/audio`, {}, { range: `bytes=${audio.length}-` });
    t.match(beyond, { statusCode: 416 });
    t.equal(beyond.headers['content-range'], `bytes */${audio.length}`);
    const head = await ask('1001', 'HEAD', `/${a}/audio`);
    t.match(head, { statusCode: 200, payload: '' });
    t.equal(head.headers['content-length'], String(audio.length));
    t.equal(head.headers['accept-ranges'], 'bytes');
    t.equal((await ask('1003', 'GET', `/${a}/audio`)).statusCode, 404, 'not of their queues');
    t.equal(plays(), before + 3, 'who heard nothing is not on record');
    const claim = { payload: { state: 'done', was: 'new' } };
    const [first, second] = await Promise.all([ask('1001', 'PATCH', `/${a}`, claim), ask('1002', 'PATCH', `/${a}`, claim)]);
    t.same([first.statusCode, second.statusCode].toSorted(), [200, 409], 'two at once: one of them');
    const [winner, loser] = first.statusCode === 200 ? ['1001', second] : ['1002', first];
    t.match(loser.json(), { error: { code: 'VOICEMAIL_CHANGED', details: { state: 'done', by: winner } } });
    const changes = events.filter((event) => event.type === 'voicemail.changed' && event.recordingId === a);
    t.match(changes, [{ state: 'done', by: winner, queue: 'service' }]);
    t.equal((await ask('2001', 'PATCH', `/${a}`, { payload: { state: 'done' } })).statusCode, 200, 'no change is no conflict');
    t.equal((await ask('2001', 'PATCH', `/${a}`, { payload: { state: 'lost' } })).statusCode, 400);
    t.same((await newVoicemails(database)).map(({ id }) => id).toSorted(), [b, c].toSorted());
    t.equal((await ask('2001', 'DELETE', `/${b}`)).statusCode, 403);
    t.equal((await ask('admin', 'DELETE', `/${b}`)).statusCode, 204);
    t.equal((await ask('admin', 'DELETE', `/${b}`)).statusCode, 404);
    await t.rejects(readFile(two.path), { code: 'ENOENT' });
    t.match(events.at(-1), { type: 'voicemail.changed', state: 'deleted', by: 'admin' });
    await rm(three.path);
    t.equal((await ask('1001', 'GET', `/${c}/audio`)).statusCode, 404, 'its audio is gone');
    const young = await leave({ createdAt: Date.now() }, around);
    t.equal(await voicemails.sweep(24 * 60 * minute), 2, 'what is too old goes, its audio being there or not');
    t.same(await ids('admin'), [young.stored.id]);
    t.match(events.at(-1), { type: 'voicemail.changed', state: 'deleted', by: 'retention' });
});
t.test('what a Range header asks for', async (t) => {
    const cases = [
        [undefined, 'whole'],
        ['bytes=0-', { from: 0, to: 99 }],
        ['bytes=10-19', { from: 10, to: 19 }],
        ['bytes=90-500', { from: 90, to: 99 }],
        ['bytes=-30', { from: 70, to: 99 }],
        ['bytes=-500', { from: 0, to: 99 }],
        ['bytes=100-', undefined],
        ['bytes=-0', undefined],
        ['bytes=20-10', 'whole'],
        ['bytes=0-1,5-6', 'whole'],
        ['bytes=-', 'whole'],
        ['lines=1-2', 'whole'],
        ['bytes=one-two', 'whole']
    ];
    for (const [header, range] of cases)
        t.same(byteRange(header, 100), range, header ?? 'none');
});
//# sourceMappingURL=recordings.test.js.map