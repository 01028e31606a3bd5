import { digitGapMs } from '../domain/digit-gap.ts'
import { EventFeed } from '../domain/event-feed.ts'
import type { ChannelId, PlaybackId } from '../domain/ids.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Channel, ChannelEvent, ChannelRecording, HangupReason } from '../domain/ports/telephony.ts'
import { causeOf, causeOfRequest, dialFailure, type HangupNews, NORMAL_CLEARING } from './hangup-cause.ts'
import { recordingQuery } from './held-recordings.ts'
import type { Command, Lanes } from './lanes.ts'
import { mediaOf } from './media-of.ts'
import { failure } from './outcome-of.ts'
import { playbackIdOf } from './playback-ids.ts'
import { Presence } from './presence.ts'
import { Runs } from './runs.ts'

const once: ReadonlySet<ChannelEvent['type']> = new Set(['entered', 'ringing', 'answered', 'left'])

/** The beep, and Asterisk's whole seconds. */
const LATE_MS = 5000

type Way = Required<Pick<Command, 'mayWait' | 'urgent'>>
const plain: Way = { mayWait: false, urgent: false }
const mayWait: Way = { mayWait: true, urgent: false }
const urgent: Way = { mayWait: false, urgent: true }

/** The handle of one channel of Asterisk: commands out, events in. */
export class AriChannel implements Channel {
  readonly id: ChannelId
  readonly events = new EventFeed<ChannelEvent>()
  readonly #lanes: Lanes
  readonly #publish: (event: ChannelEvent) => void
  readonly #onGone: () => void
  readonly #playbacks: Runs<PlaybackId>
  readonly #recordings: Runs<string>
  readonly presence = new Presence()
  #name: string | undefined
  #dialled = false
  #playbackNumber = 0
  readonly #toldOnce = new Set<ChannelEvent['type']>()
  #dialFailed = false
  #hungUpByUs = false
  #hangingUp = false
  /** By `performance.now()`. */
  #sendingUntil = 0
  #released = false
  #sentOn = false
  /** Whether Asterisk tells us of its end: ChannelDestroyed. */
  #isWatched = false
  /** By ChannelHangupRequest, or ours: ChannelDestroyed often says 0. */
  #lastCause = 0
  #lastSipStatus: number | undefined

