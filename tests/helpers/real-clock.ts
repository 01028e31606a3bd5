import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/domain/ports/clock.ts'

/** Time as it is. */
export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal }).catch(() => {
      throw signal.reason
    })
  }
}
