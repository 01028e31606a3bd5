import type { CallDoor } from '../../domain/call-phase.ts'
import { KEPT_FORM, type KeptCall, type KeptRecording, type KeptSupervision, type KeptTalk } from '../../domain/kept-call.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import type { CallStory, Growing } from './call-story.ts'
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
  const { queuedMs, talkedMs, heldMs } = call.totals
  const kept: Growing<KeptCall> = {
    form: KEPT_FORM,
    callId,
    contactId,
    startedAt,
    channelId: channel.id,
    door,
    endpoint,
    callerNumber,
    callerName,
    dialed,
    phase,
    languageKnown: story.languageKnown,
    // Waiting that goes on is counted from the stay.
    story: story.attachedData(0),
    totals: { queuedMs, talkedMs, heldMs },
    hasTalked: call.hasTalked
  }
  // One by one: this is done at each step of each call, and a dozen spreads took longer than writing the line.
  if (answeredAt !== undefined) kept.answeredAt = answeredAt
  if (callingAgent !== undefined) kept.callingAgent = callingAgent
  if (position !== undefined) kept.position = position
  if (interrupted !== undefined) kept.interrupted = interrupted
  if (call.lastStay !== undefined) kept.place = call.lastStay
  if (talk !== undefined) kept.talk = talk
  if (recording !== undefined) kept.recording = recording
  if (call.supervisions.size > 0) {
    const supervisions = [...call.supervisions].flatMap((one) => one.kept() ?? [])
    if (supervisions.length > 0) kept.supervisions = supervisions
  }
  return kept
}
