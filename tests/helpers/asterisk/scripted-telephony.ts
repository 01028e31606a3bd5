import { EventFeed } from '../../../src/domain/event-feed.ts'
import type { BridgeId, ChannelId, PlaybackId } from '../../../src/domain/ids.ts'
import type { Outcome, Problem } from '../../../src/domain/outcome.ts'
import type { Clock } from '../../../src/domain/ports/clock.ts'
import type {
  BridgeKind,
  Channel,
  ChannelEvent,
  ChannelRecording,
  HangupReason,
  HeldRecordings,
  LeftInAsterisk,
  NewLeg,
  NewSnoop,
  PhoneStatus,
  TakenUp,
  Telephony,
  TelephonyStatus
} from '../../../src/domain/ports/telephony.ts'

const done: Outcome = { ok: true, value: undefined }
const failed = (problem: Problem): Outcome => ({ ok: false, problem, status: 0, detail: 'scripted' })

/** One command as it reaches Asterisk: what, and on which channel or bridge. */
export interface GivenCommand {
  readonly name: string
  readonly channel: string | undefined
}

/** An Asterisk of the mind: channels, bridges, what each party hears. Phones do what a test tells them, and commands take as long as it says. */
export class ScriptedTelephony implements Telephony {
  readonly connection = new EventFeed<TelephonyStatus>()
  readonly channels = new Map<string, ScriptedChannel>()
  readonly bridges = new Map<string, Set<ScriptedChannel>>()
  /** Of every bridge there has been. */
  readonly bridgeKinds = new Map<string, BridgeKind>()
  readonly commands: GivenCommand[] = []
  /** How long Asterisk takes for a command, milliseconds. */
  commandMs = 0
  /** Says how a command fails; undefined lets it work. */
  fails: (command: GivenCommand) => Problem | undefined = () => undefined
  /** Whether a command that fails was carried out all the same: its answer got lost. */
  failsWhenDone = false
  connected = true
  #clock: Clock
  /** Phones that are not registered. */
  readonly away = new Set<string>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly recordings: HeldRecordings = {
    stop: async () => failed('gone'),
    isUnderWay: async () => ({ ok: true, value: false }),
    read: async () => ({ ok: false, problem: 'gone', status: 0, detail: 'scripted' }),
    remove: async () => failed('gone')
  }

  channel(id: ChannelId): ScriptedChannel {
    const known = this.channels.get(id) ?? new ScriptedChannel(id, this)
    this.channels.set(id, known)
    return known
  }

  /** The leg to that phone that is ringing or up, the latest one. */
  legTo(phone: string): ScriptedChannel | undefined {
    return [...this.channels.values()].filter(({ endpoint, isUp, rings }) => endpoint === phone && (isUp || rings)).at(-1)
  }

  async createLeg({ channelId, endpoint }: NewLeg): Promise<Outcome> {
    const channel = this.channel(channelId)
    return await this.carryOut('createLeg', channel, () => {
      channel.endpoint = endpoint.replace(/^PJSIP\/(trunk\/)?/, '')
      channel.enter()
      return done
    })
  }

  async createSnoop({ channelId, target }: NewSnoop): Promise<Outcome> {
    const channel = this.channel(channelId)
    const spied = this.channel(target)
    return await this.carryOut('createSnoop', spied, () => {
      if (!spied.isHere) return failed('gone')
      channel.endpoint = `snoop on ${spied.endpoint}`
      channel.isUp = true
      channel.enter()
      spied.snoops.add(channel)
      return done
    })
  }

  /** The process that had it all until now is dead: it hears nothing any more. */
  nextProcess(clock: Clock): void {
    this.#clock = clock
    this.connection.close()
    for (const channel of this.channels.values()) channel.events.close()
  }

  async takeUp({ channels, bridges }: LeftInAsterisk): Promise<Outcome<TakenUp>> {
    if (!this.connected) return { ok: false, problem: 'unavailable', status: 0, detail: 'scripted' }
    const left = channels.map((id) => this.channel(id))
    const elsewhere = left.filter((one) => one.isElsewhere)
    for (const one of left) {
      if (one.isHere || one.isElsewhere) continue
      one.events.publish({ type: 'left' })
      one.events.publish({ type: 'destroyed', cause: 0, causeText: '' })
    }
    const found = bridges.flatMap((id): [BridgeId, ChannelId[]][] => {
      const there = this.bridges.get(id)
      return there === undefined ? [] : [[id, [...there].map((one) => one.id)]]
    })
    return { ok: true, value: { elsewhere: new Set(elsewhere.map(({ id }) => id)), bridges: new Map(found) } }
  }

