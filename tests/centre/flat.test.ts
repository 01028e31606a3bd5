import t from 'tap'
import { storyOf } from '../chaos/story-of.ts'
import { runFlat, SIXTY_PERCENT } from '../soak/run-flat.ts'

// `npm run soak -- --flat` does it for half an hour and longer, with a server that remembers for as long as any.
t.setTimeout(290_000)

t.test('three minutes of calls: nothing grows, and the books are right', { timeout: 280_000 }, async (t) => {
  const { evidence, load, looks, trends, violations } = await runFlat({
    ...{ seed: 2028, durationMs: 180_000, callsPerSecond: SIXTY_PERCENT, ctiKeepMs: 0 }
  })
  for (const [name, trend] of Object.entries(trends)) t.comment(name, JSON.stringify(trend))
  for (const { callId } of violations) if (callId !== undefined) t.comment(storyOf(callId, evidence))
  t.same(violations, [])
  t.comment(`${evidence.seen.length} callers, ${looks} looks, load ${load.toFixed(2)}`)
  t.ok(load > 0.4, `agents were with callers for ${Math.round(100 * load)} % of their time`)
})