  constructor(id: ChannelId, lanes: Lanes, onListenerError: (error: unknown) => void, onGone: () => void) {
    this.id = id
    this.#lanes = lanes
    this.#onGone = onGone
    this.#publish = (event) => {
      try {
        this.events.publish(event)
      } catch (error) {
        onListenerError(error)
      }
    }
    this.#playbacks = new Runs((playbackId, failed, untold) =>
      this.#publish({ type: 'playback-finished', playbackId, failed, ...(untold && { untold }) })
    )
    this.#recordings = new Runs((name, failed) => this.#publish({ type: 'recording-finished', name, failed }))
  }

  answer(): Promise<Outcome> {
    return this.#command('POST', this.#uri('/answer'), this.playing ? mayWait : plain)
  }

  async hangup(reason: HangupReason = 'normal'): Promise<Outcome> {
    this.#hungUpByUs = true
    this.#lastCause ||= causeOf[reason]
    const how = `?reason_code=${causeOf[reason]}`
    if (this.#name !== undefined) {
      const outcome = await this.#command('DELETE', `channels/${encodeURIComponent(this.#name)}${how}`, urgent)
      // It has ended, or has another name now.
      if (outcome.ok || outcome.problem !== 'gone') return outcome
    }
    return this.#command('DELETE', this.#uri(how), urgent)
  }

  newPlaybackId(): PlaybackId {
    return playbackIdOf(this.id, this.#playbackNumber++)
  }

  async startPlayback(playbackId: PlaybackId, files: readonly string[], expectedMs: number): Promise<Outcome> {
    // Before the command leaves: a short file can end before Asterisk has answered.
    this.#playbacks.begin(playbackId, expectedMs)
    const outcome = await this.#command('POST', this.#uri(`/play/${encodeURIComponent(playbackId)}`), plain, mediaOf(files))
    if (!outcome.ok) this.#playbacks.forget(playbackId)
    return outcome
  }

  stopPlayback(playbackId: PlaybackId): Promise<Outcome> {
    if (!this.#playbacks.has(playbackId)) return Promise.resolve(failure('gone', 'The playback has ended'))
    return this.#command('DELETE', `playbacks/${encodeURIComponent(playbackId)}`, urgent)
  }

  async startRecording(recording: ChannelRecording): Promise<Outcome> {
    const { name, maxMs } = recording
    this.#recordings.begin(name, maxMs + LATE_MS)
    const outcome = await this.#command('POST', this.#uri(`/record?${recordingQuery(recording)}`))
    if (!outcome.ok) this.#recordings.forget(name)
    return outcome
  }

  /** An earlier process began that recording. */
  recordsAlready(name: string, maxMs: number): void {
    this.#recordings.begin(name, maxMs + LATE_MS)
  }

  stopRecording(name: string): Promise<Outcome> {
    if (!this.#recordings.has(name)) return Promise.resolve(failure('gone', 'The recording has ended'))
    return this.#command('POST', `recordings/live/${encodeURIComponent(name)}/stop`, urgent)
  }

  muteRecording(name: string, muted: boolean): Promise<Outcome> {
    if (!this.#recordings.has(name)) return Promise.resolve(failure('gone', 'The recording has ended'))
    // While muted, Asterisk writes silence for each frame (make_silence in main/app.c); paused, it would write nothing, and shorten the file.
    const uri = `recordings/live/${encodeURIComponent(name)}/mute`
    return this.#command(muted ? 'POST' : 'DELETE', uri, urgent)
  }

  startMusic(musicClass: string): Promise<Outcome> {
    return this.#command('POST', this.#uri(`/moh?mohClass=${encodeURIComponent(musicClass)}`))
  }

  stopMusic(): Promise<Outcome> {
    return this.#command('DELETE', this.#uri('/moh'))
  }

  startRinging(): Promise<Outcome> {
    return this.#command('POST', this.#uri('/ring'))
  }

  stopRinging(): Promise<Outcome> {
    return this.#command('DELETE', this.#uri('/ring'))
  }

  /** `in` is what comes from the party (ARI, channels.json). */
  mute(): Promise<Outcome> {
    return this.#command('POST', this.#uri('/mute?direction=in'))
  }

  unmute(): Promise<Outcome> {
    return this.#command('DELETE', this.#uri('/mute?direction=in'))
  }

  sendDigits(digits: string, toneMs: number): Promise<Outcome> {
    const isPlaying = this.playing
    // The channel's thread sleeps while it sends them (app_control_dtmf in res/stasis/control.c).
    this.#sendingUntil = Math.max(performance.now(), this.#sendingUntil) + digits.length * (toneMs + digitGapMs)
    const body = { dtmf: digits, duration: toneMs, between: digitGapMs }
    return this.#command('POST', this.#uri('/dtmf'), isPlaying ? mayWait : plain, body)
  }

  async sendToDialplan(context: string, extension: string): Promise<Outcome> {
    this.#sentOn = true
    // `continue` takes effect when the running playback or recording is over.
    await Promise.all(this.#playbacks.ids.map((id) => this.stopPlayback(id)))
    await Promise.all(this.#recordings.ids.map((name) => this.stopRecording(name)))
    const target = `context=${encodeURIComponent(context)}&extension=${encodeURIComponent(extension)}&priority=1`
    return this.#command('POST', this.#uri(`/continue?${target}`))
  }

  dial(timeoutMs: number): Promise<Outcome> {
    this.#dialled = true
    // 0 would ring for ever.
    const seconds = Math.max(1, Math.ceil(timeoutMs / 1000))
    return this.#command('POST', this.#uri(`/dial?timeout=${seconds}`))
  }

  answerTransfer(answer: 'done' | 'declined'): Promise<Outcome> {
    const states = answer === 'done' ? 'channel_answered' : 'channel_declined'
    return this.#command('POST', this.#uri(`/transfer_progress?states=${states}`))
  }

  release(): void {
    if (this.presence.isGone) return
    this.#released = true
    this.#end()
  }

  /** Its thread plays, records or sends keys: commands that run on the thread wait for the end of that. */
  get playing(): boolean {
    return this.#playbacks.size + this.#recordings.size > 0 || performance.now() < this.#sendingUntil
  }

  get playbackIds(): readonly PlaybackId[] {
    return this.#playbacks.ids
  }

  get recordingNames(): readonly string[] {
    return this.#recordings.ids
  }

  /** Hung up or let go of by us. */
  get unwanted(): boolean {
    return this.#hungUpByUs || this.#released
  }

  /** From now on its end is told by ChannelDestroyed. */
  watched(): void {
    this.#isWatched = true
  }

  /**
   * StasisEnd. A channel that nobody watches has no later word than this: after a hang-up it is over. True when it goes on without us
   * though nobody sent it on, so that it must be watched for its end to be known.
   */
  leftStasis(): boolean {
    if (this.#hangingUp && !this.#isWatched) {
      this.destroyed({})
      return false
    }
    this.told({ type: 'left' })
    return !(this.#isWatched || this.#sentOn || this.presence.isGone)
  }

  /** What a listing says after an outage: tells what was missed of it. */
  caughtUp(inOurApp: boolean, state: string): void {
    if (!inOurApp) {
      this.told({ type: 'left' })
      return
    }
    this.told({ type: 'entered' })
    if (state === 'Ringing') this.told({ type: 'ringing' })
    if (state === 'Up') this.told({ type: 'answered' })
  }

  /**
   * As Asterisk calls it: `PJSIP/trunk-0000002a`. A hang-up looks the channel up among all of them, by name in a hash, by id in one after the other,
   * each locked (get_by_name_prefix in main/channelstorage_ao2_legacy.c). `undefined`: another has it now.
   */
  named(name: string | undefined): void {
    this.#name = name
  }

  told(event: ChannelEvent): void {
    // These happen once in the life of a channel; a listing may tell them again.
    if (once.has(event.type)) {
      if (this.#toldOnce.has(event.type)) return
      this.#toldOnce.add(event.type)
    }
    if (event.type === 'entered') this.presence.entered()
    if (event.type === 'left') this.#finishAll()
    this.#publish(event)
  }

  playbackFinished(id: PlaybackId, failed: boolean): void {
    // Asterisk calls a playback that the hang-up cut short `done`. It is finished with `left`, so that nobody takes it for one heard to its end.
    if (!this.#hangingUp) this.#playbacks.finish(id, failed)
  }

  /** Also by a hang-up: Asterisk has closed the file by then (`__ast_play_and_record` in main/app.c). */
  recordingFinished(name: string, failed: boolean): void {
    this.#recordings.finish(name, failed)
  }

  /** ChannelHangupRequest: comes before StasisEnd and knows best why. */
  hangupRequested({ cause = 0, sipStatus, soft = false }: HangupNews): void {
    this.#hangingUp = true
    this.#lastCause ||= causeOfRequest(cause, soft)
    this.#lastSipStatus ??= sipStatus
    // Without a cause it is the BYE of a phone that had just answered.
    this.#tellDialFailed({ cause: cause || NORMAL_CLEARING, sipStatus })
  }

  /** The last word. Whoever calls this a second time is ignored. */
  destroyed({ cause = 0, causeText = '', sipStatus = this.#lastSipStatus, withAsterisk = false }: HangupNews): void {
    if (this.presence.isGone) return
    this.#finishAll()
    this.#tellDialFailed({ cause, sipStatus })
    this.told({ type: 'left', ...(withAsterisk && { withAsterisk }) })
    this.#publish({
      type: 'destroyed',
      cause: cause === 0 ? this.#lastCause : cause,
      causeText,
      ...(sipStatus === undefined ? {} : { sipStatus })
    })
    this.#end()
  }

  #end(): void {
    this.presence.gone()
    this.#playbacks.clear()
    this.#recordings.clear()
    this.events.close()
    this.#onGone()
  }

  #tellDialFailed({ cause = 0, sipStatus }: HangupNews): void {
    if (!this.#dialled || this.#toldOnce.has('answered') || this.#dialFailed) return
    this.#dialFailed = true
    this.#publish({ type: 'dial-failed', status: dialFailure({ cause, sipStatus, byUs: this.#hungUpByUs }) })
  }

  #finishAll(): void {
    for (const id of this.#playbacks.ids) this.#playbacks.finish(id, false)
    for (const name of this.#recordings.ids) this.#recordings.finish(name, false)
  }

  #uri(rest: string): string {
    return `channels/${encodeURIComponent(this.id)}${rest}`
  }

  #command(method: Command['method'], uri: string, way: Way = plain, body?: object): Promise<Outcome> {
    if (this.presence.isGone) return Promise.resolve(failure('gone', 'The channel has ended'))
    // All of one form: V8 is slow with objects that have a member now and then.
    return this.#lanes.send({ method, uri, body, channels: [this.id], mayWait: way.mayWait, urgent: way.urgent })
  }
}
