import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Pause } from '../../src/domain/recording.ts'
import { openAudio } from '../../src/recordings/audio-reader.ts'
import { createAudio } from '../../src/recordings/audio-writer.ts'
import { PeakMeter } from '../../src/recordings/peaks.ts'
import { RecordingKeys } from '../../src/recordings/recording-keys.ts'
import { CHUNK_BYTES, chunkAt, SEALED_HEADER_BYTES, TAG_BYTES } from '../../src/recordings/sealed-format.ts'
import { type Tracks, takeFile } from '../../src/recordings/take-file.ts'
import { telephoneWav } from '../helpers/phones/telephone-wav.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'

const dir = await mkdtemp(join(tmpdir(), 'switchboard-sealed-'))
t.teardown(() => rm(dir, { recursive: true, force: true }))

const keyText = (fill: number) => Buffer.alloc(32, fill).toString('base64')
const keys = new RecordingKeys(`new:${keyText(1)},old:${keyText(2)}`)
const HEADER = 44

/** Writes a plain file in pieces as they come, and answers where, with what must be read from it. */
async function seal(size: number, { id = randomUUID() as string, pieces = [1000, 70_000, 3], by = keys } = {}) {
  const plain = randomBytes(Math.max(size, HEADER))
  const path = join(dir, `${randomUUID()}.wav${by.current === undefined ? '' : '.sealed'}`)
  const writer = await createAudio(path, id, by.current, HEADER)
  for (let at = HEADER, n = 0; at < plain.length; n++) {
    const length = pieces[n % pieces.length] as number
    await writer.write(plain.subarray(at, at + length))
    at += length
  }
  await writer.finish(plain.subarray(0, HEADER))
  await writer.close()
  return { id, path, plain }
}

async function readAll(path: string, id: string, from?: number, to?: number, by = keys): Promise<Buffer> {
  const audio = await openAudio(path, id, by)
  if (audio === undefined) throw new Error('There is no such file')
  try {
    const pieces: Buffer[] = []
    for await (const bytes of audio.read(from ?? 0, to ?? audio.size - 1)) pieces.push(bytes)
    return Buffer.concat(pieces)
  } finally {
    await audio.close()
  }
}

t.test('what is sealed reads as it was written, whatever its size, and nothing of it is on the disk', async (t) => {
  const sizes = [HEADER, HEADER + 1, 5000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 77]
  for (const size of sizes) {
    const { id, path, plain } = await seal(size)
    t.ok((await readAll(path, id)).equals(plain), `${size} bytes`)
    const stored = await readFile(path)
    for (let at = 0; at + 16 <= plain.length; at += CHUNK_BYTES / 4)
      t.equal(stored.indexOf(plain.subarray(at, at + 16)), -1, 'no part of it is to be seen')
  }
})

t.test('any part of a sealed file is that part of the plain one', async (t) => {
  const chance = new SeededRandom(7)
  const random = () => chance.next()
  const { id, path, plain } = await seal(4 * CHUNK_BYTES + 999)
  const edges = [0, 43, 44, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 4 * CHUNK_BYTES, plain.length - 1]
  const point = () =>
    random() < 0.5 ? (edges[Math.floor(random() * edges.length)] as number) : Math.floor(random() * plain.length)
  let wrong = 0
  for (let n = 0; n < 300; n++) {
    const [from = 0, to = 0] = [point(), point()].toSorted((one, other) => one - other)
    if (!(await readAll(path, id, from, to)).equals(plain.subarray(from, to + 1))) wrong++
  }
  t.equal(wrong, 0)
})

t.test('a plain file reads the same way', async (t) => {
  const none = new RecordingKeys(undefined)
  const { id, path, plain } = await seal(2 * CHUNK_BYTES + 5, { by: none })
  t.ok((await readFile(path)).equals(plain))
  t.ok((await readAll(path, id, 100, CHUNK_BYTES + 100, none)).equals(plain.subarray(100, CHUNK_BYTES + 101)))
  t.equal(await openAudio(join(dir, 'nothing.wav'), id, none), undefined)
})

