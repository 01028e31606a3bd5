import type { Callback } from '../domain/callback.ts'
import { isAllowedNumber } from '../domain/dial-rules.ts'
import { isOpen } from '../flow/is-open.ts'
import type { CallsOffice } from './office.ts'

/** How often it is looked whether customers may be called now. */
export const LOOK_AGAIN_MS = 30_000

/** The longest sleep: timers of Node end at 24 days. */
const SLEEP_MAX_MS = 3_600_000

/** Whether it may be called now; otherwise for how long to wait before looking again, or why it never may. */
export function whatNow(
  callback: Callback,
  office: Pick<CallsOffice, 'centre' | 'clock'>
): 'due' | 'expired' | 'not-allowed' | number {
  const { number, dueAt, expiresAt, queue } = callback
  const { dialRules: rules, queues } = office.centre
  const settings = queues.get(queue)
  const now = office.clock.now()
  if (rules === undefined || settings === undefined || !isAllowedNumber(number, rules)) return 'not-allowed'
  if (now >= expiresAt) return 'expired'
  if (now < dueAt) return Math.min(dueAt - now, SLEEP_MAX_MS)
  const calendar = settings.callingHours === undefined ? undefined : office.centre.calendars.get(settings.callingHours)
  return calendar === undefined || isOpen(calendar, now) ? 'due' : Math.min(LOOK_AGAIN_MS, expiresAt - now)
}
