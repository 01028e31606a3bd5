export interface Voice {
  readonly name: string
  readonly wordsPerMinute: number
}

/** Makes speech out of text. */
export interface TextToSpeech {
  /** Engine and version: changes when the same text would sound different. */
  readonly version: string
  /** A WAV file. Throws SPEECH_FAILED, or the signal's reason. */
  synthesize(text: string, voice: Voice, signal: AbortSignal): Promise<Buffer>
}