t.test('every changed byte is noticed, and no wrong byte is ever handed out', async (t) => {
  const chance = new SeededRandom(11)
  const random = () => chance.next()
  const { id, path, plain } = await seal(2 * CHUNK_BYTES + 4321)
  const good = await readFile(path)
  const places = [
    0,
    3,
    4,
    5,
    40,
    70,
    80,
    SEALED_HEADER_BYTES - 1,
    SEALED_HEADER_BYTES,
    chunkAt(1) - 1,
    chunkAt(1),
    good.length - 1
  ]
  for (let n = 0; n < 40; n++) places.push(Math.floor(random() * good.length))
  for (const place of places) {
    const bad = Buffer.from(good)
    bad[place] = (bad[place] as number) ^ (1 << Math.floor(random() * 8))
    await writeFile(path, bad)
    const handedOut: Buffer[] = []
    const error = await (async () => {
      const audio = await openAudio(path, id, keys)
      try {
        for await (const bytes of audio?.read(0, plain.length - 1) ?? []) handedOut.push(bytes)
      } finally {
        await audio?.close()
      }
    })().catch((thrown) => thrown)
    t.match(error, { code: /^RECORDING_(DAMAGED|KEY_UNKNOWN)$/, blame: 'server' }, `byte ${place}`)
    const given = Buffer.concat(handedOut)
    t.ok(given.equals(plain.subarray(0, given.length)))
  }
})

t.test('chunks cannot be swapped, cut off, added, or taken from another recording or another take of this one', async (t) => {
  const one = await seal(3 * CHUNK_BYTES)
  const again = await seal(3 * CHUNK_BYTES, { id: one.id })
  const other = await seal(3 * CHUNK_BYTES)
  const good = await readFile(one.path)
  const size = CHUNK_BYTES + TAG_BYTES
  const chunk = (file: Buffer, n: number) => file.subarray(chunkAt(n), chunkAt(n) + size)
  const head = good.subarray(0, SEALED_HEADER_BYTES)
  const attempts = {
    swapped: Buffer.concat([head, chunk(good, 1), chunk(good, 0), chunk(good, 2)]),
    repeated: Buffer.concat([head, chunk(good, 0), chunk(good, 0), chunk(good, 2)]),
    'cut off': good.subarray(0, chunkAt(2)),
    'cut off within': good.subarray(0, good.length - 100),
    added: Buffer.concat([good, chunk(good, 2)]),
    'of another recording': Buffer.concat([head, chunk(good, 0), chunk(await readFile(other.path), 1), chunk(good, 2)]),
    'of another take': Buffer.concat([head, chunk(good, 0), chunk(await readFile(again.path), 1), chunk(good, 2)]),
    'with the header of another take': Buffer.concat([
      (await readFile(again.path)).subarray(0, SEALED_HEADER_BYTES),
      good.subarray(SEALED_HEADER_BYTES)
    ]),
    empty: Buffer.alloc(0)
  }
  for (const [how, file] of Object.entries(attempts)) {
    await writeFile(one.path, file)
    await t.rejects(readAll(one.path, one.id), { code: 'RECORDING_DAMAGED' }, how)
  }
  await writeFile(one.path, good)
  t.ok((await readAll(one.path, one.id)).equals(one.plain))
  await t.rejects(
    readAll(one.path, other.id),
    { code: 'RECORDING_DAMAGED' },
    'the file of one recording under the name of another'
  )
  await truncate(one.path, chunkAt(2))
  await t.rejects(openAudio(one.path, one.id, keys), { code: 'RECORDING_DAMAGED' }, 'a file that was cut off does not even open')
  await writeFile(one.path, one.plain)
  await t.rejects(
    openAudio(one.path, one.id, keys),
    { code: 'RECORDING_DAMAGED' },
    'a plain file cannot take the place of a sealed one'
  )
})

t.test('keys are changed without losing what the old one sealed; a wrong or missing one is told', async (t) => {
  const before = new RecordingKeys(`old:${keyText(2)}`)
  const { id, path, plain } = await seal(1000, { by: before })
  t.ok((await readAll(path, id, undefined, undefined, keys)).equals(plain), 'the old key still opens')
  const wrong = new RecordingKeys(`old:${keyText(3)}`)
  await t.rejects(openAudio(path, id, wrong), {
    code: 'RECORDING_DAMAGED',
    details: { keyId: 'old' }
  })
  const lost = new RecordingKeys(`new:${keyText(1)}`)
  await t.rejects(openAudio(path, id, lost), {
    code: 'RECORDING_KEY_UNKNOWN',
    details: { keyId: 'old' }
  })
  const one = new RecordingKeys(keyText(9))
  const alone = await seal(1000, { by: one })
  t.ok(
    (
      await readAll(alone.path, alone.id, undefined, undefined, new RecordingKeys(`x:${keyText(1)},default:${keyText(9)}`))
    ).equals(alone.plain)
  )
  for (const text of [
    '',
    'short',
    `a:${keyText(1)},a:${keyText(2)}`,
    `A B:${keyText(1)}`,
    Buffer.alloc(31, 1).toString('base64')
  ])
    t.throws(() => new RecordingKeys(text), {
      code: 'RECORDINGS_KEY_INVALID'
    })
})

/** A track as a network brings it. */
async function* inPieces(file: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size)
}

