import type { Test } from 'tap'
import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'

/** What must be true of every day: each call and each offer ends once, and nobody is ever with two. */
export function keepsTheBooks(test: Test, told: readonly DomainEvent[]): void {
  const calls = (type: 'call.started' | 'call.ended' | 'call.queued' | 'call.dequeued') =>
    counted(told.flatMap((event) => (event.type === type ? event.callId : [])))
  const offers = (type: 'offer.made' | 'offer.ended') =>
    counted(told.flatMap((event) => (event.type === type ? event.offerId : [])))
  test.same(calls('call.ended'), calls('call.started'), 'each call ended exactly once')
  test.same(offers('offer.ended'), offers('offer.made'), 'each offer ended exactly once')
  test.same(calls('call.dequeued'), calls('call.queued'), 'who was queued has left the queue')

  const pairs = new Pairs()
  test.same(
    told.filter((event) => !pairs.allow(event)),
    [],
    'never two agents for one caller, never two callers for one agent'
  )
  test.same(pairs.left, [], 'every agent was let go')
}

function counted(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

/** Who is with whom, from the offer to the end of the agent's part. */
class Pairs {
  readonly #callOf = new Map<string, string>()
  readonly #agentOf = new Map<string, string>()

  /** Agents who are still with somebody. */
  get left(): readonly string[] {
    return [...this.#callOf.keys()]
  }

  /** Follows the event; false when it joins somebody who is with another. */
  allow(event: DomainEvent): boolean {
    switch (event.type) {
      case 'offer.made':
        return this.#join(event)
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
