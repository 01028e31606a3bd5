import { z } from 'zod'
import { QUEUE_LEVEL_MAX } from '../domain/agent.ts'
import { duration } from './duration.ts'
import { digits, name, skills } from './names.ts'

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
  ring: duration.optional().describe('How long their phone rings for one offer. Default: as the queue says')
})
