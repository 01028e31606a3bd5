import { z } from 'zod'
import { duration } from './duration.ts'

/** How many calls outside there may be, whoever wants them. */
export const outsideCalls = z
  .strictObject({
    per_minute: z
      .int()
      .min(1)
      .max(100_000)
      .default(600)
      .describe('Calls to the outside within a minute, all together. Default: 600'),
    per_destination: z
      .int()
      .min(1)
      .max(100_000)
      .default(30)
      .describe(
        'Calls to one number or address within `within`; addresses that `allowed_transfers` names whole are not counted. Default: 30'
      ),
    within: duration.prefault('1h').describe('The time of `per_destination`. Default: 1h')
  })
  .describe(
    'Caps on transfers, consultations, callbacks and calls from the desk to the outside: one more is refused, and told (`call.dial-refused`)'
  )
