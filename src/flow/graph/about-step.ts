import { wayName } from '../exits-of.ts'
import type { Flow } from '../flow.ts'
import type { Prompt, PromptPiece } from '../prompt.ts'
import { sourceText, wordsOf } from '../prompt-words.ts'
import type { CustomerStep, Step } from '../step.ts'

/** What a reader of the drawing wants to know of a step beside its name: a text each, to be wrapped. */
export function aboutStep(step: Step, { languages: [language] }: Pick<Flow, 'languages'>): readonly string[] {
  const said = (prompt: Prompt | undefined) =>
    prompt === undefined ? [] : [quote(wordsOf((prompt.get(language) ?? []).filter(isHeard)))]
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
      return step.values.map(([name, value]) => `${name} = ${sourceText(value)}`)
    case 'split':
      return step.ways.map(({ percent, go }) => `${percent} % ${wayName(go)}`)
    case 'hours':
      return [step.calendar]
    case 'request':
      return [`${step.method} ${sourceText(step.url)}`, ...(step.into === undefined ? [] : [`→ ${step.into}`])]
    case 'queue':
      return [step.queue, ...(step.priority === undefined ? [] : [`priority ${step.priority}`])]
    case 'record':
      return [...said(step.prompt), `message for ${step.queue}`]
    case 'transfer':
      return [`${step.to.kind} ${sourceText(step.to.value)}`]
    case 'run':
      return [`flow ${step.flow}`]
    case 'language':
      return [sourceText(step.language)]
    case 'attach':
      return [sourceText(step.values)]
    case 'customer':
      return [aboutCustomer(step)]
    case 'record_call':
      return [step.order]
    case 'tag':
      return [step.tags.map(sourceText).join(', ')]
    case 'hangup':
      return step.reason === undefined ? [] : [step.reason]
    default:
      return []
  }
}

function aboutCustomer({ action }: CustomerStep): string {
  if (action.kind === 'find') return `find by ${action.by === 'profile' ? action.field : action.by} ${sourceText(action.value)}`
  const values = Object.entries(action.values).map(([name, value]) => `${name}: ${sourceText(value)}`)
  return [action.kind, values.join(', ')].join(' ').trimEnd()
}

function isHeard(piece: PromptPiece): boolean {
  return !piece.fixed || piece.part.kind !== 'pause'
}

function quote(text: string): string {
  return `“${text}”`
}
