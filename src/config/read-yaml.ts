import { readFileSync } from 'node:fs'
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { AppError } from '../domain/errors.ts'

/** Reads a YAML file against a schema. Throws an AppError whose `problems` read `file:line:column key: what is wrong`. */
export function readYaml<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  prepare: (raw: unknown) => unknown
): z.output<Schema> {
  return parseYaml(file, readText(file), schema, prepare)
}

/** The same of a text that is, or is to be, in that file. */
export function parseYaml<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
  prepare: (raw: unknown) => unknown
): z.output<Schema> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  if (document.errors.length > 0) throw invalid(document.errors.map((error) => `${place(error.pos[0])} ${error.message}`))

  const result = schema.safeParse(prepare(toValues(document, file)))
  if (result.success) return result.data
  const where = (path: readonly PropertyKey[], at: 'key' | 'value') =>
    `${place(offsetOf(document.contents, path, at))} ${path.join('.')}`
  throw invalid(result.error.issues.flatMap((issue) => describe(issue, where)))
}

/** A file of a few lines can be made to hold millions of values; the library gives up on one that repeats itself so often. */
function toValues(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    throw invalid([`${file}:1:1 ${cause instanceof Error ? cause.message : String(cause)}`])
  }
}

function describe(issue: z.core.$ZodIssue, where: (path: readonly PropertyKey[], at: 'key' | 'value') => string): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${where([...issue.path, key], 'key')}: unknown key`)
  // The complaint about the key of a record lies inside the complaint about the record.
  if (issue.code === 'invalid_key') return [`${where(issue.path, 'key')}: ${issue.issues[0]?.message ?? issue.message}`]
  return [`${where(issue.path, 'value')}: ${issue.message}`]
}

/** Where the key or the scalar value of a path begins; for a list, a map or something missing, where its key or nearest parent begins. */
function offsetOf(contents: unknown, path: readonly PropertyKey[], at: 'key' | 'value'): number {
  let node = contents
  let offset = 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset
      node = pair?.value
    } else {
      node = (node as { items?: unknown[] } | undefined)?.items?.[Number(step)]
      offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset
    }
  }
  return at === 'value' && isScalar(node) ? (node.range?.[0] ?? offset) : offset
}

/** Throws an AppError when there is no such file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG_UNREADABLE', 'client', 'The configuration file cannot be read', {
      details: { problems: [`${file}: ${String(cause)}`] },
      cause
    })
  }
}

function invalid(problems: readonly string[]): AppError {
  return new AppError('CONFIG_INVALID', 'client', 'The configuration is wrong', { details: { problems } })
}
