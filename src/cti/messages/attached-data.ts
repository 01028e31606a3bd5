import { z } from 'zod'
import { OPEN_CASES_MAX } from '../../domain/open-case.ts'
import { promiseStates } from '../../domain/promise.ts'

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

/** What another system has open about the customer. */
const openCaseSchema = z.object({
  id: z.string(),
  title: z.string().optional(),
  status: z.string().optional(),
  openedAt: z.string().optional().describe('As the other system writes it'),
  url: z.string().optional().describe('Where it is shown')
})

/** How a call came about. */
export const doorSchema = z
  .enum(['trunk', 'agent', 'callback', 'desk'])
  .describe('`trunk`: they called us, `agent`: an agent dialled in, `callback`: as they wished, `desk`: from a desk')

export const callbackStates = ['waiting', 'due', 'reserved', 'calling', 'connected', 'done', 'failed', 'cancelled'] as const
export const callbackOutcomes = ['talked', 'called-in', 'unreached', 'expired', 'not-allowed', 'cancelled', 'fault'] as const

/** By when something is promised. */
export const untilSchema = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .describe('ISO 8601, a date or a date with its time; left out: nobody said by when')

/** What an agent has promised the customer. */
export const promiseSchema = z.object({
  promiseId: z.string(),
  what: z.string(),
  until: untilSchema.optional(),
  madeAt: z.number().describe('Milliseconds since 1970'),
  state: z.enum(promiseStates).describe('`dropped`: not to be kept any more'),
  stateAt: z.number().optional().describe('Left out while nobody has said anything of it')
})

/** One that nobody has said was kept, or is not to be. */
export const openPromiseSchema = promiseSchema.extend({
  contactId: z.string().describe('For `contact.history`'),
  agentId: z.string().describe('Who made it'),
  caller: z.string().optional().describe('Of the last call of the contact that you may read'),
  customerName: z.string().optional()
})

const ofPast = {
  contactId: z.string().describe('For `contact.history`, which tells more where you may read it'),
  startedAt: z.number().describe('Milliseconds since 1970: a call began, a message was left, a callback was asked for'),
  queues: z.array(z.string()).readonly()
}

const pastCallSchema = z.object({
  kind: z.literal('call'),
  ...ofPast,
  door: doorSchema.optional(),
  intent: z.string().optional(),
  result: z.string().optional().describe('Left out while it goes on'),
  disposition: z.string().optional().describe('What came of the contact, as whoever wrapped it up last said'),
  promises: z
    .array(promiseSchema)
    .readonly()
    .optional()
    .describe('What was promised in the contact, with its last call. Left out: nothing')
})

const pastMessageSchema = z
  .object({
    kind: z.literal('message'),
    ...ofPast,
    voicemailId: z.string(),
    seconds: z.number(),
    state: z.enum(['new', 'heard', 'done'])
  })
  .describe('A message that they left')

const pastCallbackSchema = z
  .object({
    kind: z.literal('callback'),
    ...ofPast,
    callbackId: z.string(),
    state: z.enum(callbackStates),
    outcome: z.enum(callbackOutcomes).optional().describe('Whether it was kept; left out while it is open'),
    dueAt: z.number().describe('Not called before'),
    endedAt: z.number().optional()
  })
  .describe('A callback that they asked for, or somebody for them')

const pastContactSchema = z.discriminatedUnion('kind', [pastCallSchema, pastMessageSchema, pastCallbackSchema])

const agents = z.array(z.string()).readonly().describe('Who talked to the customer in it')

/** A contact of a customer, for those who may read it. */
export const contactViewSchema = z.discriminatedUnion('kind', [
  pastCallSchema.extend({
    callId: z.string(),
    endedAt: z.number().optional().describe('Left out while it goes on'),
    caller: z.string().optional(),
    dialed: z.string().optional(),
    agents,
    tags: z.array(z.string()).readonly()
  }),
  pastMessageSchema.extend({ agents }),
  pastCallbackSchema.extend({ agents })
])

/** What the agent's screen shows before the phone rings: the screen pop. */
export const attachedDataSchema = z.object({
  intent: z.string().optional(),
  path: z.array(pathEntrySchema).readonly(),
  collected: z
    .record(z.string(), z.unknown())
    .describe(
      'What flows and desks attached under names of their own. What only another system knows is here when a `request` step of the flow asks for it and an `attach` puts it here'
    ),
  openCases: z
    .array(openCaseSchema)
    .max(OPEN_CASES_MAX)
    .readonly()
    .optional()
    .describe('What other systems have open about the customer, as `open_cases` of an `attach` says; left out: nothing'),
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
      'The last contacts of the customer, newest first, at most eight, and the last call of each older contact with an open promise, at most eight; left out when there are none. For closed teams those of their own agents. With `callInformation` if the records are slow'
    ),
  suggestions: z
    .array(suggestionSchema)
    .readonly()
    .optional()
    .describe('What you may want to do, by the `suggestions` of the configuration; left out when there is nothing')
})

export type PromiseView = z.infer<typeof promiseSchema>
export type OpenPromiseView = z.infer<typeof openPromiseSchema>
export type ContactView = z.infer<typeof contactViewSchema>
