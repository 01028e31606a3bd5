import type { Clip, PromptPart, Prompts } from '../../domain/ports/prompts.ts'

/** Roughly as people speak: a Han character takes as long as three or four other letters. */
const hanMs = 220
const letterMs = 65
const leastMs = 300

/** Says nothing aloud: a clip's file is the text itself, and lasts about as long as saying it would. */
export class SpokenText implements Prompts {
  async render(parts: readonly PromptPart[]): Promise<readonly Clip[]> {
    return parts.map((part) => {
      const file = wordsOf(part)
      return { file, durationMs: part.kind === 'pause' ? part.ms : durationOf(file) }
    })
  }

  async prepare(): Promise<void> {}

  inVoice(): Prompts {
    return this
  }

  hasAudio(): boolean {
    return true
  }
}

function durationOf(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return Math.max(leastMs, han * hanMs + ([...text].length - han) * letterMs)
}

function wordsOf(part: PromptPart): string {
  switch (part.kind) {
    case 'audio':
      return `[${part.name}]`
    case 'text':
      return part.text.trim()
    case 'digits':
      return [...part.digits].join(' ')
    case 'number':
      return String(part.value)
    case 'money':
      return `${part.amount.toFixed(2)} ${part.currency}`
    case 'date':
    case 'time':
      return part.iso
    case 'duration':
      return `${part.ms / 1000} s`
    case 'phone':
      return part.number
    case 'ordinal':
      return `#${part.value}`
    case 'count':
      return `${part.value} ${part.unit ?? ''}`.trim()
    case 'pause':
      return ''
  }
}
