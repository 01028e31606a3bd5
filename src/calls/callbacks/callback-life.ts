import { type CallbackOutcome, type CallbackState, isOver } from '../../domain/callback.ts'
import type { CallsOffice } from '../call/office.ts'
import { whatNow } from '../call/what-now.ts'
import type { CallTable } from '../call-table.ts'
import type { CallbackEntry } from './callback-entry.ts'
import { stayInQueue } from './callback-stay.ts'

/** Follows one callback: waits for its time, gives it its place in the queue, and again after each attempt, until it is over. */
export async function serveCallback(entry: CallbackEntry, office: CallsOffice, calls: Pick<CallTable, 'adopt'>): Promise<void> {
  await entry.freed(entry.signal)
  while (!isOver(entry.callback.state) && entry.ending === undefined) {
    const next = whatNow(entry.callback, office)
    const rules = office.centre.dialRules
    if (next === 'not-allowed' || next === 'expired' || rules === undefined) {
      const outcome = next === 'expired' ? 'expired' : 'not-allowed'
      entry.move('failed', { outcome, endedAt: office.clock.now() })
    } else if (next === 'due') {
      await stayInQueue(entry, office, rules, calls)
    } else {
      await office.clock.sleep(next, entry.signal)
    }
  }
}

/** The last state of a callback with that outcome. */
export function endOf(outcome: CallbackOutcome): CallbackState & ('done' | 'failed' | 'cancelled') {
  if (outcome === 'talked' || outcome === 'called-in') return 'done'
  return outcome === 'cancelled' ? 'cancelled' : 'failed'
}
