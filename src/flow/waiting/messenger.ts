import type { Signal } from '../../domain/abort.ts'
import type { Wait } from '../../domain/caller.ts'
import type { WaitingMessage } from '../../domain/waiting.ts'
import type { Frame } from '../conversation.ts'
import type { Prompt } from '../prompt.ts'
import { clipsOf } from '../speak.ts'
import type { Speaker } from './speaker.ts'

/** Says one message again and again, or each time another one of several. */
export class Messenger implements Speaker {
  readonly firstMs: number
  readonly everyMs?: number
  readonly #message: WaitingMessage<Prompt>
  readonly #number: number
  readonly #wait: Wait
  readonly #frame: Frame
  #turn = 0

  /** `number`: which of the messages it is, from 1. */
  constructor(message: WaitingMessage<Prompt>, number: number, wait: Wait, frame: Frame) {
    this.firstMs = message.firstMs
    if (message.everyMs !== undefined) this.everyMs = message.everyMs
    this.#message = message
    this.#number = number
    this.#wait = wait
    this.#frame = frame
  }

  async speak(signal: Signal): Promise<boolean> {
    const { order, say } = this.#message
    const turn = order === 'random' ? Math.floor(this.#frame.talk.world.random() * say.length) : this.#turn++ % say.length
    const prompt = say[turn]
    const clips = prompt === undefined ? [] : await clipsOf([prompt], this.#frame, signal)
    if (clips.length === 0) return false
    let whole = false
    try {
      await this.#wait.play(clips, signal)
      whole = true
    } finally {
      this.#frame.talk.trace.announced?.({ queue: this.#wait.queue, message: this.#number, whole })
    }
    return true
  }
}
