import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import Srf from 'drachtio-srf'

/** What we use of drachtio-srf; its own types leave out half of it. */
export interface Drachtio extends EventEmitter {
  readonly app: { readonly client: { readonly wp: Wire } }
  use(method: string, handler: (request: SipRequest, response: SipResponse) => void): void
  connect(options: {
    host: string
    port: number
    secret: string
    enablePing: boolean
    pingInterval: number
    reconnect: { maxAttempts: number }
    tls?: ConnectionOptions
  }): void
  /** drachtio sends no more requests of this kind. */
  unregisterForMessages(method: string): void
  request(
    uri: string,
    options: { method: string },
    sent: (error: Error | null, request: EventEmitter<{ response: [{ status: number }] }>) => void
  ): void
  proxyRequest(
    request: SipRequest,
    target: string,
    options: { recordRoute: boolean; followRedirects: boolean; forking: 'sequential'; provisionalTimeout: string },
    done: (error: unknown, result?: { readonly finalStatus?: number }) => void
  ): void
}

/** The connection to drachtio's admin port. It emits `connect` with its socket, and `ping` whenever it has sent one. */
interface Wire extends EventEmitter<{ connect: [Socket]; ping: [] }> {}

export interface SipRequest extends EventEmitter {
  readonly method: string
  readonly uri: string
  get(header: string): string | undefined
}

export interface SipResponse {
  send(status: number, options: { headers: Record<string, string> }): void
}

/** One application of drachtio, not connected yet. */
export function newDrachtio(): Drachtio {
  return new Srf() as unknown as Drachtio
}
