import type { Centre } from '../domain/centre.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { AgentId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { PhoneAccount, Telephony } from '../domain/ports/telephony.ts'
import type { PhonePasswords } from './phone-passwords.ts'
import { phonesOf, provisionPhones } from './phones.ts'

interface AgentPhonesAround {
  readonly centre: Centre
  readonly passwords: Pick<PhonePasswords, 'of'>
  readonly telephony: Telephony
  /** Whether the agent is still at work although they are gone from the centre: until their call is over. */
  isAtWork(agentId: AgentId): boolean
  readonly log: Log
}

/** The phones of the centre's agents in Asterisk: new agents get theirs, and who is gone loses theirs after the call they are in. */
export class AgentPhones {
  readonly #around: AgentPhonesAround
  #known: readonly PhoneAccount[]
  /** SIP users. */
  #leaving: readonly string[] = []

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

  #put(phones: readonly PhoneAccount[]): void {
    const { telephony, log } = this.#around
    void provisionPhones(phones, telephony, log).catch((err) => log.error({ err }, 'Phones could not be made known to Asterisk'))
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
