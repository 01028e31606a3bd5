import type { LeftInAsterisk } from '../domain/ports/telephony.ts'

/** Where Asterisk is and who we are to it. */
export interface AsteriskOptions {
  /** `host:port` of its HTTP server. */
  readonly address: string
  readonly user: string
  readonly password: string
  /** Name of the ARI application that the dialplan hands calls to. One process per name. */
  readonly app: string
  /** What `Telephony.takeUp` is about to ask for of an earlier process: it is left alone until then, also a bridge that nobody is in. */
  readonly expected?: Pick<LeftInAsterisk, 'channels' | 'bridges'>
  /** Whether agents' phones may transfer by themselves. Unset: `auto`, where Asterisk is safe with it. */
  readonly phoneTransfers?: PhoneTransfers
  /** Whether the audio of desk phones is encrypted. Unset: not. */
  readonly phoneSrtp?: Srtp
}

export type PhoneTransfers = 'auto' | 'on' | 'off'

/** `optional`: with who can; `required`: who cannot is refused. */
export type Srtp = 'off' | 'optional' | 'required'

/** What holds for all phones. */
export interface PhoneRules {
  /** Whether agents' phones may ask for transfers. */
  readonly transfers: boolean
  readonly srtp?: Srtp
}

/** The header that proves who we are. Never a part of an address: addresses get logged. */
export function authorization({ user, password }: AsteriskOptions): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
