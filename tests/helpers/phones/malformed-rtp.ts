import type { SeededRandom } from '../seeded-random.ts'
import type { RtpStream } from './rtp-mouth.ts'

const EVENTS = 101
const VOICE = 0

type Packets = (stream: RtpStream, random: SeededRandom) => readonly Buffer[]

/** What no telephone says, within a stream that its far end knows (RFC 3550 §5, RFC 4733 §2). */
export const malformedRtp: Readonly<Record<string, Packets>> = {
  garbage: (_, random) => Array.from({ length: 60 }, () => bytes(random, random.below(1400))),
  'garbage behind a good header': (stream, random) =>
    Array.from({ length: 40 }, (_, at) => packet(stream, { at, payload: bytes(random, random.below(1200)) })),
  'headers cut short': (stream) => Array.from({ length: 13 }, (_, length) => packet(stream).subarray(0, length)),
  'other versions': (stream) => [0x00, 0x40, 0xc0].map((first) => packet(stream, { first })),
  'sources that are not there': (stream) =>
    Array.from({ length: 15 }, (_, n) => packet(stream, { first: 0x81 + n, payload: none })),
  'extensions longer than the packet': (stream) =>
    [0, 1, 4, 0x7fff, 0xffff].flatMap((words) =>
      [0xbede, 0x1000, 0x0000, 0xffff].map((profile) => packet(stream, { first: 0x9f, payload: uint16s(profile, words, 0xffff) }))
    ),
  'an extension whose elements are longer than it': (stream) =>
    [0x0f, 0x1f, 0xff, 0x10, 0xef].map((element) =>
      packet(stream, {
        first: 0x90,
        payload: Buffer.concat([uint16s(0xbede, 1), Buffer.from([element, element, element, element])])
      })
    ),
  'padding that is more than there is': (stream) =>
    [0, 1, 12, 255].map((last) => packet(stream, { first: 0xa0, payload: Buffer.from([0, last]) })),
  'nothing but a header': (stream) => [packet(stream, { payload: none }), packet(stream, { first: 0xa0, payload: none })],
  'one sample, and as many as a packet holds': (stream) =>
    [1, 2, 3, 1388, 9000, 60_000].map((length, at) => packet(stream, { at, payload: Buffer.alloc(length, 0xff) })),
  'every payload type': (stream, random) =>
    Array.from({ length: 256 }, (_, second) => second)
      // Keys are a kind of their own.
      .filter((second) => (second & 0x7f) !== EVENTS)
      .map((second, at) => packet(stream, { second, at, payload: bytes(random, 160) })),
  'numbers far from where they were': (stream) =>
    [0, 1, 0x7fff, 0x8000, 0xffff].flatMap((sequence) =>
      [0, 0x7fffffff, 0xffffffff].map((timestamp) => packet({ ...stream, sequence, timestamp }))
    ),
  'a hundred other sources': (stream, random) =>
    Array.from({ length: 100 }, (_, at) => packet({ ...stream, ssrc: random.below(2 ** 32) }, { at })),
  'no source, and all bits of one': (stream) => [packet({ ...stream, ssrc: 0 }), packet({ ...stream, ssrc: 0xffffffff })],
  // Of no key that there is: Asterisk takes the rest of a key that is cut short, how long it is held, from the packet before.
  'keys cut short': (stream) =>
    [0, 1, 2, 3].map((length, at) =>
      packet(stream, { second: EVENTS, at, payload: Buffer.from([255, 10, 0]).subarray(0, length) })
    ),
  // Not of 0 to 16: who claims that a key is held for 8 s is silent for so long, as they say.
  'keys that there are not': (stream) =>
    [17, 32, 100, 128, 255].flatMap((code, n) =>
      [0x0a, 0x8a, 0xff].map((flags, at) =>
        packet(stream, { second: EVENTS, at: n * 3 + at, payload: Buffer.from([code, flags, 0xff, 0xff]) })
      )
    ),
  'keys that are far too long': (stream) =>
    [2000, 9000].map((length, at) => packet(stream, { second: EVENTS, at, payload: Buffer.alloc(length, 0xff) })),
  'RTCP in the place of RTP': (stream, random) => Object.values(malformedRtcp).flatMap((build) => build(stream, random))
}

