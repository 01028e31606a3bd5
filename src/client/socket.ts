import type { subprotocol } from '../cti/messages.ts'

/** The name of the protocol that the client asks the server for. */
export const SUBPROTOCOL = 'switchboard.cti.v1' satisfies typeof subprotocol

type Handler<Event> = { bivarianceHack(event: Event): void }['bivarianceHack'] | null

/** The part of a websocket that the client uses: the browser's, that of Node from version 22 on, and that of the package `ws` have it. */
export interface SocketLike {
  onopen: Handler<unknown>
  onmessage: Handler<{ readonly data: unknown }>
  onclose: Handler<{ readonly code: number; readonly reason: string }>
  onerror: Handler<unknown>
  send(text: string): void
  close(code?: number, reason?: string): void
  /** Only that of `ws` has it: ends it without a goodbye. */
  terminate?(): void
}

export type SocketConstructor = new (url: string, protocol: string) => SocketLike

/** The websocket of the platform. Node 20 has none without `--experimental-websocket`: give the one of `ws`. */
export function platformSocket(): SocketConstructor {
  const { WebSocket } = globalThis as { readonly WebSocket?: SocketConstructor }
  if (WebSocket === undefined) throw new TypeError('There is no WebSocket here: pass one as the option `WebSocket`')
  return WebSocket
}
