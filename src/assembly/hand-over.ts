import { setTimeout as sleep } from 'node:timers/promises'
import type { AfterCalls } from '../calls/call/after-calls.ts'
import type { CallTable } from '../calls/call-table.ts'
import type { CallbackBook } from '../calls/callbacks/callback-book.ts'
import type { Distribution } from '../calls/offers/distribution.ts'
import type { EventBus } from '../domain/event-bus.ts'
import type { Log } from '../domain/log.ts'
import type { LiveStore } from '../domain/ports/live-store.ts'
import type { Closing } from './closing.ts'

/** How long what no other process can go on with may take to end: a phone that rings, a customer who is being called, a flow whose caller has left. */
const SETTLE_MS = 5_000
const LOOK_MS = 20
/** How long desks and the database may take: callers who come in meanwhile hear ringing. */
const WRITE_MS = 2_000

export interface HandedOver {
  readonly calls: Pick<CallTable, 'size' | 'unsettled'>
  readonly distribution: Pick<Distribution, 'retire' | 'openOffers'>
  readonly afterCalls: Pick<AfterCalls, 'size'>
  readonly telephony: {
    counts(): { readonly pendingRequests: number }
    close(): Promise<void>
  }
  readonly callbacks: Pick<CallbackBook, 'written'>
  readonly doors: { close(): Promise<void> }
  readonly liveStore: LiveStore
  readonly bus: Pick<EventBus, 'fallSilent'>
  readonly closing: Pick<Closing, 'leave'>
  readonly log: Log
}

/**
 * Leaves every call to the next process: nothing in Asterisk is touched any more, and nothing that this process still does counts. What was told
 * until then is written, and is what the next one goes on with. Then this process must end.
 */
export async function handOver(running: HandedOver): Promise<void> {
  const { calls, distribution, telephony, callbacks, doors, liveStore, bus, closing, log } = running
  // Callers are still let in and served; nobody is rung for them, also when Asterisk is lost and found meanwhile.
  distribution.retire()
  if (!(await settle(running)))
    log.warn({ calls: calls.unsettled }, 'Phones that ring are left to the next process, which rings anew')

  // All in this turn of the event loop: what is stored, what was told and what Asterisk was commanded agree.
  liveStore.calls.seal()
  liveStore.agents.seal()
  bus.fallSilent()
  const lettingGo = [telephony.close(), doors.close(), callbacks.written()]
  log.info({ calls: calls.size }, 'Calls in progress are left to the next process')
  const isWritten = await Promise.race([
    Promise.all(lettingGo).then(() => true),
    // The process ends by itself when this is all that is left.
    sleep(WRITE_MS, false, { ref: false })
  ])
  if (!isWritten) log.warn({}, 'Not all requests were answered and callbacks written in time')
  await closing.leave()
}

/** Whether everything was at rest before the time was over. */
async function settle({ calls, distribution, afterCalls, telephony }: HandedOver): Promise<boolean> {
  const until = performance.now() + SETTLE_MS
  for (;;) {
    const isBusy = distribution.openOffers() + calls.unsettled + afterCalls.size + telephony.counts().pendingRequests > 0
    if (!isBusy) return true
    if (performance.now() >= until) return false
    await sleep(LOOK_MS)
  }
}
