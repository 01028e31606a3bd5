import { z } from 'zod'
import { QUEUE_LEVEL_MAX } from '../domain/agent.ts'
import { duration } from './duration.ts'
import { digits, name, skills } from './names.ts'
import { phonePasswordVersion } from './phone-password-version.ts'

/** Agents as people write them: one, or a range of several alike. */
export const agents = z.strictObject({
  id: digits.optional().describe('Login, SIP user and extension of one agent'),
  range: z
    .string()
    .regex(/^\d{1,20}-\d{1,20}$/, 'expected FIRST-LAST')
    .optional()
    .describe('Several agents alike: first and last id'),
  name: z.string().optional().describe('Name of the one agent. Default: Agent and the id'),
  names: z.array(z.string()).default([]).describe('Names of a range, in order. Default: Agent and the id'),
  team: name.describe('One of `teams`'),
  queues: z.array(name).min(1).describe('Queues whose calls they take'),
  levels: z
    .record(name, z.int().min(1).max(QUEUE_LEVEL_MAX))
    .default({})
    .describe('Queue → level, 1 to 5: those of level 1 are rung before those of level 2. Default: 1'),
  skills: skills.default({}),
  capacity: z
    .strictObject({
      voice: z.literal(1, 'expected 1: an agent has one phone').default(1),
      message: z.int().min(1).max(100).default(1)
    })
    .prefault({})
    .describe('How many contacts of each medium they have at once: `{ message: 3 }`. Of voice always 1. Default: 1 of each'),
  auto_answer: z.boolean().default(false).describe('Their phone answers by itself. Default: false'),
  ring: duration.optional().describe('How long their phone rings for one offer. Default: as the queue says'),
  phone_password_version: phonePasswordVersion
})

/** What people read, by language. */
export const texts = z.record(z.string().regex(/^[a-z]{2,3}(-\w+)*$/, 'expected a language, e.g. zh-CN'), z.string().min(1))

export const reason = z.strictObject({ name, title: texts.describe('Language → what people read') })

export const disposition = reason.extend({
  queues: z.array(name).min(1).optional().describe('For the contacts of these queues. Left out: of all')
})

/** What happens to agents whose phone or desk is gone. */
export const absence = z.strictObject({
  phone_back_within: duration
    .prefault('5m')
    .describe('A free agent without a phone is not ready at once, and ready again when it is back within this time. Default: 5m'),
  phone_log_off: duration.optional().describe('Logged off after so long without a phone. Left out: never'),
  desk_not_ready: duration
    .prefault('30s')
    .describe('Not ready after so long without the CTI session that the agent had. Default: 30s'),
  desk_log_off: duration.prefault('5m').describe('Logged off after so long without it. Default: 5m')
})
