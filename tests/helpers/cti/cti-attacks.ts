import { deflateRawSync } from 'node:zlib'
import { requestSchemas } from '../../../src/cti/messages.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { everyRequest } from './asked-params.ts'
import { frame, RawWebsocket, upgradeRequest } from './raw-websocket.ts'

const TEXT = 1
const methods = Object.keys(requestSchemas)

const opening = (token: string) =>
  frame(TEXT, JSON.stringify({ jsonrpc: '2.0', id: 'o', method: 'session.open', params: { token } }))

/** What a hostile or broken client does with a connection of its own; resolves when it has done it, the connection still there. */
export const attacks: Readonly<Record<string, (url: string, random: SeededRandom) => Promise<RawWebsocket[]>>> = {
  'bytes instead of HTTP': async (url, random) => {
    const peer = await RawWebsocket.connect(url)
    peer.write(bytes(random, 2_000))
    return [peer]
  },
  'half a handshake': async (url, random) => {
    const peer = await RawWebsocket.connect(url)
    peer.write(upgradeRequest.slice(0, random.below(upgradeRequest.length)))
    return [peer]
  },
  'many connections that say nothing': (url) => Promise.all(Array.from({ length: 20 }, () => RawWebsocket.upgrade(url))),
  'random bytes as frames': async (url, random) => {
    const peer = await opened(url, random)
    peer.write(bytes(random, 5_000))
    return [peer]
  },
  'frames cut short': async (url, random) => {
    const peer = await opened(url, random)
    const whole = frame(TEXT, JSON.stringify(request(random)))
    peer.write(whole.subarray(0, random.below(whole.length)))
    return [peer]
  },
  'lengths beyond all measure': async (url, random) => {
    const peer = await opened(url, random)
    peer.write(frame(TEXT, 'x', { length: random.pick([65_537, 2 ** 31, 2n ** 53n, 2n ** 63n - 1n]) }))
    peer.write(bytes(random, 70_000))
    return [peer]
  },
  'nests of brackets': async (url, random) => {
    const peer = await opened(url, random)
    const depth = random.below(30_000)
    const nest = random.pick([
      `${'['.repeat(depth)}${']'.repeat(depth)}`,
      `${'{"a":'.repeat(depth / 3)}1${'}'.repeat(depth / 3)}`
    ])
    peer.write(frame(TEXT, nest))
    peer.write(frame(TEXT, `{"jsonrpc":"2.0","id":1,"method":"associateData","params":{"callId":"a","data":{"x":${nest}}}}`))
    return [peer]
  },
  'binary messages': async (url, random) => {
    const peer = await opened(url, random)
    peer.write(frame(2, random.pick([Buffer.from(JSON.stringify(request(random))), bytes(random, 500)])))
    return [peer]
  },
  'text that is no UTF-8': async (url, random) => {
    const peer = await opened(url, random)
    peer.write(
      frame(
        TEXT,
        Buffer.concat([Buffer.from('{"jsonrpc":"'), random.pick([Buffer.from([0xc0, 0xaf]), Buffer.from([0xed, 0xa0, 0x80])])])
      )
    )
    return [peer]
  },
  'a message letter by letter, with pings between': async (url, random) => {
    const peer = await opened(url, random)
    const text = JSON.stringify(request(random))
    for (const [at, letter] of [...text].entries()) {
      peer.write(frame(at === 0 ? TEXT : 0, letter, { fin: at === text.length - 1 }))
      if (random.below(20) === 0) peer.write(frame(9, 'ping'))
    }
    return [peer]
  },
  'a message that never ends': async (url, random) => {
    const peer = await opened(url, random)
    for (let at = 0; at < 3_000; at++)
      peer.write(frame(at === 0 ? TEXT : 0, random.pick(['', 'x', 'x'.repeat(40)]), { fin: false }))
    return [peer]
  },
  'opcodes and bits that are not allowed': async (url, random) => {
    const peer = await opened(url, random)
    peer.write(
      frame(random.pick([3, 4, 7, 0, 11, 15, TEXT, 8, 9]), bytes(random, 130), {
        fin: random.below(2) === 0,
        reserved: random.below(8),
        masked: random.below(2) === 0
      })
    )
    return [peer]
  },
  'a compression bomb': async (url, random) => {
    const peer = await opened(url, random)
    peer.write(frame(TEXT, deflateRawSync(Buffer.alloc(20_000_000)).subarray(0, 60_000), { reserved: 4 }))
    return [peer]
  },
  'pings without end, answers not read': async (url, random) => {
    const peer = await opened(url, random)
    peer.socket.pause()
    peer.write(Buffer.concat(Array.from({ length: 1_000 }, () => frame(random.pick([9, 10]), 'x'.repeat(125)))))
    return [peer]
  },
  'a thousand requests in one breath': async (url, random) => {
    const peer = await opened(url, random)
    if (random.below(2) === 0) peer.socket.pause()
    peer.write(Buffer.concat(Array.from({ length: 1_000 }, () => frame(TEXT, JSON.stringify(request(random))))))
    return [peer]
  },
  'wrong tokens': async (url, random) => {
    const peers = await Promise.all(Array.from({ length: 5 }, () => RawWebsocket.upgrade(url)))
    for (const peer of peers) peer.write(opening(String(random.next())))
    return peers
  },
  'requests gone wrong': async (url, random) => {
    const peer = await opened(url, random)
    for (let at = 0; at < 30; at++) peer.write(frame(TEXT, mutated(JSON.stringify(request(random)), random)))
    return [peer]
  },
  'requests of wrong things': async (url, random) => {
    const peer = await opened(url, random)
    for (let at = 0; at < 30; at++) peer.write(frame(TEXT, JSON.stringify({ ...request(random), ...oddities(random) })))
    return [peer]
  },
  'a strange goodbye': async (url, random) => {
    const peer = await opened(url, random)
    const code = Buffer.alloc(2)
    code.writeUInt16BE(random.pick([0, 999, 1005, 1006, 1016, 2999, 4401, 65_535]))
    peer.write(frame(8, random.pick([Buffer.alloc(0), Buffer.from([3]), code, Buffer.concat([code, bytes(random, 100)])])))
    peer.write(frame(TEXT, JSON.stringify(request(random))))
    return [peer]
  }
}

