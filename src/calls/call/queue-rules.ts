import type { Signal } from '../../domain/abort.ts'
import type { QueueSettings } from '../../domain/queue.ts'
import { isStaffed } from '../../domain/staff-rule.ts'
import { isOpen } from '../../flow/is-open.ts'
import type { CallsOffice } from './office.ts'
import type { Ringing } from './ringing.ts'

/** Agents come and go, and calendars close; the rules about them are looked at this often. */
const LOOK_MS = 5_000

type RulesOffice = Pick<CallsOffice, 'centre' | 'clock'> & {
  readonly distribution: Pick<CallsOffice['distribution'], 'staffOf'>
}

/** Why the queue takes nobody now; undefined when it does. */
export function turnedAway(settings: QueueSettings, office: RulesOffice): 'closed' | 'no_agents' | undefined {
  if (isClosed(settings, office)) return 'closed'
  const { name, join } = settings
  return join === undefined || isStaffed(office.distribution.staffOf(name), join) ? undefined : 'no_agents'
}

/**
 * Resolves when the queue's rules end the wait of a caller; never when they do not. The rules are those of the moment: who waits while they are
 * changed is treated by the new ones. Nobody is taken away from a phone that rings.
 */
export async function untilRuleLeaves(
  queue: string,
  office: RulesOffice,
  ringing: Pick<Ringing, 'busy' | 'untilIdle'>,
  signal: Signal
): Promise<'closed' | 'no_agents'> {
  let shortSince: number | undefined
  for (;;) {
    const now = office.clock.now()
    const settings = office.centre.queues.get(queue)
    const { leave } = settings ?? {}
    const isShort = leave !== undefined && !isStaffed(office.distribution.staffOf(queue), leave)
    shortSince = isShort ? (shortSince ?? now) : undefined
    const leftMs = leave === undefined || shortSince === undefined ? LOOK_MS : shortSince + leave.afterMs - now
    const closes = settings?.closing === 'leave' && isClosed(settings, office)

    if (!closes && leftMs > 0) await office.clock.sleep(Math.min(LOOK_MS, leftMs), signal)
    else if (ringing.busy) await ringing.untilIdle(signal)
    else return closes ? 'closed' : 'no_agents'
  }
}

function isClosed({ openingHours }: QueueSettings, { centre, clock }: RulesOffice): boolean {
  const calendar = openingHours === undefined ? undefined : centre.calendars.get(openingHours)
  return calendar !== undefined && !isOpen(calendar, clock.now())
}
