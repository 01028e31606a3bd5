import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'

/** Who is with whom, from the offer to the end of the agent's part. */
export class Pairs {
  readonly #callOf = new Map<string, string>()
  readonly #agentOf = new Map<string, string>()
  /** Agents who call a colleague: of that call they are the caller. */
  readonly #callers = new Map<string, string>()

  /** Agents who are still with somebody. */
  get left(): readonly string[] {
    return [...this.#callOf.keys()]
  }

  /** Follows the event; false when it joins somebody who is with another. */
  allow(event: DomainEvent): boolean {
    switch (event.type) {
      case 'call.started':
        if (event.by !== undefined && event.by === (event.caller as string)) this.#callers.set(event.callId, event.by)
        return true
      case 'offer.made':
        return this.#callers.get(event.callId) === event.agentId || this.#join(event)
      case 'call.established':
        return this.#callOf.get(event.agentId) === event.callId && this.#agentOf.get(event.callId) === event.agentId
      case 'call.transferred':
        this.#agentOf.delete(event.callId)
        return true
      case 'offer.ended':
        if (event.result !== 'answered') this.#part(event)
        return true
      case 'leg.ended':
        this.#part(event)
        return true
      default:
        return true
    }
  }

  #join({ agentId, callId }: DomainEventOf<'offer.made'>): boolean {
    const alone = !this.#callOf.has(agentId) && !this.#agentOf.has(callId)
    this.#callOf.set(agentId, callId)
    this.#agentOf.set(callId, agentId)
    return alone
  }

  #part({ device, callId }: DomainEventOf<'offer.ended' | 'leg.ended'>): void {
    if (this.#callOf.get(device) === callId) this.#callOf.delete(device)
    if (this.#agentOf.get(callId) === device) this.#agentOf.delete(callId)
  }
}
