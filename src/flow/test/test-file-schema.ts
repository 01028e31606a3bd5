import * as z from 'zod'
import { objection } from '../compile/schema/objection.ts'
import { count, dialled, duration, millisecondsOf, priority } from '../compile/schema/value-schemas.ts'

const time = duration.transform(millisecondsOf)
const number = dialled.transform(String)
const moment = z.iso.datetime({
  offset: true,
  error: objection`must be a date and time with its offset, in quotes, such as "2026-11-23T12:00:00+08:00"`
})
const text = z.string(objection`must be a text`)
const texts = z.union([text.transform((one) => [one]), z.array(text)], { error: objection`must be a text or a list of texts` })
const pressed = z
  .string(objection`must be keys in quotes, such as "1"`)
  .regex(/^[\d*#]+$/, objection`must be keys in quotes, such as "1"`)

/** One thing the caller does: keys at the next question, or keys or a hang-up at a moment of their own. */
const action = z.union(
  [
    z.literal('silence'),
    z.literal('hangup'),
    pressed,
    z.strictObject({ keys: pressed, at: time }),
    z.strictObject({ keys: pressed, while: text }),
    z.strictObject({ hangup: z.literal(true), at: time }),
    z.strictObject({ hangup: z.literal(true), while: text })
  ],
  {
    error: objection`must be keys in quotes, silence, hangup, { keys: "1", at: 3s }, { keys: "1", while: "text" }, { hangup: true, at: 3s } or { hangup: true, while: "text" }`
  }
)

const queueExit = z.enum(
  ['answered', 'timeout', 'full', 'no_agents', 'closed', 'withdrawn'],
  objection`must be answered, timeout, full, no_agents, closed or withdrawn`
)
const place = count(1, 100_000)
const stayInFull = z.strictObject({
  exit: queueExit,
  after: time.optional(),
  /** One place, or those that come one after the other in equal times. */
  position: z
    .union([place.transform((one) => [one]), z.array(place).min(1)], { error: objection`must be a place or a list of places` })
    .optional(),
  estimate: time.optional()
})
const stay = z.union([queueExit.transform((exit): z.output<typeof stayInFull> => ({ exit })), stayInFull], {
  error: objection`must be answered, timeout, full, no_agents, closed, withdrawn, or { exit: answered, after: 30s, position: [3, 2, 1], estimate: 2m }`
})
const stays = z.union([z.array(stay).min(1), stay.transform((one) => [one])], {
  error: objection`must be answered, timeout, full, no_agents, closed, withdrawn, { exit: answered, after: 30s }, or a list of such, one for each time`
})

const figures = z.strictObject({
  waiting: count(0, 100_000).optional(),
  longest_wait: time.optional(),
  logged_on: count(0, 100_000).optional(),
  ready: count(0, 100_000).optional(),
  talking: count(0, 100_000).optional()
})

const transferExit = z.enum(
  ['completed', 'busy', 'no_answer', 'unreachable', 'refused'],
  objection`must be completed, busy, no_answer, unreachable or refused`
)

/** What the application that is asked for a route answers. */
const routeAnswer = z.union(
  [
    z.literal('nothing').transform(() => ({ nothing: true as const })),
    z.literal('declines').transform(() => ({ declines: true as const })),
    z.strictObject({
      ...{ queue: text.optional(), agent: text.optional(), number: number.optional(), sip: text.optional() },
      ...{ priority: priority.optional(), after: time.optional() },
      data: z.record(z.string(), z.unknown(), objection`must be names and values`).optional()
    })
  ],
  { error: objection`must be nothing, declines, or { queue: name }, { agent: id }, { number: digits } or { sip: address }` }
)

interface Message {
  readonly says: number
  readonly hangup?: boolean | undefined
  readonly fails?: boolean
}

const message = z.union(
  [
    z.literal('nothing').transform((): Message => ({ says: 0 })),
    z.literal('fails').transform((): Message => ({ says: 0, fails: true })),
    z.strictObject({ says: time, hangup: z.boolean().optional() }).transform((given): Message => given),
    z.strictObject({ hangup: z.literal(true) }).transform((): Message => ({ says: 0, hangup: true }))
  ],
  { error: objection`must be nothing, fails, { says: 10s } or { says: 10s, hangup: true }` }
)

const httpAnswer = z.strictObject({
  url: text,
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], objection`must be GET, POST, PUT, PATCH or DELETE`).optional(),
  status: count(100, 599).optional(),
  json: z.unknown().optional(),
  after: time.optional(),
  fails: z.enum(['timeout', 'unreachable', 'bad-body'], objection`must be timeout, unreachable or bad-body`).optional()
})

