import type { DomainEvent, DomainEventOf } from '../../src/domain/events.ts'
import { Pairs } from '../helpers/pairs.ts'
import type { CallerView } from './caller-view.ts'
import { checkCallbacks } from './check-callbacks.ts'
import { checkTalks } from './check-talks.ts'
import type { Evidence, Violation } from './evidence.ts'
import { factsOf } from './facts-of.ts'
import { counted, grouped } from './grouped.ts'
import type { PlannedCall } from './plan.ts'

/** What a BYE needs to cross another one, on a busy machine. */
const CROSSING_MS = 500

/** Everything in a day that must not be. */
export function checkDay(day: Evidence): Violation[] {
  return [
    ...checkCalls(day),
    ...checkOffers(day),
    ...checkAgents(day),
    ...checkPhones(day),
    ...checkTalks(day),
    ...checkCallbacks(day)
  ]
}

/** Calls that callers began, by their number. */
export function startedCalls(facts: readonly DomainEvent[]): Map<string, DomainEventOf<'call.started'>[]> {
  return grouped(
    factsOf(facts, 'call.started').filter(({ door }) => door !== 'callback'),
    ({ caller }) => caller
  )
}

/** Each call as `result reason`. */
export function outcomeOf({ termination: { result, reason } }: DomainEventOf<'call.ended'>): string {
  return `${result} ${reason}`
}

/** Each caller has one call, with one end, which is the same in the records, for the desks and on the wire. */
function checkCalls(day: Evidence): Violation[] {
  const { plan, facts, sipp } = day
  const started = startedCalls(facts)
  const ended = grouped(factsOf(facts, 'call.ended'), ({ callId }) => callId)
  const rows = grouped(day.rows, ({ call_id }) => call_id)
  const cleared = grouped(day.cleared, ({ callId }) => callId)
  const wrong = plan.flatMap((planned) => {
    const calls = started.get(planned.from) ?? []
    const callId = calls[0]?.callId ?? ''
    const [ends = [], written = [], told = []] = [ended.get(callId), rows.get(callId), cleared.get(callId)]
    return checkCall({ planned, view: day.views.get(planned.from), callId, calls: calls.length, ends, rows: written, told })
  })

  const known = new Set(plan.map(({ from }) => from))
  for (const [from, calls] of started) if (!known.has(from)) wrong.push({ what: 'Nobody has made this call', about: calls })
  const bySipp = plan.filter(({ by }) => by === 'sipp').length
  const { successful, failed, errors } = sipp
  if (successful !== bySipp || failed !== 0)
    wrong.push({ what: 'SIPp counts otherwise', about: { bySipp, successful, failed, errors } })
  return wrong
}

interface CallEvidence {
  readonly planned: PlannedCall
  readonly view: CallerView | undefined
  readonly callId: string
  readonly calls: number
  readonly ends: readonly DomainEventOf<'call.ended'>[]
  readonly rows: Evidence['rows']
  readonly told: Evidence['cleared']
}

function checkCall(about: CallEvidence): Violation[] {
  const { view, calls, ends, rows, told } = about
  if (isUnseen(calls, view)) return []
  const wrong = [
    ...(calls === 1 ? [] : ['A caller does not have one call']),
    ...(view?.endedBy === undefined ? ['A caller did not see the end of their call'] : []),
    ...(ends.length === 1 ? [] : ['A call did not end once']),
    ...(rows.length === 1 ? [] : ['A call is not recorded once']),
    ...(told.length === 1 ? [] : ['The desks were not told once that a call is over']),
    ...(ends[0] === undefined ? [] : checkOutcome(about, ends[0]))
  ]
  return wrong.map((what) => ({ what, about }))
}

/** A caller may be gone before Asterisk has given us their call. */
export function isUnseen(calls: number, view: CallerView | undefined): boolean {
  return calls === 0 && view?.refusedWith === 487
}

function checkOutcome({ view, rows, told }: CallEvidence, end: DomainEventOf<'call.ended'>): string[] {
  const outcome = outcomeOf(end)
  const { result, reason } = end.termination
  const endedBy = reason.startsWith('caller-hung-up') ? 'caller' : 'server'
  const crossed = Math.abs((view?.endedAt ?? 0) - end.at) < CROSSING_MS
  return [
    ...(rows.every((row) => `${row.result} ${row.reason}` === outcome) ? [] : ['The record has another outcome than the call']),
    ...(rows.every((row) => row.queued_ms === end.totals.queuedMs) ? [] : ['The record has another wait than the call']),
    ...(told.every((one) => one.outcome === outcome) ? [] : ['The desks were told another outcome than the call had']),
    ...(result === 'completed' || result === 'abandoned' ? [] : ['A call failed or was refused']),
    ...(view?.endedBy === endedBy || crossed ? [] : ['The call was ended by the other side'])
  ]
}

