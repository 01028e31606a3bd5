import { z } from 'zod'
import { framedMethods } from './framed-methods.ts'
import { agentViewSchema, callViewSchema } from './views.ts'

/** Messages to the desk in the frame. */
export const toDeskSchemas = {
  hello: z
    .object({ switchboard: z.literal('hello') })
    .describe('The first message, when the frame has loaded. From now on the desk tells the page what happens'),
  request: z
    .object({
      switchboard: z.literal('request'),
      id: z.union([z.string(), z.number()]).describe('Comes back with the answer'),
      method: z.enum(framedMethods),
      params: z.record(z.string(), z.unknown()).optional()
    })
    .describe('Asks for one thing, with the parameters of the request of that name')
} as const

const ofCall = z.object({ call: callViewSchema.describe('With its attached data') })

/** Messages from the desk in the frame. */
export const fromDeskSchemas = {
  welcome: z
    .object({
      switchboard: z.literal('welcome'),
      agent: agentViewSchema.optional().describe('Left out: nobody is signed in, or no agent'),
      calls: z.array(callViewSchema).describe('The calls of the agent')
    })
    .describe(
      'The answer to `hello`; comes again whenever somebody has signed in or out, or the desk has caught up by a snapshot'
    ),
  answer: z
    .object({
      switchboard: z.literal('answer'),
      id: z.union([z.string(), z.number()]),
      result: z.unknown().optional(),
      error: z
        .object({ code: z.string(), allowed: z.array(z.string()).optional() })
        .optional()
        .describe('`NOT_SIGNED_IN`, `NOT_ALLOWED` here, or the code of the server')
    })
    .describe('One for each `request`, with `result` or `error`'),
  callOffered: ofCall
    .extend({ switchboard: z.literal('callOffered') })
    .describe('The agent is offered a call, before the phone rings'),
  callEstablished: ofCall
    .extend({ switchboard: z.literal('callEstablished') })
    .describe('The agent and the caller hear each other'),
  callChanged: ofCall
    .extend({ switchboard: z.literal('callChanged') })
    .describe('Anything else of a call of the agent has changed'),
  callEnded: ofCall.extend({ switchboard: z.literal('callEnded') }).describe("The agent's part in the call is over"),
  agentState: z
    .object({ switchboard: z.literal('agentState'), agent: agentViewSchema })
    .describe('The agent does something else'),
  connection: z
    .object({ switchboard: z.literal('connection'), state: z.enum(['connecting', 'live', 'lost', 'closed']) })
    .describe('Whether the desk shows what is true now')
} as const

export type ToDesk = { [Name in keyof typeof toDeskSchemas]: z.infer<(typeof toDeskSchemas)[Name]> }[keyof typeof toDeskSchemas]
export type FromDesk = {
  [Name in keyof typeof fromDeskSchemas]: z.infer<(typeof fromDeskSchemas)[Name]>
}[keyof typeof fromDeskSchemas]
