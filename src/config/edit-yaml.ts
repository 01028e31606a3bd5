import { isCollection, isNode, isScalar, parseDocument, stringify } from 'yaml'
import { AppError } from '../domain/errors.ts'

/** Nothing is folded: lines that nobody touched stay as they are. */
const writing = { lineWidth: 0 } as const

/** The part of a YAML text at that place; undefined when there is none. The text must have been read before without errors. */
export function readYamlAt(text: string, path: readonly string[]): unknown {
  const document = parseDocument(text)
  const found = document.getIn(path, true)
  return isNode(found) ? found.toJS(document) : found
}

/**
 * The text with another value at that place, or without it. What stands on one line is replaced in its place, and everything else stays as it
 * was. Otherwise the whole text is written anew: with its comments, except for those inside of the value, and with the writer's own spaces.
 * Undefined: there is nothing to remove. Throws an AppError with `problems` when nothing can stand at that place, or when what is to go is
 * repeated elsewhere by an alias.
 */
export function editYaml(text: string, path: readonly string[], value: unknown): string | undefined {
  try {
    return edited(text, path, value)
  } catch (cause) {
    const problem = `${path.join('.')}: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new AppError('PLACE_WRONG', 'client', 'The file cannot be changed at that place', {
      details: { problems: [problem] },
      cause
    })
  }
}

function edited(text: string, path: readonly string[], value: unknown): string | undefined {
  const document = parseDocument(text)
  if (value === undefined) return document.hasIn(path) && document.deleteIn(path) ? document.toString(writing) : undefined
  const before = document.getIn(path, true)
  const isInline = isScalar(before)
    ? before.type !== 'BLOCK_FOLDED' && before.type !== 'BLOCK_LITERAL'
    : isCollection(before) && before.flow === true
  const [start, end] = (isNode(before) ? before.range : undefined) ?? [0, 0]
  if (isInline && end > start) return text.slice(0, start) + inline(value) + text.slice(end)
  document.setIn(path, document.createNode(value))
  return document.toString(writing)
}

/** As it may stand inside of braces and brackets too. */
function inline(value: unknown): string {
  const [, within = ''] = /^\[ (.*) \]\n$/s.exec(stringify([value], { ...writing, collectionStyle: 'flow' })) ?? []
  return within
}