async function take(tracks: Tracks, pauses: readonly Pause[] = [], by = keys) {
  const id = randomUUID()
  const path = join(dir, `${id}.wav${by.current === undefined ? '' : '.sealed'}`)
  const taken = await takeFile(tracks, {
    path,
    recordingId: id,
    keys: by,
    pauses
  })
  return { taken, wav: await readAll(path, id, undefined, undefined, by) }
}

function channel(wav: Buffer, side: 0 | 1): Int16Array {
  return Int16Array.from({ length: (wav.length - HEADER) / 4 }, (_, n) => wav.readInt16LE(HEADER + 4 * n + 2 * side))
}

const loudest = (samples: Int16Array, fromMs: number, toMs: number) =>
  samples.subarray(fromMs * 8, toMs * 8).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)

t.test('two tracks become one with two channels, whatever sizes they come in', async (t) => {
  const left = telephoneWav({ toneMs: 1000, hertz: 500 })
  const right = telephoneWav({
    before: 400,
    toneMs: 300,
    after: 800,
    hertz: 900
  })
  for (const [one, other] of [
    [1001, 777],
    [3, 65_536],
    [100_000, 1]
  ] as const) {
    const { taken, wav } = await take([inPieces(left, one), inPieces(right, other)])
    t.equal(taken.durationMs, 1500)
    t.equal(taken.bytes, wav.length)
    t.equal(taken.checksum, createHash('sha256').update(wav).digest('hex'))
    t.equal(wav.readUInt16LE(22), 2)
    t.equal(wav.readUInt32LE(40), wav.length - HEADER)
    t.equal(wav.readUInt32LE(4), wav.length - 8)
    const [caller, agent] = [channel(wav, 0), channel(wav, 1)]
    t.equal(Buffer.from(caller.buffer).subarray(0, 16_000).equals(left.subarray(HEADER)), true, 'the caller is left')
    t.equal(Buffer.from(agent.buffer).equals(right.subarray(HEADER)), true, 'the agent is right')
    t.equal(loudest(caller, 1000, 1500), 0, 'the shorter one is silent at its end')
  }
})

t.test('a pause is silent on both channels, whatever Asterisk has recorded there', async (t) => {
  const tone = telephoneWav({ toneMs: 2000 })
  const { wav } = await take([inPieces(tone, 999), inPieces(tone, 1777)], [{ from: 500, to: 900 }, { from: 1700 }])
  for (const side of [0, 1] as const) {
    const samples = channel(wav, side)
    t.equal(loudest(samples, 500, 900) + loudest(samples, 1700, 2000), 0)
    t.ok(loudest(samples, 450, 500) > 1000 && loudest(samples, 900, 950) > 1000 && loudest(samples, 1650, 1700) > 1000)
  }
})

t.test('what is no telephone WAV is refused', async (t) => {
  for (const file of [Buffer.from('<html>'), Buffer.alloc(100), telephoneWav().subarray(0, 43)])
    await t.rejects(take([inPieces(file, 10)]), {
      code: 'RECORDING_UNREADABLE',
      blame: 'upstream'
    })
  await t.rejects(take([inPieces(telephoneWav({ toneMs: 100 }), 100), inPieces(Buffer.from('no'), 1)]), {
    code: 'RECORDING_UNREADABLE'
  })
})

t.test('the picture of a recording shows what is loud, and stays small', async (t) => {
  const loud = telephoneWav({ before: 1000, toneMs: 1000, after: 1000 })
  const { taken } = await take([inPieces(loud, 4000), inPieces(telephoneWav({ after: 3000 }), 4000)])
  const [caller = [], agent = []] = taken.peaks.channels
  t.equal(caller.length, agent.length)
  t.ok(caller.length * taken.peaks.windowMs >= 3000 && caller.length <= 400)
  for (const [n, peak] of caller.entries()) {
    const ms = n * taken.peaks.windowMs
    t.equal(peak > 0.05, ms >= 1000 && ms < 2000, `${ms} ms: ${peak}`)
  }
  t.ok(agent.every((peak) => peak === 0))

  const meter = new PeakMeter(1)
  const second = Buffer.alloc(16_000)
  for (let n = 0; n < 3600; n++) {
    second.writeInt16LE(n === 1800 ? -32_768 : 100, 0)
    meter.hear(second)
  }
  const { windowMs, channels } = meter.result
  t.ok(
    (channels[0]?.length ?? 0) <= 400 && (channels[0]?.length ?? 0) >= 200,
    `an hour in ${channels[0]?.length} windows of ${windowMs} ms`
  )
  t.equal(channels[0]?.indexOf(1), Math.floor(1_800_000 / windowMs), 'the loudest moment is where it was')
})
