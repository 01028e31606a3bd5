import { Server as SecureServer, type ServerOptions } from 'node:https'
import type { App } from './app-type.ts'

/** A certificate and its key, as PEM. */
export interface Tls {
  readonly certificate: string
  readonly key: string
}

/** What Fastify makes its server of: one that speaks https by itself, or http for a proxy in front. */
export function serverOptions(limits: ServerOptions, tls: Tls | undefined): { http: ServerOptions } | { https: ServerOptions } {
  return tls === undefined
    ? { http: limits }
    : { https: { ...limits, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' } }
}

/** Connections from now on get the new certificate; open ones stay. */
export function renewCertificate({ server }: Pick<App, 'server'>, { certificate: cert, key }: Tls): void {
  // The type of Fastify's server is that of http; which one it is was decided when it was made.
  const made: unknown = server
  if (made instanceof SecureServer) made.setSecureContext({ cert, key, minVersion: 'TLSv1.2' })
}
