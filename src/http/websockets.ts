import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'

/** Longest message on any socket: a CTI request, or a SIP message with its SDP. */
const MESSAGE_BYTES_MAX = 64 * 1024
/** How long clients may take to say goodbye when we stop. */
const GOODBYE_MS = 1_000
/** RFC 6455 registry: the server restarts, come again. */
const SERVICE_RESTART = 1012

/** Lets routes of the app be websockets. On shutdown every client is told that the server restarts. */
export async function registerWebsockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: MESSAGE_BYTES_MAX },
    preClose(done) {
      // Who comes now gets 503 as any request does. As an upgrade its socket would be left half open, as nobody's, and hold up the close.
      app.server.removeAllListeners('upgrade')
      const { clients } = app.websocketServer
      for (const client of clients) client.close(SERVICE_RESTART, 'The server restarts')
      const impatience = setTimeout(() => {
        for (const client of clients) client.terminate()
      }, GOODBYE_MS)
      app.websocketServer.close(() => {
        clearTimeout(impatience)
        done()
      })
    }
  })
}