  async createBridge(id: BridgeId, kind: BridgeKind): Promise<Outcome> {
    return await this.carryOut('createBridge', undefined, () => {
      if (this.bridges.has(id)) return failed('conflict')
      this.bridges.set(id, new Set())
      this.bridgeKinds.set(id, kind)
      return done
    })
  }

  async addToBridge(id: BridgeId, ids: readonly ChannelId[]): Promise<Outcome> {
    const channels = ids.map((one) => this.channel(one))
    return await this.carryOut('addToBridge', channels[0], () => {
      const bridge = this.bridges.get(id)
      if (bridge === undefined || channels.some(({ isHere }) => !isHere)) return failed('gone')
      for (const channel of channels) {
        for (const other of this.bridges.values()) other.delete(channel)
        bridge.add(channel)
      }
      return done
    })
  }

  async removeFromBridge(id: BridgeId, ids: readonly ChannelId[]): Promise<Outcome> {
    const channels = ids.map((one) => this.channel(one))
    return await this.carryOut('removeFromBridge', channels[0], () => {
      const bridge = this.bridges.get(id)
      if (bridge === undefined || channels.some((one) => !one.isHere)) return failed('gone')
      if (channels.some((one) => !bridge.has(one))) return failed('conflict')
      for (const channel of channels) bridge.delete(channel)
      return done
    })
  }

  async destroyBridge(id: BridgeId): Promise<Outcome> {
    return await this.carryOut('destroyBridge', undefined, () => (this.bridges.delete(id) ? done : failed('gone')))
  }

  async putPhone(): Promise<Outcome> {
    return done
  }

  async ringWhileAway(): Promise<Outcome> {
    return done
  }

  async removePhone(): Promise<Outcome> {
    return done
  }

  phoneStatus(user: string): PhoneStatus {
    return user.endsWith('-web') || this.away.has(user) ? 'out-of-service' : 'in-service'
  }

  status(): TelephonyStatus {
    return { connected: this.connected, version: '22.10.1', problem: undefined }
  }

  /** What the party hears: whom they share a bridge with, or a sound. */
  hears(channel: ScriptedChannel): readonly string[] | 'music' | 'ringing' | 'nothing' {
    const bridge = [...this.bridges.values()].find((one) => one.has(channel))
    const others = [...(bridge ?? [])].filter((one) => one !== channel).map((one) => one.endpoint)
    return others.length > 0 ? others.sort() : channel.sound
  }

  /** In what they sit together with others. */
  bridgeOf(channel: ScriptedChannel): BridgeKind | undefined {
    return [...this.bridges].flatMap(([id, parties]) => (parties.has(channel) ? (this.bridgeKinds.get(id) ?? []) : [])).at(0)
  }

  /** Everybody who has a line open to us. */
  get present(): readonly ScriptedChannel[] {
    return [...this.channels.values()].filter(({ isHere, isUp }) => isHere && isUp)
  }

  async carryOut(name: string, channel: ScriptedChannel | undefined, work: () => Outcome): Promise<Outcome> {
    const command = { name, channel: channel?.endpoint }
    this.commands.push(command)
    if (this.commandMs > 0) await this.#clock.sleep(this.commandMs, new AbortController().signal)
    else await Promise.resolve()
    if (!this.connected) return failed('unavailable')
    const problem = this.fails(command)
    if (problem === undefined) return work()
    if (this.failsWhenDone) work()
    return failed(problem)
  }
}

/** One channel of it, and the phone at its other end. */
export class ScriptedChannel implements Channel {
  readonly id: ChannelId
  readonly events = new EventFeed<ChannelEvent>()
  endpoint = ''
  sound: 'music' | 'ringing' | 'nothing' = 'nothing'
  /** In our application. */
  isHere = false
  /** In the dialplan again. */
  isElsewhere = false
  isUp = false
  rings = false
  muted = false
  /** What is recorded on it. */
  recording: { readonly name: string; muted: boolean } | undefined
  /** Snoops on it: they end with it. */
  readonly snoops = new Set<ScriptedChannel>()
  readonly #telephony: ScriptedTelephony
  #playbacks = 0

  constructor(id: ChannelId, telephony: ScriptedTelephony) {
    this.id = id
    this.#telephony = telephony
  }

  enter(): void {
    this.isHere = true
    this.events.publish({ type: 'entered' })
  }

  /** The user presses keys. */
  press(keys: string): void {
    for (const digit of keys) this.events.publish({ type: 'digit', digit, durationMs: 80 })
  }

  /** The user picks up. */
  pickUp(): void {
    if (!this.rings) throw new Error(`Phone ${this.endpoint} does not ring`)
    this.rings = false
    this.isUp = true
    this.events.publish({ type: 'answered' })
  }

