import { AppError } from '../../../domain/errors.ts'
import type { Language } from '../../../domain/language.ts'
import { type CountUnit, countUnits, type PromptPart } from '../../../domain/ports/prompts.ts'
import { listed, Saying, say } from '../../../domain/saying.ts'
import type { Scope } from '../../expression.ts'
import type { Prompt, PromptPiece } from '../../prompt.ts'
import { fixedValue } from '../expressions/fixed-value.ts'
import { type CompiledTemplate, textOf } from '../expressions/templates.ts'
import { didYouMean } from '../findings/closest.ts'
import { sayingOf } from '../schema/objection.ts'
import { duration, millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import type { Draft } from './draft.ts'
import { spokenPart, spokenValues } from './spoken-values.ts'

const valueKinds = ['date', 'time', 'duration', 'phone', 'ordinal', 'count'] as const
const partKinds = ['audio', 'text', 'digits', 'number', 'money', 'pause', ...valueKinds] as const
type PartKind = (typeof partKinds)[number]
type ValueKind = (typeof valueKinds)[number]
/** Fields that a part may have beside the one it is called by. */
const beside: Partial<Record<PartKind, string>> = { money: 'currency', count: 'of' }

/** Undefined: this language has no words for it. */
type Pieces = readonly PromptPiece[] | undefined

/** Compiles something to say for each language of the flow. */
export function buildPrompt(source: unknown, path: Path, draft: Draft): Prompt {
  const [first, ...others] = draft.languages
  const prompt = new Map<Language, readonly PromptPiece[]>()
  for (const language of [first, ...others]) {
    const pieces = piecesOf(source, path, language, draft)
    if (pieces !== undefined) prompt.set(language, pieces)
    else if (language === first) draft.report.error('FLOW0014', { path }, say`there is no text in ${first}, the default language`)
    else draft.report.warning('FLOW0014', { path }, say`there is no text in ${language}: callers will hear ${first}`)
  }
  return prompt
}

function piecesOf(source: unknown, path: Path, language: Language, draft: Draft): Pieces {
  if (typeof source === 'string') return isForAll(source, language, draft) ? [textPiece(source, path, draft)] : undefined
  if (Array.isArray(source)) {
    const parts = source.map((item, index) => piecesOf(item, [...path, index], language, draft))
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  if (typeof source === 'object' && source !== null) {
    const fields = source as Record<string, unknown>
    const kind = partKinds.find((name) => name in fields)
    return kind === undefined ? piecesByLanguage(fields, path, language, draft) : partPieces(kind, fields, path, language, draft)
  }
  draft.report.error(
    'FLOW0006',
    { path },
    say`must be something to say: a text, a text for each language, { audio: name }, or a list of such`
  )
  return []
}

/** A text without language belongs to the default one, unless there is nothing in it to translate. */
function isForAll(text: string, language: Language, draft: Draft): boolean {
  return language === draft.languages[0] || !/\p{L}/u.test(text.replace(/\$\{[^}]*\}/g, ''))
}

function piecesByLanguage(texts: Record<string, unknown>, path: Path, language: Language, draft: Draft): Pieces {
  for (const name of Object.keys(texts)) {
    if (draft.languages.includes(name)) continue
    const isLanguage = /^[a-z]{2,3}(-\w+)*$/.test(name)
    // `{ en: Hello, who is there }`: the comma begins a new key.
    const hint = () =>
      texts[name] === null
        ? say`a text with a comma in it needs quotes`
        : didYouMean(name, isLanguage ? draft.languages : partKinds)
    draft.report.error('FLOW0032', { path: [...path, name], key: true }, say`the flow does not speak "${name}"`, hint)
  }
  const text = texts[language]
  if (text === undefined || text === null) return undefined
  return typeof text === 'string'
    ? [textPiece(text, [...path, language], draft)]
    : piecesOf(text, [...path, language], language, draft)
}

function textPiece(text: string, path: Path, draft: Draft): PromptPiece {
  const template = draft.templates.text(text, path)
  if ([...template.names].some((name) => draft.secrets.has(name))) {
    const hint = say`say it with { digits: … }, or only its end: last(card, 4)`
    draft.report.warning('FLOW0029', { path }, say`spoken text is kept in the prompt cache, with the secret in it`, hint)
  }
  return pieceOf('text', template, path, draft, textPart)
}

function partPieces(kind: PartKind, fields: Record<string, unknown>, path: Path, language: Language, draft: Draft): Pieces {
  const known = [kind, ...(beside[kind] === undefined ? [] : [beside[kind]])]
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue
    draft.report.error(
      'FLOW0003',
      { path: [...path, name], key: true },
      say`"${name}" is not known here`,
      didYouMean(name, known)
    )
  }
  const at = [...path, kind]
  const source = fields[kind]
  if (kind === 'text') return piecesOf(source, at, language, draft)
  if (kind === 'audio') return audioPieces(source, at, language, draft)
  if (kind === 'pause') return [pausePiece(source, at, draft)]

  const value = draft.templates.value(source, at)
  if (kind === 'digits') return [pieceOf(kind, value, at, draft, digitsPart)]
  if (isValueKind(kind)) return [valuePiece(kind, value, fields.of, path, draft)]
  requireNumber(value, at, draft)
  if (kind === 'number') return [pieceOf(kind, value, at, draft, numberPart)]
  return [moneyPiece(value, fields.currency, path, draft)]
}

