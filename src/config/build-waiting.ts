import type { Language } from '../domain/language.ts'
import type { PromptPart } from '../domain/ports/prompts.ts'
import type { OverflowRule, Sentences, WaitingSettings } from '../domain/waiting.ts'
import type { WaitingFile } from './waiting-schema.ts'

/** What callers of a queue hear and where they go on, as the rooms know it. */
export function toWaiting({ gap, announce, messages }: WaitingFile): WaitingSettings {
  return {
    gapMs: gap,
    announce: {
      position: announce.position,
      estimate: announce.estimate,
      firstMs: announce.first,
      everyMs: announce.every,
      onlyWhenBetter: announce.only_when_better,
      positionLimit: announce.position_limit,
      estimateLimitMs: announce.estimate_limit,
      sentences: announce.sentences as Readonly<Record<Language, Partial<Sentences>>>
    },
    messages: messages.map(({ first, every, say, say_one_of: several, order }) => ({
      firstMs: first,
      ...(every !== undefined && { everyMs: every }),
      order: order === 'random' ? 'random' : 'in-turn',
      say: (several ?? (say === undefined ? [] : [say])).map(toTexts)
    }))
  }
}

export function toOverflow({ overflow }: WaitingFile): readonly OverflowRule[] {
  return overflow.map(({ queue, skills, after, when_longer_than: longerThan, when_fewer_agents_than: fewerAgentsThan }) => ({
    queue,
    skills,
    ...(after !== undefined && { afterMs: after }),
    ...(longerThan !== undefined && { longerThan }),
    ...(fewerAgentsThan !== undefined && { fewerAgentsThan })
  }))
}

function toTexts(said: NonNullable<WaitingFile['messages'][number]['say']>): ReadonlyMap<Language, readonly PromptPart[]> {
  return new Map(
    Object.entries(said).map(([language, text]): [Language, readonly PromptPart[]] => [
      language,
      [typeof text === 'string' ? { kind: 'text', text } : { kind: 'audio', name: text.audio }]
    ])
  )
}
