import type { Language } from '../domain/language.ts'
import type { PromptPart } from '../domain/ports/prompts.ts'
import type { Scope } from './expression.ts'

/** One piece of a prompt: known now, or when its expressions are evaluated. */
export type PromptPiece =
  | { readonly fixed: true; readonly part: PromptPart }
  /** `source` is what the file says, for people and comparisons. */
  | { readonly fixed: false; readonly source: unknown; readonly evaluate: (scope: Scope) => PromptPart }

/** What is said, by language. Always holds the flow's default language; others fall back to it as a whole. */
export type Prompt = ReadonlyMap<Language, readonly PromptPiece[]>
