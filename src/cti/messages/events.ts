import { z } from 'zod'
import { voicemailStates } from '../../domain/recording.ts'
import { customerSchema } from './attached-data.ts'
import { callEventSchemas } from './call-events.ts'
import { stamp, type } from './event-parts.ts'
import {
  agentViewSchema,
  callbackViewSchema,
  callViewSchema,
  choicesSchema,
  phoneViewSchema,
  queueViewSchema,
  snapshotSchema,
  supervisionViewSchema
} from './views.ts'

const ofAgent = stamp.extend(agentViewSchema.shape)
const ofCallback = stamp.extend(callbackViewSchema.shape)
const ofPhone = stamp.extend(phoneViewSchema.shape)

const ofOffer = stamp.extend({
  callId: z.string(),
  contactId: z.string(),
  offerId: z.string(),
  agentId: z.string(),
  deviceId: z.string()
})

const ofSupervision = stamp.extend(supervisionViewSchema.omit({ mode: true }).shape)

const ofVoicemail = stamp.extend({
  voicemailId: z.string(),
  callId: z.string(),
  queue: z.string(),
  newMessages: z.number().describe('Messages of the queue that nobody has listened to, from now on')
})

const routeEndCauses = ['selected', 'timedOut', 'callerGone', 'invalid', 'declined', 'notRegistered', 'reassigned'] as const

const ofRoute = stamp.extend({ routeId: z.string(), app: z.string(), callId: z.string() })

