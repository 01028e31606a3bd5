import { toAppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { PhoneAccount, PhoneStatus } from '../domain/ports/telephony.ts'
import type { AriEndpoint, AriEvent } from './ari-json.ts'
import type { PhoneRules } from './asterisk-options.ts'
import type { ControlPlane } from './control-plane.ts'
import { failure } from './outcome-of.ts'
import { phoneObjects } from './phone-objects.ts'

/** Keeps the address of a subscription request well below Asterisk's limit for a line. */
const SOURCES_PER_REQUEST = 50

/**
 * Agent phones: their accounts in Asterisk, and which are registered.
 * Their events come over an application of their own: subscribed to an endpoint, the calls' application would get every event
 * of its channels a second time.
 */
export class Phones {
  readonly #control: ControlPlane
  readonly #app: string
  readonly #log: Log
  readonly #onStatus: (user: string, status: PhoneStatus) => void
  readonly #rules: () => PhoneRules
  readonly #accounts = new Map<string, PhoneAccount>()
  /** Users whose account Asterisk may not have as it should be. */
  readonly #unmade = new Set<string>()
  /** Those that Asterisk had no time for; it need not be connected anew before it has. */
  readonly #late = new Set<PhoneAccount>()
  readonly #statuses = new Map<string, PhoneStatus>()
  /** Of whom Asterisk's list said something else than we had been told. */
  #doubted: ReadonlySet<string> = new Set()
  #connected = false

  constructor(
    control: ControlPlane,
    app: string,
    log: Log,
    onStatus: (user: string, status: PhoneStatus) => void,
    rules: () => PhoneRules
  ) {
    this.#rules = rules
    this.#control = control
    this.#app = app
    this.#log = log
    this.#onStatus = onStatus
  }

  status(user: string): PhoneStatus {
    return this.#statuses.get(user) ?? 'out-of-service'
  }

  async put(account: PhoneAccount): Promise<Outcome> {
    this.#accounts.set(account.user, account)
    this.#unmade.add(account.user)
    // It is made as soon as there is an Asterisk.
    if (!this.#connected) return failure('unavailable', 'Asterisk is not connected')
    return await this.#makeOrLater(account)
  }

  /** Now and then: makes the phones for which Asterisk had no time though it was connected. */
  async makeLate(): Promise<void> {
    for (const account of [...this.#late]) {
      if (!this.#connected) return
      // Another one is known by that name now, or nobody.
      if (this.#accounts.get(account.user) !== account) this.#late.delete(account)
      else await this.#makeOrLater(account)
    }
  }

  /** Now and then: learns what an event should have told. It counts when it was so in two looks in a row, as an event may overtake a list. */
  async compare(): Promise<void> {
    const before = this.#doubted
    const doubted = new Set<string>()
    this.#doubted = doubted
    const online = await this.#online()
    if (!this.#connected) return
    for (const user of new Set([...this.#statuses.keys(), ...online])) {
      const status = statusOf(online.has(user))
      if (status === this.status(user)) continue
      if (!before.has(user)) doubted.add(user)
      else {
        this.#log.warn({ user, status }, 'A phone came or went without our being told')
        this.#set(user, status)
      }
    }
  }

  async remove(user: string): Promise<Outcome> {
    this.#accounts.delete(user)
    this.#unmade.delete(user)
    const outcome = await this.#outcome(async () => {
      for (const type of ['endpoint', 'aor', 'auth']) await this.#control.deleteObject(type, user)
    })
    this.#set(user, 'out-of-service')
    this.#statuses.delete(user)
    return outcome
  }

  /** After each connect: makes the phones that Asterisk lacks, watches all, and learns which are registered. */
  async connected(): Promise<void> {
    this.#connected = true
    this.#late.clear()
    const before = new Set((await this.#control.phones()).map((phone) => phone.resource))
    for (const account of this.#accounts.values())
      if (this.#unmade.has(account.user) || !before.has(account.user)) await this.#makeUnlessRefused(account)
    // Asterisk refuses to watch what it does not have.
    await this.#watch([...this.#accounts.keys()].filter((user) => before.has(user) || !this.#unmade.has(user)))

    // Listed after watching, so that no change falls between.
    const online = await this.#online()
    for (const user of new Set([...this.#statuses.keys(), ...online])) this.#set(user, statusOf(online.has(user)))
  }

  disconnected(): void {
    this.#connected = false
  }

  receive(event: AriEvent): void {
    if (event.type === 'PeerStatusChange' && event.endpoint !== undefined)
      this.#set(event.endpoint.resource, statusOf(isOnline(event.endpoint)))
  }

  async #online(): Promise<ReadonlySet<string>> {
    const phones = await this.#control.phones()
    return new Set(phones.filter(isOnline).map(({ resource }) => resource))
  }

  #set(user: string, status: PhoneStatus): void {
    if (this.status(user) === status) return
    this.#statuses.set(user, status)
    this.#onStatus(user, status)
  }

  /** What Asterisk refuses is asked for again at the next connect, or by who wanted it. */
  async #makeOrLater(account: PhoneAccount): Promise<Outcome> {
    const outcome = await this.#outcome(async () => {
      await this.#make(account)
      await this.#watch([account.user])
    })
    if (!outcome.ok && outcome.problem === 'unavailable') this.#late.add(account)
    else this.#late.delete(account)
    return outcome
  }

  /** One phone that cannot be made keeps nobody else from theirs, nor us from Asterisk. */
  async #makeUnlessRefused(account: PhoneAccount): Promise<void> {
    try {
      await this.#make(account)
    } catch (error) {
      if (toAppError(error).code === 'ASTERISK_UNAVAILABLE') throw error
      this.#unmade.add(account.user)
      this.#log.warn({ err: error, user: account.user }, 'Phone account not made')
    }
  }

  async #make(account: PhoneAccount): Promise<void> {
    for (const [type, fields] of phoneObjects(account, this.#rules())) await this.#control.putObject(type, account.user, fields)
    if (this.#accounts.get(account.user) === account) this.#unmade.delete(account.user)
  }

  async #watch(users: readonly string[]): Promise<void> {
    const sources = users.map((user) => `endpoint:PJSIP/${user}`)
    for (let at = 0; at < sources.length; at += SOURCES_PER_REQUEST) {
      await this.#control.subscribe(this.#app, sources.slice(at, at + SOURCES_PER_REQUEST))
    }
  }

  async #outcome(work: () => Promise<void>): Promise<Outcome> {
    try {
      await work()
      return { ok: true, value: undefined }
    } catch (error) {
      // The outcome tells the caller; the log has the cause that ari-client gave.
      this.#log.warn({ err: error }, 'Phone account not changed')
      const fault = toAppError(error)
      return failure(fault.code === 'ASTERISK_UNAVAILABLE' ? 'unavailable' : 'refused', fault.message)
    }
  }
}

function isOnline({ state }: AriEndpoint): boolean {
  return state === 'online'
}

function statusOf(online: boolean): PhoneStatus {
  return online ? 'in-service' : 'out-of-service'
}
