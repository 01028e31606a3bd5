import { SteadyClock } from '../../src/assembly/steady-clock.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'

const steady = new SteadyClock(() => undefined)

/** Time as it is. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => steady.sleep(ms, signal)
}
