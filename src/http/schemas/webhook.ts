import { z } from 'zod'
import { deliveryStates } from '../../domain/webhook.ts'

const time = z.number().int().describe('Milliseconds since 1970')
const problem = z.enum(['status', 'timeout', 'unreachable', 'not-allowed', 'gave-up'])

/** How a webhook stands, in answers. */
export const webhookSchema = z.object({
  webhook: z.string(),
  url: z.string(),
  events: z.array(z.string()).readonly().optional().describe('Left out: all'),
  stopped: z
    .object({ at: time, why: z.string().describe('`gone`: the receiver answered 410; else the user who stopped it') })
    .optional()
    .describe('Left out while it is at work'),
  waiting: z.number().int(),
  oldestAt: time.optional().describe('When the oldest of those that wait became true'),
  dead: z.number().int().describe('Dead letters'),
  delivered: z.number().int().describe('Since the server started'),
  failed: z.number().int().describe('Attempts since the server started'),
  last: z.object({ at: time, status: z.number().int().optional(), problem: problem.optional() }).optional()
})

/** One event on its way to a webhook, in answers. */
export const deliverySchema = z.object({
  id: z.string(),
  webhook: z.string(),
  seq: z.number().int(),
  type: z.string(),
  lane: z.string().describe('What it is about: events of one lane are delivered in order'),
  toldAt: time,
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  nextAt: time.optional(),
  lastAt: time.optional(),
  lastStatus: z.number().int().optional(),
  lastProblem: problem.optional(),
  endedAt: time.optional()
})

/** What came of a ping. */
export const attemptedSchema = z.object({
  tookMs: z.number(),
  status: z.number().int().optional(),
  problem: problem.optional().describe('Left out: it was taken')
})

/** What is to be sent again. */
export const replaySchema = z.strictObject({
  id: z.uuid().optional().describe('Only this one'),
  since: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional()
    .describe('Only what became true since then, ISO 8601'),
  delivered: z.boolean().default(false).describe('Also what was delivered, not dead letters alone')
})