/** All events by name. Each has a sentence for the reference. */
export const eventSchemas = {
  ...callEventSchemas,

  answerRequested: ofOffer.extend(type('answerRequested')).describe("The agent's browser phone is asked to answer what rings"),
  missed: ofOffer.extend(type('missed')).describe('The phone rang until the deadline; the agent is not ready now'),
  rejected: ofOffer.extend(type('rejected')).describe('The agent declined, or the phone was busy'),
  callerGone: ofOffer.extend(type('callerGone')).describe('The caller hung up before the agent answered'),
  deflected: ofOffer.extend(type('deflected')).describe('The agent sent the caller elsewhere instead of answering'),
  answeredElsewhere: ofOffer.extend(type('answeredElsewhere')).describe('A colleague picked the caller up'),

  supervisionChanged: stamp
    .extend(supervisionViewSchema.shape)
    .extend(type('supervisionChanged'))
    .describe(
      'A supervisor listens to an agent, whispers to them, or is a party now. For supervisors; the agent is told when the configuration says so'
    ),
  supervisionEnded: ofSupervision
    .extend(type('supervisionEnded'))
    .extend({ result: z.enum(['left', 'talk-over', 'unreached', 'fault']).describe('`unreached`: their phone did not answer') })
    .describe('They listen no more'),

  agentLoggedOn: ofAgent.extend(type('agentLoggedOn')).describe('The agent signed on; not ready yet'),
  agentLoggedOff: ofAgent.extend(type('agentLoggedOff')).describe('The agent signed off'),
  agentReady: ofAgent.extend(type('agentReady')).describe('The agent takes calls'),
  agentNotReady: ofAgent.extend(type('agentNotReady')).describe('The agent takes no calls, for a reason'),
  agentBusy: ofAgent
    .extend(type('agentBusy'))
    .describe('The agent is offered a call (`reserved`) or talks (`busy`), or chose what comes next'),
  agentWorkingAfterCall: ofAgent.extend(type('agentWorkingAfterCall')).describe('The agent wraps up'),

  backInService: ofPhone.extend(type('backInService')).describe('The phone is registered'),
  outOfService: ofPhone.extend(type('outOfService')).describe('The phone is gone'),
  queueChanged: stamp.extend(queueViewSchema.shape).extend(type('queueChanged')).describe('The figures of a queue'),

  customerChanged: stamp
    .extend(type('customerChanged'))
    .extend({
      customer: customerSchema,
      mergedId: z.string().optional().describe('That customer is them from now on, and is gone'),
      by: z.string().describe('A user, or `flow`')
    })
    .describe(
      'A customer was changed, merged or made. For those who see a call of theirs now, or all customers; the calls you have show them so from now on'
    ),
  flowReloaded: stamp
    .extend(type('flowReloaded'))
    .extend({ flow: z.string(), version: z.string().describe('Content hash of its source') })
    .describe(
      'Another version of a flow is live: the next call hears it, calls in progress do not. For supervisors and administrators'
    ),

  voicemailLeft: ofVoicemail
    .extend(type('voicemailLeft'))
    .extend({
      contactId: z.string(),
      caller: z.string(),
      callerName: z.string(),
      customer: z.object({ id: z.string(), name: z.string() }).optional(),
      seconds: z.number()
    })
    .describe(
      'A caller has left a message for the queue. Told again after a restart of the server when that may not have been heard'
    ),
  voicemailChanged: ofVoicemail
    .extend(type('voicemailChanged'))
    .extend({ messageState: z.enum([...voicemailStates, 'deleted']), by: z.string().describe('A user, or `retention`') })
    .describe('Somebody has heard the message, dealt with it, or thrown it away: nobody else need'),
  callbackBooked: ofCallback.extend(type('callbackBooked')).describe('A customer is to be called back'),
  callbackChanged: ofCallback
    .extend(type('callbackChanged'))
    .describe('An agent is reserved for the customer, they are being called, or an attempt came to its end'),
  callbackEnded: ofCallback.extend(type('callbackEnded')).describe('Nothing more will happen: see `outcome`'),

  routeRequest: ofRoute
    .extend(type('routeRequest'))
    .extend({
      deadline: z.number().describe('Milliseconds since 1970; later the default applies'),
      given: z.record(z.string(), z.unknown()).describe('What the flow tells you: `with` of its step'),
      call: callViewSchema.optional().describe('The call with its data. Left out when you may not see it')
    })
    .describe(
      'Where shall this caller go? Answer with `routeSelect` before the deadline. Comes to who is registered, whatever events the filter names'
    ),
  routeEnd: ofRoute
    .extend(type('routeEnd'))
    .extend({ cause: z.enum(routeEndCauses) })
    .describe(
      'The question is over: your selection is carried out (`selected`), or the default applies; `reassigned`: another application was asked'
    ),

  monitorEnded: stamp
    .extend(type('monitorEnded'))
    .extend({ monitorCrossRefId: z.string() })
    .describe('A monitor that you have started is over: the last of its calls is'),

  'session.health': stamp
    .extend(type('session.health'))
    .extend({ roundTripMs: z.number(), everyMs: z.number() })
    .describe(
      'The connection lives. Comes every `everyMs`; two missing mean that it is dead. Its `seq` is that of the last event'
    ),
  'session.viewChanged': stamp
    .extend(type('session.viewChanged'))
    .extend({ snapshot: snapshotSchema, choices: choicesSchema })
    .describe(
      'You may see or do something else from now on, or the centre has other agents, queues or choices: here is how things stand'
    ),
  'session.overrun': stamp
    .extend(type('session.overrun'))
    .extend({ dropped: z.number().int(), snapshot: snapshotSchema })
    .describe('You read too slowly: `dropped` events were left out, and here is how things stand after event `seq`')
} as const

export type CtiEventType = keyof typeof eventSchemas
export type CtiEventOf<Type extends CtiEventType> = z.infer<(typeof eventSchemas)[Type]>
export type CtiEvent = { [Type in CtiEventType]: CtiEventOf<Type> }[CtiEventType]

export const agentEventTypes = [
  'agentLoggedOn',
  'agentLoggedOff',
  'agentReady',
  'agentNotReady',
  'agentBusy',
  'agentWorkingAfterCall'
] as const satisfies readonly CtiEventType[]
export type AgentEvent = CtiEventOf<(typeof agentEventTypes)[number]>
