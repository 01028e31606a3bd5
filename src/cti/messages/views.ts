import { z } from 'zod'
import { supervisionModes } from '../../domain/supervision.ts'
import { attachedDataSchema, callbackOutcomes, callbackStates } from './attached-data.ts'

/** CSTA connection states (ECMA-269 §6.1.5). */
export const connectionStates = ['null', 'initiated', 'alerting', 'connected', 'hold', 'queued', 'fail'] as const

/** One party's part in a call. */
export const connectionSchema = z.object({
  deviceId: z.string().describe("An agent's extension, an outside number, or `queue:NAME`"),
  kind: z.enum(['caller', 'agent', 'queue', 'outside']),
  state: z.enum(connectionStates),
  agentId: z.string().optional().describe('Set when the device belongs to an agent, or to a supervisor who takes the call')
})

/** What a client may do with a call now. The words are method names. */
export const callActions = [
  'answerCall',
  'clearConnection',
  'clearCall',
  'holdCall',
  'retrieveCall',
  'singleStepTransferCall',
  'generateDigits',
  'deflectCall',
  'singleStepConferenceCall',
  'pickupCall',
  'consultationCall',
  'alternateCall',
  'reconnectCall',
  'transferCall',
  'conferenceCall',
  'associateData',
  'startRecording',
  'pauseRecording',
  'resumeRecording',
  'stopRecording'
] as const

/** One live call. Every call event carries all of it, so that a client replaces its copy and never guesses. */
export const callViewSchema = z.object({
  callId: z.string(),
  contactId: z.string().describe('Outlives transfers'),
  callingDevice: z.string(),
  callerName: z.string(),
  calledDevice: z.string().describe('The number that was dialed'),
  connections: z.array(connectionSchema).readonly(),
  lastRedirectionDevice: z
    .string()
    .optional()
    .describe(
      'Where the call was last led away from: who did not take it, the queue it left, or who sent it on. Left out: nowhere, or before a restart of the server'
    ),
  startedAt: z.number(),
  answeredAt: z.number().optional(),
  language: z.string(),
  consultationOf: z.string().optional().describe("Set on a consultation: the caller's call that it is about"),
  flow: z.string().optional(),
  customer: z.object({ id: z.string(), name: z.string(), segment: z.string() }).optional(),
  queue: z.string().optional().describe('Where the caller waits or came from'),
  priority: z.string().optional(),
  enqueuedAt: z.number().optional(),
  position: z.number().optional().describe('Place in the queue, as the caller came or was last told'),
  estimateMs: z.number().optional().describe('How long the wait was expected to take then'),
  establishedAt: z.number().optional().describe('Since when caller and agent talk'),
  recording: z
    .enum(['on', 'paused', 'never'])
    .optional()
    .describe('Left out: not recorded. never: the rule of the queue or the caller does not want it'),
  recordedBy: z.string().optional().describe('`rule` (of the queue), `flow`, or who began the recording'),
  endedAt: z.number().optional().describe('Only in wrap-up: the call is over, its contact is not yet wrapped up'),
  data: attachedDataSchema.optional().describe('Left out of an event when it has not changed: keep what you have'),
  allowed: z.array(z.enum(callActions)).readonly()
})

export const agentStates = ['loggedOff', 'notReady', 'ready', 'reserved', 'busy', 'workingAfterCall'] as const

export const agentViewSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  team: z.string(),
  queues: z.array(z.string()).readonly(),
  levels: z
    .record(z.string(), z.number().int())
    .readonly()
    .optional()
    .describe('Queue → level, 1 (rung first) to 5; 1 in queues that are not named'),
  state: z.enum(agentStates),
  reason: z.string().optional(),
  since: z.number(),
  idleSince: z
    .number()
    .optional()
    .describe('Since when they wait for a call; a caller who gives up while the phone rings does not reset it'),
  callId: z.string().optional(),
  contactId: z.string().optional(),
  offerId: z.string().optional(),
  queue: z.string().optional().describe('The queue the contact comes from'),
  by: z.string().optional().describe('The supervisor who brought this about'),
  missed: z.number().int().optional().describe('Offers missed in a row'),
  until: z.number().optional().describe('When the wrap-up ends by itself'),
  pending: z
    .object({ state: z.enum(['ready', 'notReady', 'loggedOff']), reason: z.string().optional(), by: z.string().optional() })
    .optional()
    .describe('Chosen meanwhile; applied at the end of the call or wrap-up')
})

