import type { Signal } from '../../domain/abort.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { Outcome, Problem } from '../../domain/outcome.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import { noMusic } from '../../domain/queue.ts'
import type { TalkBridge } from '../line/bridge.ts'
import { type Line, whenConnected } from '../line/when-connected.ts'

type Sound = 'music' | 'ringing' | 'nothing'

/** Where a channel is: with others in a bridge, or alone with something to hear. */
export type Seat = { readonly bridge: TalkBridge } | { readonly hears: Sound }

/** Who is to sit where. Whoever is missing stays where they are. */
export type Plan = ReadonlyMap<Channel, Seat>

interface Place {
  bridge: TalkBridge | undefined
  hears: Sound
  /** To leave the bridge and be joined anew. */
  anew: boolean
  /** Asterisk says that it has left us; the news of its end is on the way. */
  gone: boolean
}

/** Why not all sit where they are to sit. */
export type Trouble = Extract<Problem, 'unavailable' | 'refused'>

/**
 * Brings Asterisk to what a talk has decided: each channel into its bridge, or out of it with music or ringing. What is wanted may change at
 * any moment, also while commands are under way: `settle` looks at the plan again until all sit as it says, and never moves one twice at once.
 */
export class Seating {
  readonly #line: Line
  readonly #music: () => string
  readonly #plan: () => Plan
  readonly #onGone: (channel: Channel) => void
  readonly #places = new Map<ChannelId, Place>()
  #running: Promise<Trouble | undefined> | undefined
  #changed = false

  /** `onGone`: a channel could not be moved, as it has left. */
  constructor(line: Line, music: () => string, plan: () => Plan, onGone: (channel: Channel) => void) {
    this.#line = line
    this.#onGone = onGone
    this.#music = music
    this.#plan = plan
  }

  /** Who was joined before the seating was begun. */
  isIn(bridge: TalkBridge, channel: ChannelId): void {
    this.#placeOf(channel).bridge = bridge
  }

  /** Found outside of the bridge: with music, for all we know. */
  isAlone(channel: ChannelId): void {
    Object.assign(this.#placeOf(channel), { bridge: undefined, hears: 'music' })
  }

  /** Somebody else moves it from now on. */
  forget(channel: ChannelId): void {
    this.#places.delete(channel)
  }

  /** Whoever is in a bridge leaves it and is joined again with the next `settle`. */
  again(channel: ChannelId): void {
    this.#placeOf(channel).anew = true
  }

  isGone(channel: ChannelId): boolean {
    return this.#places.get(channel)?.gone === true
  }

  /** Resolves when all sit as the plan says by then, or with what kept Asterisk from it. Throws the signal's reason. */
  settle(signal: Signal): Promise<Trouble | undefined> {
    this.#changed = true
    this.#running ??= this.#untilSettled(signal).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Nothing is moved any more when this resolves; the talk's signal has aborted. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined) // Its reason is the signal's, and thrown to whoever asked.
  }

  /** Stops what a channel hears by itself. */
  async silence(channel: Channel): Promise<void> {
    const place = this.#places.get(channel.id)
    if (place === undefined || place.gone) return
    if (place.hears === 'music') await channel.stopMusic()
    if (place.hears === 'ringing') await channel.stopRinging()
    place.hears = 'nothing'
  }

  async #untilSettled(signal: Signal): Promise<Trouble | undefined> {
    let trouble: Trouble | undefined
    do {
      this.#changed = false
      const moves = [...this.#plan()].map(([channel, seat]) => this.#move(channel, seat, signal))
      // All are waited for, also when one fails: nothing goes on behind our back.
      const done = await Promise.allSettled(moves)
      trouble = undefined
      for (const one of done) {
        if (one.status === 'rejected') throw one.reason
        trouble ??= one.value
      }
    } while (this.#changed)
    return trouble
  }

  async #move(channel: Channel, seat: Seat, signal: Signal): Promise<Trouble | undefined> {
    const place = this.#placeOf(channel.id)
    if (place.gone) return undefined
    if ('hears' in seat) {
      return (await this.#leave(channel, place, signal)) ?? (await this.#letHear(channel, place, seat.hears, signal))
    }
    const { anew } = place
    place.anew = false
    const kept =
      (await this.#letHear(channel, place, 'nothing', signal)) ?? (anew ? await this.#leave(channel, place, signal) : undefined)
    if (kept !== undefined || place.gone || place.bridge === seat.bridge) return kept
    // Asterisk takes it out of the bridge where it is (control_swap_channel_in_bridge in res/stasis/control.c).
    const { telephony } = this.#line
    const joined = await whenConnected(this.#line, () => telephony.addToBridge(seat.bridge.id, [channel.id]), signal)
    const trouble = this.#judge(channel, place, joined)
    if (joined.ok) place.bridge = seat.bridge
    return trouble
  }

  async #leave(channel: Channel, place: Place, signal: Signal): Promise<Trouble | undefined> {
    const { bridge } = place
    if (bridge === undefined) return undefined
    const removed = await whenConnected(this.#line, () => bridge.remove(channel.id), signal)
    const trouble = this.#judge(channel, place, removed)
    if (removed.ok) place.bridge = undefined
    return trouble
  }

  /** A sound that Asterisk refuses, such as music that is not there, is missed by somebody on hold, and no reason to break a talk off. */
  async #letHear(channel: Channel, place: Place, sound: Sound, signal: Signal): Promise<Trouble | undefined> {
    for (const change of soundChanges(channel, place.hears, sound, this.#music)) {
      if (place.gone) return undefined
      const trouble = this.#judge(channel, place, await whenConnected(this.#line, change, signal))
      if (trouble === 'unavailable') return trouble
    }
    place.hears = sound
    return undefined
  }

  #judge(channel: Channel, place: Place, outcome: Outcome): Trouble | undefined {
    if (outcome.ok) return undefined
    if (outcome.problem === 'unavailable' || outcome.problem === 'refused') return outcome.problem
    place.gone = true
    this.#onGone(channel)
    return undefined
  }

  #placeOf(channel: ChannelId): Place {
    const known = this.#places.get(channel) ?? { bridge: undefined, hears: 'nothing' as const, anew: false, gone: false }
    this.#places.set(channel, known)
    return known
  }
}

function soundChanges(channel: Channel, before: Sound, after: Sound, music: () => string): readonly (() => Promise<Outcome>)[] {
  if (before === after) return []
  const stop = { music: [() => channel.stopMusic()], ringing: [() => channel.stopRinging()], nothing: [] }
  const start = { music: startMusic(channel, music()), ringing: [() => channel.startRinging()], nothing: [] }
  return [...stop[before], ...start[after]]
}

function startMusic(channel: Channel, music: string): readonly (() => Promise<Outcome>)[] {
  return music === noMusic ? [] : [() => channel.startMusic(music)]
}
