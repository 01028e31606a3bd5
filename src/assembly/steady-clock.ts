import type { Signal } from '../domain/abort.ts'
import type { Clock } from '../domain/ports/clock.ts'

/** Longest wait that setTimeout takes (2^31 - 1 ms, about 24 days); longer ones are cut in pieces. */
const TIMEOUT_MAX = 2_147_483_647
/** By how much the machine's time may differ from what has passed before it counts as set: within this, it is what we tell. */
const JUMP_MS = 250
/** A jump is made good by so much of the time that passes: a minute within twenty. */
const CATCH_UP = 0.05

/** Where time comes from, milliseconds. */
export interface TimeSources {
  /** What the machine says it is; whoever sets its clock changes it. */
  wall(): number
  /** Since some moment; never set (CLOCK_MONOTONIC). */
  elapsed(): number
}

const machine: TimeSources = { wall: () => Date.now(), elapsed: () => performance.now() }

/**
 * The machine's time, as long as nobody sets it. When it jumps, time goes on as it passes and runs a little faster or slower until both agree
 * again: a wait, a ring and a wrap-up last as long as they last, and who came first stays first. It never goes back.
 */
export class SteadyClock implements Clock {
  readonly #onJump: (byMs: number) => void
  readonly #sources: TimeSources
  #elapsed: number
  #now: number
  #jumped = false

  /** `onJump` hears by how much the machine's clock was set. */
  constructor(onJump: (byMs: number) => void, sources = machine) {
    this.#onJump = onJump
    this.#sources = sources
    this.#elapsed = sources.elapsed()
    this.#now = sources.wall()
  }

  now(): number {
    const elapsed = this.#sources.elapsed()
    const passed = elapsed - this.#elapsed
    const expected = this.#now + passed
    const aheadMs = this.#sources.wall() - expected
    this.#elapsed = elapsed
    if (Math.abs(aheadMs) <= JUMP_MS) {
      this.#jumped = false
      this.#now = Math.max(this.#now, expected + aheadMs)
    } else {
      if (!this.#jumped) this.#onJump(Math.round(aheadMs))
      this.#jumped = true
      this.#now = expected + Math.sign(aheadMs) * passed * CATCH_UP
    }
    return Math.floor(this.#now)
  }

  sleep(ms: number, signal: Signal): Promise<void> {
    // Nearly every wait is short, and a call has several.
    return ms <= TIMEOUT_MAX ? sleepOnce(ms, signal) : sleepLong(ms, signal)
  }
}

async function sleepLong(ms: number, signal: Signal): Promise<void> {
  for (let left = ms; left > 0; left -= TIMEOUT_MAX) await sleepOnce(Math.min(left, TIMEOUT_MAX), signal)
}

function sleepOnce(ms: number, signal: Signal): Promise<void> {
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
