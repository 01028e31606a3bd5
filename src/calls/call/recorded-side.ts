import type { ChannelId } from '../../domain/ids.ts'
import type { KeptRecording } from '../../domain/kept-call.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import { unlessAborted, within } from '../../domain/within.ts'
import type { CallsOffice } from './office.ts'

/** Longest recording; nobody talks so long, and Asterisk ends a forgotten one. */
const LONGEST_MS = 12 * 3_600_000

/** How long a stopped recording may take to say so. */
const STOP_LIMIT_MS = 2_000

/** What one party says, or hears, being recorded by a channel that snoops on theirs: bridges, transfers and music do not touch it. */
export class RecordedSide {
  readonly name: string
  readonly #channel: Channel
  readonly #office: CallsOffice
  /** Resolves when nothing is recorded any more, for whatever reason. */
  readonly finished: Promise<void>
  #isFinished = false

  private constructor(name: string, channel: Channel, office: CallsOffice) {
    this.name = name
    this.#channel = channel
    this.#office = office
    this.finished = new Promise((resolve) => {
      channel.events.on((event) => {
        const isOver = (event.type === 'recording-finished' && event.name === name) || event.type === 'destroyed'
        if (!isOver || this.#isFinished) return
        this.#isFinished = true
        resolve()
      })
    })
  }

  /** A channel that hears that side, and does not record yet. */
  static async open(
    name: string,
    target: ChannelId,
    only: 'said' | 'heard',
    office: CallsOffice
  ): Promise<{ readonly side: RecordedSide; readonly outcome: Outcome }> {
    const channelId = `sb-${office.newId()}` as ChannelId
    const side = new RecordedSide(name, office.telephony.channel(channelId), office)
    return { side, outcome: await office.telephony.createSnoop({ channelId, target, only }) }
  }

  /** One that an earlier process began. */
  static left({ name, channelId }: KeptRecording['sides'][number], office: CallsOffice): RecordedSide {
    return new RecordedSide(name, office.telephony.channel(channelId), office)
  }

  get channelId(): ChannelId {
    return this.#channel.id
  }

  begin(): Promise<Outcome> {
    return this.#channel.startRecording({ name: this.name, maxMs: LONGEST_MS, beep: false })
  }

  mute(muted: boolean): Promise<Outcome> {
    return this.#channel.muteRecording(this.name, muted)
  }

  /** Ends the recording, if it goes on, waits until Asterisk has closed the file, and lets the channel go. */
  async close(): Promise<void> {
    const stopped = this.#isFinished ? undefined : await this.#channel.stopRecording(this.name)
    if (stopped?.ok === true) await within(STOP_LIMIT_MS, this.#office.clock, (signal) => unlessAborted(this.finished, signal))
    await this.#channel.hangup()
    this.#channel.release()
  }
}
