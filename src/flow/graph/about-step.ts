import type { Template } from '../expression.ts'
import type { Flow } from '../flow.ts'
import type { Prompt, PromptPiece } from '../prompt.ts'
import type { Step } from '../step.ts'

/** What a reader of the drawing wants to know of a step beside its name: a text each, to be wrapped. */
export function aboutStep(step: Step, { languages: [language] }: Pick<Flow, 'languages'>): readonly string[] {
  const said = (prompt: Prompt | undefined) => (prompt === undefined ? [] : [quote(wordsOf(prompt.get(language) ?? []))])
  switch (step.kind) {
    case 'play':
      return said(step.prompt)
    case 'menu':
      return said(step.prompt)
    case 'collect': {
      const digits = step.min === step.max ? `${step.max} digits` : `${step.min}–${step.max} digits`
      return [...said(step.prompt), `→ ${step.into} (${digits}${step.secret ? ', secret' : ''})`]
    }
    case 'set':
      return step.values.map(([name, value]) => `${name} = ${textOf(value)}`)
    case 'hours':
      return [step.calendar]
    case 'request':
      return [`${step.method} ${textOf(step.url)}`, ...(step.into === undefined ? [] : [`→ ${step.into}`])]
    case 'queue':
      return [step.queue, ...(step.priority === undefined ? [] : [`priority ${step.priority}`])]
    case 'transfer':
      return [`${step.to.kind} ${textOf(step.to.value)}`]
    case 'run':
      return [`flow ${step.flow}`]
    case 'language':
      return [textOf(step.language)]
    case 'attach':
      return [textOf(step.values)]
    case 'hangup':
      return step.reason === undefined ? [] : [step.reason]
    default:
      return []
  }
}

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
  return kind === 'pause' ? '' : inBrackets({ [kind]: Object.values(values).join(' ') })
}

function inBrackets(source: unknown): string {
  if (typeof source !== 'object' || source === null) return String(source)
  return `[${Object.entries(source)
    .map(([name, value]) => `${name} ${textOf({ source: value })}`)
    .join(', ')}]`
}

function textOf({ source }: Pick<Template, 'source'>): string {
  if (typeof source === 'string') return source
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return JSON.stringify(source)
  return Object.entries(source)
    .map(([name, value]) => `${name}: ${textOf({ source: value })}`)
    .join(', ')
}

function quote(text: string): string {
  return `“${text}”`
}
