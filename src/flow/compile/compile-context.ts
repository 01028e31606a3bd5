import type { Centre } from '../../domain/centre.ts'
import type { Language } from '../../domain/language.ts'

/** What flows are checked against. */
export interface CompileContext {
  readonly centre: Centre
  /** Whether recorded audio of that name exists in the language, or in none in particular. */
  hasAudio(name: string, language: Language): boolean
}

export interface FlowSource {
  /** Path as findings show it. */
  readonly file: string
  readonly text: string
}