/** Half of them with a session, as a user who may do something. */
async function opened(url: string, random: SeededRandom): Promise<RawWebsocket> {
  const peer = await RawWebsocket.upgrade(url)
  if (random.below(2) === 0) peer.write(opening(random.pick(['1001', '2001', 'admin'])))
  return peer
}

function request(random: SeededRandom) {
  const { method, params } = random.pick(everyRequest())
  return { jsonrpc: '2.0', id: random.below(1e9), method, params }
}

function bytes(random: SeededRandom, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(most) + 1 }, () => random.below(256)))
}

function mutated(text: string, random: SeededRandom): string {
  const at = random.below(text.length)
  const odd = random.pick(['', '"', '{', ']', '\\u0000', '\u0000', '1e999', '-', '\ud800', '__proto__', text.slice(at)])
  return text.slice(0, at) + odd + text.slice(at + random.below(4))
}

function oddities(random: SeededRandom): object {
  const value = () =>
    random.pick<unknown>([null, [], {}, -1, 1e300, '', 'x'.repeat(5_000), true, [[[]]], { toString: 1 }, { length: 1e9 }])
  return random.pick<object>([
    { id: value() },
    { jsonrpc: value() },
    { method: random.pick([...methods, '__proto__', 'constructor', 'toString', 'x'.repeat(100)]) },
    { params: value() },
    {
      params: Object.fromEntries(
        ['callId', 'agentId', 'token', 'data', 'monitor', 'to', 'queue', '__proto__'].map((name) => [name, value()])
      )
    },
    JSON.parse('{"__proto__":{"method":"agent.list"},"params":{"__proto__":{"callId":"a"}}}') as object
  ])
}
