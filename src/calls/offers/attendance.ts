import type { Absence, AgentStatus } from '../../domain/agent.ts'
import type { AbsenceRules } from '../../domain/centre.ts'
import type { DomainEvent } from '../../domain/events.ts'
import type { AgentId, DeviceId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Distribution } from './distribution.ts'
import { Timers } from './timers.ts'

/** What is known of one agent; a phone or desk they never had is not lost. */
interface Presence {
  readonly phones: Set<DeviceId>
  phoneLostAt: number | undefined
  deskLostAt: number | undefined
}

/**
 * Takes agents away whose phone or desk is gone, brings them back, and logs them off in the end. Never while they are with a caller: what is
 * due then happens when they are free. Put `listener` on the event bus.
 */
export class Attendance implements Disposable {
  readonly #rules: () => AbsenceRules
  readonly #distribution: Pick<Distribution, 'status' | 'sendAway' | 'bringBack' | 'dismiss'>
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #present = new Map<AgentId, Presence>()

  constructor({
    rules,
    distribution,
    clock,
    log
  }: {
    /** Asked for anew each time: they may change. */
    readonly rules: () => AbsenceRules
    readonly distribution: Pick<Distribution, 'status' | 'sendAway' | 'bringBack' | 'dismiss'>
    readonly clock: Clock
    readonly log: Log
  }) {
    this.#rules = rules
    this.#distribution = distribution
    this.#clock = clock
    this.#timers = new Timers(clock, (error) => log.error({ err: error }, 'A deadline of somebody absent failed'))
  }

  readonly listener = (event: DomainEvent): void => {
    if (event.type === 'agent.changed') this.#moved(event.status)
    if (event.type === 'desk.changed') this.#deskChanged(event.agentId, event.connected)
    if (event.type === 'phone.changed' && event.agentId !== undefined)
      this.#phoneChanged(event.agentId, event.device, event.inService)
  }

  /** Deadlines that are set. */
  get size(): number {
    return this.#timers.size
  }

  [Symbol.dispose](): void {
    this.#timers.dispose()
  }

  #moved({ agentId, state }: AgentStatus): void {
    if (state === 'ready' || state === 'notReady') this.#look(agentId)
    if (state !== 'loggedOff') return
    // Whoever logs on again without them does so knowingly.
    this.#of(agentId).phoneLostAt = undefined
    this.#of(agentId).deskLostAt = undefined
    this.#cancel(agentId, 'phone')
    this.#cancel(agentId, 'desk')
  }

  #phoneChanged(agentId: AgentId, device: DeviceId, inService: boolean): void {
    const { phone: rules } = this.#rules()
    const presence = this.#of(agentId)
    const had = presence.phones.size > 0
    if (inService) presence.phones.add(device)
    else presence.phones.delete(device)
    if (rules === undefined || had === presence.phones.size > 0) return
    if (!inService) {
      if (this.#isLoggedOff(agentId)) return
      presence.phoneLostAt = this.#clock.now()
      if (rules.logOffAfterMs !== undefined) this.#wake(agentId, 'phone log-off', presence.phoneLostAt + rules.logOffAfterMs)
      this.#look(agentId)
      return
    }
    const { phoneLostAt } = presence
    presence.phoneLostAt = undefined
    this.#cancel(agentId, 'phone')
    if (phoneLostAt === undefined || this.#clock.now() - phoneLostAt > rules.backWithinMs) return
    this.#distribution.bringBack(agentId, 'phone-lost')
    // Rung in the moment when it went.
    this.#distribution.bringBack(agentId, 'phone-unreachable')
  }

  #deskChanged(agentId: AgentId, connected: boolean): void {
    const { desk: rules } = this.#rules()
    if (rules === undefined) return
    const presence = this.#of(agentId)
    if (connected) {
      presence.deskLostAt = undefined
      this.#cancel(agentId, 'desk')
      this.#distribution.bringBack(agentId, 'session-lost')
    } else if (!this.#isLoggedOff(agentId)) {
      const now = this.#clock.now()
      presence.deskLostAt = now
      this.#wake(agentId, 'desk not-ready', now + rules.notReadyAfterMs)
      if (rules.logOffAfterMs !== undefined) this.#wake(agentId, 'desk log-off', now + rules.logOffAfterMs)
    }
  }

  /** Does what is due, if it can be done now. */
  #look(agentId: AgentId): void {
    const { phoneLostAt, deskLostAt } = this.#of(agentId)
    const { phone, desk } = this.#rules()
    if (this.#isDue(deskLostAt, desk?.logOffAfterMs) && this.#distribution.dismiss(agentId, 'session-lost')) return
    if (this.#isDue(phoneLostAt, phone?.logOffAfterMs) && this.#distribution.dismiss(agentId, 'phone-lost')) return
    const reason: Absence | undefined =
      phoneLostAt !== undefined ? 'phone-lost' : this.#isDue(deskLostAt, desk?.notReadyAfterMs) ? 'session-lost' : undefined
    if (reason !== undefined) this.#distribution.sendAway(agentId, reason)
  }

  #isDue(since: number | undefined, afterMs: number | undefined): boolean {
    return since !== undefined && afterMs !== undefined && this.#clock.now() >= since + afterMs
  }

  #isLoggedOff(agentId: AgentId): boolean {
    return (this.#distribution.status(agentId)?.state ?? 'loggedOff') === 'loggedOff'
  }

  #of(agentId: AgentId): Presence {
    const presence = this.#present.get(agentId) ?? { phones: new Set(), phoneLostAt: undefined, deskLostAt: undefined }
    this.#present.set(agentId, presence)
    return presence
  }

  #wake(agentId: AgentId, what: 'phone log-off' | 'desk not-ready' | 'desk log-off', at: number): void {
    this.#timers.set(`${what} ${agentId}`, at, () => this.#look(agentId))
  }

  #cancel(agentId: AgentId, what: 'phone' | 'desk'): void {
    this.#timers.cancel(`${what} log-off ${agentId}`)
    if (what === 'desk') this.#timers.cancel(`desk not-ready ${agentId}`)
  }
}
