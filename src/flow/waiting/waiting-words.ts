import { type AnnounceSettings, noWaitingWords, type WaitingMessage, type WaitingSettings } from '../../domain/waiting.ts'
import type { Prompt } from '../prompt.ts'

/** What a `queue` step says of the wait in place of what its queue says. */
export interface StepWaiting {
  readonly gapMs?: number
  readonly announce?: Partial<AnnounceSettings>
  readonly messages?: readonly WaitingMessage<Prompt>[]
}

export interface WaitingWords {
  readonly gapMs: number
  readonly announce: AnnounceSettings
  readonly messages: readonly WaitingMessage<Prompt>[]
}

/** What callers hear while they wait: the step's own, where it says nothing the queue's. */
export function waitingWords(step: StepWaiting | undefined, queue: WaitingSettings = noWaitingWords): WaitingWords {
  return {
    gapMs: step?.gapMs ?? queue.gapMs,
    announce: { ...queue.announce, ...step?.announce },
    messages: step?.messages ?? queue.messages.map((message) => ({ ...message, say: message.say.map(promptOf) }))
  }
}

function promptOf(texts: WaitingSettings['messages'][number]['say'][number]): Prompt {
  return new Map(
    [...texts].map(([language, parts]) => [language, parts.map((part) => ({ fixed: true, part }) as const)] as const)
  )
}
