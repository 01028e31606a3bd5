import { Server as SecureServer, type ServerOptions } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { App } from './app-type.ts'

/** A certificate and its key, as PEM. */
export interface Tls {
  readonly certificate: string
  readonly key: string
  /** PEM of those of whom clients must show a certificate; undefined: they need none. */
  readonly clientAuthorities?: string | undefined
}

/** What Fastify makes its server of: one that speaks https by itself, or http for a proxy in front. */
export function serverOptions(limits: ServerOptions, tls: Tls | undefined): { http: ServerOptions } | { https: ServerOptions } {
  return tls === undefined ? { http: limits } : { https: { ...limits, ...contextOf(tls), ...clientsOf(tls) } }
}

/** Connections from now on get the new certificate; open ones stay. */
export function renewCertificate({ server }: Pick<App, 'server'>, tls: Tls): void {
  // The type of Fastify's server is that of http; which one it is was decided when it was made.
  const made: unknown = server
  if (made instanceof SecureServer) made.setSecureContext(contextOf(tls))
}

function contextOf({ certificate: cert, key, clientAuthorities: ca }: Tls): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) }
}

/** Refused in the handshake: who has no certificate gets no byte of HTTP to us. */
function clientsOf({ clientAuthorities }: Tls): ServerOptions {
  return clientAuthorities === undefined ? {} : { requestCert: true, rejectUnauthorized: true }
}
