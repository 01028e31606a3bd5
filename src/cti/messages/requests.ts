import { z } from 'zod'
import { digitGapMs } from '../../domain/digit-gap.ts'
import { supervisionModes } from '../../domain/supervision.ts'
import {
  agentViewSchema,
  callbackViewSchema,
  callViewSchema,
  choicesSchema,
  customerSchema,
  pastCallSchema,
  phoneViewSchema,
  queueViewSchema,
  snapshotSchema,
  waitingCallerSchema
} from './views.ts'

/** What a client wants to hear of. Narrows what its role may see; for `crm` it is what it sees at all. A list left out means all. */
export const monitorSchema = z.strictObject({
  agents: z.array(z.string().max(64)).max(1000).optional(),
  queues: z.array(z.string().max(64)).max(1000).optional(),
  events: z.array(z.string().max(64)).max(100).optional().describe('Names of the events wanted')
})

const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), agentId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('queue'), queue: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('number'), number: z.string().min(1).max(32) }),
  z.strictObject({ kind: z.literal('sip'), uri: z.string().min(1).max(256) })
])

/** Whom an agent can consult: somebody who can pick up. */
const consultedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), agentId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('queue'), queue: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('number'), number: z.string().min(1).max(32) }),
  z.strictObject({ kind: z.literal('sip'), uri: z.string().min(1).max(256) })
])

const callId = z.string().min(1).max(128)
const agentId = z.string().min(1).max(64).optional().describe('Left out: yourself. Supervisors may name an agent of their teams')
const nothing = z.strictObject({})
/** PostgreSQL has no room for NUL. */
const word = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\0]*$/)
const done = z.object({})

/** While keys are sent other commands of the call wait, and give up after 5 s. */
const DIGITS_MAX_MS = 4000

/** Deeper data would overflow the stack of whoever serialises it. */
const DEPTH_MAX = 8

function depthOf(value: unknown): number {
  let depth = 0
  let level: unknown[] = [value]
  while (depth <= DEPTH_MAX && level.length > 0) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
    depth++
  }
  return depth
}

