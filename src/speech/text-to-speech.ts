import type { SpokenLanguage } from './say/spoken-language.ts'

export interface Voice {
  readonly name: string
  readonly wordsPerMinute: number
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
  /** Who speaks that language; undefined when nobody does. */
  speakerOf(language: SpokenLanguage): Speaker | undefined
  /** A WAV file. Throws SPEECH_FAILED, or the signal's reason. */
  synthesize(text: string, voice: Voice, signal: AbortSignal): Promise<Buffer>
}
