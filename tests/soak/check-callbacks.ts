import type { DomainEventOf } from '../../src/domain/events.ts'
import type { Evidence, Violation } from './evidence.ts'
import { factsOf } from './facts-of.ts'
import { counted, grouped } from './grouped.ts'

/**
 * Each callback that was booked ends once and keeps its first time; each of its calls ends once, in the facts as in the records, and is
 * no abandoned call as long as nobody has talked to them; never two at once for one customer; and a customer's phone rings only when it was told that it is called.
 */
export function checkCallbacks(day: Evidence): Violation[] {
  const { facts } = day
  const ended = grouped(factsOf(facts, 'callback.ended'), ({ callback }) => callback.id)
  const booked = factsOf(facts, 'callback.booked')
  const wrong = booked.flatMap(({ callback }): Violation[] => {
    const ends = ended.get(callback.id) ?? []
    const [end] = ends
    return [
      ...(ends.length === 1 ? [] : ['A callback did not end once']),
      ...(end === undefined || end.callback.enqueuedAt === callback.enqueuedAt ? [] : ['A callback has lost its first time']),
      ...(end?.callback.outcome === 'talked' || end?.callback.outcome === 'unreached' ? [] : ['A callback came to another end'])
    ].map((what) => ({ what, about: { callback, ends } }))
  })
  if (ended.size > booked.length) wrong.push({ what: 'A callback ended that nobody has booked', about: [...ended.keys()] })
  return [...wrong, ...checkCallbackCalls(day), ...checkCustomers(day)]
}

/** Calls in which a customer is called back, by their number. */
export function callbackCalls({ facts }: Pick<Evidence, 'facts'>): DomainEventOf<'call.started'>[] {
  return factsOf(facts, 'call.started').filter(({ door }) => door === 'callback')
}

function checkCallbackCalls(day: Evidence): Violation[] {
  const calls = callbackCalls(day)
  const ended = grouped(factsOf(day.facts, 'call.ended'), ({ callId }) => callId)
  const rows = grouped(day.rows, ({ call_id }) => call_id)
  const wrong = calls.flatMap((call): Violation[] => {
    const [ends = [], written = []] = [ended.get(call.callId), rows.get(call.callId)]
    // Who has talked and was sent on to a queue may give up there like anybody else.
    const untalked = ends.filter(({ totals }) => totals.talkedMs === 0)
    const results = untalked.flatMap(({ termination }) => [termination.result, ...written.map(({ result }) => result)])
    return [
      ...(ends.length === 1 ? [] : ['The call of a callback did not end once']),
      ...(written.length === 1 ? [] : ['The call of a callback is not recorded once']),
      ...(results.some((result) => result === 'abandoned') ? ['A callback counts as abandoned'] : [])
    ].map((what) => ({ what, about: { call, ends, written } }))
  })
  const known = new Set(calls.map(({ callId }) => callId))
  for (const { callback } of factsOf(day.facts, 'callback.ended')) {
    const strange = callback.attempts.filter(({ callId }) => !known.has(callId))
    if (strange.length > 0) wrong.push({ what: 'An attempt has no call', about: strange })
  }
  for (const own of grouped(calls, ({ caller }) => caller).values()) {
    own.forEach((call, index) => {
      const next = own[index + 1]
      const endedAt = ended.get(call.callId)?.[0]?.at ?? Number.POSITIVE_INFINITY
      if (next !== undefined && next.at < endedAt)
        wrong.push({ what: 'A customer is called back twice at once', about: [call, next] })
    })
  }
  return wrong
}

/** The facts next to the customers' phones. */
function checkCustomers({ facts, customerRings }: Evidence): Violation[] {
  const dialed = counted(factsOf(facts, 'callback.dialed').map(({ callback }) => callback.number))
  const rung = counted(customerRings.map(({ number }) => number))
  const answers = counted(customerRings.flatMap(({ number, end }) => (end === 'answered' ? number : [])))
  const talked = counted(
    factsOf(facts, 'callback.ended').flatMap(({ callback }) => (callback.outcome === 'talked' ? callback.number : []))
  )
  const more = (some: Map<string, number>, others: Map<string, number>, what: string) =>
    [...some].flatMap(([number, count]) => (count > (others.get(number) ?? 0) ? [{ what, about: number }] : []))
  return [
    ...more(rung, dialed, "A customer's phone rang and nobody was told"),
    ...more(talked, answers, 'Somebody talked whose phone was not answered'),
    ...customerRings.flatMap((ring) => (ring.isOver ? [] : [{ what: "A customer's phone was never let go", about: ring }]))
  ]
}
