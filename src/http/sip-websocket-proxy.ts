import type { FastifyRequest } from 'fastify'
import { type RawData, WebSocket } from 'ws'
import type { App } from './app-type.ts'
import { problem } from './errors.ts'
import type { HttpOptions } from './http-options.ts'

/** Unread bytes of one side past which the phone is cut off: SIP is small, so somebody has stopped reading. */
const BUFFER_MAX = 256 * 1024
const CONNECT_LIMIT_MS = 5_000
/** A phone registers as soon as it is connected; who says nothing for so long is none. */
const FIRST_WORD_MS = 10_000
/** Fewer than Asterisk takes (`sessionlimit` in http.conf), as ARI needs some of the same. */
const SOCKETS_MAX = 800

/** SIP of browser phones: `/sip` of this origin leads to Asterisk's websocket, so that nothing else of Asterisk's HTTP server is reachable. */
export function sipWebsocketProxy(
  app: App,
  { ariAddress, log, phonesPerAddress }: Pick<HttpOptions, 'ariAddress' | 'log' | 'phonesPerAddress'>
): void {
  const host = ariAddress.host.includes(':') ? `[${ariAddress.host}]` : ariAddress.host
  const url = `ws://${host}:${ariAddress.port}/ws`
  const open = new Map<string, number>()
  const isFull = (address: string) =>
    (open.get(address) ?? 0) >= phonesPerAddress || [...open.values()].reduce((sum, count) => sum + count, 0) >= SOCKETS_MAX

  app.route({
    method: 'GET',
    url: '/sip',
    schema: { hide: true },
    config: { rateLimit: false },
    preValidation: async (request, reply) => {
      if (!isSameOrigin(request)) await reply.code(403).send(problem('WRONG_ORIGIN', 'This origin may not use the phone'))
      // RFC 7118 §4.1: the subprotocol of SIP over websocket.
      else if (!offersSip(request)) await reply.code(400).send(problem('WRONG_SUBPROTOCOL', 'The subprotocol is sip'))
      else if (isFull(request.ip))
        await reply.code(503).header('retry-after', 30).send(problem('TOO_MANY_PHONES', 'There are too many phones'))
    },
    handler: (_request, reply) => reply.code(426).send(problem('WEBSOCKET_ONLY', 'This address speaks websocket')),
    wsHandler: (phone, { ip }) => {
      open.set(ip, (open.get(ip) ?? 0) + 1)
      phone.on('close', () => {
        const left = (open.get(ip) ?? 1) - 1
        if (left === 0) open.delete(ip)
        else open.set(ip, left)
      })
      const silent = setTimeout(() => phone.close(1008, 'A phone registers at once'), FIRST_WORD_MS)
      for (const event of ['message', 'close'] as const) phone.once(event, () => clearTimeout(silent))
      const asterisk = new WebSocket(url, 'sip', { handshakeTimeout: CONNECT_LIMIT_MS, perMessageDeflate: false })
      asterisk.on('error', (error) => log.warn({ err: error }, 'The SIP socket of a browser phone failed'))
      connectBoth(phone, asterisk)
    }
  })
}

/** Hands every message over to the other side; when one side goes, the other goes too. */
function connectBoth(phone: WebSocket, asterisk: WebSocket): void {
  const early: { data: RawData; binary: boolean }[] = []
  let earlyBytes = 0

  phone.on('message', (data, binary) => {
    if (asterisk.readyState === WebSocket.OPEN) return handOver(asterisk, phone, data, binary)
    earlyBytes += sizeOf(data)
    if (earlyBytes > BUFFER_MAX) cut(phone, asterisk)
    else early.push({ data, binary })
  })
  asterisk.on('open', () => {
    for (const { data, binary } of early.splice(0)) asterisk.send(data, { binary })
  })
  asterisk.on('message', (data, binary) => handOver(phone, asterisk, data, binary))
  phone.on('close', () => asterisk.close())
  // 1013 (try again later) tells the page that it was not its fault.
  asterisk.on('close', () => phone.close(1013, 'Asterisk closed the socket'))
}

function handOver(to: WebSocket, from: WebSocket, data: RawData, binary: boolean): void {
  if (to.readyState !== WebSocket.OPEN) return
  to.send(data, { binary })
  if (to.bufferedAmount > BUFFER_MAX) cut(to, from)
}

function cut(...sockets: WebSocket[]): void {
  for (const socket of sockets) socket.terminate()
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength
}

function isSameOrigin({ headers: { origin, host } }: FastifyRequest): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}

function offersSip({ headers }: FastifyRequest): boolean {
  return (headers['sec-websocket-protocol'] ?? '').split(',').some((offered) => offered.trim() === 'sip')
}
