import { Abort, type Signal } from '../../domain/abort.ts'
import type { CallId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import { unlessAborted, within } from '../../domain/within.ts'

/** How long a server that stops waits for what its last callers have left behind. */
const LAST_WORK_LIMIT_MS = 3_000

/** What flows still do when their callers have left: holds it, so that no call waits for it and no server stops in the middle of it. */
export class AfterCalls {
  readonly #clock: Clock
  readonly #log: Log
  readonly #running = new Set<Promise<void>>()
  readonly #stop = new Abort()

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** Of how many calls something is still done. */
  get size(): number {
    return this.#running.size
  }

  take(callId: CallId, work: (signal: Signal) => Promise<void>): void {
    const running = work(this.#stop.signal)
      .catch((err: unknown) => this.#log.error({ err, callId }, 'What a flow does after its call could not be done'))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Waits for what is being done; what takes too long is stopped. */
  async drain(): Promise<void> {
    const all = Promise.all(this.#running).then(() => true)
    const done = await within(LAST_WORK_LIMIT_MS, this.#clock, (signal) => unlessAborted(all, signal))
    if (done === true) return
    this.#log.warn({ calls: this.#running.size }, 'What flows do after their calls is stopped')
    this.#stop.abort(new Error('The server stops'))
    await Promise.all(this.#running)
  }
}
