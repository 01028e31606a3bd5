import type { RealSignal } from '../domain/abort.ts'
import type { SpokenLanguage } from './say/spoken-language.ts'

export interface Voice {
  readonly name: string
  readonly wordsPerMinute: number
}

/** A voice that flows ask for by name, as each engine knows it; where it says nothing, the engine speaks as usual. */
export interface NamedVoice {
  /** Variant of espeak-ng. */
  readonly espeak?: string | undefined
  /** Of the service: one, or one for each language. */
  readonly service?: string | Readonly<Record<string, string>> | undefined
}

/** A voice, and how texts are written for it. */
export interface Speaker {
  readonly voice: Voice
  write(text: string): string
}

/** Makes speech out of text. */
export interface TextToSpeech {
  /** Engine and version: changes when the same text would sound different. */
  readonly version: string
  /** Who speaks that language, in the named voice where there is one; undefined when nobody does. */
  speakerOf(language: SpokenLanguage, named: NamedVoice | undefined): Speaker | undefined
  /** A WAV file. Throws SPEECH_FAILED, or the signal's reason. */
  synthesize(text: string, voice: Voice, signal: RealSignal): Promise<Buffer>
}
