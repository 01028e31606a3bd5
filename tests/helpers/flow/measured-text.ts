import type { Language } from '../../../src/domain/language.ts'
import type { Clip, PromptPart, Prompts } from '../../../src/domain/ports/prompts.ts'
import { SpokenText } from '../../../src/flow/simulate/spoken-text.ts'

/** Texts for the simulator that last as long as the real audio: what is asked for in one walk can be measured for the next. */
export class MeasuredText implements Prompts {
  readonly #words = new SpokenText()
  readonly #real: Prompts
  readonly #asked = new Map<string, { readonly part: PromptPart; readonly language: Language }>()
  readonly #lengths = new Map<string, number>()
  readonly #inVoices = new Map<string, MeasuredText>()

  constructor(real: Prompts) {
    this.#real = real
  }

  async render(parts: readonly PromptPart[], language: Language): Promise<readonly Clip[]> {
    const clips = await this.#words.render(parts)
    return clips.map((clip, index) => {
      const part = parts[index] as PromptPart
      const key = JSON.stringify([part, language])
      this.#asked.set(key, { part, language })
      return { ...clip, durationMs: this.#lengths.get(key) ?? clip.durationMs }
    })
  }

  async prepare(): Promise<void> {}

  inVoice(name: string): Prompts {
    const voice = this.#inVoices.get(name) ?? new MeasuredText(this.#real.inVoice(name))
    this.#inVoices.set(name, voice)
    return voice
  }

  hasAudio(): boolean {
    return true
  }

  /** Has everything said for real that was asked for so far. */
  async measure(): Promise<void> {
    for (const voice of this.#inVoices.values()) await voice.measure()
    for (const [key, { part, language }] of this.#asked) {
      if (this.#lengths.has(key)) continue
      const clips = await this.#real.render([part], language, AbortSignal.timeout(20_000))
      this.#lengths.set(
        key,
        clips.reduce((sum, { durationMs }) => sum + durationMs, 0)
      )
    }
  }
}