/** Each offer ends once, in the same way for the records and for the agent's desk. */
function checkOffers({ facts, legs, deskOffers }: Evidence): Violation[] {
  const made = factsOf(facts, 'offer.made')
  const ended = grouped(factsOf(facts, 'offer.ended'), ({ offerId }) => offerId)
  const legsOf = grouped(legs, ({ offer_id }) => offer_id)
  const told = [...deskOffers].flatMap(([user, offers]) => offers.map((offer) => ({ user, ...offer })))
  const toldOf = grouped(told, ({ user, offerId }) => `${user} ${offerId}`)
  const wrong = made.flatMap((offer): Violation[] => {
    const ends = ended.get(offer.offerId) ?? []
    const rows = legsOf.get(offer.offerId) ?? []
    const desk = toldOf.get(`${offer.agentId} ${offer.offerId}`) ?? []
    const result = ends[0]?.result
    return [
      ...(ends.length === 1 ? [] : ['An offer did not end once']),
      ...(rows.length === 1 ? [] : ['An offer is not recorded once']),
      ...(desk.length === 1 ? [] : ['A desk was not told once of an offer']),
      ...(result === 'unreachable' ? ['A phone could not be reached'] : []),
      ...(rows.every((row) => row.result === result) ? [] : ['The record has another result than the offer']),
      ...(desk.every((one) => one.result === result) ? [] : ['The desk was told another result than the offer had'])
    ].map((what) => ({ what, about: { offer, ends, rows, desk } }))
  })
  if (told.length === made.length) return wrong
  return [...wrong, { what: 'Desks were told of other offers', about: { told: told.length, made: made.length } }]
}

/** Nobody is with two, and in the end nobody is with anybody. */
function checkAgents({ facts, agents }: Evidence): Violation[] {
  const pairs = new Pairs()
  const double = facts.filter((fact) => !pairs.allow(fact)).map((about) => ({ what: 'Somebody was with two', about }))
  const left = pairs.left.map((about) => ({ what: 'An agent was never let go', about }))
  const held = agents
    .filter(({ state }) => state === 'reserved' || state === 'busy' || state === 'workingAfterCall')
    .map((about) => ({ what: 'An agent is left with a call that is over', about }))
  return [...double, ...left, ...held]
}

/** The same from the phones: nobody talks to two at once, and who talks was offered the call. */
function checkPhones({ facts, rings }: Evidence): Violation[] {
  const talks = rings.filter(({ establishedAt }) => establishedAt !== undefined)
  const open = rings.filter(({ endedAt }) => endedAt === undefined)
  const overlaps = (of: 'user' | 'caller') =>
    [...grouped(talks, (ring) => ring[of]).values()].flatMap((own) =>
      own.flatMap((ring, index) => {
        const next = own[index + 1]
        return next !== undefined && (next.establishedAt ?? 0) < (ring.endedAt ?? 0)
          ? [{ what: `A phone talks while another call of the same ${of} goes on`, about: [ring, next] }]
          : []
      })
    )
  return [
    ...open.map((about) => ({ what: 'A phone was never let go', about })),
    ...overlaps('user'),
    ...overlaps('caller'),
    ...checkAnswers(facts, rings)
  ]
}

/** Each answer that was told was given by the phone; a phone rings only for what was offered. */
function checkAnswers(facts: readonly DomainEvent[], rings: Evidence['rings']): Violation[] {
  const callerOf = new Map(factsOf(facts, 'call.started').map(({ callId, caller }) => [callId, caller]))
  const key = (user: string, caller: string | undefined) => `${user} rung for ${caller}`
  const ofFact = ({ agentId, callId }: DomainEventOf<'offer.made' | 'offer.ended'>) => key(agentId, callerOf.get(callId))
  const offered = counted(factsOf(facts, 'offer.made').map(ofFact))
  const answered = counted(factsOf(facts, 'offer.ended').flatMap((fact) => (fact.result === 'answered' ? ofFact(fact) : [])))
  const rung = counted(rings.map(({ user, caller }) => key(user, caller)))
  const picked = counted(rings.flatMap(({ user, caller, answeredAt }) => (answeredAt === undefined ? [] : key(user, caller))))
  const more = (some: Map<string, number>, others: Map<string, number>, what: string) =>
    [...some].flatMap(([name, count]) => (count > (others.get(name) ?? 0) ? [{ what, about: name }] : []))
  return [
    ...more(rung, offered, 'A phone rang without an offer'),
    ...more(answered, picked, 'An offer was answered without its phone')
  ]
}
