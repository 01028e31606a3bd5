import { z } from 'zod'
import { recordingCauses } from '../../domain/recording.ts'
import { stamp, type } from './event-parts.ts'
import { callViewSchema } from './views.ts'

/** Why it happened: CSTA event causes, and `callRejected` of our own. */
export const causes = [
  'normal',
  'newCall',
  'enteringDistribution',
  'distributed',
  'callNotAnswered',
  'callRejected',
  'callCancelled',
  'callPickup',
  'redirected',
  'destNotObtainable',
  'noAvailableAgents',
  'overflow',
  'timeout',
  'singleStepTransfer',
  'consultation',
  'transfer',
  'conference',
  'keyOperation',
  'normalClearing',
  'busy',
  'networkNotObtainable',
  'resourcesNotAvailable'
] as const

const ofCall = stamp.extend(callViewSchema.shape).extend({
  cause: z.enum(causes),
  deviceId: z.string().optional().describe('The device it happened at')
})

const ofRecording = ofCall.extend({
  recordingId: z.string(),
  by: z.string().optional().describe('A user, `rule`, `flow` or `secret`')
})

const replacement = z.object({
  old: z.object({ callId: z.string(), deviceId: z.string() }),
  new: z.object({ callId: z.string(), deviceId: z.string() })
})

const connectionMap = z
  .array(replacement)
  .readonly()
  .describe(
    'What each connection of before is now. After a single-step transfer the new party follows, with `delivered`, `queued` or `networkReached`; who joins from no call is in `addedDevice` alone'
  )

/** Events that carry a whole call, by name. */
export const callEventSchemas = {
  originated: ofCall.extend(type('originated')).describe('A call has come in'),
  networkReached: ofCall.extend(type('networkReached')).describe('An outside party is being called'),
  queued: ofCall.extend(type('queued')).describe('The caller waits in a queue'),
  delivered: ofCall
    .extend(type('delivered'))
    .extend({ alertingDevice: z.string(), offerId: z.string(), agentId: z.string(), deadline: z.number() })
    .describe("An agent is offered the call, with all that is known of the caller. Leaves before the agent's phone is dialled"),
  established: ofCall
    .extend(type('established'))
    .extend({ answeringDevice: z.string() })
    .describe('The caller and the answering device hear each other'),
  held: ofCall.extend(type('held')).describe('The device put the caller on hold'),
  retrieved: ofCall.extend(type('retrieved')).describe('The device took the caller back'),
  diverted: ofCall
    .extend(type('diverted'))
    .extend({
      newDestination: z.string().optional().describe('Where an agent deflected the caller to: a device, a queue as `queue:NAME`')
    })
    .describe('The call left the device without being answered: an agent or a queue'),
  transferred: ofCall
    .extend(type('transferred'))
    .extend({
      transferringDevice: z.string().optional().describe('Unset: a flow sent the caller on'),
      transferredToDevice: z.string(),
      connectionMap
    })
    .describe('The caller was sent on'),
  conferenced: ofCall
    .extend(type('conferenced'))
    .extend({
      conferencingDevice: z.string().describe('Who joined them'),
      addedDevice: z.string(),
      connectionMap
    })
    .describe('One more party talks with all others'),
  failed: ofCall.extend(type('failed')).describe('The device could not be reached'),
  connectionCleared: ofCall.extend(type('connectionCleared')).describe('One party has left, the call goes on'),
  callCleared: ofCall
    .extend(type('callCleared'))
    .extend({ result: z.enum(['completed', 'abandoned', 'refused', 'failed']), reason: z.string() })
    .describe('The call is over'),
  callInformation: ofCall.extend(type('callInformation')).describe('What is known of the call has changed'),
  recordingStarted: ofRecording
    .extend(type('recordingStarted'))
    .describe('What the caller says and hears is recorded from now on'),
  recordingPaused: ofRecording
    .extend(type('recordingPaused'))
    .describe('Silence is recorded from now on; `by` is `secret` while a flow asks for one'),
  recordingResumed: ofRecording.extend(type('recordingResumed')).describe('Recorded again'),
  recordingStopped: ofRecording
    .extend(type('recordingStopped'))
    .extend({ why: z.enum(recordingCauses) })
    .describe(
      'Recorded no more. `failed`: it could not begin, or broke off, as on a full disk; the talk goes on, and what was recorded is kept'
    ),
  digitsGenerated: ofCall
    .extend(type('digitsGenerated'))
    .extend({ count: z.number().int() })
    .describe('The device sent so many keys to the other party')
} as const

export type Cause = (typeof causes)[number]
export type CallEventType = keyof typeof callEventSchemas

export const callEventTypes = Object.keys(callEventSchemas) as readonly CallEventType[]
