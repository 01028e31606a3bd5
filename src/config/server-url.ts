import { readCertificate } from './certificate.ts'
import type { Address, Environment } from './environment.ts'

/** Where a listening address is reached from this machine. */
export function urlOf({ host, port }: Address, scheme: 'http' | 'https' = 'http'): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** Where people and commands on this machine reach the server: by the name in its certificate when it speaks https, as it proves no other. */
export function serverUrl(environment: Pick<Environment, 'HTTP_ADDRESS' | 'HTTP_TLS' | 'TLS_CERTIFICATE' | 'TLS_KEY'>): string {
  const { HTTP_ADDRESS: address, HTTP_TLS } = environment
  if (HTTP_TLS === 'off') return urlOf(address)
  return urlOf({ ...address, host: readCertificate(environment).name ?? address.host }, 'https')
}
