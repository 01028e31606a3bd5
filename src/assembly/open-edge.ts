import type { Logger } from 'pino'
import type { CallTable } from '../calls/call-table.ts'
import { requireAuthorities } from '../config/certificate.ts'
import type { Environment } from '../config/environment.ts'
import type { FlowLibrary } from '../flow/library.ts'
import type { SipEdge } from '../sip/sip-edge.ts'

/** A caller and an agent take a port each for RTP and for RTCP. */
const PORTS_OF_A_CALL = 4

interface EdgeParts {
  readonly environment: Environment
  readonly flows: FlowLibrary
  readonly calls: CallTable
  readonly log: Logger
}

/** The SIP edge, where there is a drachtio-server; otherwise calls come to Asterisk directly. */
export async function openEdge({ environment, flows, calls, log }: EdgeParts): Promise<SipEdge | undefined> {
  const { DRACHTIO_ADDRESS: address, DRACHTIO_SECRET: secret, SIP_ADDRESS: sip, RTP_PORTS: ports } = environment
  if (address === undefined || secret === undefined) return undefined
  // Loaded by who has one: it is a good part of what a start without it takes.
  const { openSipEdge } = await import('../sip/sip-edge.ts')
  return await openSipEdge({
    address,
    secret,
    authorities: requireAuthorities('DRACHTIO_AUTHORITIES', environment),
    asterisk: reachable(sip),
    admits: (number) => flows.byNumber(number) !== undefined,
    // A server that takes no more calls has no room: carriers try another one.
    inProgress: () => (calls.takesCalls ? calls.size : Number.POSITIVE_INFINITY),
    hasRoom: (number) => calls.hasRoom(number),
    callsMax: Math.floor((ports.to - ports.from + 1) / PORTS_OF_A_CALL),
    log
  })
}

/** Where a listening address is reached from this machine, as a SIP URI has it. */
function reachable({ host, port }: Environment['SIP_ADDRESS']): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${near.includes(':') ? `[${near}]` : near}:${port}`
}
