import type { Signal } from '../abort.ts'

/** Time as the core sees it. Real in the server, virtual in the simulator and in tests. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. Leaves no timer behind. */
  sleep(ms: number, signal: Signal): Promise<void>
}
