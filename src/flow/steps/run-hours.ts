import type { Frame } from '../conversation.ts'
import { valueUnfit } from '../faults.ts'
import { isOpen } from '../is-open.ts'
import type { HoursStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Parts ways by a calendar. */
export function runHours(step: HoursStep, frame: Frame): StepEnd {
  const { centre, clock } = frame.talk.world
  const calendar = centre.calendars.get(step.calendar)
  if (calendar === undefined) throw valueUnfit(step.name, 'a configured calendar')
  return isOpen(calendar, clock.now()) ? onward(step.open, 'open') : onward(step.closed, 'closed')
}
