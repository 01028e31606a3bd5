import type { QueueSettings } from '../domain/queue.ts'
import type { StaffRule } from '../domain/staff-rule.ts'
import type { QueueLifeFile } from './queue-life-schema.ts'

/** When a queue takes callers, and when it lets them go, as the rooms know it. */
export function toQueueLife(file: QueueLifeFile): Pick<QueueSettings, 'openingHours' | 'closing' | 'join' | 'leave' | 'resume'> {
  const { opening_hours: openingHours, closing, join, leave, resume, resume_for: resumeFor } = file
  return {
    closing,
    ...(openingHours !== undefined && { openingHours }),
    ...(join !== undefined && { join: toStaffRule(join) }),
    ...(leave !== undefined && { leave: { ...toStaffRule(leave), afterMs: leave.after } }),
    ...(resume > 0 && { resume: { withinMs: resume, anybody: resumeFor === 'anybody' } })
  }
}

function toStaffRule(rule: NonNullable<QueueLifeFile['join']>): StaffRule {
  const { logged_on: loggedOn, at_work: atWork, ready, talking, not_ready_max: notReadyMax } = rule
  return {
    ...(loggedOn !== undefined && { loggedOn }),
    ...(atWork !== undefined && { atWork }),
    ...(ready !== undefined && { ready }),
    ...(talking !== undefined && { talking }),
    ...(notReadyMax !== undefined && { notReadyMax })
  }
}
