import { setTimeout as sleep } from 'node:timers/promises'
import type { RealSignal } from '../domain/abort.ts'

/** Something that runs beside us. */
export interface Running {
  /** Resolves with how it ended, wanted or not. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

export interface Part {
  readonly name: string
  /** Resolves when it is ready to be used. When the signal aborts, nothing stays behind. */
  start(signal: RealSignal): Promise<Running>
}

const PAUSE_MS = { first: 500, max: 30_000 }
/** One that has run that long is given a fresh start. */
const SETTLED_MS = 60_000

/** Starts a part and, whenever it ends by itself, starts it again after a pause that grows. Rejects when the first start fails. */
export async function keepAlive(part: Part, say: (text: string) => void, signal: RealSignal): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController()
  let running: Running | undefined = await part.start(signal)
  const watching = watch()

  async function watch(): Promise<void> {
    let failures = 0
    let since = Date.now()
    for (;;) {
      const how = await (running?.ended ?? 'did not start')
      if (stopping.signal.aborted) return
      failures = Date.now() - since > SETTLED_MS ? 0 : failures + 1
      const pauseMs = Math.min(PAUSE_MS.max, PAUSE_MS.first * 2 ** Math.max(0, failures - 1))
      say(`${part.name} ${how}; starting it again in ${pauseMs / 1000} s`)
      // An aborted pause ends at once, and so does the start that follows.
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      since = Date.now()
      running = await part.start(stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) say(`${part.name} did not start: ${String(error)}`)
        return undefined
      })
      if (running !== undefined) say(`${part.name} is back`)
    }
  }

  return {
    async stop() {
      stopping.abort()
      await running?.stop()
      await watching
      // A start that finished in the same moment as the stop.
      await running?.stop()
    }
  }
}
