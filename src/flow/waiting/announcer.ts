import type { Signal } from '../../domain/abort.ts'
import type { Wait } from '../../domain/caller.ts'
import type { AnnounceSettings } from '../../domain/waiting.ts'
import type { Frame } from '../conversation.ts'
import { promptsOf } from '../speak.ts'
import { announcementOf, type Told } from './announcement.ts'
import { canSay, spokenSaying } from './sentences.ts'
import type { Speaker } from './speaker.ts'

/** Tells a waiting caller their place and how long it may take. */
export class Announcer implements Speaker {
  readonly firstMs: number
  readonly everyMs: number
  readonly #settings: AnnounceSettings
  readonly #wait: Wait
  readonly #frame: Frame
  #told: Told = {}

  constructor(settings: AnnounceSettings, wait: Wait, frame: Frame) {
    this.firstMs = settings.firstMs
    this.everyMs = settings.everyMs
    this.#settings = settings
    this.#wait = wait
    this.#frame = frame
  }

  async speak(signal: Signal): Promise<boolean> {
    const position = this.#wait.position()
    const estimateMs = this.#wait.estimateMs()
    const standing = { ...(position !== undefined && { position }), ...(estimateMs !== undefined && { estimateMs }) }
    const { sayings, told } = announcementOf(this.#settings, standing, this.#told)
    if (sayings.length === 0) return false

    const { trace, call } = this.#frame.talk
    const language = canSay(call.language, this.#settings) ? call.language : this.#frame.flow.languages[0]
    const parts = sayings.flatMap((saying) => spokenSaying(saying, language, this.#settings))
    const clips = await promptsOf(this.#frame).render(parts, language, signal)
    // What the caller was told counts from now on, even if they hear only its beginning.
    this.#told = told
    let whole = false
    try {
      await this.#wait.play(clips, signal)
      whole = true
    } finally {
      trace.announced?.({ queue: this.#wait.queue, ...standing, whole })
    }
    return true
  }
}
