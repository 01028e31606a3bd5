import type { Signal } from '../../domain/abort.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
import { playClips } from '../line/play-clips.ts'
import { whenConnected } from '../line/when-connected.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'

/** What a waiting caller hears: music, and what is said over it. */
export class QueueMusic {
  readonly #call: LiveCall
  readonly #office: CallsOffice
  readonly #music: string

  constructor(call: LiveCall, office: CallsOffice, music: string) {
    this.#call = call
    this.#office = office
    this.#music = music
  }

  async start(signal: Signal): Promise<void> {
    this.#call.hearsMusic = true
    expectOrGone(await whenConnected(this.#office, () => this.#call.channel.startMusic(this.#music), signal), 'start music')
  }

  /** Plays over the music, which goes on afterwards unless `stay` has ended: an agent is not kept waiting for it. */
  async playOver(clips: readonly Clip[], stay: Signal, signal: Signal): Promise<void> {
    // Opening a file ends the music (main/file.c, ast_openstream_full); nothing but a new start brings it back.
    this.#call.hearsMusic = false
    try {
      await playClips(this.#call, clips, this.#office, signal)
    } finally {
      if (!stay.aborted) await this.start(stay)
    }
  }

  /** Also when something is said over it: that may have been told to stop before it began. */
  async stop(): Promise<void> {
    this.#call.hearsMusic = false
    await this.#call.channel.stopMusic()
  }
}

/** What a caller hears on hold: the music of the queue that they came from. */
export function musicOf(call: LiveCall, { centre }: CallsOffice): string {
  const queue = call.lastPlace === undefined ? undefined : centre.queues.get(call.lastPlace.queue)
  return (queue ?? [...centre.queues.values()][0])?.music ?? 'default'
}
