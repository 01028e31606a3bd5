import type { Template } from './expression.ts'
import type { PromptPiece } from './prompt.ts'

/** A prompt as it is read: what is evaluated stands as the file has it. */
export function wordsOf(pieces: readonly PromptPiece[]): string {
  return pieces
    .map(wordOf)
    .filter((word) => word !== '')
    .join(' ')
}

function wordOf(piece: PromptPiece): string {
  if (!piece.fixed) return typeof piece.source === 'string' ? piece.source : inBrackets(piece.source)
  const { kind, ...values } = piece.part
  if (piece.part.kind === 'text') return piece.part.text.trim()
  return inBrackets({ [kind]: Object.values(values).join(' ') })
}

function inBrackets(source: unknown): string {
  if (typeof source !== 'object' || source === null) return String(source)
  return `[${Object.entries(source)
    .map(([name, value]) => `${name} ${sourceText({ source: value })}`)
    .join(', ')}]`
}

/** A template as the file has it. */
export function sourceText({ source }: Pick<Template, 'source'>): string {
  if (typeof source === 'string') return source
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return JSON.stringify(source)
  return Object.entries(source)
    .map(([name, value]) => `${name}: ${sourceText({ source: value })}`)
    .join(', ')
}
