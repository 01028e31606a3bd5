import type { Evidence, Violation } from './evidence.ts'
import { factsOf } from './facts-of.ts'
import { grouped } from './grouped.ts'

/** By how much the held time of a record may differ from that between the facts. */
const WITHIN_MS = 50

/** Who goes on in another queue keeps the first time, and the time on hold is what lies between hold and retrieve. */
export function checkTalks({ facts }: Evidence): Violation[] {
  return [...checkOverflow({ facts }), ...checkHold({ facts })]
}

function checkOverflow({ facts }: Pick<Evidence, 'facts'>): Violation[] {
  const queued = grouped(factsOf(facts, 'call.queued'), ({ callId }) => callId)
  const left = grouped(factsOf(facts, 'call.dequeued'), ({ callId }) => callId)
  return [...left].flatMap(([callId, exits]) =>
    exits.flatMap(({ exit }, index) => {
      const [from, to] = [queued.get(callId)?.[index], queued.get(callId)?.[index + 1]]
      if (exit !== 'overflow' || (to !== undefined && to.enqueuedAt === from?.enqueuedAt && to.queue !== from.queue)) return []
      return [{ what: 'Who went on in another queue has lost their first time', about: [from, to] }]
    })
  )
}

function checkHold({ facts }: Pick<Evidence, 'facts'>): Violation[] {
  const heldMs = new Map<string, number>()
  const since = new Map<string, number>()
  return facts.flatMap((fact): Violation[] => {
    if (fact.type === 'call.held') since.set(fact.callId, fact.at)
    const isOver = fact.type === 'call.retrieved' || fact.type === 'leg.ended' || fact.type === 'call.ended'
    const from = isOver ? since.get(fact.callId) : undefined
    if (isOver && from !== undefined) {
      since.delete(fact.callId)
      heldMs.set(fact.callId, (heldMs.get(fact.callId) ?? 0) + fact.at - from)
    }
    if (fact.type !== 'call.ended') return []
    const between = heldMs.get(fact.callId) ?? 0
    if (Math.abs(fact.totals.heldMs - between) <= WITHIN_MS) return []
    return [{ what: 'A call was on hold for another time than its facts say', about: { fact, between } }]
  })
}
