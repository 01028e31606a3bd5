import { z } from 'zod'
import { DEPTH_MAX, depthOf, done, targetSchema } from './request-parts.ts'

/** For applications that decide where callers go. */
export const routeRequests = {
  routeRegister: {
    summary:
      'For applications that decide where callers go: the questions of `route` steps of that name come as `routeRequest` from now on. Users of the role crm need it granted in the configuration (`routes`). The first that registered and is connected serves, the others stand by. It ends with the session; a session that is resumed is still registered.',
    params: z.strictObject({ app: z.string().min(1).max(64).describe('Name of the application, as `route` steps say it') }),
    result: z.object({ serving: z.boolean().describe('`false`: another one serves, and you stand by') })
  },
  routeRegisterCancel: {
    summary:
      'Decides no routes of that application any more. What was asked and not answered goes to who stands by, or to the default.',
    params: z.strictObject({ app: z.string().min(1).max(64) }),
    result: done
  },
  routeSelect: {
    summary:
      'Answers a `routeRequest`: where the caller goes. What cannot be carried out (an unknown queue, a number that may not be called) is refused with `ROUTE_INVALID`, and the default applies at once.',
    params: z.strictObject({
      routeId: z.string().min(1).max(64),
      to: targetSchema,
      priority: z.enum(['emergency', 'high', 'normal', 'low']).optional().describe('In a queue. Left out: as the flow has it'),
      skills: z
        .record(z.string().min(1).max(64), z.number().int().min(1).max(5))
        .optional()
        .describe('In a queue: what the agent must know, with the least levels, beside what the queue asks'),
      data: z
        .record(z.string().min(1).max(64), z.unknown())
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
        .optional()
        .describe("For the agent's screen")
    }),
    result: done
  },
  routeEnd: {
    summary: 'Answers a `routeRequest` by not deciding: the default applies at once.',
    params: z.strictObject({ routeId: z.string().min(1).max(64) }),
    result: done
  }
} as const
