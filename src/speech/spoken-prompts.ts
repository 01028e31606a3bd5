import type { Prompts } from '../domain/ports/prompts.ts'
import type { CacheStats } from './clip-cache.ts'

/** Prompts with what the process needs to run them. */
export interface SpokenPrompts extends Prompts {
  /** Renders all words of spoken numbers in all languages, also in these voices, so that no caller waits for them. */
  prepareVocabulary(voices?: Iterable<string>): Promise<void>
  stats(): CacheStats
  /** Stops what is being made; whoever waits for it gets an error. */
  close(): Promise<void>
}
