import type { Test } from 'tap'
import type { DomainEvent } from '../../../src/domain/events.ts'
import { Pairs } from '../pairs.ts'

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
