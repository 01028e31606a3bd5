import { Abort } from '../domain/abort.ts'
import type { ChannelId } from '../domain/ids.ts'
import { KEPT_FORM, type KeptCall } from '../domain/kept-call.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { LeftInAsterisk, TakenUp } from '../domain/ports/telephony.ts'
import { LiveCall } from './call/live-call.ts'
import type { CallsOffice } from './call/office.ts'
import { whenConnected } from './line/when-connected.ts'

/** Whether a call can be gone on with: written by a version that wrote as we do and, of those that we make, one in which two talk. */
export function canGoOn(kept: KeptCall): boolean {
  if (typeof kept !== 'object' || kept === null || kept.form !== KEPT_FORM) return false
  const isOurs = kept.door === 'callback' || kept.door === 'desk'
  return !isOurs || (kept.phase === 'talking' && kept.talk !== undefined) || (kept.phase === 'queued' && kept.hasTalked)
}

/** The channels of all who talk, or are consulted. */
export function talkChannels({ talk }: KeptCall): readonly ChannelId[] {
  const consulted = (talk?.consultations ?? []).flatMap(({ party, ownLine }) => [party.channelId, ownLine ?? []].flat())
  return [...(talk?.parties ?? []).map(({ channelId }) => channelId), ...consulted]
}

/** All of Asterisk that belongs to these calls. */
export function leftInAsterisk(left: readonly KeptCall[]): LeftInAsterisk {
  const recordings = left.flatMap(({ recording }) => recording?.sides ?? [])
  const supervisions = left.flatMap(({ supervisions }) => supervisions ?? [])
  const channels = [
    ...left.flatMap((kept) => [kept.channelId, ...talkChannels(kept)]),
    ...recordings.map(({ channelId }) => channelId),
    ...supervisions.flatMap(({ leg, snoop }) => [leg, snoop])
  ]
  const bridges = left.flatMap(({ talk }) => (talk === undefined ? [] : [talk, ...(talk.consultations ?? [])]))
  return {
    // A supervisor who takes part is a party as well.
    channels: [...new Set(channels)],
    bridges: [...bridges, ...supervisions].map(({ bridgeId }) => bridgeId),
    playing: left.filter(({ phase }) => phase !== 'talking').map(({ channelId }) => channelId),
    recordings
  }
}

/** Takes up what there still is of these calls, again after each reconnect while Asterisk is away. */
export async function takeUp(left: readonly KeptCall[], office: CallsOffice): Promise<Outcome<TakenUp>> {
  const asked = leftInAsterisk(left)
  // In the next turn: whoever listens to the channels has begun to.
  await Promise.resolve()
  return await whenConnected(office, () => office.telephony.takeUp(asked), new Abort().signal)
}

/** A call as an earlier process left it. */
export function restoredCall(kept: KeptCall, office: CallsOffice): LiveCall {
  const { callId, contactId, startedAt, channelId, door, endpoint, callerNumber, callerName, dialed, story } = kept
  const channel = office.telephony.channel(channelId)
  const origin = { channel, door, dialed, callerNumber, callerName, endpoint }
  const call = new LiveCall(origin, office, story.language, { callId, contactId, startedAt })
  call.restore(kept)
  return call
}
