import type { Signal } from '../../domain/abort.ts'
import { nextLookMs, overflowOf } from '../../domain/overflow.ts'
import type { OverflowRule } from '../../domain/waiting.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import type { Place } from '../call/queue-place.ts'
import { turnedAway } from '../call/queue-rules.ts'
import type { Ringing } from '../call/ringing.ts'

/** Callers before this one, and agents, come and go; a rule about them is looked at again this often. */
const LOOK_MS = 5_000

/** Resolves with the rule by which the caller goes on in another queue; never where none comes to hold. Nobody is taken away from a phone that rings. */
export async function untilOverflow(
  call: LiveCall,
  office: CallsOffice,
  place: Place,
  ringing: Ringing,
  signal: Signal
): Promise<OverflowRule> {
  const since = place.since ?? office.clock.now()
  for (;;) {
    const waitedMs = office.clock.now() - since
    const rule = overflowNow(place, office, waitedMs, (office.distribution.position(call.callId) ?? 1) - 1)
    if (rule !== undefined && !ringing.busy) return rule
    if (rule === undefined) {
      const next = nextLookMs(place.overflow, waitedMs) ?? Number.POSITIVE_INFINITY
      await office.clock.sleep(Math.min(LOOK_MS, next - waitedMs), signal)
    } else {
      await ringing.untilIdle(signal)
    }
  }
}

/** The rule that holds for who has waited so long with so many before them. Nobody goes where they have been, or where nobody is taken. */
export function overflowNow(place: Place, office: CallsOffice, waitedMs: number, ahead: number): OverflowRule | undefined {
  const loggedOn = office.distribution.queueStatus(place.settings.name)?.loggedOn ?? 0
  return overflowOf(place.overflow, { waitedMs, ahead, loggedOn }, (queue) => {
    const settings = office.centre.queues.get(queue)
    const status = office.distribution.queueStatus(queue)
    if (settings === undefined || status === undefined || place.visited.has(queue)) return false
    return status.loggedOn > 0 && status.waiting < settings.maxLength && turnedAway(settings, office) === undefined
  })
}
