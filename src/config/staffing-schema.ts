import { z } from 'zod'
import { duration } from './duration.ts'
import { name, need, skills } from './names.ts'

const some = duration.refine((ms) => ms > 0, { error: 'expected more than nothing' })
const exponential = z.strictObject({ exponential: some.describe('Mean') })
const time = z
  .union(
    [
      exponential,
      z.strictObject({ lognormal: some.describe('Mean'), sd: some.describe('Standard deviation') }),
      z.strictObject({ fixed: duration }),
      z.strictObject({ list: z.array(duration).min(1).max(100_000).describe('As measured; each as likely as the others') })
    ],
    { error: 'expected one of { exponential: 3m }, { lognormal: 3m, sd: 2m }, { fixed: 3m }, { list: [2m, 5m] }' }
  )
  .describe('How long: exponential, lognormal, fixed or a list of measured times')

const calls = z
  .strictObject({
    queue: name.optional().describe('Where they wait. Default: the queue of the same name'),
    priority: z.enum(['emergency', 'high', 'normal', 'low']).default('normal').describe('Default: normal'),
    skills: need.default({}).describe('What they ask of an agent beside what their queue asks. Default: nothing'),
    per_hour: z.number().min(0).max(1_000_000).optional().describe('Calls an hour, all day alike'),
    per_interval: z
      .array(z.number().min(0).max(1_000_000))
      .min(1)
      .max(1440)
      .optional()
      .describe('Calls in each `interval` of a day'),
    handle: time.describe('From answer to hang-up; wrap-up comes on top'),
    patience: time.optional().describe('When callers give up. Default: never'),
    target: duration.optional().describe('The wait that the service level counts. Default: `service_level.within` of the queue')
  })
  .refine(({ per_hour: hour, per_interval: interval }) => (hour === undefined) !== (interval === undefined), {
    error: 'expected either per_hour or per_interval'
  })

const capacity = z
  .strictObject({ message: z.int().min(1).max(100) })
  .describe('How many messages each has in hand at once, beside the one call: `{ message: 3 }`. Default: 1')

const group = z.strictObject({
  count: z.int().min(0).max(10_000).describe('How many agents'),
  queues: z.array(name).min(1).describe('Queues whose calls they take'),
  skills: skills.default({}),
  capacity: capacity.optional()
})

/** A what-if as people write it. Unknown keys are errors. Queues and `order` are checked as part of a centre. */
export const staffingSchema = z.strictObject({
  centre: z.string().optional().describe("The centre's file, beside this one: its queues and agents. Default: none"),
  queues: z.record(name, z.looseObject({})).default({}).describe("Queues, or what is to be different in the centre's: its keys"),
  order: z.looseObject({}).optional().describe("In place of the centre's"),
  groups: z.record(name, group).optional().describe("Agents, in place of the centre's"),
  calls: z.record(name, calls).describe('Kinds of calls'),
  interval: some.optional().describe('What `per_interval` counts in'),
  lines: z.int().min(1).optional().describe('Calls that can wait, ring or talk at once. Default: no limit'),
  answer_delay: time.default({ fixed: 0 }).describe('From the ring to the answer. Default: at once'),
  away_after_miss: duration.prefault('1m').describe('How long an agent is away who missed a call. Default: 1m'),
  length: some.optional().describe('What is counted of each replication. Default: 100h; with `per_interval`, the day'),
  warm_up: duration.optional().describe('What passes before. Default: 10h; with `per_interval`, nothing'),
  replications: z.int().min(2).max(10_000).default(20).describe('Default: 20'),
  seed: z.int().min(0).default(1).describe('The same seed brings the same callers. Default: 1'),
  confidence: z.number().gt(0).lt(100).default(95).describe('Of the intervals, in percent. Default: 95')
})

/** A what-if after defaults were filled in. */
export type StaffingFile = z.output<typeof staffingSchema>
export type TimeSetting = z.output<typeof time>
