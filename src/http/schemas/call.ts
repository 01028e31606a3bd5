import { z } from 'zod'
import { promiseStates } from '../../domain/promise.ts'

const time = z.string().describe('ISO 8601')
const names = z.array(z.string()).readonly()

export const callSummarySchema = z.object({
  callId: z.string(),
  contactId: z.string(),
  startedAt: time,
  answeredAt: time.nullable(),
  endedAt: time.nullable(),
  caller: z.string().nullable(),
  callerName: z.string().nullable(),
  dialed: z.string().nullable(),
  door: z.enum(['trunk', 'agent', 'callback', 'desk']).nullable(),
  language: z.string().nullable(),
  customer: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  flow: z.object({ name: z.string(), version: z.string().nullable() }).nullable(),
  flows: names,
  queue: z.string().nullable(),
  queues: names,
  agent: z.string().nullable(),
  agents: names,
  fastPath: z.string().nullable(),
  intent: z.string().nullable(),
  tags: names.describe('Names that flows have given to the call'),
  termination: z
    .object({ result: z.string(), reason: z.string(), cause: z.number().nullable(), error: z.string().nullable() })
    .nullable()
    .describe('Null while the call goes on'),
  totals: z.object({ queuedMs: z.number(), talkedMs: z.number(), heldMs: z.number() }).nullable()
})

const legSchema = z.object({
  kind: z.enum(['caller', 'agent', 'party']),
  device: z.string(),
  agent: z.string().nullable(),
  queue: z.string().nullable(),
  beganAt: time,
  ringingAt: time.nullable(),
  connectedAt: time.nullable(),
  endedAt: time.nullable(),
  result: z.string().nullable(),
  cause: z.number().nullable()
})

const stepSchema = z.object({
  flow: z.string(),
  step: z.string(),
  kind: z.string(),
  at: time,
  tookMs: z.number(),
  exit: z.string().nullable(),
  detail: z.string().nullable().describe('Secrets removed')
})

export const callStorySchema = z.object({
  call: callSummarySchema,
  legs: z.array(legSchema).readonly(),
  path: z.array(stepSchema).readonly(),
  events: z.array(z.object({ at: time, type: z.string(), body: z.record(z.string(), z.unknown()) })).readonly(),
  messages: z
    .array(z.object({ id: z.string(), queue: z.string(), createdAt: time, seconds: z.number(), state: z.string() }))
    .readonly()
    .describe('Messages that the caller left: see /voicemails'),
  recordings: z
    .array(
      z.object({
        id: z.string(),
        createdAt: time,
        seconds: z.number(),
        agents: z.array(z.string()).readonly()
      })
    )
    .readonly()
    .describe('What was recorded of its talks: see /recordings'),
  wrapUps: z
    .array(z.object({ agent: z.string(), at: time, disposition: z.string().nullable(), notes: z.string().nullable() }))
    .readonly(),
  promises: z
    .array(
      z.object({
        id: z.string(),
        agent: z.string(),
        madeAt: time,
        what: z.string(),
        until: z.string().nullable().describe('ISO 8601, a date or a date with its time'),
        state: z.enum(promiseStates),
        stateAt: time.nullable().describe('Null while nobody has said anything of it'),
        stateBy: z.string().nullable()
      })
    )
    .readonly()
    .describe('What agents promised the customer in its contact')
})
