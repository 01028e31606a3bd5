import { randomBytes, randomInt } from 'node:crypto'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Telephony } from '../domain/ports/telephony.ts'

/** A phone account lent to a visitor of the page. */
export interface LentPhone {
  readonly user: string
  readonly password: string
  readonly expiresAt: number
}

const LENT_MS = 3_600_000
const LENT_MAX = 200

/** Browser phones for visitors of the demo centre. Each reaches the flows' numbers only, and is taken back after an hour. */
export class DemoPhones {
  readonly #telephony: Pick<Telephony, 'putPhone' | 'removePhone'>
  readonly #log: Pick<Log, 'warn'>
  readonly #timers = new Map<string, NodeJS.Timeout>()

  constructor(telephony: Pick<Telephony, 'putPhone' | 'removePhone'>, log: Pick<Log, 'warn'>) {
    this.#telephony = telephony
    this.#log = log
  }

  /** Makes an account; undefined when all are lent. `callerNumber`: whom the visitor plays; a number nobody has when left out. */
  async lend(callerNumber: string | undefined, now: number): Promise<LentPhone | undefined> {
    if (this.#timers.size >= LENT_MAX) return undefined
    const user = `guest-${randomBytes(6).toString('hex')}`
    const password = randomBytes(18).toString('base64url')
    this.#timers.set(user, setTimeout(() => void this.takeBack(user), LENT_MS).unref())

    const number = callerNumber ?? `199${String(randomInt(100_000_000)).padStart(8, '0')}`
    const outcome = await this.#telephony.putPhone({
      ...{ user, password, displayName: 'Visitor', kind: 'webrtc', context: 'from-trunk', callerNumber: number }
    })
    if (outcome.ok) return { user, password, expiresAt: now + LENT_MS }
    this.#forget(user)
    throw new AppError('PHONE_NOT_MADE', 'upstream', 'Asterisk did not make the phone', { details: { ...outcome } })
  }

  /** Removes an account; false when it is none of ours. */
  async takeBack(user: string): Promise<boolean> {
    if (!this.#forget(user)) return false
    const outcome = await this.#telephony.removePhone(user)
    if (!outcome.ok && outcome.problem !== 'gone') this.#log.warn({ user, outcome }, 'A demo phone could not be removed')
    return true
  }

  /** Removes all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#timers.keys()].map((user) => this.takeBack(user)))
  }

  #forget(user: string): boolean {
    clearTimeout(this.#timers.get(user))
    return this.#timers.delete(user)
  }
}
