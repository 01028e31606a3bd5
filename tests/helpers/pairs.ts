import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'

/** Who is with whom, from the offer to the end of the agent's part. Whoever is consulted is with the consultation until they join the talk. */
export class Pairs {
  /** The call, or the consultation. */
  readonly #callOf = new Map<string, string>()
  /** Whom the caller was given to; those who join later are not among them. */
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
        if (event.joins) return this.#joinTalk(event.agentId, event.callId)
        return this.#callOf.get(event.agentId) === event.callId && this.#agentOf.get(event.callId) === event.agentId
      case 'call.conferenced':
        return event.agentId === undefined || this.#joinTalk(event.agentId, event.callId)
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

  #join({ agentId, callId, consultation = callId }: DomainEventOf<'offer.made'>): boolean {
    const alone = !this.#callOf.has(agentId) && !this.#agentOf.has(consultation)
    this.#callOf.set(agentId, consultation)
    this.#agentOf.set(consultation, agentId)
    return alone
  }

  /** Whom the agent in it was consulting, or was offered it. Supervisors come without. */
  #joinTalk(agentId: string, callId: string): boolean {
    const from = this.#callOf.get(agentId)
    if (from !== undefined) this.#callOf.set(agentId, callId)
    return true
  }

  #part({ device, callId, consultation }: DomainEventOf<'offer.ended' | 'leg.ended'>): void {
    for (const from of [callId, consultation ?? callId]) {
      if (this.#callOf.get(device) === from) this.#callOf.delete(device)
      if (this.#agentOf.get(from) === device) this.#agentOf.delete(from)
    }
  }
}
