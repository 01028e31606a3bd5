import type { CallsOffice } from '../calls/call/office.ts'
import type { CallDesk } from '../calls/desk/call-desk.ts'
import { canGoOn } from '../calls/restored-call.ts'
import { writeOff } from '../calls/strays.ts'
import type { KeptAgent, KeptCall } from '../domain/kept-call.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { unlessAborted, within } from '../domain/within.ts'

/** How long callers who do not wait yet may keep those who do from being offered. */
const PLACES_LIMIT_MS = 2_000

/** What an earlier process left: the calls that can be gone on with, and what agents did. The other calls are written off. */
export async function readLeft(
  around: Pick<CallsOffice, 'liveStore' | 'keptPlaces' | 'clock' | 'publish' | 'log'>
): Promise<{ readonly calls: readonly KeptCall[]; readonly agents: readonly KeptAgent[] }> {
  const { liveStore, publish, log } = around
  const [calls, agents] = await Promise.all([liveStore.calls.list(), liveStore.agents.list()])
  writeOff(
    calls.filter((kept) => typeof kept?.callId === 'string' && !canGoOn(kept)),
    around,
    publish,
    log
  )
  return { calls: calls.filter(canGoOn), agents }
}

/** Begins to go on with those calls when it is first asked. Resolves, each time, when those who waited have their places; `done` is told once. */
export function goOnOnce(
  left: readonly KeptCall[],
  {
    desk,
    clock,
    log,
    done
  }: { readonly desk: Pick<CallDesk, 'restore'>; readonly clock: Clock; readonly log: Log; readonly done: () => void }
): () => Promise<void> {
  let begun: Promise<void> | undefined
  const begin = async () => {
    if (left.length === 0) return
    log.warn({ calls: left.length }, 'Goes on with the calls of an earlier process')
    const restored = desk.restore(left)
    await within(PLACES_LIMIT_MS, clock, (signal) => unlessAborted(restored, signal))
    done()
  }
  return () => {
    begun ??= begin().catch((err) => log.error({ err }, 'The calls of an earlier process could not be restored'))
    return begun
  }
}
