import type { Logger } from 'pino'
import type { CallTable } from '../calls/call-table.ts'
import { requireAuthorities } from '../config/certificate.ts'
import type { Environment } from '../config/environment.ts'
import type { FlowLibrary } from '../flow/library.ts'
import type { SipEdge } from '../sip/sip-edge.ts'

interface EdgeParts {
  readonly environment: Environment
  readonly flows: FlowLibrary
  readonly calls: CallTable
  readonly log: Logger
}

/** The SIP edge, where there is a drachtio-server; otherwise calls come to Asterisk directly. */
export async function openEdge({ environment, flows, calls, log }: EdgeParts): Promise<SipEdge | undefined> {
  const { DRACHTIO_ADDRESS: address, DRACHTIO_SECRET: secret, SIP_ADDRESS: sip } = environment
  if (address === undefined || secret === undefined) return undefined
  // Loaded by who has one: it is a good part of what a start without it takes.
  const { openSipEdge } = await import('../sip/sip-edge.ts')
  return await openSipEdge({
    address,
    secret,
    authorities: requireAuthorities('DRACHTIO_AUTHORITIES', environment),
    asterisk: reachable(sip),
    admits: (number) => flows.byNumber(number) !== undefined,
    takesCalls: () => calls.takesCalls,
    turnsAway: (number, coming) => calls.turnsAway(number, coming),
    log
  })
}

/** Where a listening address is reached from this machine, as a SIP URI has it. */
function reachable({ host, port }: Environment['SIP_ADDRESS']): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${near.includes(':') ? `[${near}]` : near}:${port}`
}
