import type { EventFeed } from '../event-feed.ts'
import type { BridgeId, ChannelId, PlaybackId } from '../ids.ts'
import type { Outcome } from '../outcome.ts'

/** What Asterisk tells about one channel, in our words. */
export type ChannelEvent =
  /** The channel is ours to command (StasisStart). For a leg of ours this comes before it is dialled. */
  | { readonly type: 'entered' }
  /** It has left our application (StasisEnd): hung up, moved or sent to the dialplan. `withAsterisk`: Asterisk itself has ended. */
  | { readonly type: 'left'; readonly withAsterisk?: boolean }
  | { readonly type: 'ringing' }
  | { readonly type: 'answered' }
  /** A leg that we dialled came to nothing. */
  | { readonly type: 'dial-failed'; readonly status: DialFailure }
  /** Key up; `durationMs` is how long it was held. */
  | { readonly type: 'digit'; readonly digit: string; readonly durationMs: number }
  /** The phone itself put the other party on hold, or took it back. */
  | { readonly type: 'held' }
  | { readonly type: 'unheld' }
  /** `untold`: Asterisk has not said so in time; it is busy, or the wire to it is dead. */
  | { readonly type: 'playback-finished'; readonly playbackId: PlaybackId; readonly failed: boolean; readonly untold?: boolean }
  /** Told always, before `left`: see `expectedMs`. `failed`: nothing can be expected of it. */
  | { readonly type: 'recording-finished'; readonly name: string; readonly failed: boolean }
  | { readonly type: 'joined-bridge'; readonly bridgeId: BridgeId }
  | { readonly type: 'left-bridge'; readonly bridgeId: BridgeId }
  /** Another channel took this one's place in its bridge (attended transfer made on a phone). */
  | { readonly type: 'replaced'; readonly by: ChannelId }
  /** The phone asks that its call go elsewhere (REFER): to the user part of an address, or to the other party of another channel of ours. */
  | { readonly type: 'transfer-asked'; readonly to: string; readonly replaces: ChannelId | undefined }
  /** The last word on a channel. Always delivered, also when Asterisk or the connection lost it (then with cause 0). */
  | { readonly type: 'destroyed'; readonly cause: number; readonly causeText: string; readonly sipStatus?: number }

export type DialFailure = 'busy' | 'no-answer' | 'unreachable' | 'rejected' | 'cancelled'

/** Q.850 reasons we hang up with, by name. */
export type HangupReason = 'normal' | 'busy' | 'congestion' | 'no-answer' | 'unallocated' | 'answered-elsewhere' | 'rejected'

/** How a party is recorded while alone on its channel. */
export interface ChannelRecording {
  /** Unique; a `/` in it makes folders. */
  readonly name: string
  /** Asterisk counts whole seconds, and may be one or two late. */
  readonly maxMs: number
  /** Ends after so much silence, in whole seconds. Unset: silence is recorded like anything else. */
  readonly maxSilenceMs?: number
  /** A key that ends it. */
  readonly finishKey?: '#' | '*'
  /** Before it begins. */
  readonly beep: boolean
}

/** One channel, also before it exists. All commands are safe on a channel that has gone: they answer `gone`. */
export interface Channel {
  readonly id: ChannelId
  readonly events: EventFeed<ChannelEvent>
  answer(): Promise<Outcome>
  /** Never waits for the channel's thread, so it works at any moment. */
  hangup(reason?: HangupReason): Promise<Outcome>
  /** For the next playback: one of a few, so that another process can stop what plays without having been told. */
  newPlaybackId(): PlaybackId
  /** One playback of one or many media, each an absolute file name without its ending. Finished is told by `playback-finished`, always: see `expectedMs`. */
  startPlayback(playbackId: PlaybackId, files: readonly string[], expectedMs: number): Promise<Outcome>
  /** Stops a playback of this channel. `gone` when it had ended. */
  stopPlayback(playbackId: PlaybackId): Promise<Outcome>
  /** The end is told by `recording-finished`, also when the party hangs up. The file is then held by Asterisk: `Telephony.recordings`. */
  startRecording(recording: ChannelRecording): Promise<Outcome>
  /** Ends a recording of this channel; what was recorded stays. `gone` when it had ended. */
  stopRecording(name: string): Promise<Outcome>
  /** From now on records silence instead of what is heard, as long as it is; or no more. */
  muteRecording(name: string, muted: boolean): Promise<Outcome>
  startMusic(musicClass: string): Promise<Outcome>
  stopMusic(): Promise<Outcome>
  /** Tells the far end that it rings (180), before answer. */
  startRinging(): Promise<Outcome>
  stopRinging(): Promise<Outcome>
  /** What the party says is heard by nobody, until `unmute`; they hear as before. */
  mute(): Promise<Outcome>
  unmute(): Promise<Outcome>
  /** Sends keys to the party (RFC 4733), each so long, with `digitGapMs` between. Resolves before they are out; what commands the channel next may wait for them. */
  sendDigits(digits: string, toneMs: number): Promise<Outcome>
  /** Gives the channel back to the dialplan: the way out when we cannot serve it. */
  sendToDialplan(context: string, extension: string): Promise<Outcome>
  /** Places the call of a leg made by `createLeg`. Asterisk gives up after `timeoutMs`. */
  dial(timeoutMs: number): Promise<Outcome>
  /** The answer to `transfer-asked`, for the phone's display. */
  answerTransfer(answer: 'done' | 'declined'): Promise<Outcome>
  /** Forgets the channel: no events after this. Idempotent. */
  release(): void
}

