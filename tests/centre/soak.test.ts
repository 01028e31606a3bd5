import t from 'tap'
import { runSoak } from '../soak/run-soak.ts'

t.setTimeout(150_000)

t.test('half a minute of a day with twenty agents and callers at random: all add up', { timeout: 150_000 }, async (t) => {
  const { evidence, outcomes, offers, waits, violations } = await runSoak({ durationMs: 25_000, callsPerSecond: 2, seed: 2026 })
  t.same(violations, [])
  t.same(outcomes.records, outcomes.facts)
  t.ok(evidence.plan.length >= 30, `${evidence.plan.length} callers`)
  t.ok(waits.compared >= 15, `${waits.compared} waits, the worst ${waits.worstMs} ms off`)
  for (const result of ['answered', 'callerGone'] as const) t.ok((offers[result] ?? 0) > 0, `${offers[result]} offers ${result}`)
})
