import t from 'tap'
import { checkDay } from '../soak/check-day.ts'
import { compareWaits, wrongWaits } from '../soak/compare-waits.ts'
import type { Evidence } from '../soak/evidence.ts'
import { runSoak } from '../soak/run-soak.ts'

t.setTimeout(240_000)

t.test('twenty agents and callers at random for half a minute: all sides tell the same', { timeout: 240_000 }, async (t) => {
  const report = await runSoak({ durationMs: 22_000, callsPerSecond: 2, seed: 2027 })
  const { evidence, outcomes, offers, callbacks, moves, waits, violations } = report
  t.same(violations, [])
  t.same(outcomes.records, outcomes.facts)
  t.same(outcomes.desks, outcomes.facts)
  t.same(offers.records, offers.facts)
  t.same(offers.desks, offers.facts)
  t.ok(evidence.plan.length >= 30, `${evidence.plan.length} callers`)
  t.ok(waits.compared >= 15, `${waits.compared} waits, the worst ${waits.worstMs} ms off`)
  for (const result of ['answered', 'callerGone'] as const) t.ok((offers.facts[result] ?? 0) > 0, `offers: ${result}`)
  t.ok((callbacks.talked ?? 0) + (callbacks.unreached ?? 0) > 0, `called back: ${JSON.stringify(callbacks)}`)
  t.not(Object.keys(moves).length, 0, `moves: ${JSON.stringify(moves)}`)

  t.test('and a day that does not add up is found out', async (t) => {
    const found = (change: Partial<Evidence>) => new Set(checkDay({ ...evidence, ...change }).map(({ what }) => what))
    const { rows, legs, facts, rings, cleared } = evidence
    const once = (type: string) => facts.find((fact) => fact.type === type)
    const twice = (type: string) => facts.flatMap((fact) => (fact === once(type) ? [fact, fact] : [fact]))
    t.ok(found({ rows: rows.slice(1) }).has('A call is not recorded once'))
    t.ok(found({ rows: rows.map((row) => ({ ...row, reason: 'fault' })) }).has('The record has another outcome than the call'))
    t.ok(found({ legs: legs.slice(1) }).has('An offer is not recorded once'))
    t.ok(found({ cleared: [...cleared, ...cleared] }).has('The desks were not told once that a call is over'))
    t.ok(found({ facts: twice('call.ended') }).has('A call did not end once'))
    t.ok(found({ facts: twice('call.started') }).has('A caller does not have one call'))
    t.ok(found({ facts: twice('offer.made') }).has('Somebody was with two'))
    const lastLeft = facts.findLast(({ type }) => type === 'leg.ended')
    t.ok(found({ facts: facts.filter((fact) => fact !== lastLeft) }).has('An agent was never let go'))
    t.ok(found({ rings: [] }).has('An offer was answered without its phone'))
    t.ok(found({ rings: [...rings, ...rings] }).has('A phone rang without an offer'))
    t.ok(found({ views: new Map() }).has('A caller did not see the end of their call'))
    t.ok(found({ facts: twice('callback.ended') }).has('A callback did not end once'))
    const heldLonger = facts.map((fact) =>
      fact.type === 'call.ended' ? { ...fact, totals: { ...fact.totals, heldMs: fact.totals.heldMs + 1000 } } : fact
    )
    t.ok(found({ facts: heldLonger }).has('A call was on hold for another time than its facts say'))
    const strange = { number: '13900000000', end: 'busy', isOver: true } as const
    t.ok(found({ customerRings: [strange] }).has("A customer's phone rang and nobody was told"))
    const answered = facts.find((fact) => fact.type === 'call.dequeued')
    const overflown = facts.map((fact) => (fact === answered ? { ...answered, exit: 'overflow' as const } : fact))
    t.ok(found({ facts: overflown }).has('Who went on in another queue has lost their first time'))
    const late = rows.map((row) => ({ ...row, queued_ms: (row.queued_ms ?? 0) + 1000 }))
    t.equal(wrongWaits(compareWaits({ ...evidence, rows: late })).length, waits.compared)
  })
})
