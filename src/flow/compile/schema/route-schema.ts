import * as z from 'zod'
import { objection } from './objection.ts'
import { any } from './step-parts.ts'
import { duration, target, templates } from './value-schemas.ts'

/** Callers hear nothing while an application thinks. */
export const ROUTE_DEADLINE_MAX_MS = 5_000

const app = z.string(objection`must be the name of an application`)

export const routeSchema = z
  .strictObject({
    route: z
      .strictObject({
        app: app.describe('Name of an application that the configuration grants to somebody (`routes` of a user).'),
        with: templates.optional().describe('What it is told, by name. It sees the call itself as far as its user may.'),
        deadline: duration.optional().describe('How long its answer is waited for, up to 5s. Default 1s.'),
        ring: duration.optional().describe('How long an agent or an outside number that it chose is rung. Default 30s.')
      })
      .describe('Whom to ask.'),
    default: target
      .optional()
      .describe('It is not there, does not answer in time, leaves it to us, or its answer cannot be carried out.'),
    failed: target
      .optional()
      .describe('The caller was sent where it said and came to nobody: busy, no answer, a full queue. Left out: as `default`.'),
    completed: target.optional().describe('After the talk. Default: the call ends.'),
    ...any
  })
  .describe(
    'Has an application outside decide where the caller goes (CTI `routeRegister`, `routeRequest`, `routeSelect`): to a queue, an agent, a number of ours, or one that `callbacks` or `allowed_transfers` of the configuration allow. What it says is checked, and the caller is sent there.'
  )