  /** The user hangs up, or declines; nothing when the line is down already. `withAsterisk`: it has ended, and they did not. */
  leave(cause = 16, withAsterisk = false): void {
    if (!this.isHere) return
    const rang = this.rings
    Object.assign(this, { isHere: false, isUp: false, rings: false, sound: 'nothing' })
    for (const bridge of this.#telephony.bridges.values()) bridge.delete(this)
    this.endRecording()
    if (rang) this.events.publish({ type: 'dial-failed', status: cause === 21 ? 'rejected' : 'no-answer' })
    this.events.publish({ type: 'left', ...(withAsterisk && { withAsterisk }) })
    this.events.publish({ type: 'destroyed', cause, causeText: '' })
    for (const snoop of this.snoops) snoop.leave()
  }

  async mute(): Promise<Outcome> {
    return await this.#command('mute', () => {
      this.muted = true
    })
  }

  async unmute(): Promise<Outcome> {
    return await this.#command('unmute', () => {
      this.muted = false
    })
  }

  async answer(): Promise<Outcome> {
    return await this.#command('answer', () => {
      this.isUp = true
    })
  }

  /** Why we ended it. */
  hungUpWith: HangupReason | undefined

  async hangup(reason: HangupReason = 'normal'): Promise<Outcome> {
    if (!this.isHere) return failed('gone')
    this.hungUpWith ??= reason
    // Never waits for anything, and works also on a line that is being made.
    this.#telephony.commands.push({ name: 'hangup', channel: this.endpoint })
    await Promise.resolve()
    this.leave()
    return done
  }

  newPlaybackId(): PlaybackId {
    this.#playbacks = (this.#playbacks + 1) % 4
    return `${this.id}-${this.#playbacks}` as PlaybackId
  }

  async startPlayback(playbackId: PlaybackId): Promise<Outcome> {
    return await this.#command('play', () => {
      queueMicrotask(() => this.events.publish({ type: 'playback-finished', playbackId, failed: false }))
    })
  }

  async stopPlayback(): Promise<Outcome> {
    return failed('gone')
  }

  async startRecording({ name }: ChannelRecording): Promise<Outcome> {
    return await this.#command('startRecording', () => {
      this.recording = { name, muted: false }
    })
  }

  async stopRecording(): Promise<Outcome> {
    if (this.recording === undefined) return failed('gone')
    return await this.#command('stopRecording', () => this.endRecording())
  }

  async muteRecording(_name: string, muted: boolean): Promise<Outcome> {
    return await this.#command('muteRecording', () => {
      if (this.recording !== undefined) this.recording.muted = muted
    })
  }

  /** Asterisk ends what it records here: it was told to, or cannot write any more. */
  endRecording(): void {
    const ended = this.recording
    this.recording = undefined
    if (ended !== undefined) this.events.publish({ type: 'recording-finished', name: ended.name, failed: false })
  }

  async startMusic(): Promise<Outcome> {
    return await this.#hear('startMusic', 'music')
  }

  async stopMusic(): Promise<Outcome> {
    return await this.#hear('stopMusic', 'nothing')
  }

  async startRinging(): Promise<Outcome> {
    return await this.#hear('startRinging', 'ringing')
  }

  async stopRinging(): Promise<Outcome> {
    return await this.#hear('stopRinging', 'nothing')
  }

  async sendToDialplan(): Promise<Outcome> {
    return await this.#command('sendToDialplan', () => {
      this.isHere = false
      this.isElsewhere = true
      this.events.publish({ type: 'left' })
      this.events.publish({ type: 'destroyed', cause: 16, causeText: '' })
    })
  }

  async sendDigits(digits: string): Promise<Outcome> {
    return await this.#command(`sendDigits ${digits}`, () => {})
  }

  async dial(): Promise<Outcome> {
    return await this.#command('dial', () => {
      this.rings = true
      this.events.publish({ type: 'ringing' })
    })
  }

  /** What the phone was told of its transfers. */
  readonly transfers: string[] = []

  async answerTransfer(answer: 'done' | 'declined'): Promise<Outcome> {
    return await this.#command('answerTransfer', () => void this.transfers.push(answer))
  }

  release(): void {
    if (!this.isUp && !this.rings) this.isHere = false
    this.events.close()
  }

  async #hear(name: string, sound: ScriptedChannel['sound']): Promise<Outcome> {
    return await this.#command(name, () => {
      this.sound = sound
    })
  }

  async #command(name: string, work: () => void): Promise<Outcome> {
    return await this.#telephony.carryOut(name, this, () => {
      if (!this.isHere) return failed('gone')
      work()
      return done
    })
  }
}
