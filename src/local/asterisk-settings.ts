import { join } from 'node:path'
import type { Config } from '../config/load-config.ts'
import type { AsteriskSettings } from './render-asterisk.ts'

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
    ariAddress: text(environment.ARI_ADDRESS),
    rtpPorts: environment.RTP_PORTS,
    ariUser: secrets.ariUser,
    ariPassword: secrets.ariPassword,
    app: config.application,
    trunkMatches: environment.TRUNK_ADDRESSES,
    ...(environment.SIP_NETWORKS !== undefined && { sipNetworks: environment.SIP_NETWORKS }),
    emergencyGroup: config.emergencyGroup.map((agent) => `PJSIP/${agent}`)
  }
}
