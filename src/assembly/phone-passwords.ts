import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../config/load-config.ts'
import type { Log } from '../domain/log.ts'

/** Which password a phone registers with. */
export interface PhonePasswords {
  /** Of that SIP user; another version is another password. */
  of(user: string, version: number): string
  /** Whether they are the same after the next start. */
  readonly lasting: boolean
}

/** 144 bits: more than anybody guesses, and short enough for the keys of a desk phone. */
const CHARACTERS = 24

/** That of the demo for all phones; else one for each phone, out of the secret; without a secret out of one that this process alone has. */
export function phonePasswords({ demo, secret }: { readonly demo?: string; readonly secret?: string }): PhonePasswords {
  if (demo !== undefined) return { of: () => demo, lasting: true }
  const from = secret ?? randomBytes(32)
  return { of: (user, version) => derive(from, user, version), lasting: secret !== undefined }
}

/** HMAC-SHA256 (RFC 2104) of `phone:USER:VERSION`. An operator's own tools may do the same: the form stays as it is. */
function derive(secret: string | Buffer, user: string, version: number): string {
  return createHmac('sha256', secret).update(`phone:${user}:${version}`).digest('base64url').slice(0, CHARACTERS)
}

/** What phones register with; who runs a centre is told when that does not outlive the process. */
export function passwordsOf({ demo, environment }: Pick<Config, 'demo' | 'environment'>, log: Log): PhonePasswords {
  const { DEMO_PASSWORD, PHONE_SECRET: secret } = environment
  const passwords = phonePasswords({
    ...(demo && DEMO_PASSWORD !== undefined && { demo: DEMO_PASSWORD }),
    ...(secret !== undefined && { secret })
  })
  if (!demo && !passwords.lasting)
    log.warn(
      {},
      'PHONE_SECRET is not set: phones get other passwords at each start; set it to what openssl rand -base64 32 prints'
    )
  return passwords
}
