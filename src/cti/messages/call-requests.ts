import { z } from 'zod'
import { digitGapMs } from '../../domain/digit-gap.ts'
import { supervisionModes } from '../../domain/supervision.ts'
import { suggestionSchema } from './attached-data.ts'
import { aboutCall, agentId, attachedSchema, callId, done, targetSchema } from './request-parts.ts'

/** While keys are sent other commands of the call wait, and give up after 5 s. */
const DIGITS_MAX_MS = 4000

/** About calls and their parties. */
export const callRequests = {
  makeCall: {
    summary:
      "Calls somebody from your desk: your own phone rings first and answers by itself, then theirs. A ready colleague's extension, or a telephone number or SIP address that the configuration lets the centre call. Also while not ready, which you are again afterwards. `AGENT_ON_CALL`: you have a caller, or are wrapping up; end the wrap-up first.",
    params: z.strictObject({
      to: z.string().min(1).max(256),
      data: attachedSchema.optional().describe('Goes with the call, as with `associateData`'),
      queue: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .describe('One of your queues, on whose behalf you call: its wrap-up follows. Left out: no wrap-up')
    }),
    result: z.object({ callId: z.string() })
  },
  answerCall: aboutCall('Answers the ringing offer on your browser phone.'),
  clearConnection: {
    summary:
      "Ends a party's part: an alerting agent rejects, a talking agent hangs up. Supervisors may name any device of the call; without one they listen, whisper or take part no more themselves. `NOT_ON_THIS_CALL` also for a customer whom nobody has called yet: cancel the callback.",
    params: z.strictObject({ callId, deviceId: z.string().min(1).max(128).optional() }),
    result: done
  },
  clearCall: aboutCall(
    'Ends the call for everybody. Agents who are in the talk may, and those who direct the call; of a consultation the latter: its agent is back with the caller.'
  ),
  holdCall: aboutCall('The caller hears music.'),
  retrieveCall: aboutCall('Back to the caller on hold.'),
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
      'Sends the caller on whom you are being offered, without answering; you stay ready. When nobody answers there, the caller is back in the queue, at their place; a caller whom somebody sent straight to you goes on as if you had not answered. `NOT_WAITING`: you are to be consulted, to join a conference, or to call them.',
    params: z.strictObject({ callId, to: targetSchema }),
    result: done
  },
  pickupCall: {
    summary:
      'Takes a caller who waits in one of your queues that has `pickup`, or whom a colleague of it is being offered: your phone rings for them and theirs stops. Also while not ready, which you are again afterwards. You need the skills that the caller needs now; your level does not matter. Supervisors may name an agent of their teams, and need no `pickup`; without `agentId` they take the caller to their own phone, if they have one (`phone` in the configuration), and are the agent of that talk, with no wrap-up. They may also take a caller for whom a phone rings without a queue. Who does not answer leaves the caller at their place. `PHONE_OUT_OF_SERVICE`: your phone is not registered. `AGENT_ON_CALL`: it has a caller already.',
    params: z.strictObject({ callId, agentId }),
    result: done
  },
  consultationCall: {
    summary:
      'Calls somebody about the caller, who hears music meanwhile: a ready agent, a telephone number or an address outside that is allowed, or a queue, where you wait with music for the first of its agents who is free, as long as a caller may. The result is the call of the two, for the same contact. One at a time. `TARGET_NOT_AVAILABLE`: they cannot take a call now; of a queue: it takes nobody, or nobody else is logged on there.',
    params: z.strictObject({ callId, to: targetSchema }),
    result: z.object({ callId: z.string().describe('Of the consultation') })
  },
  alternateCall: aboutCall(
    'From the consulted party to the caller, or back; the other one hears music. This and the next three take either call.'
  ),
  reconnectCall: aboutCall('Lets the consulted party go, or stops ringing them: you are back with the caller.'),
  transferCall: aboutCall(
    'Joins caller and consulted party; you go to wrap-up. While they ring it works as well: when nobody answers, the caller goes back to their queue, at the head. While you wait in a queue, the caller takes your place in it; `OTHERS_IN_TALK` where they would be taken from others.'
  ),
  conferenceCall: aboutCall('Joins all. Whoever is in a conference may consult a further one and have them join.'),
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
  associateData: {
    summary: 'Merges into `data.collected` of the call, `intent` and `openCases` into their own fields; `null` removes a key.',
    params: z.strictObject({
      callId,
      data: attachedSchema
    }),
    result: done
  },
  'suggestion.list': {
    summary:
      'What the centre suggests for a call you see, by its `suggestions` and the data of the call as they are now. `data.suggestions` is the same of when the data were told last.',
    params: z.strictObject({ callId }),
    result: z.object({ suggestions: z.array(suggestionSchema).readonly() })
  }
} as const