/** What no telephone reports (RFC 3550 §6). */
export const malformedRtcp: Readonly<Record<string, Packets>> = {
  garbage: (_, random) => Array.from({ length: 60 }, () => bytes(random, random.below(1400))),
  'headers cut short': (stream) => Array.from({ length: 9 }, (_, length) => report(stream, 200, 0, none).subarray(0, length)),
  'other versions': (stream) => [0x00, 0x40, 0xc0].map((first) => report(stream, 201, first - 0x80, none)),
  'a sender who has sent more than there is': (stream) => [
    report(stream, 200, 31, Buffer.alloc(20 + 31 * 24, 0xff)),
    report(stream, 200, 1, Buffer.alloc(20 + 24, 0xff)),
    report(stream, 200, 0, Buffer.alloc(20))
  ],
  'losses beyond all measure': (stream) => [
    report(stream, 201, 31, Buffer.alloc(31 * 24, 0xff)),
    report(stream, 201, 1, Buffer.concat([uint32(stream.ssrc), Buffer.alloc(20, 0x7f)])),
    report(stream, 201, 31, none)
  ],
  'more reports than there are': (stream) =>
    [200, 201].flatMap((type) => [1, 15, 31].map((count) => report(stream, type, count, none))),
  'lengths that are not its own': (stream) =>
    [0, 1, 5, 0x7fff, 0xffff].flatMap((words) =>
      [200, 201, 202, 203, 204, 205, 206, 207].map((type) => {
        const bytes = report(stream, type, 1, Buffer.alloc(24))
        bytes.writeUInt16BE(words, 2)
        return bytes
      })
    ),
  'a description that does not end': (stream) => [
    report(stream, 202, 1, Buffer.concat([Buffer.from([1, 255]), Buffer.from('x'.repeat(26))])),
    report(
      stream,
      202,
      1,
      Buffer.concat(Array.from({ length: 4 }, () => Buffer.concat([Buffer.from([1, 255]), Buffer.alloc(255, 0x78)])))
    ),
    report(stream, 202, 31, Buffer.from([8, 255, 255, 255]))
  ],
  'a goodbye of who stays': (stream) => [
    report(stream, 203, 1, none),
    report(stream, 203, 31, none),
    report(stream, 203, 1, Buffer.from([255, 0x62, 0x79, 0x65]))
  ],
  'an application’s own': (stream, random) => [
    report(stream, 204, 0, none),
    report(stream, 204, 31, Buffer.concat([Buffer.from('EVIL'), bytes(random, 1000)]))
  ],
  'pictures that nobody sends': (stream, random) =>
    [205, 206].flatMap((type) => [1, 2, 4, 15, 31].map((count) => report(stream, type, count, bytes(random, 40)))),
  'a type that there is not': (stream) => [0, 192, 199, 208, 255].map((type) => report(stream, type, 0, Buffer.alloc(4))),
  'three hundred in one': (stream) => [Buffer.concat(Array.from({ length: 300 }, () => report(stream, 201, 0, none)))]
}

const none = Buffer.alloc(0)

interface Odd {
  /** Version, padding, extension and count of sources. */
  readonly first?: number
  /** Marker and payload type. */
  readonly second?: number
  /** The how manieth after what was said last. */
  readonly at?: number
  readonly payload?: Buffer
}

function packet(
  { ssrc, sequence, timestamp }: RtpStream,
  { first = 0x80, second = VOICE, at = 0, payload = Buffer.alloc(160, 0xff) }: Odd = {}
): Buffer {
  const header = Buffer.concat([Buffer.from([first, second]), uint16s((sequence + at) & 0xffff), uint32(timestamp), uint32(ssrc)])
  return Buffer.concat([header, payload])
}

function report({ ssrc }: RtpStream, type: number, count: number, more: Buffer): Buffer {
  const padded = Buffer.concat([uint32(ssrc), more, Buffer.alloc((4 - (more.length % 4)) % 4)])
  return Buffer.concat([Buffer.from([(0x80 + count) & 0xff, type]), uint16s(padded.length / 4), padded])
}

function uint16s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

function bytes(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)))
}
