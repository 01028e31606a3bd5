import type { CallDoor } from '../../domain/call-phase.ts'
import { KEPT_FORM, type KeptCall, type KeptRecording, type KeptSupervision, type KeptTalk } from '../../domain/kept-call.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import type { CallStory } from './call-story.ts'
import type { TalkControl } from './talk-control.ts'

/** What is written down of a call. */
type Keepable = Pick<KeptCall, 'callId' | 'contactId' | 'startedAt' | 'dialed' | 'phase' | 'hasTalked' | 'totals'> & {
  readonly answeredAt: number | undefined
  readonly callingAgent: KeptCall['callingAgent'] | undefined
  readonly interrupted: KeptCall['interrupted'] | undefined
  readonly lastStay: KeptCall['place'] | undefined
  readonly channel: Channel
  readonly incoming: Pick<KeptCall, 'endpoint' | 'callerNumber' | 'callerName'> & { readonly door: CallDoor }
  readonly story: CallStory
  readonly recorder: { kept(): KeptRecording | undefined }
  readonly talk: TalkControl | undefined
  readonly talkOutside: KeptTalk | undefined
  readonly leftOver: { readonly talk: KeptTalk | undefined } | undefined
  readonly supervisions: ReadonlySet<{ kept(): KeptSupervision | undefined }>
  position(): KeptCall['position'] | undefined
}

/** What the next process needs of a call, as it stands now. */
export function keptCallOf(call: Keepable): KeptCall {
  const { callId, contactId, startedAt, answeredAt, channel, incoming, dialed, callingAgent, interrupted, story, phase } = call
  const { door, endpoint, callerNumber, callerName } = incoming
  const position = call.position()
  const talk = call.talk?.kept() ?? call.talkOutside ?? call.leftOver?.talk
  const recording = call.recorder.kept()
  const supervisions = [...call.supervisions].flatMap((one) => one.kept() ?? [])
  return {
    form: KEPT_FORM,
    ...{ callId, contactId, startedAt, channelId: channel.id, door, endpoint, callerNumber, callerName, dialed, phase },
    languageKnown: story.languageKnown,
    // Waiting that goes on is counted from the stay.
    story: story.attachedData(0),
    totals: { ...call.totals },
    hasTalked: call.hasTalked,
    ...(answeredAt !== undefined && { answeredAt }),
    ...(callingAgent !== undefined && { callingAgent }),
    ...(position !== undefined && { position }),
    ...(interrupted !== undefined && { interrupted }),
    ...(call.lastStay !== undefined && { place: call.lastStay }),
    ...(talk !== undefined && { talk }),
    ...(recording !== undefined && { recording }),
    ...(supervisions.length > 0 && { supervisions })
  }
}
