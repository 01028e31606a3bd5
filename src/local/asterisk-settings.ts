import { join } from 'node:path'
import { requireCertificate } from '../config/certificate.ts'
import type { Environment } from '../config/environment.ts'
import type { Config } from '../config/load-config.ts'
import type { AsteriskSettings, SipTls } from './render-asterisk.ts'

/** The Asterisk that belongs to a configuration; its files are in DATA_DIR/asterisk. */
export function asteriskSettings(config: Config, root: string): AsteriskSettings {
  const { environment, secrets } = config
  const folder = join(environment.DATA_DIR, 'asterisk')
  const text = ({ host, port }: { host: string; port: number }) => `${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    root,
    etcDir: join(folder, 'etc'),
    dataDir: join(folder, 'data'),
    sipAddress: text(environment.SIP_ADDRESS),
    ...(environment.SIP_TLS_ADDRESS && { sipTls: sipTls(environment, text(environment.SIP_TLS_ADDRESS)) }),
    trunkSrtp: environment.TRUNK_SRTP,
    ariAddress: text(environment.ARI_ADDRESS),
    rtpPorts: environment.RTP_PORTS,
    ariUser: secrets.ariUser,
    ariPassword: secrets.ariPassword,
    app: config.application,
    trunkMatches: environment.TRUNK_ADDRESSES,
    ...(environment.SIP_NETWORKS !== undefined && { sipNetworks: environment.SIP_NETWORKS }),
    emergencyGroup: (config.centre.emergencyGroup ?? []).map((agent) => `PJSIP/${agent}`)
  }
}

function sipTls(environment: Environment, address: string): SipTls {
  requireCertificate(environment)
  const { TLS_CERTIFICATE = '', TLS_KEY = '', TLS_AUTHORITIES, SIP_TLS_CLIENTS } = environment
  const knownClients = SIP_TLS_CLIENTS === 'known'
  return { address, certificate: TLS_CERTIFICATE, key: TLS_KEY, authorities: TLS_AUTHORITIES, knownClients }
}
