import type { Clock } from '../domain/ports/clock.ts'

/** Longest wait that setTimeout takes (2^31 - 1 ms, about 24 days); longer ones are cut in pieces. */
const TIMEOUT_MAX = 2_147_483_647

/** The clock on the wall. */
export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0 || left === ms; left -= TIMEOUT_MAX) await sleepOnce(Math.min(left, TIMEOUT_MAX), signal)
  }
}

function sleepOnce(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const aborted = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', aborted)
      resolve()
    }, ms)
    signal.addEventListener('abort', aborted, { once: true })
  })
}
