import type { Callback } from '../../domain/callback.ts'
import { addressOf } from '../../domain/dial-rules.ts'
import { isOpen } from '../../flow/is-open.ts'
import type { CallsOffice } from './office.ts'

/** How often it is looked whether customers may be called now. */
export const LOOK_AGAIN_MS = 30_000

/** The longest sleep: timers of Node end at 24 days. */
const SLEEP_MAX_MS = 3_600_000

/** Whether it may be called now; otherwise for how long to wait before looking again, or why it never may. */
export function whatNow(
  callback: Callback,
  office: Pick<CallsOffice, 'centre' | 'clock' | 'outside'>
): 'due' | 'expired' | 'not-allowed' | number {
  const { number, dueAt, expiresAt, queue } = callback
  const { dialRules: rules, queues } = office.centre
  const settings = queues.get(queue)
  const now = office.clock.now()
  const address = rules && addressOf(number, rules)
  if (address === undefined || settings === undefined) return 'not-allowed'
  if (now >= expiresAt) return 'expired'
  if (now < dueAt) return Math.min(dueAt - now, SLEEP_MAX_MS)
  const calendar = settings.callingHours === undefined ? undefined : office.centre.calendars.get(settings.callingHours)
  const isTime = calendar === undefined || isOpen(calendar, now)
  // So many have been called outside of late that this one waits.
  return isTime && office.outside.refusal(address) === undefined ? 'due' : Math.min(LOOK_AGAIN_MS, expiresAt - now)
}
