import type { Signal } from '../abort.ts'
import type { Language } from '../language.ts'

/** What can be counted in a prompt: languages differ in the word that goes with it. */
export const countUnits = ['people', 'messages', 'items', 'times'] as const
export type CountUnit = (typeof countUnits)[number]

/** One piece of a prompt after its expressions were evaluated. */
export type PromptPart =
  /** Recorded audio by name, from the flows' audio folder. */
  | { readonly kind: 'audio'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  /** One by one: card numbers, codes. */
  | { readonly kind: 'digits'; readonly digits: string }
  /** As a quantity; up to two decimals are spoken. */
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'money'; readonly amount: number; readonly currency: string }
  /** A day of the calendar: `2026-11-22`, also with a time behind it, which is not said. */
  | { readonly kind: 'date'; readonly iso: string }
  /** A time of the day: `17:05`, also with a date before it, which is not said; as written, whatever its time zone. */
  | { readonly kind: 'time'; readonly iso: string }
  /** To the second. */
  | { readonly kind: 'duration'; readonly ms: number }
  /** Figure by figure, in the groups that people pause between. */
  | { readonly kind: 'phone'; readonly number: string }
  /** First, second, third. */
  | { readonly kind: 'ordinal'; readonly value: number }
  /** So many of something; without unit, of anything. */
  | { readonly kind: 'count'; readonly value: number; readonly unit?: CountUnit }
  | { readonly kind: 'pause'; readonly ms: number }

/** A file that Asterisk can play: absolute, without its ending. */
export interface Clip {
  readonly file: string
  readonly durationMs: number
}

/** Turns words into audio. Cached by content; concurrent requests for the same content are made once. */
export interface Prompts {
  render(parts: readonly PromptPart[], language: Language, signal: Signal): Promise<readonly Clip[]>
  /** Renders ahead of time, so that no caller waits; used when a flow goes live. */
  prepare(parts: readonly PromptPart[], language: Language): Promise<void>
  /** The same prompts in a voice of the centre, also their numbers and dates; recordings stay as they are. A fault for a voice that there is not. */
  inVoice(name: string): Prompts
  /** Whether recorded audio of that name exists in the language (or in none in particular). */
  hasAudio(name: string, language: Language): boolean
}
