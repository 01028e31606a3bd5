import fc from 'fast-check'
import t from 'tap'
import { SteadyClock } from '../../src/assembly/steady-clock.ts'
import { Timers } from '../../src/calls/offers/timers.ts'
import { until } from '../helpers/until.ts'

/** A machine whose clock can be set, beside the time that passes. */
function machine() {
  const time = { wall: 1_700_000_000_000, elapsed: 5_000 }
  const jumps: number[] = []
  const clock = new SteadyClock((byMs) => jumps.push(byMs), { wall: () => time.wall, elapsed: () => time.elapsed })
  const pass = (ms: number) => {
    time.wall += ms
    time.elapsed += ms
  }
  const set = (byMs: number) => {
    time.wall += byMs
  }
  return { time, jumps, clock, pass, set }
}

t.test('as long as nobody sets it, the time is that of the machine', async (t) => {
  const { time, jumps, clock, pass, set } = machine()
  for (let i = 0; i < 100; i++) {
    pass(997)
    // What NTP does all the time.
    set(i % 2 === 0 ? 3 : -3)
    t.ok(Math.abs(clock.now() - time.wall) <= 3)
  }
  t.same(jumps, [])
})

t.test('an hour forward or back: what lasts a minute lasts a minute, and bit by bit the machine is right again', async (t) => {
  for (const hour of [3_600_000, -3_600_000]) {
    const { time, jumps, clock, pass, set } = machine()
    const before = clock.now()
    set(hour)
    t.equal(clock.now(), before, 'no time has passed')
    pass(60_000)
    t.ok(Math.abs(clock.now() - before - 60_000) <= 3_001, 'within 5 %')
    for (let minutes = 0; minutes < 21 * 60; minutes++) {
      pass(60_000)
      clock.now()
    }
    t.ok(Math.abs(clock.now() - time.wall) <= 250, 'agreed again within 21 hours')
    t.same(jumps, [hour], 'and told of once')
  }
})

t.test(
  'whatever is done to the clock, time never goes back, and a span is right within 5 % and what counts as no jump',
  async () => {
    const steps = fc.array(
      fc.record({
        passed: fc.integer({ min: 0, max: 100_000 }),
        setBy: fc.oneof(fc.constant(0), fc.integer({ min: -10_000_000, max: 10_000_000 }))
      }),
      { maxLength: 40 }
    )
    fc.assert(
      fc.property(steps, (all) => {
        const { clock, pass, set } = machine()
        let last = clock.now()
        for (const { passed, setBy } of all) {
          pass(passed)
          set(setBy)
          const now = clock.now()
          if (now < last) throw new Error('Time went back')
          if (Math.abs(now - last - passed) > passed * 0.05 + 251) throw new Error(`${now - last} ms for ${passed} ms`)
          last = now
        }
      })
    )
  }
)

t.test('a deadline set before the machine went back an hour comes at its time', async (t) => {
  let setBy = 0
  const clock = new SteadyClock(() => {}, { wall: () => Date.now() + setBy, elapsed: () => performance.now() })
  const timers = new Timers(clock, (error) => t.fail(String(error)))
  let rang = false
  timers.set('ring', clock.now() + 200, () => {
    rang = true
  })
  setBy = -3_600_000
  await until(() => rang, { ms: 20_000, what: 'the deadline' })
  timers.dispose()
})
