import type { Signal } from '../../domain/abort.ts'
import { ChildAbort } from '../../flow/child-abort.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { playClips } from '../line/play-clips.ts'

/** One prompt often follows another at once; silence between them would only be two commands more. */
const BREATH_MS = 10

const CLIP_MS = 60_000

const somethingElse = new Error('Something else is played')

/**
 * Plays silence to a caller while nothing else is played. When no file plays, Asterisk holds back a key that comes soon after another
 * and tells it twice (main/channel.c: __ast_read tells it, queue_dtmf_readq puts it back): a card number typed quickly would be wrong.
 */
export class Silence {
  readonly #call: LiveCall
  readonly #office: CallsOffice
  #stop: (() => Promise<void>) | undefined

  constructor(call: LiveCall, office: CallsOffice) {
    this.#call = call
    this.#office = office
  }

  begin(): void {
    if (this.#stop !== undefined || this.#call.signal.aborted) return
    const child = new ChildAbort(this.#call.signal)
    const { signal } = child
    // Hardly ever begun, so that it is ended must cost nothing: nothing is thrown.
    const playing = this.#office.clock.sleep(BREATH_MS, signal).then(
      () => this.#play(signal),
      () => undefined
    )
    this.#stop = () => {
      child.abort(somethingElse)
      child[Symbol.dispose]()
      return playing
    }
  }

  /** Resolves when the channel's thread is free. */
  async end(): Promise<void> {
    const stop = this.#stop
    this.#stop = undefined
    await stop?.()
  }

  async #play(signal: Signal): Promise<void> {
    const { clock, log, world } = this.#office
    try {
      const clips = await world.prompts.render([{ kind: 'pause', ms: CLIP_MS }], this.#call.story.language, signal)
      let began: number
      do {
        began = clock.now()
        await playClips(this.#call, clips, this.#office, signal)
        // One that ends early cannot be played, and would be begun again without end.
      } while (clock.now() - began > CLIP_MS / 2)
    } catch (err) {
      // Ended as asked; or it cannot be played, and then the caller hears nothing, which is what silence is.
      if (!signal.aborted) log.warn({ err, callId: this.#call.callId }, 'Silence could not be played')
    }
  }
}
