import { z } from 'zod'
import { duration } from './duration.ts'
import { name } from './names.ts'

const agents = z.int().min(0).max(10_000)

const staffFields = {
  logged_on: agents.optional().describe('At least so many agents logged on'),
  at_work: agents.optional().describe('At least so many ready or with a call'),
  ready: agents.optional().describe('At least so many ready'),
  talking: agents.optional().describe('At least so many in a talk'),
  not_ready_max: agents.optional().describe('At most so many logged on and not ready')
}

/** Every agent-count may stand alone; none at all would be a rule that says nothing. */
function saysSomething(rule: { readonly [Key in keyof typeof staffFields]?: number | undefined }): boolean {
  return Object.keys(staffFields).some((key) => rule[key as keyof typeof staffFields] !== undefined)
}

const join = z.strictObject(staffFields).refine(saysSomething, 'expected a number of agents, such as at_work: 1')
const leave = z
  .strictObject({ ...staffFields, after: duration.prefault('60s').describe('when it has been so for this long. Default: 60s') })
  .refine(saysSomething, 'expected a number of agents, such as at_work: 1')

/** When a queue takes callers, and when it lets them go. */
export const queueLifeFields = {
  opening_hours: name.optional().describe('Calendar outside of which callers leave with `closed`. Left out: always open'),
  closing: z
    .enum(['stay', 'leave'])
    .default('stay')
    .describe('Who waits at closing time stays, or leaves with `closed`. Default: stay'),
  join: join.optional().describe('Agents there must be; otherwise callers leave with `no_agents` at once. Left out: no matter'),
  leave: leave
    .optional()
    .describe('Agents there must be; when there have not been, those who wait leave with `no_agents`. Left out: no matter'),
  resume: duration
    .prefault('5m')
    .refine((ms) => ms <= 3_600_000, 'expected at most 1h')
    .describe('A caller who was cut off and calls again within this time has their place back; 0s: never. Default: 5m'),
  resume_for: z
    .enum(['cut_off', 'anybody'])
    .default('cut_off')
    .describe('Whose line broke, or also who hung up: networks do not always tell. Default: cut_off')
}

export type QueueLifeFile = z.output<z.ZodObject<typeof queueLifeFields>>
