import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

interface Cost {
  /** CPU and memory cost, block size, parallelism (RFC 7914 §2). */
  readonly n: number
  readonly r: number
  readonly p: number
}

const COST: Cost = { n: 2 ** 15, r: 8, p: 1 }
const KEY_BYTES = 32
/** scrypt needs 128·N·r bytes; Node's own limit is just below what our cost takes. */
const MEMORY_MAX = 128 * 1024 * 1024

/** The password in the form that is stored: `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, COST)
  return ['scrypt', COST.n, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether the password is the one that was stored. Without a stored one it costs the same time and is false. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [kind, n, r, p, salt, key] = (stored ?? nobodysHash).split('$')
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false
  const wanted = Buffer.from(key, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'), { n: Number(n), r: Number(r), p: Number(p) })
  return timingSafeEqual(wanted, found) && stored !== undefined
}

/** No password has this key. */
const nobodysHash = `scrypt$${COST.n}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`

function derive(password: string, salt: Buffer, { n, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N: n, r, p, maxmem: MEMORY_MAX }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
