import { z } from 'zod'

const time = z.number().int().describe('Milliseconds since 1970')

/** A callback in answers. */
export const callbackSchema = z.object({
  callbackId: z.string(),
  contactId: z.string(),
  number: z.string(),
  queue: z.string(),
  priority: z.string(),
  enqueuedAt: time.describe('The place: first time in the queue, milliseconds since 1970'),
  dueAt: time,
  expiresAt: time,
  bookedAt: time,
  bookedBy: z.string().describe('`flow`, or a user'),
  state: z.enum(['waiting', 'due', 'reserved', 'calling', 'connected', 'done', 'failed', 'cancelled']),
  attempts: z.array(z.object({ at: time, callId: z.string(), agentId: z.string(), result: z.string().optional() })).readonly(),
  outcome: z.enum(['talked', 'called-in', 'unreached', 'expired', 'not-allowed', 'cancelled', 'fault']).optional(),
  endedAt: time.optional(),
  customer: z.object({ id: z.string(), name: z.string(), segment: z.string() }).optional()
})

/** A wish to have somebody called back. */
export const bookingSchema = z.strictObject({
  number: z.string().min(3).max(256).describe('Telephone number or SIP address that the configuration allows'),
  queue: z.string().min(1).max(64),
  at: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional()
    .describe('Not before this time, ISO 8601; left out: as soon as it is their turn'),
  withinMs: z.number().int().min(1).optional().describe('Given up so long after; left out: the limit of the configuration'),
  priority: z.enum(['emergency', 'high', 'normal', 'low']).optional(),
  skills: z.record(z.string().max(64), z.number().int().min(1).max(5)).optional(),
  language: z.string().max(32).optional(),
  data: z.record(z.string().min(1).max(64), z.unknown()).optional().describe('For the agent who will call')
})
