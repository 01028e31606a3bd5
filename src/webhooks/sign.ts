import { createHmac } from 'node:crypto'

/**
 * The value of `Switchboard-Signature`: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA-256 of `SECONDS.BODY` under the secret.
 * While a secret is changed there is one `v1` for each, and a receiver takes whichever is of the one it knows.
 */
export function signatureOf(body: string, secrets: readonly string[], now: number): string {
  const seconds = Math.floor(now / 1000)
  const digests = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'))
  return [`t=${seconds}`, ...digests.map((digest) => `v1=${digest}`)].join(',')
}
