import { z } from 'zod'
import { callId, done, nothing } from './request-parts.ts'
import { callViewSchema, phoneViewSchema, queueViewSchema, waitingCallerSchema } from './views.ts'

/** How things stand, and who waits. */
export const snapshotRequests = {
  snapshotCall: { summary: 'One call.', params: z.strictObject({ callId }), result: callViewSchema },
  snapshotDevice: {
    summary: 'One phone and its calls.',
    params: z.strictObject({ deviceId: z.string().min(1).max(128) }),
    result: z.object({ phone: phoneViewSchema, calls: z.array(callViewSchema).readonly() })
  },
  snapshotQueue: {
    summary: 'One queue and the calls waiting in it that you may see.',
    params: z.strictObject({ queue: z.string().min(1).max(64) }),
    result: z.object({ queue: queueViewSchema, calls: z.array(callViewSchema).readonly() })
  },
  'queue.list': {
    summary: 'The queues you may see.',
    params: nothing,
    result: z.object({ queues: z.array(queueViewSchema).readonly() })
  },
  'queue.callers': {
    summary:
      'Who waits in a queue now, the next one first, of the calls you may see or pick up; place and estimate are of this moment.',
    params: z.strictObject({ queue: z.string().min(1).max(64) }),
    result: z.object({ callers: z.array(waitingCallerSchema).readonly() })
  },
  'queue.withdraw': {
    summary: 'Supervisors: takes a caller out of the queue they wait in; the flow goes on with `withdrawn`.',
    params: z.strictObject({ callId }),
    result: done
  }
} as const
