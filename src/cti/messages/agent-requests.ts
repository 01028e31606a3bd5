import { z } from 'zod'
import { PROMISE_MAX, PROMISES_MAX } from '../../domain/promise.ts'
import { untilSchema } from './attached-data.ts'
import { agentId, nothing, word } from './request-parts.ts'
import { agentViewSchema } from './views.ts'

const said = word(PROMISE_MAX).regex(/\S/, 'Blank')

/** About agents, and their wrap-up. */
export const agentRequests = {
  setAgentState: {
    summary:
      'What the agent wants to do. During a call the choice is kept as `pending`; in wrap-up it ends it. What a supervisor chooses for an agent says so: `by`.',
    params: z.strictObject({
      state: z.enum(['loggedOn', 'loggedOff', 'ready', 'notReady']),
      reason: z.string().min(1).max(64).optional().describe('Why not ready, or logged off: one of `choices.reasons`'),
      agentId
    }),
    result: agentViewSchema
  },
  getAgentState: { summary: 'What the agent does.', params: z.strictObject({ agentId }), result: agentViewSchema },
  'agent.list': {
    summary: 'The agents you may see.',
    params: nothing,
    result: z.object({ agents: z.array(agentViewSchema).readonly() })
  },
  'contact.wrapUp': {
    summary: 'Ends the wrap-up; what was noted is kept with the contact.',
    params: z.strictObject({
      disposition: z.string().max(64).optional().describe('One of `choices.dispositions` for the queue'),
      notes: z.string().max(10_000).optional(),
      promises: z
        .array(z.strictObject({ what: said, until: untilSchema.optional() }))
        .max(PROMISES_MAX)
        .optional()
        .describe(
          'What you promised the customer: whoever talks to them next sees it first, until `promise.update` says that it was kept'
        ),
      next: z
        .strictObject({ state: z.enum(['notReady', 'ready', 'loggedOff']), reason: z.string().min(1).max(64).optional() })
        .optional()
        .describe('What the agent does then; left out: what they chose during the call, or `ready`'),
      agentId
    }),
    result: agentViewSchema
  },
  'contact.extendWrapUp': {
    summary: 'A later end for the wrap-up, as its queue says; `WRAP_UP_LIMIT` when it is as long as it may be.',
    params: z.strictObject({ agentId }),
    result: agentViewSchema
  }
} as const
