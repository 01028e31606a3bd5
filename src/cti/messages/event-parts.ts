import { z } from 'zod'

/** What every event has. */
export const stamp = z.object({
  seq: z.number().int().describe('Position in the stream of this session, counted from 1'),
  time: z.string().describe('ISO 8601, UTC'),
  monitors: z
    .array(z.string())
    .readonly()
    .optional()
    .describe('Which of the monitors that you have started want it; left out: none of them')
})

/** Its name. */
export const type = <Name extends string>(name: Name) => ({ type: z.literal(name) })
