import type {} from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CtiServer } from './cti-server.ts'
import type { CtiOptions } from './cti-world.ts'
import { ctiPath, subprotocol } from './messages.ts'
import { asyncApi } from './reference/asyncapi.ts'

/** Puts the CTI socket on an app that has @fastify/websocket. Give the server's `listener` to the event bus. */
export function registerCti(app: FastifyInstance, options: CtiOptions): CtiServer {
  const server = new CtiServer(options)

  app.route({
    method: 'GET',
    url: ctiPath,
    // Clients that reconnect after a restart come all at once; the socket has limits of its own.
    config: { rateLimit: false },
    preValidation: async (request, reply) => {
      if (!mayConnectFrom(request, options.allowedOrigins ?? []))
        await reply.code(403).send({ error: 'This origin may not open the CTI socket' })
      else if (!offers(request, subprotocol)) await reply.code(400).send({ error: `The subprotocol is ${subprotocol}` })
    },
    handler: (_request, reply) => reply.code(426).send({ error: 'This address speaks websocket' }),
    wsHandler: (socket, request) => {
      const connection = server.accept(socket, request.ip, request.raw.socket)
      socket.on('message', (message: Buffer, isBinary: boolean) => {
        // RFC 6455 §7.4.1: a kind of data that is not accepted. JSON is text.
        if (isBinary) socket.close(1003, 'Messages are text')
        else connection.receive(message.toString())
      })
      // ws has answered it already; each costs us as much as a request.
      socket.on('ping', () => connection.pinged())
      socket.on('pong', () => connection.pong())
      socket.on('close', () => connection.lost())
    }
  })

  let document: string | undefined
  app.get(`${ctiPath}/asyncapi.json`, { schema: { hide: true } as object }, (_request, reply) => {
    document ??= JSON.stringify(asyncApi())
    return reply.type('application/json').send(document)
  })
  app.addHook('preClose', async () => server.close())
  return server
}

/** Browsers always tell the origin of the page; other clients have none. A page of another origin could act with what its visitor sees. */
function mayConnectFrom(request: FastifyRequest, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

function offers(request: FastifyRequest, wanted: string): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((protocol) => protocol.trim() === wanted)
}
