import type { Signal } from '../../domain/abort.ts'
import type { Subscription } from '../../domain/event-feed.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Channel, ChannelEvent, HangupReason } from '../../domain/ports/telephony.ts'
import { within } from '../../domain/within.ts'

/** How long the last word of Asterisk on a leg, which carries the cause, is waited for. */
const LAST_WORD_LIMIT_MS = 1_000

const NORMAL_CLEARING = 16

type Destroyed = Extract<ChannelEvent, { type: 'destroyed' }>

/** A leg that we dialled. Its end is remembered from before the dial, whoever asks and when: a phone may go in the moment it answers. */
export class Leg {
  readonly channel: Channel
  readonly #clock: Clock
  readonly #left: Subscription<ChannelEvent>
  readonly #destroyed: Subscription<Destroyed>

  constructor(channel: Channel, clock: Clock) {
    this.channel = channel
    this.#clock = clock
    this.#left = channel.events.subscribe((event) => event.type === 'left' || event.type === 'destroyed')
    this.#destroyed = channel.events.subscribe((event): event is Destroyed => event.type === 'destroyed')
  }

  /** Resolves when the party has left. */
  async left(signal: Signal): Promise<void> {
    await this.#left.first(signal)
  }

  /** Hangs up and forgets the leg at once. */
  async drop(reason: HangupReason = 'normal'): Promise<void> {
    await this.channel.hangup(reason)
    this.#forget()
  }

  /** Hangs up, if the party is still there, and tells the Q.850 cause of the end: StasisEnd comes before the cause is known. */
  async end(): Promise<number> {
    await this.channel.hangup()
    const last = await within(LAST_WORD_LIMIT_MS, this.#clock, (signal) => this.#destroyed.first(signal))
    this.#forget()
    return last?.cause || NORMAL_CLEARING
  }

  #forget(): void {
    this.#left[Symbol.dispose]()
    this.#destroyed[Symbol.dispose]()
    this.channel.release()
  }
}
