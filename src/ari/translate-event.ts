import type { BridgeId, ChannelId } from '../domain/ids.ts'
import type { ChannelEvent } from '../domain/ports/telephony.ts'
import type { AriEvent } from './ari-json.ts'

/** What the calls' application is sent; all else is dropped inside Asterisk. */
export const wantedEvents = [
  'StasisStart',
  'StasisEnd',
  'ChannelStateChange',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelUnhold',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'ChannelTransfer',
  'ChannelHangupRequest',
  'ChannelDestroyed',
  'PlaybackFinished',
  'RecordingFinished',
  'RecordingFailed',
  'ApplicationReplaced',
  // Asterisk's filter also drops the answers to requests over the websocket when they are not in this list.
  'RESTResponse'
] as const

/** An event about one channel in our words; undefined when it says nothing to us. */
export function translateEvent(event: AriEvent): ChannelEvent | undefined {
  switch (event.type) {
    case 'ChannelStateChange':
      return stateChange(event.channel?.state)
    case 'ChannelDtmfReceived':
      return { type: 'digit', digit: event.digit ?? '', durationMs: event.duration_ms ?? 0 }
    case 'ChannelHold':
      return { type: 'held' }
    case 'ChannelUnhold':
      return { type: 'unheld' }
    case 'ChannelEnteredBridge':
      return { type: 'joined-bridge', bridgeId: event.bridge?.id as BridgeId }
    case 'ChannelLeftBridge':
      return { type: 'left-bridge', bridgeId: event.bridge?.id as BridgeId }
    default:
      return undefined
  }
}

function stateChange(state: string | undefined): ChannelEvent | undefined {
  if (state === 'Up') return { type: 'answered' }
  if (state === 'Ringing') return { type: 'ringing' }
  return undefined
}

/** What a phone asks for with a REFER. */
export function transferAsked({ refer_to }: AriEvent): ChannelEvent {
  const { destination = '', protocol_id } = refer_to?.requested_destination ?? {}
  // With Replaces the destination is a dialog; where that is none of our channels, it is nobody's.
  const other = refer_to?.destination_channel?.id ?? protocol_id
  return { type: 'transfer-asked', to: destination, replaces: other as ChannelId | undefined }
}

/** The channel that a playback or recording event is about. */
export function targetOf(event: AriEvent): ChannelId | undefined {
  const target = (event.playback ?? event.recording)?.target_uri ?? ''
  return target.startsWith('channel:') ? (target.slice('channel:'.length) as ChannelId) : undefined
}