function audioPieces(source: unknown, path: Path, language: Language, draft: Draft): Pieces {
  const name = draft.templates.text(String(source), path)
  if (name.fixed && !draft.context.hasAudio(String(source), language)) {
    const message = say`there is no recorded audio "${String(source)}" in ${language}`
    if (language === draft.languages[0]) draft.report.error('FLOW0015', { path }, message)
    else draft.report.warning('FLOW0015', { path }, say`${message}: callers will hear ${draft.languages[0]}`)
    return language === draft.languages[0] ? [] : undefined
  }
  return [pieceOf('audio', name, path, draft, audioPart)]
}

function pausePiece(source: unknown, path: Path, draft: Draft): PromptPiece {
  const checked = duration.safeParse(source)
  const issue = checked.error?.issues[0]
  if (!checked.success) draft.report.error('FLOW0006', { path }, issue === undefined ? say`must be a time` : sayingOf(issue))
  return { fixed: true, part: { kind: 'pause', ms: millisecondsOf(checked.data ?? '0ms') } }
}

function moneyPiece(amount: CompiledTemplate, currency: unknown, path: Path, draft: Draft): PromptPiece {
  if (typeof currency !== 'string' || !/^([A-Z]{3}|\$\{.*\})$/.test(currency)) {
    draft.report.error('FLOW0007', { path }, say`money needs a currency of three letters`, say`currency: CNY`)
  }
  const name = draft.templates.text(String(currency), [...path, 'currency'])
  const source = { money: amount.source, currency }
  return pieceFrom(source, amount.fixed && name.fixed, [...path, 'money'], draft, (scope) => ({
    kind: 'money',
    amount: numberOf(amount.evaluate(scope)),
    currency: textOf(name.evaluate(scope))
  }))
}

function isValueKind(kind: PartKind): kind is ValueKind {
  return (valueKinds as readonly PartKind[]).includes(kind)
}

function valuePiece(kind: ValueKind, value: CompiledTemplate, of: unknown, path: Path, draft: Draft): PromptPiece {
  const spoken = spokenValues[kind]
  const at = [...path, kind]
  if (!spoken.types.includes(value.type)) {
    draft.report.error('FLOW0022', { path: at }, say`must be ${spoken.needs}`, spoken.hint)
    return { fixed: true, part: { kind: 'pause', ms: 0 } }
  }
  const unit = countUnits.find((name) => name === of)
  if (of !== undefined && unit === undefined) {
    draft.report.error(
      'FLOW0006',
      { path: [...path, 'of'] },
      say`must be one of ${listed(countUnits)}`,
      didYouMean(String(of), countUnits)
    )
  }
  const source = { [kind]: value.source, ...(unit !== undefined && { of: unit }) }
  return pieceFrom(source, value.fixed, at, draft, (scope) =>
    withUnit(spokenPart(spoken, value.evaluate(scope), value.fixed), unit)
  )
}

function withUnit(part: PromptPart, unit: CountUnit | undefined): PromptPart {
  return part.kind === 'count' && unit !== undefined ? { ...part, unit } : part
}

function requireNumber({ type }: CompiledTemplate, path: Path, draft: Draft): void {
  if (['double', 'int', 'dyn'].includes(type)) return
  draft.report.error(
    'FLOW0022',
    { path },
    say`must be a number`,
    type === 'string' ? say`double(x) makes a number of a text` : undefined
  )
}

function numberOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new AppError('FLOW_VALUE', 'flow', 'An expression gave a value that does not fit its place', {
    details: { needs: say`a number` }
  })
}

// Functions of their own: made where `draft` is at hand, they would keep it alive with the whole file.
const textPart = (value: unknown): PromptPart => ({ kind: 'text', text: textOf(value) })
const digitsPart = (value: unknown): PromptPart => ({ kind: 'digits', digits: textOf(value) })
const numberPart = (value: unknown): PromptPart => ({ kind: 'number', value: numberOf(value) })
const audioPart = (value: unknown): PromptPart => ({ kind: 'audio', name: textOf(value) })

function pieceOf(
  kind: PartKind,
  template: CompiledTemplate,
  path: Path,
  draft: Draft,
  make: (value: unknown) => PromptPart
): PromptPiece {
  const source = kind === 'text' ? template.source : { [kind]: template.source }
  return pieceFrom(source, template.fixed, path, draft, (scope) => make(template.evaluate(scope)))
}

/** A piece without expressions is evaluated now; a value that does not fit is a mistake in the file, not a fault. */
function pieceFrom(
  source: unknown,
  fixed: boolean,
  path: Path,
  draft: Draft,
  evaluate: (scope: Scope) => PromptPart
): PromptPiece {
  if (!fixed) return { fixed, source, evaluate }
  try {
    return { fixed, part: fixedValue({ evaluate }) as PromptPart }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'FLOW_VALUE') throw error
    const { needs } = error.details
    draft.report.error('FLOW0022', { path }, say`must be ${needs instanceof Saying ? needs : String(needs)}`)
    return { fixed, part: { kind: 'pause', ms: 0 } }
  }
}
