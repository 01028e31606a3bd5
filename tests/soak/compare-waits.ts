import { callbackCalls } from './check-callbacks.ts'
import type { Evidence, Violation } from './evidence.ts'
import { factsOf } from './facts-of.ts'
import { grouped } from './grouped.ts'
import { NUMBERS, type PlannedCall } from './plan.ts'

/** By how much the records may differ from the wire. */
export const WITHIN_MS = 50

export interface WaitComparison {
  readonly from: string
  readonly by: PlannedCall['by']
  readonly end: 'answered' | 'hung up' | 'timeout'
  readonly recordedMs: number
  readonly measuredMs: number
  /** How long this process stood still at the one end or the other: what it took for the time may be wrong by so much. */
  readonly stalledMs: number
  /** From the 200 OK to the place in the queue; how long after the end on the wire the wait ended for us. */
  readonly beganLateMs: number
  readonly endedLateMs: number
}

/**
 * The wait in the record next to the one on the wire, of everybody who went straight into a queue. It begins with the 200 OK that the
 * caller gets (one branch of the flow and the music follow: single milliseconds), and ends with the 200 OK of the agent's phone (known when
 * baresip says that it has carried out the command to answer), with the caller's BYE, or with the server's. Who went on in another queue
 * waited for both together. Not compared are calls that came into a queue again after an answer, and who is to be called back.
 */
export function compareWaits({ plan, views, rings, facts, rows, stalls }: Evidence): WaitComparison[] {
  const exits = grouped(factsOf(facts, 'call.dequeued'), ({ callId }) => callId)
  const byUs = new Set<string>(callbackCalls({ facts }).map(({ callId }) => callId))
  const rowOf = new Map(rows.flatMap((row) => (byUs.has(row.call_id) ? [] : [[row.caller, row]])))
  // The first answer: whom the caller was sent on to answers later.
  const answerOf = new Map(
    rings.toReversed().flatMap(({ caller, answeredAt }) => (answeredAt === undefined ? [] : [[caller, answeredAt]]))
  )
  return plan.flatMap(({ from, number, by }): WaitComparison[] => {
    const row = rowOf.get(from)
    const answeredAt = views.get(from)?.answeredAt
    const stays = exits.get(row?.call_id ?? '') ?? []
    const [first, exit] = [stays[0], stays.at(-1)]
    if (number === NUMBERS.menu || number === NUMBERS.callback || row?.queued_ms == null) return []
    if (first === undefined || exit === undefined || stays.slice(0, -1).some((stay) => stay.exit !== 'overflow')) return []
    const end = ends[exit.exit as keyof typeof ends]
    const endedAt = end === 'answered' ? answerOf.get(from) : views.get(from)?.endedAt
    if (end === undefined || answeredAt === undefined || endedAt === undefined) return []
    const stalledMs = Math.max(stalls.around(answeredAt), stalls.around(endedAt))
    const endedLateMs = exit.at - endedAt
    const beganLateMs = first.at - first.waitedMs - answeredAt
    const recordedMs = row.queued_ms
    return [{ from, by, end, recordedMs, measuredMs: endedAt - answeredAt, stalledMs, beganLateMs, endedLateMs }]
  })
}

const ends = { answered: 'answered', callerGone: 'hung up', timeout: 'timeout' } as const

export function differenceMs({ recordedMs, measuredMs }: WaitComparison): number {
  return recordedMs - measuredMs
}

export function wrongWaits(waits: readonly WaitComparison[]): Violation[] {
  return waits
    .filter((wait) => Math.abs(differenceMs(wait)) > WITHIN_MS + wait.stalledMs)
    .map((about) => ({ what: `The wait in the record is not the one on the wire within ${WITHIN_MS} ms`, about }))
}
