import { exitsOf } from '../exits-of.ts'
import type { PromptPiece } from '../prompt.ts'
import { sourceText, wordsOf } from '../prompt-words.ts'
import type { Step } from '../step.ts'
import type { Target } from '../target.ts'

/** What a step is to callers, as words that can be compared: field → value. */
export type Facts = ReadonlyMap<string, string>

/** All of a step but its name and where it stands. Exits are those it states itself; `rename` gives targets the names they have now. */
export function factsOfStep(step: Step, rename: (name: string) => string = (name) => name): Facts {
  const facts = new Map<string, string>()
  const { name: _, line: __, ...fields } = step
  for (const [name, value] of Object.entries(fields)) collect(facts, [fieldName(name)], value, name)
  for (const { name, to } of exitsOf(step, {})) facts.set(`exit ${name}`, targetText(to, rename))
  if (step.kind === 'branch') facts.set('order', step.cases.map(({ when }) => when.source).join('; '))
  return facts
}

/** A target in words. */
export function targetText(to: Target, rename: (name: string) => string = (name) => name): string {
  return to.kind === 'step' ? rename(to.step) : `flow ${to.flow}`
}

function collect(facts: Map<string, string>, path: readonly string[], value: unknown, key: string): void {
  const set = (text: string) => facts.set(path.join(' '), text)
  if (value === undefined || typeof value === 'function' || isTarget(value)) return
  if (typeof value !== 'object' || value === null) {
    set(typeof value === 'number' && key.endsWith('Ms') ? durationText(value) : String(value))
  } else if ('evaluate' in value && 'source' in value) {
    set(sourceText({ source: value.source }))
  } else if (value instanceof Map) {
    collectMap(facts, path, value)
  } else if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object')) set(value.join(', '))
    else for (const [index, item] of value.entries()) collect(facts, [...path, String(index + 1)], item, '')
  } else {
    for (const [name, item] of Object.entries(value)) collect(facts, [...path, fieldName(name)], item, name)
  }
}

function collectMap(facts: Map<string, string>, path: readonly string[], map: ReadonlyMap<string, unknown>): void {
  for (const [name, item] of map) {
    if (isPieces(item)) facts.set(`${path.join(' ')} (${name})`, wordsOf(item))
    else collect(facts, [...path, name], item, '')
  }
}

/** Whether it says where something leads. */
export function isTarget(value: unknown): value is Target {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return (value.kind === 'step' && 'step' in value) || (value.kind === 'flow' && 'flow' in value)
}

function isPieces(value: unknown): value is readonly PromptPiece[] {
  return Array.isArray(value) && value.every((piece) => typeof piece === 'object' && piece !== null && 'fixed' in piece)
}

/** `firstDigitMs` → `first_digit`, as flow files say it. */
export function fieldName(name: string): string {
  return name.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function durationText(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