const customerFields = {
  name: text.optional(),
  segment: text.optional(),
  flags: z.array(text, objection`must be a list of texts`).optional(),
  language: text.optional(),
  profile: z.record(z.string(), z.unknown(), objection`must be names and values`).optional()
}
const customer = z.strictObject(customerFields)
const customers = z.union([z.literal('unavailable'), z.array(z.strictObject({ number, ...customerFields }))], {
  error: objection`must be unavailable, or a list of customers with their numbers`
})

/** Where the caller was cut off in an earlier call. */
const interrupted = z.strictObject({
  step: text,
  flow: text.optional(),
  ago: time.optional(),
  queue: text.optional(),
  language: text.optional(),
  vars: z.record(z.string(), z.unknown(), objection`must be names and values`).optional()
})

const ending = z.union(
  [
    z.enum(['hangup', 'finished', 'caller-hung-up', 'unknown-number']),
    z.strictObject({ queue: text, priority: priority.optional(), agent: text.optional() }),
    z.strictObject({ transfer: text }),
    z.strictObject({ fault: text })
  ],
  {
    error: objection`must be hangup, finished, caller-hung-up, unknown-number, { queue: name }, { transfer: somebody } or { fault: CODE }`
  }
)

const expectation = z.strictObject({
  said: texts.optional(),
  not_said: texts.optional(),
  path: z.array(text, objection`must be a list of steps`).optional(),
  ends: ending.optional(),
  within: z.strictObject({ steps: count(0, 1000).optional(), time: time.optional() }).optional(),
  recorded: z.array(text, objection`must be a list of queues`).optional(),
  attached: z.record(z.string(), z.unknown(), objection`must be names and values`).optional(),
  customer: z.strictObject({ ...customerFields, number: number.optional() }).optional(),
  tags: z.array(text, objection`must be a list of tags`).optional(),
  language: text.optional(),
  requests: count(0, 1000).optional()
})

const testCase = z.strictObject({
  name: text,
  number: number.optional(),
  from: number.optional(),
  customer: customer.optional(),
  customers: customers.optional(),
  interrupted: interrupted.optional(),
  last_agent: text.optional(),
  at: moment.optional(),
  press: z.array(action, objection`must be a list of what the caller presses`).optional(),
  queues: z.record(z.string(), stays, objection`must be queues with how the stay ends`).optional(),
  figures: z.record(z.string(), figures, objection`must be queues with their figures`).optional(),
  split: z.record(z.string(), texts, objection`must be split steps with the way each goes`).optional(),
  transfers: z.array(transferExit, objection`must be a list of how transfers end`).optional(),
  messages: z.array(message, objection`must be a list of what callers say into messages`).optional(),
  callbacks: z
    .array(
      z.enum(['booked', 'refused'], objection`must be booked or refused`),
      objection`must be a list of how bookings of callbacks end`
    )
    .optional(),
  routes: z.array(routeAnswer, objection`must be a list of answers of applications`).optional(),
  http: z.array(httpAnswer, objection`must be a list of answers`).optional(),
  expect: expectation
})

/** A `*.test.yaml` file: calls to one flow, and what must come of them. */
export const testFileSchema = z.strictObject({
  test: z.string(objection`must be the name of a flow`),
  at: moment.optional(),
  coverage: z.strictObject({ steps: count(0, 100).optional(), exits: count(0, 100).optional() }).optional(),
  cases: z.array(testCase, objection`must be a list of cases`).min(1, objection`must have a case`)
})

export type TestFile = z.output<typeof testFileSchema>
export type TestCase = TestFile['cases'][number]
export type Expectation = TestCase['expect']