const choiceSchema = z.object({ name: z.string(), title: z.record(z.string(), z.string()).describe('By language') })

/** What agents may choose from. */
export const choicesSchema = z.object({
  reasons: z.array(choiceSchema).readonly().optional().describe('Why an agent is not ready; left out: any word'),
  dispositions: z
    .array(choiceSchema.extend({ queues: z.array(z.string()).readonly().optional().describe('Left out: all queues') }))
    .readonly()
    .optional()
    .describe('What came of a contact; left out: any word')
})

export const phoneViewSchema = z.object({ deviceId: z.string(), agentId: z.string().optional(), inService: z.boolean() })

/** Somebody who listens to an agent. */
export const supervisionViewSchema = z.object({
  callId: z.string(),
  contactId: z.string(),
  supervisor: z.string().describe('Who listens'),
  agentId: z.string().describe('To whom'),
  deviceId: z.string().describe("The supervisor's phone"),
  mode: z.enum(supervisionModes)
})

export const waitingCallerSchema = z.object({
  callId: z.string(),
  contactId: z.string(),
  caller: z.string(),
  queue: z.string(),
  priority: z.string(),
  enqueuedAt: z.number().describe('The first time, milliseconds since 1970'),
  position: z.number().int().describe('1 for who is served next'),
  estimateMs: z.number().int().optional().describe('How much longer it may take; left out while too little is known'),
  ringing: z.string().optional().describe('The agent whose phone rings for them')
})

export const queueViewSchema = z.object({
  queue: z.string(),
  title: z.string(),
  waiting: z.number().describe('Callers on the line'),
  callbacks: z.number().describe('Customers who keep their place until they are called back'),
  oldestSince: z.number().optional(),
  loggedOn: z.number(),
  ready: z.number(),
  talking: z.number(),
  newMessages: z.number().describe('Voice messages that nobody has listened to'),
  estimateMs: z.number().optional().describe('What who comes now has to expect; left out while too little is known'),
  estimateErrorMs: z.number().optional().describe('By how much the latest estimates were wrong')
})

/** A customer who is to be called back. */
export const callbackViewSchema = z.object({
  callbackId: z.string(),
  contactId: z.string(),
  number: z.string(),
  queue: z.string(),
  priority: z.string(),
  enqueuedAt: z.number().describe('The place: first time in the queue'),
  dueAt: z.number().describe('Not called before'),
  expiresAt: z.number(),
  bookedAt: z.number(),
  bookedBy: z.string().describe('`flow`, or a user'),
  state: z.enum(callbackStates),
  attempts: z
    .array(z.object({ at: z.number(), callId: z.string(), agentId: z.string(), result: z.string().optional() }))
    .readonly(),
  outcome: z.enum(callbackOutcomes).optional(),
  endedAt: z.number().optional(),
  customer: z.object({ id: z.string(), name: z.string(), segment: z.string() }).optional()
})

/** All that a client may see, at one moment. */
export const snapshotSchema = z.object({
  me: z.object({
    username: z.string(),
    name: z.string(),
    role: z.enum(['agent', 'supervisor', 'crm', 'admin']),
    agentId: z.string().optional(),
    extension: z.string().optional().describe('Of your own phone: of an agent, and of a supervisor who has one')
  }),
  calls: z.array(callViewSchema).readonly(),
  agents: z.array(agentViewSchema).readonly(),
  phones: z.array(phoneViewSchema).readonly(),
  queues: z.array(queueViewSchema).readonly(),
  supervisions: z
    .array(supervisionViewSchema)
    .readonly()
    .describe('Who listens to whom now. For supervisors; agents are told when the configuration says so')
})

export type Connection = z.infer<typeof connectionSchema>
export type CallAction = (typeof callActions)[number]
export type CallView = z.infer<typeof callViewSchema>
export type AgentView = z.infer<typeof agentViewSchema>
export type PhoneView = z.infer<typeof phoneViewSchema>
export type Choices = z.infer<typeof choicesSchema>
export type QueueView = z.infer<typeof queueViewSchema>
export type SupervisionView = z.infer<typeof supervisionViewSchema>
export type Snapshot = z.infer<typeof snapshotSchema>
