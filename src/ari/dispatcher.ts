import type { ChannelId, PlaybackId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { IncomingCall, TelephonyListener } from '../domain/ports/telephony.ts'
import { AriChannel } from './ari-channel.ts'
import type { AriEvent, AriChannel as ChannelJson } from './ari-json.ts'
import type { Lanes } from './lanes.ts'
import { NewsDelay } from './news-delay.ts'
import { shownText } from './shown-text.ts'
import { targetOf, transferAsked, translateEvent } from './translate-event.ts'

/** One table of channels by id; every event of the application goes through here, and nothing else listens. */
export class Dispatcher {
  readonly #channels = new Map<ChannelId, AriChannel>()
  readonly #lanes: Lanes
  readonly #app: string
  readonly #listener: TelephonyListener
  readonly #log: Log
  readonly #delay = new NewsDelay()

  constructor(lanes: Lanes, app: string, listener: TelephonyListener, log: Log) {
    this.#lanes = lanes
    this.#app = app
    this.#listener = listener
    this.#log = log
  }

  get channels(): readonly AriChannel[] {
    return [...this.#channels.values()]
  }

  get size(): number {
    return this.#channels.size
  }

  holds(id: ChannelId): boolean {
    return this.#channels.has(id)
  }

  channel(id: ChannelId): AriChannel {
    const known = this.#channels.get(id)
    if (known !== undefined) return known
    const onError = (err: unknown) => this.#log.error({ err, channelId: id }, 'A listener of a channel failed')
    const channel = new AriChannel(id, this.#lanes, onError, () => this.#channels.delete(id))
    this.#channels.set(id, channel)
    return channel
  }

  receive(event: AriEvent): void {
    try {
      this.#receive(event)
    } catch (err) {
      // One bad listener must not stop the events of all other calls.
      this.#log.error({ err, type: event.type, channelId: event.channel?.id }, 'Handling an event failed')
    }
  }

  /** A channel of ours that this process did not make. */
  stray(json: ChannelJson): void {
    const channel = this.channel(json.id as ChannelId)
    channel.presence.present()
    channel.named(json.name)
    this.watch(channel)
    this.#listener.onStray(channel, json.dialplan.app_data.split(',')[1] === 'leg' ? 'leg' : 'caller')
  }

  /**
   * At StasisEnd Asterisk drops the application's own subscription, and with it the news of the end (app_send_end_msg in res_stasis.c).
   * This one lasts as long as the channel. Not for every call: its answer lists all channels that are watched.
   */
  watch(channel: AriChannel): void {
    channel.watched()
    const uri = `applications/${encodeURIComponent(this.#app)}/subscription?eventSource=${encodeURIComponent(`channel:${channel.id}`)}`
    const watching = this.#lanes.send({ method: 'POST', uri, channels: [channel.id] })
    void watching.then((outcome) => {
      // 422: the channel was destroyed before we could watch it.
      if (!outcome.ok && outcome.status === 422) channel.destroyed({})
    })
  }

  #receive(event: AriEvent): void {
    if (event.type === 'StasisStart') {
      this.#started(event)
      return
    }
    if (event.playback !== undefined || event.recording !== undefined) {
      this.#runFinished(event)
      return
    }

    const about = event.referred_by?.source_channel ?? event.channel
    const channel = this.#channels.get((about?.id ?? '') as ChannelId)
    if (channel === undefined) return
    if (event.type === 'ChannelTransfer') {
      // It is told again with each of our answers.
      if (event.state === undefined) channel.told(transferAsked(event))
      return
    }
    if (event.type === 'StasisEnd') {
      if (channel.leftStasis()) this.watch(channel)
      return
    }
    const news = { cause: event.cause, causeText: event.cause_txt, sipStatus: event.tech_cause, soft: event.soft }
    if (event.type === 'ChannelHangupRequest') {
      channel.hangupRequested(news)
      return
    }
    if (event.type === 'ChannelDestroyed') {
      channel.destroyed(news)
      return
    }
    const translated = translateEvent(event)
    if (translated !== undefined) channel.told(translated)
  }

  #runFinished(event: AriEvent): void {
    const channel = this.#channels.get(targetOf(event) ?? ('' as ChannelId))
    const { playback, recording } = event
    if (event.type === 'PlaybackFinished' && playback !== undefined)
      channel?.playbackFinished(playback.id as PlaybackId, playback.state === 'failed')
    if ((event.type === 'RecordingFinished' || event.type === 'RecordingFailed') && recording !== undefined)
      channel?.recordingFinished(recording.name, recording.state === 'failed')
  }

  #started(event: AriEvent): void {
    const json = event.channel as ChannelJson
    // The dialplan parts arguments at commas, and whoever dials may write some: it is one number, and nobody's.
    const [door, ...numbers] = event.args ?? []
    const dialed = numbers.join(',')
    if (event.replace_channel !== undefined) {
      const replaced = this.#channels.get(event.replace_channel.id as ChannelId)
      // The channel that takes its place takes its name (ast_channel_move in main/channel.c).
      replaced?.named(undefined)
      replaced?.told({ type: 'replaced', by: json.id as ChannelId })
    }

    const known = this.#channels.get(json.id as ChannelId)
    if (known !== undefined) {
      known.presence.present()
      known.named(json.name)
      known.told({ type: 'entered' })
      return
    }
    if (door === 'trunk' || door === 'agent') {
      this.#incoming(json, door, dialed, this.#delay.of(event.timestamp))
      return
    }
    // Made by us but given up before it came, or sent here by a dialplan that is not ours.
    this.#log.warn({ channelId: json.id, door }, 'A channel came in that nobody waits for')
    this.stray(json)
  }

  #incoming(json: ChannelJson, door: IncomingCall['door'], dialed: string, waitedMs: number): void {
    const channel = this.channel(json.id as ChannelId)
    channel.presence.present()
    channel.named(json.name)
    const { number, name } = json.caller
    const caller = { callerNumber: shownText(number), callerName: shownText(name), endpoint: endpointOf(json.name) }
    this.#listener.onIncoming({ channel, door, dialed, waitedMs, ...caller })
  }
}

/** `PJSIP/1001-0000002a` → `1001`. */
function endpointOf(channelName: string): string {
  return channelName.slice(channelName.indexOf('/') + 1, channelName.lastIndexOf('-'))
}
