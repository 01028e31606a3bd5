import { z } from 'zod'
import { done, nothing } from './request-parts.ts'
import { choicesSchema, snapshotSchema } from './views.ts'

/** What a client wants to hear of. Narrows what its role may see; for `crm` it is what it sees at all. A list left out means all. */
export const monitorSchema = z.strictObject({
  agents: z.array(z.string().max(64)).max(1000).optional(),
  queues: z.array(z.string().max(64)).max(1000).optional(),
  calls: z
    .array(z.string().max(128))
    .max(1000)
    .optional()
    .describe('These calls, and consultations about them; agents and queues then only where they are named'),
  events: z.array(z.string().max(64)).max(100).optional().describe('Names of the events wanted')
})

/** About the session itself, and what it hears of. */
export const sessionRequests = {
  'session.open': {
    summary:
      'The first message, within 5 seconds. `resumeAfter` replays what was missed since that event; when that is no longer kept, a snapshot comes instead.',
    params: z.strictObject({
      token: z.string().max(4096),
      monitor: monitorSchema.optional(),
      resumeAfter: z.number().int().nonnegative().optional(),
      sessionId: z
        .string()
        .max(64)
        .optional()
        .describe('Which session to resume; left out: the last one of yours that lost its connection')
    }),
    result: z.object({
      sessionId: z.string(),
      seq: z.number().int().describe('The last event so far; events up to it are replayed, or covered by the snapshot'),
      expiresAt: z.number().describe('When the session ends with 4401 unless it is renewed'),
      snapshot: snapshotSchema.nullable().describe('`null`: everything missed is replayed'),
      server: z.object({ name: z.string(), version: z.string() }),
      choices: choicesSchema,
      monitors: z
        .array(z.object({ monitorCrossRefId: z.string(), monitor: monitorSchema }))
        .readonly()
        .describe('Monitors that the session has started, when it was resumed')
    })
  },
  'session.close': { summary: 'Ends the session; it cannot be resumed.', params: nothing, result: done },
  'session.renew': {
    summary:
      'The session lasts as long as this token of yours, without a break. `POST /api/v1/session/renew` gives one before the present one expires.',
    params: z.strictObject({ token: z.string().max(4096) }),
    result: z.object({ expiresAt: z.number() })
  },
  'session.ping': {
    summary: 'Asks whether the server is there.',
    params: nothing,
    result: z.object({ time: z.string(), seq: z.number() })
  },
  monitorStart: {
    summary:
      'Beside the filter of the session, one more: you hear what any of them names, and events say in `monitors` which of those you have started want them. At most 50. They end with the session; a session that is resumed still has them. A monitor of nothing but calls ends by itself with the last of them (`monitorEnded`).',
    params: z.strictObject({ monitor: monitorSchema }),
    result: z.object({
      monitorCrossRefId: z.string(),
      seq: z.number().int(),
      snapshot: snapshotSchema.describe('What this monitor names, after event `seq`')
    })
  },
  monitorStop: {
    summary: 'Ends a monitor that you have started. The snapshot is of what you still hear of.',
    params: z.strictObject({ monitorCrossRefId: z.string().min(1).max(64) }),
    result: z.object({ seq: z.number().int(), snapshot: snapshotSchema })
  },
  changeMonitorFilter: {
    summary: 'Other things to hear of from now on, by a monitor that you have started or by the filter of the session.',
    params: z.strictObject({
      monitor: monitorSchema,
      monitorCrossRefId: z.string().min(1).max(64).optional().describe('Left out: the filter of the session')
    }),
    result: z.object({ seq: z.number().int(), snapshot: snapshotSchema })
  }
} as const
