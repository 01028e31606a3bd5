import { Abort } from '../domain/abort.ts'
import type { Centre } from '../domain/centre.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { AgentId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { PhoneAccount, Telephony } from '../domain/ports/telephony.ts'
import type { PhonePasswords } from './phone-passwords.ts'
import { phonesOf, provisionPhones } from './phones.ts'

interface AgentPhonesAround {
  readonly centre: Centre
  readonly passwords: Pick<PhonePasswords, 'of'>
  readonly telephony: Telephony
  /** Whether the agent is still at work although they are gone from the centre: until their call is over. */
  isAtWork(agentId: AgentId): boolean
  readonly clock: Clock
  readonly log: Log
}

/** Asterisk refuses accounts while its disk is full, and that takes as long as it takes. */
const AGAIN_MS = { first: 30_000, max: 600_000 }

/** The phones of the centre's agents in Asterisk: new agents get theirs, and who is gone loses theirs after the call they are in. */
export class AgentPhones {
  readonly #around: AgentPhonesAround
  #known: readonly PhoneAccount[]
  /** SIP users. */
  #leaving: readonly string[] = []
  /** SIP users that Asterisk did not take when it was last asked. */
  #refused: ReadonlySet<string> = new Set()
  #isTryingAgain = false
  readonly #closing = new Abort()

  constructor(around: AgentPhonesAround) {
    this.#around = around
    this.#known = phonesOf(around.centre, around.passwords)
  }

  /** Asterisk is there, and may have forgotten all of them. */
  provision(): void {
    this.#put(this.#known)
    void this.#tellGroup()
  }

  /** The centre has changed. */
  follow(): void {
    const { centre, passwords } = this.#around
    const before = new Map(this.#known.map((phone) => [phone.user, phone]))
    this.#known = phonesOf(centre, passwords)
    const users = new Set(this.#known.map(({ user }) => user))
    this.#leaving = [...before.keys(), ...this.#leaving].filter((user) => !users.has(user))
    const changed = this.#known.filter(({ user, displayName, password }) => {
      const had = before.get(user)
      return had?.displayName !== displayName || had.password !== password
    })
    if (changed.length > 0) this.#put(changed)
    this.#removeWhoIsOff()
    void this.#tellGroup()
  }

  readonly listener = (event: DomainEvent): void => {
    if (event.type === 'agent.changed' && event.status.state === 'loggedOff' && this.#leaving.length > 0) this.#removeWhoIsOff()
  }

  /** Nothing is tried again from now on. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server stops'))
  }

  #put(phones: readonly PhoneAccount[]): void {
    const { log } = this.#around
    void this.#ask(phones)
      .then(() => this.#tryAgain())
      .catch((err) => {
        if (!this.#closing.aborted) log.error({ err }, 'Phones could not be made known to Asterisk')
      })
  }

  async #ask(phones: readonly PhoneAccount[]): Promise<void> {
    const { telephony, log } = this.#around
    const refused = await provisionPhones(phones, telephony, log)
    const asked = new Set(phones.map(({ user }) => user))
    this.#refused = new Set([...[...this.#refused].filter((user) => !asked.has(user)), ...refused])
  }

  async #tryAgain(): Promise<void> {
    if (this.#isTryingAgain) return
    this.#isTryingAgain = true
    try {
      for (let pauseMs = AGAIN_MS.first; this.#refused.size > 0; pauseMs = Math.min(AGAIN_MS.max, 2 * pauseMs)) {
        await this.#around.clock.sleep(pauseMs, this.#closing.signal)
        // Who is gone meanwhile needs none.
        const known = this.#known.filter(({ user }) => this.#refused.has(user))
        this.#refused = new Set(known.map(({ user }) => user))
        await this.#ask(known)
      }
    } finally {
      this.#isTryingAgain = false
    }
  }

  /** Whom Asterisk rings while we are away. Told again at each connection: after a restart it has what its files say. */
  async #tellGroup(): Promise<void> {
    const { centre, telephony, log } = this.#around
    try {
      const outcome = await telephony.ringWhileAway(centre.emergencyGroup ?? [])
      if (!outcome.ok && outcome.problem !== 'unavailable') log.warn({ outcome }, 'Asterisk does not take the emergency group')
    } catch (err) {
      log.warn({ err }, 'Asterisk does not take the emergency group')
    }
  }

  #removeWhoIsOff(): void {
    const { isAtWork } = this.#around
    const isOff = (user: string) => !isAtWork(user.replace(/-web$/, '') as AgentId)
    const gone = this.#leaving.filter(isOff)
    this.#leaving = this.#leaving.filter((user) => !isOff(user))
    for (const user of gone) void this.#remove(user)
  }

  async #remove(user: string): Promise<void> {
    const { telephony, log } = this.#around
    try {
      const outcome = await telephony.removePhone(user)
      if (!outcome.ok && outcome.problem !== 'gone')
        log.warn({ user, outcome }, 'The phone of an agent who is gone could not be removed')
    } catch (err) {
      log.warn({ err, user }, 'The phone of an agent who is gone could not be removed')
    }
  }
}
