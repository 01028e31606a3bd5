import type { Language } from './language.ts'
import type { PromptPart } from './ports/prompts.ts'
import type { SkillNeed } from './skill-need.ts'

/** What is said of a caller's place and time, and the values that may stand in it as `{name}`. */
export const sentenceValues = {
  /** They are served next. */
  next: [],
  /** `position`: third; `ahead`: two people. */
  position: ['position', 'ahead'],
  /** More people before them than are counted out; `limit`: ten people. */
  far: ['limit'],
  /** `wait`: five minutes. */
  wait: ['wait'],
  /** Longer than is promised; `limit`: thirty minutes. */
  long: ['limit']
} as const

export type SentenceName = keyof typeof sentenceValues
export type Sentences = Readonly<Record<SentenceName, string>>

/** The first `{name}` in a sentence that is not one of its values. */
export function unknownValue(sentence: SentenceName, text: string): string | undefined {
  const known: readonly string[] = sentenceValues[sentence]
  return [...text.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name).find((name) => !known.includes(name))
}

/** When callers are told their place and how long it may take. Times in milliseconds. */
export interface AnnounceSettings {
  readonly position: boolean
  readonly estimate: boolean
  readonly firstMs: number
  readonly everyMs: number
  /** Say nothing that is not better than what was said before. */
  readonly onlyWhenBetter: boolean
  /** More people ahead than this are not counted out. */
  readonly positionLimit: number
  /** A longer wait is said to be more than this. */
  readonly estimateLimitMs: number
  /** In place of the built-in ones. */
  readonly sentences: Readonly<Record<Language, Partial<Sentences>>>
}

/** When something is said again and again. Without `everyMs`, once. */
export interface Rhythm {
  readonly firstMs: number
  readonly everyMs?: number
}

/** Something to say to those who wait: one text, or several of which each time another one is said. */
export interface WaitingMessage<Said> extends Rhythm {
  readonly order: 'in-turn' | 'random'
  readonly say: readonly Said[]
}

/** What callers of a queue hear beside its music. */
export interface WaitingSettings {
  /** Music between two things said, at least, milliseconds. */
  readonly gapMs: number
  readonly announce: AnnounceSettings
  readonly messages: readonly WaitingMessage<ReadonlyMap<Language, readonly PromptPart[]>>[]
}

/** Something said to a waiting caller: how it stands, or one of the messages. */
export interface Announced {
  readonly queue: string
  readonly position?: number
  readonly estimateMs?: number
  /** Which of the messages, from 1. */
  readonly message?: number
  /** Whether it was heard to its end: an agent who answers, and the caller's keys, cut it short. */
  readonly whole: boolean
  /** Code of the fault that kept it from being said. */
  readonly problem?: string
}

/** When a caller goes on in another queue. All that a rule says must hold. */
export interface OverflowRule {
  readonly queue: string
  /** What agents there must know; what the first queue and its step asked for is left behind. */
  readonly skills: SkillNeed
  /** Time in this queue. */
  readonly afterMs?: number
  /** More callers than this before them. */
  readonly longerThan?: number
  /** Agents logged on for this queue. */
  readonly fewerAgentsThan?: number
}

/** What holds where nothing is configured: music and nothing else. */
export const noWaitingWords: WaitingSettings = {
  gapMs: 10_000,
  announce: {
    position: false,
    estimate: false,
    firstMs: 15_000,
    everyMs: 60_000,
    onlyWhenBetter: true,
    positionLimit: 10,
    estimateLimitMs: 30 * 60_000,
    sentences: {}
  },
  messages: []
}
