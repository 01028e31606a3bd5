import { z } from 'zod'

/** A customer, as an agent reads them. */
export const customerSchema = z.object({
  id: z.string(),
  name: z.string(),
  numbers: z.array(z.string()).readonly(),
  segment: z.string(),
  flags: z.array(z.string()).readonly(),
  language: z.string().optional(),
  profile: z.record(z.string(), z.unknown())
})

const pathEntrySchema = z.object({
  step: z.string(),
  kind: z.string(),
  at: z.number().describe('Milliseconds since 1970'),
  exit: z.string().optional(),
  detail: z.string().optional().describe('What was pressed or what came of it; secrets removed')
})

const texts = z.record(z.string(), z.string())

/** What an agent may want to do for the caller. */
export const suggestionSchema = z.object({
  id: z.string(),
  title: texts.describe('By language'),
  text: texts.optional().describe('By language'),
  url: z.string().optional().describe('Where that is done')
})

/** How a call came about. */
export const doorSchema = z
  .enum(['trunk', 'agent', 'callback', 'desk'])
  .describe('`trunk`: they called us, `agent`: an agent dialled in, `callback`: as they wished, `desk`: from a desk')

const pastContactSchema = z.object({
  contactId: z.string().describe('For `contact.history`, which tells more where you may read it'),
  startedAt: z.number().describe('Milliseconds since 1970'),
  door: doorSchema.optional(),
  intent: z.string().optional(),
  queues: z.array(z.string()).readonly(),
  result: z.string().optional().describe('Left out while it goes on'),
  disposition: z.string().optional().describe('As whoever wrapped it up last said')
})

/** What the agent's screen shows before the phone rings: the screen pop. */
export const attachedDataSchema = z.object({
  intent: z.string().optional(),
  path: z.array(pathEntrySchema).readonly(),
  collected: z
    .record(z.string(), z.unknown())
    .describe(
      'What flows and desks attached under names of their own. What only another system knows, such as open cases, is here when a `request` step of the flow asks for it and an `attach` puts it here'
    ),
  customer: customerSchema.optional(),
  waited: z.object({ totalMs: z.number(), queues: z.array(z.string()).readonly() }),
  language: z.string(),
  priority: z.string(),
  fastPath: z.string().optional(),
  callback: z
    .object({ id: z.string(), number: z.string(), bookedAt: z.number(), bookedBy: z.string(), attempt: z.number().int() })
    .optional()
    .describe('Set when the customer is called back: pick up, and they are called'),
  tags: z.array(z.string()).readonly().optional().describe('Names that the flow has given to the call'),
  history: z
    .array(pastContactSchema)
    .readonly()
    .optional()
    .describe(
      'The last calls of the customer, newest first, at most five; left out when there are none. For closed teams those of their own agents. With `callInformation` if the records are slow'
    ),
  suggestions: z
    .array(suggestionSchema)
    .readonly()
    .optional()
    .describe('What you may want to do, by the `suggestions` of the configuration; left out when there is nothing')
})
