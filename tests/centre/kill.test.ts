import t from 'tap'
import { type KillStore, killFullHouse } from '../chaos/kill-full-house.ts'
import { busyLimits } from '../chaos/kill-limits.ts'

// The built server is killed with calls in all stages; `npm run kill` does it with a hundred of them, by stricter limits.
t.setTimeout(280_000)

const kills: readonly { readonly name: string; readonly calls: number; readonly store?: KillStore }[] = [
  { name: 'a full house', calls: 20 },
  { name: 'known from Redis alone', calls: 14, store: 'redis-alone' },
  { name: 'and Redis is away', calls: 14, store: 'redis-away' }
]
for (const { name, ...options } of kills)
  t.test(`killed: ${name}: talks have no gap, and everybody is where they were`, async (t) => {
    const report = await killFullHouse({ ...options, limits: busyLimits, listenMs: 2_000 })
    const { calls, readyMs, waitedMs, startCpuMs, heard } = report
    const worst = Math.max(...heard.map(({ unexplainedMs }) => unexplainedMs))
    t.comment(`${calls} calls, ready after ${readyMs} ms (${waitedMs} waited, ${startCpuMs} of CPU), longest pause ${worst} ms`)
    t.same(report.wrong, [])
    const isEmpty = Object.entries(report.before).filter(([, count]) => count === 0)
    t.same(isEmpty, [], 'there were calls in each stage')
    t.ok(heard.length > 20, `${heard.length} listened`)
  })