/** Parameters and result of each request, with a sentence for the reference. */
export const requestSchemas = {
  'session.open': {
    summary:
      'The first message, within 5 seconds. `resumeAfter` replays what was missed since that event; when that is no longer kept, a snapshot comes instead.',
    params: z.strictObject({
      token: z.string().max(4096),
      monitor: monitorSchema.optional(),
      resumeAfter: z.number().int().nonnegative().optional(),
      sessionId: z
        .string()
        .max(64)
        .optional()
        .describe('Which session to resume; left out: the last one of yours that lost its connection')
    }),
    result: z.object({
      sessionId: z.string(),
      seq: z.number().int().describe('The last event so far; events up to it are replayed, or covered by the snapshot'),
      expiresAt: z.number().describe('When the session ends with 4401 unless it is renewed'),
      snapshot: snapshotSchema.nullable().describe('`null`: everything missed is replayed'),
      server: z.object({ name: z.string(), version: z.string() }),
      choices: choicesSchema
    })
  },
  'session.close': { summary: 'Ends the session; it cannot be resumed.', params: nothing, result: done },
  'session.renew': {
    summary:
      'The session lasts as long as this token of yours, without a break. `POST /api/v1/session/renew` gives one before the present one expires.',
    params: z.strictObject({ token: z.string().max(4096) }),
    result: z.object({ expiresAt: z.number() })
  },
  'session.ping': {
    summary: 'Asks whether the server is there.',
    params: nothing,
    result: z.object({ time: z.string(), seq: z.number() })
  },
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
  answerCall: { summary: 'Answers the ringing offer on your browser phone.', params: z.strictObject({ callId }), result: done },
  clearConnection: {
    summary:
      "Ends a party's part: an alerting agent rejects, a talking agent hangs up. Supervisors may name any device of the call.",
    params: z.strictObject({ callId, deviceId: z.string().min(1).max(128).optional() }),
    result: done
  },
  holdCall: { summary: 'The caller hears music.', params: z.strictObject({ callId }), result: done },
  retrieveCall: { summary: 'Back to the caller on hold.', params: z.strictObject({ callId }), result: done },
  singleStepTransferCall: {
    summary: 'Sends the caller on; you go to wrap-up at once.',
    params: z.strictObject({ callId, to: targetSchema }),
    result: done
  },
  singleStepConferenceCall: {
    summary:
      'Supervisors with a phone: listen to an agent of your teams in a talk (`silent`), speak to them alone (`whisper`), or join (`active`). Your phone rings and answers by itself; asked again, it changes how, without a gap. It follows the agent on hold and in consultations, and ends with their leg or yours; as a party you stay when the agent goes. `SUPERVISING`: you are in another talk.',
    params: z.strictObject({
      callId,
      mode: z.enum(supervisionModes),
      agentId: z.string().min(1).max(64).optional().describe('Which agent of the call. Left out: the first of your teams')
    }),
    result: done
  },
  deflectCall: {
    summary:
      'Sends the caller on whom you are being offered, without answering; you stay ready. When nobody answers there, the caller is back in the queue, at their place. `NOT_WAITING`: somebody sent the caller straight to you.',
    params: z.strictObject({ callId, to: targetSchema }),
    result: done
  },
  makeCall: {
    summary:
      "Calls somebody from your desk: your own phone rings first and answers by itself, then theirs. A ready colleague's extension, or a telephone number or SIP address that the configuration lets the centre call. Also while not ready, which you are again afterwards.",
    params: z.strictObject({
      to: z.string().min(1).max(256),
      data: z
        .record(z.string().min(1).max(64), z.unknown())
        .refine((values) => Object.keys(values).length <= 50, 'At most 50 keys at once')
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
        .optional()
        .describe('Goes with the call, as `data.collected`'),
      queue: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .describe('One of your queues, on whose behalf you call: its wrap-up follows. Left out: no wrap-up')
    }),
    result: z.object({ callId: z.string() })
  },
  startRecording: {
    summary:
      'Records the talk, what the caller says and what they hear, until it is over. `RECORDING_NOT_ALLOWED` where the rule of the queue or the caller does not want it.',
    params: z.strictObject({ callId }),
    result: done
  },
  pauseRecording: {
    summary: 'Records silence from now on, such as while a secret is told.',
    params: z.strictObject({ callId }),
    result: done
  },
  resumeRecording: {
    summary: 'Goes on recording. `RECORDING_NOT_ALLOWED` while a flow asks for a secret.',
    params: z.strictObject({ callId }),
    result: done
  },
  stopRecording: {
    summary: 'Ends the recording. Agents cannot end what the rule of the queue has begun, supervisors can.',
    params: z.strictObject({ callId }),
    result: done
  },
  generateDigits: {
    summary:
      'Sends keys to whom you talk to. They may be a secret: events and records tell how many, and nothing else. `NOT_TALKING` on hold.',
    params: z
      .strictObject({
        callId,
        digits: z.string().regex(/^[0-9A-D*#]{1,20}$/, 'expected 1 to 20 of 0-9, A-D, * and #'),
        toneMs: z
          .int()
          .min(40)
          .max(400)
          .default(100)
          .describe('How long each key is held; 100 ms of silence follow. Default: 100')
      })
      .refine(
        ({ digits, toneMs }) => digits.length * (toneMs + digitGapMs) <= DIGITS_MAX_MS,
        'More than 4 seconds of keys at once'
      ),
    result: done
  },
  pickupCall: {
    summary:
      'Takes a caller who waits in one of your queues that has `pickup`, or whom a colleague of it is being offered: your phone rings for them and theirs stops. Also while not ready, which you are again afterwards. You need the skills that the caller needs now; your level does not matter. Supervisors may name an agent of their teams, and need no `pickup`.',
    params: z.strictObject({ callId, agentId }),
    result: done
  },
  consultationCall: {
    summary:
      'Calls somebody about the caller, who hears music meanwhile: a ready agent, a telephone number or an address outside that is allowed, or a queue, where you wait with music for the first of its agents who is free, as long as a caller may. The result is the call of the two, for the same contact. One at a time. `TARGET_NOT_AVAILABLE`: they cannot take a call now; of a queue: it takes nobody, or nobody else is logged on there.',
    params: z.strictObject({ callId, to: consultedSchema }),
    result: z.object({ callId: z.string().describe('Of the consultation') })
  },
  alternateCall: {
    summary:
      'From the consulted party to the caller, or back; the other one hears music. This and the next three take either call.',
    params: z.strictObject({ callId }),
    result: done
  },
  reconnectCall: {
    summary: 'Lets the consulted party go, or stops ringing them: you are back with the caller.',
    params: z.strictObject({ callId }),
    result: done
  },
  transferCall: {
    summary:
      'Joins caller and consulted party; you go to wrap-up. While they ring it works as well: when nobody answers, the caller goes back to their queue, at the head. While you wait in a queue, the caller takes your place in it; `OTHERS_IN_TALK` where they would be taken from others.',
    params: z.strictObject({ callId }),
    result: done
  },
  conferenceCall: {
    summary: 'Joins all. Whoever is in a conference may consult a further one and have them join.',
    params: z.strictObject({ callId }),
    result: done
  },
  associateData: {
    summary: 'Merges into `data.collected` of the call; `null` removes a key.',
    params: z.strictObject({
      callId,
      data: z
        .record(z.string().min(1).max(64), z.unknown())
        .refine((values) => Object.keys(values).length <= 50, 'At most 50 keys at once')
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
    }),
    result: done
  },
  'contact.wrapUp': {
    summary: 'Ends the wrap-up; what was noted is kept with the contact.',
    params: z.strictObject({
      disposition: z.string().max(64).optional().describe('One of `choices.dispositions` for the queue'),
      notes: z.string().max(10_000).optional(),
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
  },
  'contact.history': {
    summary: 'The newest calls of a customer, or of one contact, of those that you may read; both named: that contact of theirs.',
    params: z
      .strictObject({
        customerId: word(64).optional(),
        contactId: word(128).optional(),
        limit: z.number().int().min(1).max(100).optional()
      })
      .refine(({ customerId, contactId }) => customerId !== undefined || contactId !== undefined, 'Name a customer or a contact'),
    result: z.object({ calls: z.array(pastCallSchema).readonly() })
  },
  'customer.get': {
    summary: 'One customer. Who has no call of theirs in sight, and may read none in the records, is told that there is none.',
    params: z.strictObject({ customerId: word(64) }),
    result: customerSchema
  },
  'customer.find': {
    summary: 'Who has a number: one, or nobody whom you may know of.',
    params: z.strictObject({ number: word(32) }),
    result: z.object({ customers: z.array(customerSchema).readonly() })
  },
  'customer.update': {
    summary:
      'Changes a customer whom you may read; the next call knows it. `segment` and flags are for crm clients and administrators.',
    params: z.strictObject({
      customerId: word(64),
      name: z.string().max(200).optional(),
      language: word(40).optional(),
      profile: z
        .record(z.string().min(1).max(60), z.unknown())
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
        .refine((values) => !JSON.stringify(values).includes('\\u0000'), 'A text with NUL')
        .optional()
        .describe('Merged; `null` removes a field'),
      segment: word(40).optional(),
      addFlags: z.array(word(64)).max(50).optional(),
      removeFlags: z.array(word(64)).max(50).optional()
    }),
    result: customerSchema
  },
  'callback.book': {
    summary:
      'Has a customer called back, in a queue that you serve or lead. One that is open for the same number and queue is the answer.',
    params: z.strictObject({
      number: z.string().min(3).max(256).describe('Telephone number or SIP address that the configuration allows'),
      queue: z.string().min(1).max(64),
      at: z.iso.datetime({ offset: true }).optional().describe('Not before this time; left out: as soon as it is their turn'),
      priority: z.enum(['emergency', 'high', 'normal', 'low']).optional(),
      data: z
        .record(z.string().min(1).max(64), z.unknown())
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
        .optional()
        .describe('For the agent who will call')
    }),
    result: z.object({ callback: callbackViewSchema, existing: z.boolean() })
  },
  'callback.cancel': {
    summary: "Cancels a callback, also while the customer's phone rings.",
    params: z.strictObject({ callbackId: z.string().min(1).max(128) }),
    result: done
  },
  'callback.list': {
    summary: 'The callbacks that are not over, of the queues you may see.',
    params: z.strictObject({ queue: z.string().min(1).max(64).optional() }),
    result: z.object({ callbacks: z.array(callbackViewSchema).readonly() })
  },
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
  },
  snapshotCall: { summary: 'One call.', params: z.strictObject({ callId }), result: callViewSchema },
  snapshotDevice: {
    summary: 'One phone and its calls.',
    params: z.strictObject({ deviceId: z.string().min(1).max(128) }),
    result: z.object({ phone: phoneViewSchema, calls: z.array(callViewSchema).readonly() })
  },
  snapshotQueue: {
    summary: 'One queue and the calls waiting in it that you may see.',
    params: z.strictObject({ queue: z.string().min(1).max(64) }),
    result: z.object({ queue: queueViewSchema, calls: z.array(callViewSchema).readonly() })
  },
  'queue.list': {
    summary: 'The queues you may see.',
    params: nothing,
    result: z.object({ queues: z.array(queueViewSchema).readonly() })
  },
  'queue.callers': {
    summary:
      'Who waits in a queue now, the next one first, of the calls you may see or pick up; place and estimate are of this moment.',
    params: z.strictObject({ queue: z.string().min(1).max(64) }),
    result: z.object({ callers: z.array(waitingCallerSchema).readonly() })
  },
  'queue.withdraw': {
    summary: 'Supervisors: takes a caller out of the queue they wait in; the flow goes on with `withdrawn`.',
    params: z.strictObject({ callId }),
    result: done
  },
  'agent.list': {
    summary: 'The agents you may see.',
    params: nothing,
    result: z.object({ agents: z.array(agentViewSchema).readonly() })
  },
  changeMonitorFilter: {
    summary: 'Other things to hear of from now on.',
    params: z.strictObject({ monitor: monitorSchema }),
    result: z.object({ seq: z.number().int(), snapshot: snapshotSchema })
  }
} as const

export type Method = keyof typeof requestSchemas
export type ParamsOf<Name extends Method> = z.infer<(typeof requestSchemas)[Name]['params']>
export type ResultOf<Name extends Method> = z.infer<(typeof requestSchemas)[Name]['result']>
export type Monitor = z.infer<typeof monitorSchema>