export interface NewLeg {
  readonly channelId: ChannelId
  /** Dial string of the phone, such as `PJSIP/1001`. */
  readonly endpoint: string
  /** The channel on whose behalf we call, if there is one; Asterisk links the two. */
  readonly originator?: ChannelId
  readonly callerNumber: string
  readonly callerName: string
  /** Set on the channel before it is dialled, e.g. SIP headers. Asterisk 22 takes variables safely only here. */
  readonly variables?: Readonly<Record<string, string>>
}

/** A listener on another channel, wherever its bridges are; it ends with that channel. */
export interface NewSnoop {
  readonly channelId: ChannelId
  /** Whose audio is heard, both ways. What is said into the snoop is heard by that party, and by nobody they talk to. */
  readonly target: ChannelId
  /** Hears only what the party says, or what they hear, and speaks to nobody. */
  readonly only?: 'said' | 'heard'
}

/** A caller who has just come in, unanswered. */
export interface IncomingCall {
  readonly channel: Channel
  /** Which door of the dialplan it came through. */
  readonly door: 'trunk' | 'agent'
  readonly dialed: string
  readonly callerNumber: string
  readonly callerName: string
  /** The endpoint it came from, e.g. `trunk` or `1001`. */
  readonly endpoint: string
  /** How long the news of it has waited for us; unset: not at all. */
  readonly waitedMs?: number
}

export type PhoneStatus = 'in-service' | 'out-of-service'

/** How one agent's phone is to be known to Asterisk. */
export interface PhoneAccount {
  /** SIP user, authentication user and endpoint name. */
  readonly user: string
  readonly password: string
  readonly displayName: string
  readonly kind: 'sip' | 'webrtc'
  /** The dialplan context its calls go to. */
  readonly context: 'from-trunk' | 'from-agents'
  /** What others see when it calls; the user when left out. */
  readonly callerNumber?: string
}

export interface TelephonyStatus {
  readonly connected: boolean
  readonly version: string | undefined
  /** Why it is not connected, for people. */
  readonly problem: string | undefined
}

/** Recordings that Asterisk holds until somebody has taken them. Works also when Asterisk is on another machine. */
export interface HeldRecordings {
  /** Ends one under way, whatever channel it is of. `gone` when it had ended. */
  stop(name: string): Promise<Outcome>
  /** Whether it is still being written. */
  isUnderWay(name: string): Promise<Outcome<boolean>>
  /** The WAV file. `gone` when there is none. Breaks off with an error when Asterisk goes away meanwhile. */
  read(name: string): Promise<Outcome<AsyncIterable<Uint8Array>>>
  remove(name: string): Promise<Outcome>
}

/** What an earlier process had in Asterisk when it died. */
export interface LeftInAsterisk {
  readonly channels: readonly ChannelId[]
  readonly bridges: readonly BridgeId[]
  /** Those of the channels on which something may play that nobody waits for any more. */
  readonly playing: readonly ChannelId[]
  /** What some of the channels record. */
  readonly recordings: readonly { readonly name: string; readonly channelId: ChannelId }[]
}

/** Channels and bridges of an earlier process, as they are now. Of channels that are no more, the end was told. */
export interface TakenUp {
  /** Ours no longer: the dialplan serves them. */
  readonly elsewhere: ReadonlySet<ChannelId>
  /** Those that there are, with who is in them. */
  readonly bridges: ReadonlyMap<BridgeId, readonly ChannelId[]>
}

/**
 * Of two who talk, each given the packets of the other as they come; or of any number, who may come and go: mixed, which costs Asterisk more.
 * Also two are mixed where a channel of theirs is snooped on. Debian's Asterisk (22.10, debian/patches/2016_opus_plc.patch) takes packets whose
 * sequence number lies behind the one before for late ones, and drops them wherever they are translated: of the next phone that is joined with
 * a snooped channel, the snoop would hear nothing in every second case. What is mixed has no sequence numbers.
 */
export type BridgeKind = 'talk' | 'conference'

/** Asterisk, as the calls room sees it. */
export interface Telephony {
  readonly recordings: HeldRecordings
  /** The handle of a channel; the same one for the same id until it is released. Registers it for events before it exists. */
  channel(id: ChannelId): Channel
  /** Makes a leg, not yet dialled. Resolves when it takes commands (after its `entered`), or never will. */
  createLeg(leg: NewLeg): Promise<Outcome>
  /** Listens to a channel, and lets whoever is joined with the snoop speak to its party. Resolves as `createLeg`. */
  createSnoop(snoop: NewSnoop): Promise<Outcome>
  /** From now on these are this process's, and what happens to the channels is told to their handles. */
  takeUp(left: LeftInAsterisk): Promise<Outcome<TakenUp>>
  createBridge(id: BridgeId, kind: BridgeKind): Promise<Outcome>
  addToBridge(id: BridgeId, channels: readonly ChannelId[]): Promise<Outcome>
  removeFromBridge(id: BridgeId, channels: readonly ChannelId[]): Promise<Outcome>
  destroyBridge(id: BridgeId): Promise<Outcome>
  /** Makes or replaces a phone account; the phone can register at once. */
  putPhone(account: PhoneAccount): Promise<Outcome>
  removePhone(user: string): Promise<Outcome>
  /** Whose phones Asterisk rings by itself, all at once, for callers who come while we are away; until it is told otherwise, or restarts. */
  ringWhileAway(users: readonly string[]): Promise<Outcome>
  /** Whether the phone is registered now, as far as we were told. */
  phoneStatus(user: string): PhoneStatus
  status(): TelephonyStatus
}

/** What the telephony adapter calls back; given to it once, at start. */
export interface TelephonyListener {
  onIncoming(call: IncomingCall): void
  onPhoneStatus(user: string, status: PhoneStatus): void
  /** A channel of ours that nobody knows: left over from an earlier process. */
  onStray(channel: Channel, role: 'caller' | 'leg'): void
  onStatus(status: TelephonyStatus): void
}
