import type { Signal } from '../../domain/abort.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
import { noMusic } from '../../domain/queue.ts'
import { playClips } from '../line/play-clips.ts'
import { whenConnected } from '../line/when-connected.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'

/**
 * What a waiting caller hears: music or none, and what is said over it. For who hears none nothing is sent: to be played to costs Asterisk fifty
 * packets a second, silence too, and a key that it tells twice where no file plays is known by its length (told-twice.ts).
 */
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
    this.#call.hearsNoFile = true
    if (this.#music === noMusic) return
    expectOrGone(await whenConnected(this.#office, () => this.#call.channel.startMusic(this.#music), signal), 'start music')
  }

  /** Plays over the music, which goes on afterwards unless `stay` has ended: an agent is not kept waiting for it. */
  async playOver(clips: readonly Clip[], stay: Signal, signal: Signal): Promise<void> {
    // Opening a file ends the music (main/file.c, ast_openstream_full); nothing but a new start brings it back.
    this.#call.hearsNoFile = false
    try {
      await playClips(this.#call, clips, this.#office, signal)
    } finally {
      if (!stay.aborted) await this.start(stay)
    }
  }

  /** Also when something is said over it, which may have been told to stop before it began; and also where there is none now: an earlier process may have begun some. */
  async stop(): Promise<void> {
    this.#call.hearsNoFile = false
    await this.#call.channel.stopMusic()
  }
}

/** What a caller hears on hold: the music of the queue that they came from, which may be none. */
export function musicOf(call: LiveCall, { centre }: CallsOffice): string {
  const queue = call.lastPlace === undefined ? undefined : centre.queues.get(call.lastPlace.queue)
  return (queue ?? [...centre.queues.values()][0])?.music ?? 'default'
}
